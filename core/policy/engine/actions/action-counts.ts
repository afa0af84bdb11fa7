// SPDX-License-Identifier: Apache-2.0
import { isReport, type Report } from '../../../contract/report.js'

/** How one action of an engine has fared. */
export interface ActionCounts {
  readonly name: string
  readonly runs: number
  readonly faults: number
}

/** What an engine's report tells of its actions; none where no rule had any. */
export function actionCountsIn({ actions }: Report): readonly ActionCounts[] {
  if (!isReport(actions)) return []
  return Object.entries(actions).flatMap(([name, counts]) =>
    isReport(counts) ? [{ name, runs: Number(counts.runs), faults: Number(counts.faults) }] : [],
  )
}
