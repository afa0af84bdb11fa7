// SPDX-License-Identifier: Apache-2.0
import type { Plugin, SubcomponentPlugin } from '../../core/contract/plugin.js'
import { type FoundModule, moduleFault } from './found-module.js'
import type { Registry } from './registry.js'

/** The processor whose section contains the settings of such components. */
const STAGE_OF: Readonly<Record<SubcomponentPlugin['kind'], string>> = {
  handler: 'sysflowreader',
  action: 'policyengine',
  encoder: 'exporter',
  transport: 'exporter',
}

/** Throws a fault if a key of a new component is already used in the section that contains it. */
export function checkOptionKeys(plugin: Plugin, registry: Registry, found: FoundModule): void {
  if (plugin.kind === 'driver' || plugin.kind === 'processor') return
  const stage = STAGE_OF[plugin.kind]
  const parts = registry.plugins.filter(known => isPartPlugin(known) && STAGE_OF[known.kind] === stage)
  const known = registry.find('processor', stage)?.options.properties ?? {}
  for (const [key, option] of Object.entries(plugin.options.properties)) {
    const owner = parts.find(part => Object.hasOwn(part.options.properties, key))
    if (!owner && !Object.hasOwn(known, key)) continue
    // Encoders with the same name for several channel types are one encoder to the user.
    if (owner?.name === plugin.name && owner.options.properties[key] === option) continue
    const by = owner ? `${owner.kind} "${owner.name}"` : `stage "${stage}"`
    throw moduleFault(found, 'SFP_PLUGIN_OPTIONS', `its option "${key}" is one of ${by} already: rename it`)
  }
}

/** Throws a fault if a new plugin has an adapter for a channel type that already has one. */
export function checkAdapterChannels(plugin: Plugin, registry: Registry, found: FoundModule): void {
  for (const adapter of plugin.adapters ?? []) {
    for (const channel of [adapter.channel, adapter.evaluatedChannel]) {
      const known: unknown = registry.adapter(channel)
      if (known !== undefined && known !== adapter)
        throw moduleFault(found, 'SFP_PLUGIN_SHAPE', `the adapter for records of ${channel} already exists: remove this adapter`)
    }
  }
}

/** Throws a fault if an error code of a new plugin is already used. Plugins of one module may share a catalogue. */
export function checkErrorCodes({ errors = {} }: Plugin, registry: Registry, found: FoundModule): void {
  const known = registry.errors
  const taken = Object.entries(errors).find(([code, text]) => known[code] !== undefined && known[code] !== text)
  if (taken) throw moduleFault(found, 'SFP_PLUGIN_SHAPE', `the error code ${taken[0]} exists already: rename it`)
}

const isPartPlugin = (plugin: Plugin): plugin is SubcomponentPlugin => plugin.kind in STAGE_OF
