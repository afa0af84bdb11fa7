// SPDX-License-Identifier: Apache-2.0
import type { PartPlugin, Plugin } from '../../core/contract/plugin.js'
import { type FoundModule, faultOf } from './found-module.js'
import type { Registry } from './registry.js'

/** The processor whose section holds the settings of such components. */
const STAGE_OF: Readonly<Record<PartPlugin['kind'], string>> = {
  handler: 'sysflowreader',
  action: 'policyengine',
  encoder: 'exporter',
  transport: 'exporter',
}

/** Throws a fault if a key of a new component has a meaning already in the section that it would stand in. */
export function checkKeys(plugin: Plugin, registry: Registry, found: FoundModule): void {
  if (plugin.kind === 'driver' || plugin.kind === 'processor') return
  const stage = STAGE_OF[plugin.kind]
  const parts = registry.plugins.filter(known => isPart(known) && STAGE_OF[known.kind] === stage)
  const known = registry.find('processor', stage)?.options.properties ?? {}
  for (const [key, option] of Object.entries(plugin.options.properties)) {
    const holder = parts.find(part => Object.hasOwn(part.options.properties, key))
    if (!holder && !Object.hasOwn(known, key)) continue
    // Encoders of one name for several channel types are one to the user.
    if (holder?.name === plugin.name && holder.options.properties[key] === option) continue
    const by = holder ? `${holder.kind} "${holder.name}"` : `stage "${stage}"`
    throw faultOf(found, 'SFP_PLUGIN_OPTIONS', `its option "${key}" is one of ${by} already: rename it`)
  }
}

/** Throws a fault if a source of a new plugin is for records that have one. */
export function checkSources(plugin: Plugin, registry: Registry, found: FoundModule): void {
  for (const source of plugin.sources ?? []) {
    for (const channel of [source.channel, source.judged]) {
      const known: unknown = registry.source(channel)
      if (known !== undefined && known !== source)
        throw faultOf(
          found,
          'SFP_PLUGIN_SHAPE',
          `how records of ${channel} are seen has been said by another: leave that source out`,
        )
    }
  }
}

const isPart = (plugin: Plugin): plugin is PartPlugin => plugin.kind in STAGE_OF
