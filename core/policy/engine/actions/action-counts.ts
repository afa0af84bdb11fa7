// SPDX-License-Identifier: Apache-2.0
import { isObject } from '../../../contract/objects.js'
import type { Report } from '../../../contract/report.js'

/** The counts of one action of an engine. */
export interface ActionCounts {
  readonly name: string
  readonly runs: number
  readonly faults: number
}

/** The action counts in an engine's report; empty if no rule has an action. */
export function actionCountsIn({ actions }: Report): readonly ActionCounts[] {
  if (!isObject(actions)) return []
  return Object.entries(actions).flatMap(([name, counts]) =>
    isObject(counts) ? [{ name, runs: Number(counts.runs), faults: Number(counts.faults) }] : [],
  )
}
