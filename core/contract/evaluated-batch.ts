// SPDX-License-Identifier: Apache-2.0
import { type Batch, CountedBatch } from './batch.js'

/** The eight priorities of syslog, and `high`, `medium`, `low`; most severe first. */
// biome-ignore format: read as one list
export const PRIORITIES = [
  'emergency', 'alert', 'critical', 'error', 'high', 'warning', 'medium', 'notice', 'informational', 'debug', 'low',
] as const
export type Priority = (typeof PRIORITIES)[number]

/** The severity number in JSON and ECS output: 3 high, 2 medium, 1 low. */
// biome-ignore format: a table
export function severityLevelOf(priority: Priority): 1 | 2 | 3 {
  switch (priority) {
    case 'emergency': case 'alert': case 'critical': case 'error': case 'high': return 3
    case 'warning': case 'medium': return 2
    case 'notice': case 'informational': case 'debug': case 'low': return 1
    default: return priority satisfies never
  }
}

/** The part of a rule that the output contains. */
export interface RuleMetadata {
  readonly name: string
  readonly description: string
  readonly priority: Priority
  readonly tags: readonly string[]
}

/** The rules that one record matched, in the order of the policy. Records with equal matches share one object. */
export interface RuleMatches {
  readonly rules: readonly RuleMetadata[]
  /** Tags added by actions. They precede the tags of the rules in the output. */
  readonly contextTags: readonly string[]
  /** Fields that actions added to this record, in the order of addition. Absent if there are none. */
  readonly fields?: ReadonlyMap<string, ActionFieldValue>
}

export type ActionFieldValue = string | number | bigint | boolean

/** The rows of a batch that remain after evaluation, in order, each with its rule matches (null: no rule matched). */
export class EvaluatedBatch<B extends Batch> extends CountedBatch {
  readonly records: B
  readonly length: number
  /** Row numbers in `records`, ascending. */
  readonly rows: Uint32Array
  readonly matches: readonly (RuleMatches | null)[]

  /** Takes over the caller's reference to `records`. */
  constructor(records: B, rows: Uint32Array, matches: readonly (RuleMatches | null)[]) {
    super()
    this.records = records
    this.rows = rows
    this.matches = matches
    this.length = rows.length
  }

  protected override recycle(): void {
    this.records.release()
  }
}

/** Wraps a whole batch that no policy engine has evaluated. The caller's reference is taken over. */
export function unevaluated<B extends Batch>(records: B): EvaluatedBatch<B> {
  const { length } = records
  return new EvaluatedBatch(
    records,
    Uint32Array.from({ length }, (_, row) => row),
    new Array<null>(length).fill(null),
  )
}
