// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs'
import { Fault } from '../../core/errors/fault.js'
import { firstLineOf } from '../../core/errors/reason.js'
import type { Validator } from '../config/validate.js'
import { checkKeys, checkSources } from './check-keys.js'
import { type FoundModule, faultOf } from './found-module.js'
import { loadModule } from './load-module.js'
import { bindOwnImports } from './own-imports.js'
import type { Registry } from './registry.js'
import type { Strays } from './strays.js'
import { pluginsOf } from './verify.js'

export interface Loading {
  readonly validator: Validator
  readonly strays: Strays
  /** Seconds that a module may take to load. */
  readonly patience?: number | undefined
}

/** Runs modules, one after the other, and adds their plugins to the registry. Gives what is wrong with them. */
export async function loadPlugins(
  modules: readonly FoundModule[],
  registry: Registry,
  { validator, strays, patience }: Loading,
): Promise<Fault[]> {
  const faults: Fault[] = []
  const seen = new Set<string>()
  await bindOwnImports()
  for (const found of modules) {
    try {
      // Whatever ways lead to a file, it is loaded once.
      const file = realpathSync(found.file)
      if (seen.has(file)) continue
      seen.add(file)
      strays.suspect(found)
      const plugins = pluginsOf(await loadModule(found, patience), found, validator)
      strays.know(plugins)
      for (const plugin of plugins) {
        checkSources(plugin, registry, found)
        checkKeys(plugin, registry, found)
        registry.add(plugin, found.file)
      }
    } catch (error) {
      faults.push(asFault(error, found))
    }
  }
  return faults
}

/** Where the settings name a module, what is wrong with it is shown there. */
function asFault(error: unknown, found: FoundModule): Fault {
  if (!(error instanceof Fault)) return faultOf(found, 'SFP_PLUGIN_BROKEN', firstLineOf(error), { cause: error })
  if (!found.place || error.place) return error
  return new Fault(error.code, error.details, { place: found.place, cause: error })
}
