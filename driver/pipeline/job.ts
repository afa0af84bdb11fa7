// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '../../core/errors/fault.js'
import { audit } from './audit.js'
import { build, type HostOf, type Pipeline } from './build.js'
import { checkHealth } from './check-health.js'
import type { Wiring } from './wiring.js'
import { type View, viewOf } from './view.js'

/** A pipeline that is ready to run, in this thread alone or with others. */
export interface Job {
  /** What runs in this thread. */
  readonly pipeline: Pipeline
  readonly view: View
  /** What the health checks found. */
  readonly health: readonly Fault[]
  /** After a run that was not aborted: where the books do not balance; undefined if they could not be closed. */
  audit(quitters: ReadonlySet<string>): readonly Fault[] | undefined
}

/** `reads`: false if it will not be run; `stop` also ends a start that does not come about. Throws what keeps it from starting. */
export async function startAlone(wiring: Wiring, hostOf: HostOf, reads: boolean, stop?: AbortSignal): Promise<Job> {
  const pipeline = await build(wiring, hostOf, { reads, ...(stop && { stop }) })
  return {
    pipeline,
    view: viewOf(pipeline),
    health: await checkHealth(pipeline),
    audit: quitters => audit(pipeline, quitters),
  }
}
