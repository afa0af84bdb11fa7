// SPDX-License-Identifier: Apache-2.0
import type { Log } from './log.js'
import type { RunSettings } from './options.js'
import type { Pipeline } from './pipeline/build.js'
import type { Watcher } from './progress.js'

const SECONDS = 15

/** With -perflog: what waits in each channel, and what each stage took since the last line. */
export function startPerfLog(pipeline: Pipeline, settings: RunSettings, log: Log): Watcher {
  if (!settings.perflog) return { stop() {} }
  let last = takenOf(pipeline)
  const timer = setInterval(() => {
    const now = takenOf(pipeline)
    const rates = now.map(({ name, taken }, index) => `${name} ${Math.round((taken - (last[index]?.taken ?? 0)) / SECONDS)}/s`)
    const queues = [...pipeline.channels.values()].map(channel => `${channel.name} ${channel.waiting}`)
    log.perf(`queues: ${queues.join(', ')}; records: ${rates.join(', ')}`)
    last = now
  }, SECONDS * 1000)
  return { stop: () => clearInterval(timer) }
}

const takenOf = ({ drivers, stages }: Pipeline): { readonly name: string; readonly taken: number }[] => [
  ...drivers.map(({ name, driver }) => ({ name, taken: driver.ledger.taken })),
  ...stages.map(({ name, stage }) => ({ name, taken: stage.ledger.taken })),
]
