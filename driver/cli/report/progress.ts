// SPDX-License-Identifier: Apache-2.0

import { isTerminal, styleFor } from '../../../core/terminal/color.js'
import { type ApplyStyle, unstyled } from '../../../core/terminal/style.js'
import type { RunSettings } from '../../config/run-settings.js'
import { type PipelineView, recordsRead } from '../../pipeline/pipeline-view.js'
import type { ProcessContext } from '../../process/process-context.js'
import { shortNumber } from './short-number.js'

export interface PeriodicReporter {
  stop(): void
}

/**
 * A line on the terminal that shows the progress of a long run. It appears only on a terminal, and only if the records do not
 * go to the same terminal.
 */
export function startProgress(
  view: PipelineView,
  settings: RunSettings,
  { stdout, stderr, environment }: ProcessContext,
): PeriodicReporter {
  const isShown = isTerminal(stderr) && !settings.quiet && !(isTerminal(stdout) && printsRecords(view))
  if (!isShown) return { stop() {} }
  const begin = performance.now()
  const style = styleFor(stderr, environment)
  let isDrawn = false
  const timer = setInterval(() => {
    const seconds = (performance.now() - begin) / 1000
    if (seconds < 1) return
    isDrawn = true
    stderr.write(`\r\x1b[2K${progressLine(view, seconds, style)}`)
  }, 250)
  return {
    stop() {
      clearInterval(timer)
      if (isDrawn) stderr.write('\r\x1b[2K')
    },
  }
}

/** "  45 %  1.2 M records  2.1 M/s"; a file that grows during the run is read beyond its initial size. */
export function progressLine(view: PipelineView, seconds: number, style: ApplyStyle = unstyled): string {
  const records = recordsRead(view)
  const { done, total } = view.progress() ?? { done: 0, total: 0 }
  const percent = total > 0 ? `${Math.min(100, Math.floor((100 * done) / total))} %`.padStart(6) : ''
  return `${style(percent, 'good')}  ${style(shortNumber(records), 'head')} records  ${style(`${shortNumber(records / seconds)}/s`, 'quiet')}`
}

const printsRecords = (view: PipelineView): boolean => view.parts().some(({ report }) => report.transport === 'terminal')
