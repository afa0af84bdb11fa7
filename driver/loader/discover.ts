// SPDX-License-Identifier: Apache-2.0
import { type Fault, Faults } from '../../core/errors/fault.js'
import type { Validator } from '../config/options/validate.js'
import { findModules, type PluginSearch } from './plugin-search.js'
import type { Registry } from './registry.js'
import { UncaughtErrors } from './uncaught-errors.js'

/** Loads plugins into the registry. Returns warnings; all errors are thrown together. */
export async function discoverPlugins(
  search: PluginSearch,
  registry: Registry,
  validator: Validator,
  uncaughtErrors = new UncaughtErrors(),
  timeoutSeconds?: number,
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  const modules = findModules(search, faults)
  // Most runs have no plugins and do not need the loader.
  if (modules.length > 0) {
    const { loadPlugins } = await import('./load-plugins.js')
    faults.push(...(await loadPlugins(modules, registry, { validator, uncaughtErrors, timeoutSeconds })))
  }
  if (faults.some(({ level }) => level === 'error')) throw new Faults(faults)
  return faults
}
