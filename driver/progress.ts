// SPDX-License-Identifier: Apache-2.0
import type { RunSettings } from './options.js'
import type { Pipeline } from './pipeline/build.js'
import type { World } from './prepare.js'
import { shortNumber } from './short-number.js'

export interface Watcher {
  stop(): void
}

/**
 * A line on the terminal that shows how far a long run has come. Only where somebody looks at it, and where records do not
 * go to the same screen.
 */
export function startProgress(pipeline: Pipeline, settings: RunSettings, { stdout, stderr }: World): Watcher {
  const isShown = isTerminal(stderr) && !settings.quiet && !(isTerminal(stdout) && printsRecords(pipeline))
  if (!isShown) return { stop() {} }
  const begin = performance.now()
  let isDrawn = false
  const timer = setInterval(() => {
    const seconds = (performance.now() - begin) / 1000
    if (seconds < 1) return
    isDrawn = true
    stderr.write(`\r\x1b[2K${progressLine(pipeline, seconds)}`)
  }, 250)
  return {
    stop() {
      clearInterval(timer)
      if (isDrawn) stderr.write('\r\x1b[2K')
    },
  }
}

/** "  45 %  1.2 M records  2.1 M/s" */
export function progressLine({ drivers }: Pipeline, seconds: number): string {
  const records = drivers.reduce((sum, { driver }) => sum + driver.ledger.taken, 0)
  const progress = drivers.map(({ driver }) => driver.progress?.())
  let [done, total] = [0, 0]
  for (const part of progress) {
    done += part?.done ?? 0
    total += part?.total ?? 0
  }
  const hasEnd = total > 0 && progress.every(part => part !== undefined)
  const percent = hasEnd ? `${Math.floor((100 * done) / total)} %`.padStart(6) : ''
  return `${percent}  ${shortNumber(records)} records  ${shortNumber(records / seconds)}/s`
}

const isTerminal = (stream: object): boolean => 'isTTY' in stream && stream.isTTY === true

const printsRecords = ({ stages }: Pipeline): boolean => stages.some(({ stage }) => stage.report?.().transport === 'terminal')
