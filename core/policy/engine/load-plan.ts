// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Source } from '../../contract/source.js'
import type { Host } from '../../contract/stage.js'
import type { Fault } from '../../errors/fault.js'
import type { Plan } from '../compile/plan.js'
import type { Seat } from '../compile/seats.js'
import type { KnownNames } from '../language/meaning.js'
import type { Policy } from '../policy.js'

/** The language's door, as the engine needs it: text at `paths` → a checked policy. Throws all faults together. */
export type LoadPolicies = (
  paths: readonly string[],
  vocabulary: KnownNames,
  recordTypes: readonly string[],
  host: Pick<Host, 'log' | 'without' | 'perflog'>,
) => LoadedPolicy | Promise<LoadedPolicy>

export interface LoadedPolicy {
  readonly policy: Policy
  readonly warnings: readonly Fault[]
}

export interface LoadedPlan<B extends Batch> {
  readonly plan: Plan<B>
  readonly warnings: readonly Fault[]
}

export async function loadPlan<B extends Batch>(
  path: string,
  source: Source<B>,
  seats: readonly Seat[],
  load: LoadPolicies,
  host: Pick<Host, 'log' | 'without' | 'perflog'>,
): Promise<LoadedPlan<B>> {
  // An engine without rules, or a program that only prints its version, does not wait for the regular expressions.
  const { plan } = await import('../compile/plan.js')
  const { policy, warnings } = await load([path], source.vocabulary, source.recordTypes, host)
  return {
    plan: plan(policy, source, seats, host.without, host.perflog ? () => performance.now() : null),
    warnings,
  }
}
