// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const EXPORTER_FAULTS = {
  SFP_EXPORT_UNKNOWN_TRANSPORT: { what: 'no transport is called "{name}"', hint: 'did you mean "{nearest}"? Known: {known}.' },
  SFP_EXPORT_UNKNOWN_FORMAT: { what: 'no output format is called "{name}"', hint: 'did you mean "{nearest}"? Known: {known}.' },
  SFP_EXPORT_RETIRED: {
    what: 'the service behind transport "{name}" no longer exists',
    hint: 'use one of {known}.',
  },
  SFP_EXPORT_PAIR: { what: 'transport {transport} cannot carry format {format}', hint: 'set "format" to one of: {known}.' },
  SFP_EXPORT_FOR_PEOPLE: {
    what: 'format {format} is for people to read, and transport {transport} is not',
    hint: 'set "format" to json, or "export" to terminal.',
  },
  SFP_EXPORT_NOT_SHOWN: {
    what: 'no exporter writes to standard output, so -format {format} changes nothing',
    hint: 'set "format" in the pipeline file.',
  },
  SFP_EXPORT_FORMAT_CHANNEL: {
    what: 'records of channel type {type} cannot be written as {format}',
    hint: 'set "format" to one of: {known}.',
  },
  SFP_EXPORT_NO_KEYS: {
    what: 'transport {transport} cannot key records by "{key}": records of channel type {type} have no attribute of that name',
    hint: 'use an attribute that "sfprocessor list attributes" shows, or leave the key out.',
  },
  SFP_EXPORT_MORE_ENCODER_FAULTS: {
    what: 'failures of {kind} "{plugin}" beyond the {told} that were told: {count}',
    hint: '',
  },
  SFP_EXPORT_FLAT: { what: '"flat" needs format json, not {format}', hint: 'leave "flat" out, or set "format" to json.' },
  SFP_EXPORT_OLD_TYPE: {
    what: '"type" is {value}, a word of older releases that has no effect',
    hint: 'leave it out; the mode of the policy engine decides between alerts and all records.',
  },
  SFP_EXPORT_UNKNOWN_TYPE: {
    what: '"type" is {value}, which is neither a transport nor a word of older releases',
    hint: 'did you mean "{nearest}"? Set "export" to one of {known}.',
  },
  SFP_EXPORT_CLOSED: { what: 'the reader of standard output has gone', hint: '' },
  SFP_EXPORT_TERMINAL: { what: 'standard output cannot be written: {reason}', hint: '' },
  SFP_EXPORT_FILE_OPEN: {
    what: '"{path}" cannot be opened for writing: {reason}',
    hint: 'set "file.path" to a file that can be written.',
  },
  SFP_EXPORT_FILE_WRITE: {
    what: '"{path}" cannot be written: {reason}',
    hint: 'make room, or set "file.path" to a file that can be written.',
  },
  SFP_EXPORT_ROTATION: {
    what: '"{path}" cannot be rotated as asked: {reason}',
    hint: 'records are still written. Rotation is tried again in a minute.',
  },
  SFP_EXPORT_COMPRESSION: { what: '"{path}" cannot be compressed: {reason}', hint: 'it stays as it is.' },
} as const satisfies Record<string, FaultText>
