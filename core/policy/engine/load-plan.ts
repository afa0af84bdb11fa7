// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Host } from '../../contract/host.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import type { Fault } from '../../errors/fault.js'
import type { CacheKey } from '../compile/cache-keys.js'
import type { PolicyPlan } from '../compile/plan.js'
import type { AttributeLookup } from '../language/operand-meaning.js'
import type { Policy } from '../policy.js'

/** The language front end for the engine: reads the texts at `paths` into a checked policy. Throws all faults together. */
export type LoadPolicies = (
  paths: readonly string[],
  attributes: AttributeLookup,
  recordTypes: readonly string[],
  host: Pick<Host, 'log' | 'disabledOptimizations' | 'perflog'>,
) => CheckedPolicy | Promise<CheckedPolicy>

export interface CheckedPolicy {
  readonly policy: Policy
  readonly warnings: readonly Fault[]
}

export interface LoadedPlan<B extends Batch> {
  readonly plan: PolicyPlan<B>
  readonly warnings: readonly Fault[]
}

export async function loadPlan<B extends Batch>(
  path: string,
  adapter: RecordAdapter<B>,
  cacheKeys: readonly CacheKey[],
  load: LoadPolicies,
  host: Pick<Host, 'log' | 'disabledOptimizations' | 'perflog'>,
): Promise<LoadedPlan<B>> {
  // Imported late: an engine without rules, or a program that only prints its version, does not load the regular expressions.
  const { createPlan } = await import('../compile/plan.js')
  const { policy, warnings } = await load([path], adapter.attributes, adapter.recordTypes, host)
  return {
    plan: createPlan(policy, adapter, cacheKeys, host.disabledOptimizations, host.perflog ? () => performance.now() : null),
    warnings,
  }
}
