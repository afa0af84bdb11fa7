// SPDX-License-Identifier: Apache-2.0
import type { ExitCode } from '../../exit-codes.js'
import type { PluginFigures } from '../../loader/plugin-figures.js'
import { type PartSummary, type PipelineView, recordsRead } from '../../pipeline/pipeline-view.js'

/** The result of a run; `-summary json` prints this object. */
export interface RunSummary {
  readonly exit: ExitCode
  /** False: aborted, so the record counts need not add up. */
  readonly complete: boolean
  /** True: stopped before the end of the input on request. */
  readonly stopped: boolean
  readonly seconds: number
  /** Records that the drivers read. */
  readonly records: number
  readonly recordsPerSecond: number
  /** Components in the order of the pipeline, drivers first. */
  readonly parts: readonly PartSummary[]
  /** External plugins; absent: there are none. */
  readonly plugins?: readonly PluginFigures[]
}

export function summarize(
  view: PipelineView,
  run: { readonly seconds: number; readonly isComplete: boolean; readonly isStopped: boolean; readonly exit: ExitCode },
  pluginFigures: () => readonly PluginFigures[] = () => [],
): RunSummary {
  const records = recordsRead(view)
  const parts = view.parts()
  // Last, since a failing report is a plugin error too and must be counted.
  const plugins = pluginFigures()
  return {
    exit: run.exit,
    complete: run.isComplete,
    stopped: run.isStopped,
    seconds: Math.round(run.seconds * 1000) / 1000,
    records,
    recordsPerSecond: Math.round(records / Math.max(run.seconds, 1e-3)),
    parts,
    ...(plugins.length > 0 && { plugins }),
  }
}
