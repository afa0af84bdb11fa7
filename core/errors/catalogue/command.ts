// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

/** What a command is asked for and does not have. */
export const COMMAND_FAULTS = {
  SFP_EXPLAIN_UNKNOWN: {
    what: 'there is no error code "{code}"',
    hint: 'did you mean {nearest}? "sfprocessor list codes" tells all of them',
  },
  SFP_LOG_FILE: {
    what: 'the log file {file} cannot be written: {reason}',
    hint: 'give -logfile a path in a folder that exists and that the program may write to',
  },
  SFP_LIST_UNKNOWN: { what: 'there is no {kind} called "{name}"', hint: 'did you mean "{nearest}"?' },
} as const satisfies Record<string, FaultText>
