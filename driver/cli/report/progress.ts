// SPDX-License-Identifier: Apache-2.0
import { type Paint, plain } from '../../../core/terminal/paint.js'
import { isTerminal, paintOn } from '../colour.js'
import type { World } from '../../pipeline/prepare.js'
import type { RunSettings } from '../run-options.js'
import { shortNumber } from './short-number.js'
import { recordsOf, type View } from '../../pipeline/view.js'

export interface Watcher {
  stop(): void
}

/**
 * A line on the terminal that shows how far a long run has come. Only where somebody looks at it, and where records do not
 * go to the same screen.
 */
export function startProgress(view: View, settings: RunSettings, { stdout, stderr, environment }: World): Watcher {
  const isShown = isTerminal(stderr) && !settings.quiet && !(isTerminal(stdout) && printsRecords(view))
  if (!isShown) return { stop() {} }
  const begin = performance.now()
  const paint = paintOn(stderr, environment)
  let isDrawn = false
  const timer = setInterval(() => {
    const seconds = (performance.now() - begin) / 1000
    if (seconds < 1) return
    isDrawn = true
    stderr.write(`\r\x1b[2K${progressLine(view, seconds, paint)}`)
  }, 250)
  return {
    stop() {
      clearInterval(timer)
      if (isDrawn) stderr.write('\r\x1b[2K')
    },
  }
}

/** "  45 %  1.2 M records  2.1 M/s"; a file that grows meanwhile is read further than its size was. */
export function progressLine(view: View, seconds: number, paint: Paint = plain): string {
  const records = recordsOf(view)
  const { done, total } = view.progress() ?? { done: 0, total: 0 }
  const percent = total > 0 ? `${Math.min(100, Math.floor((100 * done) / total))} %`.padStart(6) : ''
  return `${paint(percent, 'good')}  ${paint(shortNumber(records), 'head')} records  ${paint(`${shortNumber(records / seconds)}/s`, 'quiet')}`
}

const printsRecords = (view: View): boolean => view.parts().some(({ report }) => report.transport === 'terminal')
