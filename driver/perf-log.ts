// SPDX-License-Identifier: Apache-2.0
import type { Log } from './log.js'
import type { RunSettings } from './options.js'
import type { Watcher } from './progress.js'
import type { View } from './view.js'

const SECONDS = 15

/** With -perflog: what waits in each channel, and what each stage took since the last line. */
export function startPerfLog(view: View, settings: RunSettings, log: Log): Watcher {
  if (!settings.perflog) return { stop() {} }
  let last = view.parts()
  const timer = setInterval(() => {
    const now = view.parts()
    const rates = now.map(({ name, taken }, index) => `${name} ${Math.round((taken - (last[index]?.taken ?? 0)) / SECONDS)}/s`)
    const queues = view.queues().map(({ name, waiting }) => `${name} ${waiting}`)
    log.perf(`queues: ${queues.join(', ')}; records: ${rates.join(', ')}`)
    last = now
  }, SECONDS * 1000)
  return { stop: () => clearInterval(timer) }
}
