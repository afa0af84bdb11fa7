// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs'
import { Fault } from '../../core/errors/fault.js'
import { firstLineOf } from '../../core/errors/reason.js'
import type { Validator } from '../config/options/validate.js'
import { checkAdapterChannels, checkErrorCodes, checkOptionKeys } from './check-keys.js'
import { type FoundModule, moduleFault } from './found-module.js'
import { loadModule } from './load-module.js'
import { redirectProgramImports } from './program-imports.js'
import type { Registry } from './registry.js'
import type { UncaughtErrors } from './uncaught-errors.js'
import { verifiedPlugins } from './verify-plugin.js'

export interface LoadPluginsOptions {
  readonly validator: Validator
  readonly uncaughtErrors: UncaughtErrors
  /** Seconds that a module may take to load. */
  readonly timeoutSeconds?: number | undefined
}

/** Runs modules one after the other and adds their plugins to the registry. Returns the faults. */
export async function loadPlugins(
  modules: readonly FoundModule[],
  registry: Registry,
  { validator, uncaughtErrors, timeoutSeconds }: LoadPluginsOptions,
): Promise<Fault[]> {
  const faults: Fault[] = []
  const seen = new Set<string>()
  await redirectProgramImports()
  for (const found of modules) {
    try {
      // A file is loaded once, even if several paths lead to it.
      const file = realpathSync(found.file)
      if (seen.has(file)) continue
      seen.add(file)
      uncaughtErrors.addModule(found)
      const plugins = verifiedPlugins(await loadModule(found, timeoutSeconds), found, validator)
      uncaughtErrors.setPlugins(plugins)
      for (const plugin of plugins) {
        checkAdapterChannels(plugin, registry, found)
        checkOptionKeys(plugin, registry, found)
        checkErrorCodes(plugin, registry, found)
        registry.add(plugin, found.file)
      }
    } catch (error) {
      faults.push(asFault(error, found))
    }
  }
  return faults
}

/** The fault is reported at the position in the settings that names the module, if there is one. */
function asFault(error: unknown, found: FoundModule): Fault {
  if (!(error instanceof Fault)) return moduleFault(found, 'SFP_PLUGIN_BROKEN', firstLineOf(error), { cause: error })
  if (!found.position || error.position) return error
  return error.with({ position: found.position, where: undefined, cause: error })
}
