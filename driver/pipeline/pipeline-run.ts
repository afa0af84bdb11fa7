// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '../../core/errors/fault.js'
import { auditLedgers } from './audit.js'
import { buildPipeline, type HostOf, type Pipeline } from './build.js'
import { checkHealth } from './check-health.js'
import { type PipelineView, pipelineViewOf } from './pipeline-view.js'
import type { Wiring } from './wiring.js'

/** A pipeline that is ready to run, in this thread alone or with worker threads. */
export interface PipelineRun {
  /** The components that run in this thread. */
  readonly pipeline: Pipeline
  readonly view: PipelineView
  /** Faults that the health checks found. */
  readonly health: readonly Fault[]
  /** After a run that was not aborted: faults if record counts do not add up; undefined if they could not be completed. */
  audit(endedEarly: ReadonlySet<string>): readonly Fault[] | undefined
}

/** `reads`: false if it will not be run; `stop` also ends a start that does not finish. Throws the errors of the start. */
export async function startSingleThreaded(
  wiring: Wiring,
  hostOf: HostOf,
  opensDrivers: boolean,
  stop?: AbortSignal,
): Promise<PipelineRun> {
  const pipeline = await buildPipeline(wiring, hostOf, { opensDrivers, ...(stop && { stop }) })
  return {
    pipeline,
    view: pipelineViewOf(pipeline),
    health: await checkHealth(pipeline),
    audit: endedEarly => auditLedgers(pipeline, endedEarly),
  }
}
