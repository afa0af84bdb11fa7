// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const COMMAND_FAULTS = {
  // Arguments of commands that do not exist.
  SFP_EXPLAIN_UNKNOWN: {
    what: 'unknown error code "{code}"',
    hint: 'did you mean {nearest}? "sfprocessor list codes" lists all codes',
  },
  SFP_LOG_FILE: {
    what: 'cannot write the log file {file}: {reason}',
    hint: 'set -logfile to a path in an existing, writable directory',
  },
  SFP_LIST_UNKNOWN: { what: 'unknown {kind} "{name}"', hint: 'did you mean "{nearest}"?' },
  // `sfprocessor create`. No file has been written when one of these is reported.
  SFP_CREATE_MISSING: { what: 'missing {what}', hint: 'set {flag}, or run the command on a terminal to be asked for it' },
  SFP_CREATE_VALUE: { what: 'invalid {what} "{value}": {reason}', hint: '' },
  SFP_CREATE_CHANNEL_TYPE: {
    what: 'rules cannot match records of channel type "{type}": it has no adapter',
    hint: 'did you mean "{nearest}"? Known: {known} Set --config to include the channel types of plugins',
  },
  SFP_CREATE_EXISTS: { what: '{path} already exists', hint: 'nothing was written; choose another path with {flag}' },
  SFP_CREATE_UNWRITABLE: { what: 'cannot write {path}: {reason}', hint: '' },
  SFP_CREATE_CANCELLED: { what: 'cancelled: nothing was written', hint: '' },
} as const satisfies ErrorCatalogue
