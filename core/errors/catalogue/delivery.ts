// SPDX-License-Identifier: Apache-2.0
import type { FaultText } from '../fault-text.js'

export const DELIVERY_FAULTS = {
  SFP_DELIVERY_AGAIN: {
    what: 'the target does not take records: {reason}',
    hint: 'they are sent again, and what follows waits.',
  },
  SFP_DELIVERY_GIVEN_UP: {
    what: 'the target took no records for {seconds} s: {reason}',
    hint: 'mend the target, give it more time with "retry.seconds", or keep records on disk with "spool.path".',
  },
  SFP_DELIVERY_REFUSED: {
    what: 'the target refused {records} records, the first because {reason}',
    hint: 'with "deadletter.path" such records are kept, each with its reason.',
  },
  SFP_DELIVERY_DEAD_LETTERS: { what: 'dead letters cannot be kept: {reason}', hint: 'the records are lost and counted.' },
} as const satisfies Record<string, FaultText>
