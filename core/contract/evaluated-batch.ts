// SPDX-License-Identifier: Apache-2.0
import { type Batch, CountedBatch } from './batch.js'

/** The eight priorities of syslog, and `high`, `medium`, `low`; most severe first. */
// biome-ignore format: read as one list
export const PRIORITIES = [
  'emergency', 'alert', 'critical', 'error', 'high', 'warning', 'medium', 'notice', 'informational', 'debug', 'low',
] as const
export type Priority = (typeof PRIORITIES)[number]

/** The number that JSON and ECS output carry: 3 high, 2 medium, 1 low. */
// biome-ignore format: a table
export function severityLevelOf(priority: Priority): 1 | 2 | 3 {
  switch (priority) {
    case 'emergency': case 'alert': case 'critical': case 'error': case 'high': return 3
    case 'warning': case 'medium': return 2
    case 'notice': case 'informational': case 'debug': case 'low': return 1
    default: return priority satisfies never
  }
}

/** What a rule says of itself in the output. */
export interface RuleMetadata {
  readonly name: string
  readonly description: string
  readonly priority: Priority
  readonly tags: readonly string[]
}

/** The rules that one record matched, in the order in which they are written. Equal matches share one object. */
export interface RuleMatches {
  readonly rules: readonly RuleMetadata[]
  /** Tags added by actions; they precede the rules' tags in the output. */
  readonly contextTags: readonly string[]
  /** What actions said of this record, in the order in which they said it; absent: nothing. */
  readonly fields?: ReadonlyMap<string, ActionFieldValue>
}

export type ActionFieldValue = string | number | bigint | boolean

/** Rows of a batch that go on after judging, in order, each with its verdict (null: no rule matched). */
export class EvaluatedBatch<B extends Batch> extends CountedBatch {
  readonly records: B
  readonly length: number
  /** Row numbers in `records`, ascending. */
  readonly rows: Uint32Array
  readonly matches: readonly (RuleMatches | null)[]

  /** Takes over the caller's hold on `records`. */
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

/** A whole batch, held by the caller, that nobody has judged. */
export function unevaluated<B extends Batch>(records: B): EvaluatedBatch<B> {
  const { length } = records
  return new EvaluatedBatch(
    records,
    Uint32Array.from({ length }, (_, row) => row),
    new Array<null>(length).fill(null),
  )
}
