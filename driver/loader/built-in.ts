// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { Family } from '../../core/contract/family.js'
import type { RecordAdapter } from '../../core/contract/record-adapter.js'
import { otel } from '../../plugins/otel/index.js'
import { sysflow } from '../../plugins/sysflow/index.js'
import type { Dependencies } from './core-plugins.js'
import type { Registry } from './registry.js'

/** The built-in families. No other file of the program names them. The first one is the default of the tools. */
export const FAMILIES: readonly Family[] = [sysflow, otel]

/** A registry of all built-in components. Plugins may be added until stages are created from it. */
export async function builtInRegistry(dependencies: Dependencies): Promise<Registry> {
  const [{ Registry }, { corePlugins }] = await Promise.all([import('./registry.js'), import('./core-plugins.js')])
  const registry = new Registry()
  const plugins = await Promise.all(FAMILIES.map(family => family.plugins({ components: registry })))
  for (const plugin of [...plugins.flat(), ...corePlugins(dependencies, registry)]) registry.add(plugin)
  const declared = await Promise.all(FAMILIES.map(async family => ({ name: family.name, errors: await family.errors?.() })))
  for (const { name, errors } of declared) if (errors) registry.addFamilyErrors(name, errors)
  return registry
}

/** The adapters of all families, without the components that use them. */
export async function builtInAdapters(): Promise<readonly RecordAdapter<Batch>[]> {
  const adapters = await Promise.all(FAMILIES.map(family => family.adapters()))
  // A channel of a type carries batches that the adapter of this type can read.
  return adapters.flat() as unknown as readonly RecordAdapter<Batch>[]
}
