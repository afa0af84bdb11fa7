// SPDX-License-Identifier: Apache-2.0
import { type Fault, Faults } from '../../core/errors/fault.js'
import type { Validator } from '../config/validate.js'
import type { Registry } from './registry.js'
import { modulesOf, type Search } from './search.js'
import { Strays } from './strays.js'

/** Loads plugins into the registry. Gives warnings; everything else that is wrong is told together. `patience` in seconds. */
export async function discover(
  search: Search,
  registry: Registry,
  validator: Validator,
  strays = new Strays(),
  patience?: number,
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  const modules = modulesOf(search, faults)
  // Most runs have no plugins, and need not load what loads them.
  if (modules.length > 0) {
    const { loadPlugins } = await import('./load-plugins.js')
    faults.push(...(await loadPlugins(modules, registry, { validator, strays, patience })))
  }
  if (faults.some(({ level }) => level === 'error')) throw new Faults(faults)
  return faults
}
