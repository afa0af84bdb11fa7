// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

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
    causes: ['"format" was set to pretty for a file or a server. Programs read those.'],
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
  SFP_EXPORT_FLAT: { what: '"flat" needs format json, not {format}', hint: 'leave "flat" out, or set "format" to json.' },
  SFP_EXPORT_OLD_TYPE: {
    what: '"type" is {value}, a word of older releases that has no effect',
    hint: 'leave it out; the mode of the policy engine decides between alerts and all records.',
  },
  SFP_EXPORT_UNKNOWN_TYPE: {
    what: '"type" is {value}, which is neither a transport nor a word of older releases',
    hint: 'did you mean "{nearest}"? Set "export" to one of {known}.',
  },
  SFP_EXPORT_CLOSED: {
    what: 'the reader of standard output has gone',
    hint: '',
    causes: ['The program behind the pipe has ended, as head does. What it did not read is lost, so the exit status is 1.'],
  },
  SFP_EXPORT_TERMINAL: { what: 'standard output cannot be written: {reason}', hint: '' },
  SFP_EXPORT_FILE_OPEN: {
    what: '"{path}" cannot be opened for writing: {reason}',
    hint: 'set "file.path" to a file that can be written.',
    causes: ['The folder does not exist: it is not made.', 'The user of this process may not write there.'],
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
  SFP_EVIDENCE_KEY: {
    what: 'the key in "{path}" cannot be used: {reason}',
    hint: 'make one with "openssl genpkey -algorithm ed25519"; see docs/evidence.md.',
  },
  SFP_EVIDENCE_OPEN_KEY: { what: 'everybody on this host may read the key in "{path}"', hint: 'chmod 600 it.' },
  SFP_EVIDENCE_NO_CHAIN: { what: '"evidence.key" signs a chain that is not asked for', hint: 'set "evidence.chain" to true.' },
  SFP_EVIDENCE_NO_FILE: {
    what: 'there is no evidence chain for "{path}": it is no regular file',
    hint: 'set "file.path" to a file, or leave "evidence.chain" out.',
  },
  SFP_EVIDENCE_UNWRITTEN: { what: '"{path}" cannot be written: {reason}', hint: 'make room, or see who may write it.' },
  SFP_EVIDENCE_FOUND: {
    what: '"{path}" has {bytes} bytes that nothing accounts for, {records} records',
    hint: 'a writer that is killed may leave some; the chain says of these that they were found.',
  },
  SFP_EVIDENCE_LOST: {
    what: '"{path}" is {bytes} bytes shorter than when it was written',
    hint: 'find out who cut it; with "file.sync" a loss of power does not. The chain says that they are lost.',
  },
  SFP_EVIDENCE_CHANGED: {
    what: 'the last records of "{path}" are not those that were written',
    hint: 'run "sfprocessor verify" on it.',
  },
  SFP_EVIDENCE_DAMAGED: {
    what: 'the end of "{path}" is no chain: {bytes} bytes of it are cut off',
    hint: 'a loss of power may do this; else run "sfprocessor verify".',
  },
  SFP_EVIDENCE_ABSENT: {
    what: 'there is no chain for "{path}"',
    hint: 'name an export file that was written with "evidence.chain".',
  },
} as const satisfies ErrorCatalogue
