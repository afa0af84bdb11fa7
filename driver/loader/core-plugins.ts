// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Transport } from '../../core/contract/exporter.js'
import type { Components, Plugin, Screen } from '../../core/contract/plugin.js'
import { BUILT_IN_ENCODERS } from '../../core/exporter/encoders/built-in-encoders.js'
import { exporterPlugin } from '../../core/exporter/exporter-plugin.js'
import { builtInTransports } from '../../core/exporter/transports/built-in-transports.js'
import { logAction } from '../../core/policy/actions/log.js'
import { tagAction } from '../../core/policy/actions/tag.js'
import type { LoadPolicies } from '../../core/policy/engine/load-plan.js'
import { policyEngine } from '../../core/policy/engine/plugin.js'

/** What built-in components need from the program. */
export interface Dependencies {
  readonly stdout: Writable
  readonly screen?: Screen | undefined
  readonly version: string
  /** The folder of cached results; undefined: no cache. */
  readonly cacheFolder?: string | undefined
  /** Replaces the target of an exporter's chunks, by the name of its stage. */
  readonly overrideTransport?: ((stage: string) => Transport) | undefined
}

/** The components that work with every record type. */
export const corePlugins = (dependencies: Dependencies, components: Components): readonly Plugin[] => [
  policyEngine(components, policyLoader(dependencies)),
  tagAction,
  logAction(components),
  exporterPlugin(
    { stdout: dependencies.stdout, screen: dependencies.screen, version: dependencies.version },
    components,
    dependencies.overrideTransport,
  ),
  ...BUILT_IN_ENCODERS,
  ...builtInTransports(DEFAULT_TARGET_NAME),
]

/** The default name of the first release for indices, objects and syslog messages. */
const DEFAULT_TARGET_NAME = 'sysflow'

/** The policy language with its parser is loaded only if there are rules: loading takes longer than evaluating a small trace. */
const policyLoader =
  ({ version, cacheFolder }: Dependencies): LoadPolicies =>
  async (paths, attributes, recordTypes, { log, disabledOptimizations }) => {
    const { loadCachedPolicies, PolicyCache } = await import('../../core/policy/language/cache/load-cached-policies.js')
    const isCached = cacheFolder !== undefined && !disabledOptimizations.has('policy-cache')
    const cache = isCached ? new PolicyCache(join(cacheFolder, 'policies'), version, log) : undefined
    return loadCachedPolicies(paths, attributes, recordTypes, cache)
  }
