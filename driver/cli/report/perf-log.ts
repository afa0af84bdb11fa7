// SPDX-License-Identifier: Apache-2.0

import { costsIn, type RuleCost } from '../../../core/policy/engine/rule-costs.js'
import type { RunSettings } from '../../config/run-settings.js'
import type { PipelineView } from '../../pipeline/pipeline-view.js'
import type { Log } from '../../process/log.js'
import type { PeriodicReporter } from './progress.js'

const INTERVAL_SECONDS = 15
const MAX_RULES_LISTED = 3

/** With -perflog: logs channel depths, the records of each stage since the last line, and the most expensive rules so far. */
export function startPerfLog(view: PipelineView, settings: RunSettings, log: Log): PeriodicReporter {
  if (!settings.perflog) return { stop() {} }
  let last = view.parts()
  const timer = setInterval(() => {
    const now = view.parts()
    const rates = now.map((part, index) => `${part.name} ${Math.round((part.in - (last[index]?.in ?? 0)) / INTERVAL_SECONDS)}/s`)
    const queues = view.queues().map(({ name, depth }) => `${name} ${depth.records}`)
    const costliestRules = now.flatMap(({ report }) => costsIn(report).slice(0, MAX_RULES_LISTED))
    const rules = costliestRules.length === 0 ? '' : `; most expensive rules: ${costliestRules.map(costText).join(', ')}`
    log.perf(`queues: ${queues.join(', ')}; records: ${rates.join(', ')}${rules}`)
    last = now
  }, INTERVAL_SECONDS * 1000)
  return { stop: () => clearInterval(timer) }
}

const costText = ({ rule, seconds }: RuleCost): string => `${rule} ${seconds.toFixed(3)} s`
