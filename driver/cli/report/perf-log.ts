// SPDX-License-Identifier: Apache-2.0
import { costsIn, type RuleCost } from '../../../core/policy/engine/rule-costs.js'
import type { Log } from '../../process/log.js'
import type { Watcher } from './progress.js'
import type { RunSettings } from '../run-options.js'
import type { View } from '../../pipeline/view.js'

const SECONDS = 15
const RULES_NAMED = 3

/** With -perflog: what waits in each channel, what each stage took since the last line, and which rules cost most so far. */
export function startPerfLog(view: View, settings: RunSettings, log: Log): Watcher {
  if (!settings.perflog) return { stop() {} }
  let last = view.parts()
  const timer = setInterval(() => {
    const now = view.parts()
    const rates = now.map(({ name, taken }, index) => `${name} ${Math.round((taken - (last[index]?.taken ?? 0)) / SECONDS)}/s`)
    const queues = view.queues().map(({ name, depth }) => `${name} ${depth.records}`)
    const dear = now.flatMap(({ report }) => costsIn(report).slice(0, RULES_NAMED))
    const rules = dear.length === 0 ? '' : `; most expensive rules: ${dear.map(textOf).join(', ')}`
    log.perf(`queues: ${queues.join(', ')}; records: ${rates.join(', ')}${rules}`)
    last = now
  }, SECONDS * 1000)
  return { stop: () => clearInterval(timer) }
}

const textOf = ({ rule, seconds }: RuleCost): string => `${rule} ${seconds.toFixed(3)} s`
