// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../../contract/error-catalogue.js'

export const COMMAND_FAULTS = {
  // What a command is asked for and does not have.
  SFP_EXPLAIN_UNKNOWN: {
    what: 'there is no error code "{code}"',
    hint: 'did you mean {nearest}? "sfprocessor list codes" tells all of them',
  },
  SFP_LIST_UNKNOWN: { what: 'there is no {kind} called "{name}"', hint: 'did you mean "{nearest}"?' },
  // Faults of `sfprocessor create`. Nothing has been written when one of them is told.
  SFP_CREATE_MISSING: { what: 'nothing says what the {what} is to be', hint: 'give {flag}; on a terminal it is asked for' },
  SFP_CREATE_VALUE: { what: '"{value}" cannot be the {what}: {reason}', hint: '' },
  SFP_CREATE_EXISTS: { what: '{path} is there already', hint: 'nothing was written: name another with {flag}' },
  SFP_CREATE_UNWRITABLE: { what: '{path} cannot be written: {reason}', hint: '' },
  SFP_CREATE_CANCELLED: { what: 'given up: nothing was written', hint: '' },
} as const satisfies ErrorCatalogue
