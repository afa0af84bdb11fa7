// SPDX-License-Identifier: Apache-2.0
import { type OracleEvent, unwrapped } from './oracle.js'

/**
 * Differences between our alerts and the reference's on the recorded traces. As in `known-differences.ts`, each entry depends
 * only on the trace, and a test asserts the number of records that it affects.
 */
export interface AlertDifference {
  readonly quirk: string
  readonly rule: string
  readonly change: string
  readonly reason: string
  /** The rule does not match such a record. */
  readonly misses: (truth: OracleEvent) => boolean
  /** The rule that matches it instead, as name|priority|description. */
  readonly instead?: string
}

const isOnHost = ({ process, container }: OracleEvent): boolean => process !== undefined && container === undefined

export const RUNTIMEINTEGRITY_DIFFERENCES: readonly AlertDifference[] = [
  {
    quirk: 'Q30',
    rule: 'Interactive login detected',
    change: 'on the host "Interactive login to host system detected" matches instead',
    reason: 'the original sets the container type DOCKER for processes on the host',
    misses: isOnHost,
    instead: 'Interactive login to host system detected|3|Interactive login to host detected',
  },
  {
    quirk: 'Q30',
    rule: 'Unauthorized installer detected',
    change: 'does not match on the host, because the rule requires a container',
    reason: 'the original sets the container type DOCKER for processes on the host',
    misses: isOnHost,
  },
  {
    quirk: 'Q55',
    rule: 'Non sudo setuid',
    change: 'does not match for root, as the rule says',
    reason:
      'sf.proc.username in the rule is not an attribute: the original compares the name as a text, this program reads it as sf.proc.user',
    misses: ({ process }) => unwrapped(process?.userName) === 'root',
  },
]

/** Number of records that each difference affects, of 2,248 alerts in golden/alerts-runtimeintegrity. */
export const RUNTIMEINTEGRITY_AFFECTED: Readonly<Record<string, number>> = {
  'Q30 Interactive login detected': 212,
  'Q30 Unauthorized installer detected': 4,
  'Q55 Non sudo setuid': 23,
}
