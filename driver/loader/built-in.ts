// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Transport } from '../../core/contract/exporter.js'
import type { Components, Plugin, Screen } from '../../core/contract/plugin.js'
import { BUILT_IN_ENCODERS } from '../../core/exporter/encoders/built-in-encoders.js'
import { exporterPlugin } from '../../core/exporter/exporter-plugin.js'
import { BUILT_IN_TRANSPORTS } from '../../core/exporter/transports/built-in-transports.js'
import { logAction } from '../../core/policy/actions/log.js'
import { tagAction } from '../../core/policy/actions/tag.js'
import type { LoadPolicies } from '../../core/policy/engine/load-plan.js'
import { policyEngine } from '../../core/policy/engine/plugin.js'
import { OTEL_ERRORS } from '../../plugins/otel/errors.js'
import { otelFileDriver, otelKafkaDriver } from '../../plugins/otel/otel-plugins.js'
import { fileDriver } from '../../plugins/sysflow/drivers/file-driver.js'
import { socketDriver } from '../../plugins/sysflow/drivers/socket/socket-driver.js'
import { SYSFLOW_ERRORS } from '../../plugins/sysflow/errors.js'
import { contextHandler, flattenerHandler } from '../../plugins/sysflow/handlers.js'
import { sysflowProcessor } from '../../plugins/sysflow/sysflow-processor.js'
import { sysflowReader } from '../../plugins/sysflow/sysflow-reader.js'
import { Registry } from './registry.js'

/** What built-in components need from the program. */
export interface Dependencies {
  readonly stdout: Writable
  readonly screen?: Screen | undefined
  readonly version: string
  /** Where the program keeps what it need not make twice; undefined: nowhere. */
  readonly cacheFolder?: string | undefined
  /** Where the pages of an exporter go instead of to its target, by the name of its stage. */
  readonly overrideTransport?: ((stage: string) => Transport) | undefined
}

/** A registry of all that is built in. Stages are made of what it holds when they are made, so plugins may join it until then. */
export function builtInRegistry(dependencies: Dependencies): Registry {
  const registry = new Registry()
  for (const plugin of builtInPlugins(dependencies, registry)) registry.add(plugin)
  for (const errors of [SYSFLOW_ERRORS, OTEL_ERRORS]) registry.addErrors(errors)
  return registry
}

const builtInPlugins = (dependencies: Dependencies, components: Components): readonly Plugin[] => [
  flattenerHandler,
  contextHandler,
  fileDriver,
  socketDriver,
  otelFileDriver,
  otelKafkaDriver,
  sysflowReader(components),
  sysflowProcessor(components),
  policyEngine(components, policyLoader(dependencies)),
  tagAction,
  logAction(components),
  exporterPlugin(
    { stdout: dependencies.stdout, screen: dependencies.screen, version: dependencies.version },
    components,
    dependencies.overrideTransport,
  ),
  ...BUILT_IN_ENCODERS,
  ...BUILT_IN_TRANSPORTS,
]

/** The language, with its parser, is loaded when there are rules to read: that takes longer than judging a small trace. */
const policyLoader =
  ({ version, cacheFolder }: Dependencies): LoadPolicies =>
  async (paths, attributes, recordTypes, { log, disabledOptimizations }) => {
    const { loadCachedPolicies, PolicyCache } = await import('../../core/policy/language/cache/load-cached-policies.js')
    const isCached = cacheFolder !== undefined && !disabledOptimizations.has('policy-cache')
    const cache = isCached ? new PolicyCache(join(cacheFolder, 'policies'), version, log) : undefined
    return loadCachedPolicies(paths, attributes, recordTypes, cache)
  }
