// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const EXPORTER_FAULTS = {
  SFP_EXPORT_UNKNOWN_TRANSPORT: { what: 'unknown transport "{name}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_EXPORT_UNKNOWN_FORMAT: { what: 'unknown output format "{name}"', hint: 'did you mean "{nearest}"? Known: {known}' },
  SFP_EXPORT_RETIRED: {
    what: 'the service of transport "{name}" no longer exists',
    hint: 'use one of {known}',
  },
  SFP_EXPORT_PAIR: { what: 'transport {transport} does not support format {format}', hint: 'set "format" to one of: {known}' },
  SFP_EXPORT_FOR_PEOPLE: {
    what: 'format {format} is for terminals, not for transport {transport}',
    hint: 'set "format" to json, or "export" to terminal',
    causes: ['"format" is pretty for a file or a server.'],
  },
  SFP_EXPORT_NOT_SHOWN: {
    what: '-format {format} has no effect: no exporter writes to standard output',
    hint: 'set "format" in the pipeline file',
  },
  SFP_EXPORT_FORMAT_CHANNEL: {
    what: 'format {format} does not support records of channel type {type}',
    hint: 'set "format" to one of: {known}',
  },
  SFP_EXPORT_NO_KEYS: {
    what: 'transport {transport} cannot use "{key}" as key: records of channel type {type} have no such attribute',
    hint: 'use an attribute from "sfprocessor list attributes", or remove the key',
  },
  SFP_EXPORT_FLAT: { what: '"flat" needs format json, not {format}', hint: 'remove "flat", or set "format" to json' },
  SFP_EXPORT_OLD_TYPE: {
    what: '"type": {value} is a deprecated setting without effect',
    hint: 'remove it; the mode of the policyengine selects alerts or all records',
  },
  SFP_EXPORT_UNKNOWN_TYPE: {
    what: '"type": {value} is not a transport',
    hint: 'did you mean "{nearest}"? Set "export" to one of {known}',
  },
  SFP_EXPORT_CLOSED: {
    what: 'standard output was closed by its reader',
    hint: '',
    causes: ['The program that reads the pipe has ended (for example head). Unread records are lost, so the exit status is 1.'],
  },
  SFP_EXPORT_TERMINAL: { what: 'cannot write to standard output: {reason}', hint: '' },
  SFP_EXPORT_FILE_OPEN: {
    what: 'cannot open "{path}" for writing: {reason}',
    hint: 'set "file.path" to a writable file',
    causes: [
      'The directory does not exist. The exporter does not create it.',
      'The user of this process has no write permission.',
    ],
  },
  SFP_EXPORT_FILE_WRITE: {
    what: 'cannot write to "{path}": {reason}',
    hint: 'free disk space, or set "file.path" to a writable file',
  },
  SFP_EXPORT_ROTATION: {
    what: 'cannot rotate "{path}": {reason}',
    hint: 'records are still written. Rotation is retried in a minute',
  },
  SFP_EXPORT_COMPRESSION: { what: 'cannot compress "{path}": {reason}', hint: 'the file stays uncompressed' },
  SFP_EVIDENCE_KEY: {
    what: 'cannot use the key in "{path}": {reason}',
    hint: 'create a key with "openssl genpkey -algorithm ed25519"; see docs/evidence.md',
  },
  SFP_EVIDENCE_OPEN_KEY: { what: 'every user on this host can read the key in "{path}"', hint: 'run: chmod 600 {path}' },
  SFP_EVIDENCE_NO_CHAIN: { what: '"evidence.key" has no effect without "evidence.chain"', hint: 'set "evidence.chain" to true' },
  SFP_EVIDENCE_NO_FILE: {
    what: 'no evidence chain for "{path}": not a regular file',
    hint: 'set "file.path" to a file, or remove "evidence.chain"',
  },
  SFP_EVIDENCE_UNWRITTEN: { what: 'cannot write to "{path}": {reason}', hint: 'free disk space, or check the permissions' },
  SFP_EVIDENCE_FOUND: {
    what: '"{path}" has {bytes} bytes ({records} records) that are not in the chain',
    hint: 'a killed writer can cause this; the chain marks these records as found',
  },
  SFP_EVIDENCE_LOST: {
    what: '"{path}" is {bytes} bytes shorter than the chain records',
    hint: 'find out what truncated the file; with "file.sync" it is not a power failure. The chain marks these bytes as lost',
  },
  SFP_EVIDENCE_CHANGED: {
    what: 'the last records of "{path}" were changed',
    hint: 'run "sfprocessor verify" on the file',
  },
  SFP_EVIDENCE_DAMAGED: {
    what: 'the end of "{path}" is damaged: {bytes} bytes are removed',
    hint: 'a power failure can cause this; otherwise run "sfprocessor verify"',
  },
  SFP_EVIDENCE_ABSENT: {
    what: 'no chain for "{path}"',
    hint: 'use an export file written with "evidence.chain"',
  },
} as const satisfies ErrorCatalogue
