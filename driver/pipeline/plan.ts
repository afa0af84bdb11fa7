// SPDX-License-Identifier: Apache-2.0
import type { ProcessorPlugin } from '../../core/contract/plugin.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { pluginFault } from '../../core/errors/plugin-fault.js'
import { INSIDE_OPTIONS, insideFaults } from '../config/admin-options.js'
import { type OptionsContext, type ResolvedOptions, resolveOptions } from '../config/resolve-options.js'
import { originText, type Section, type Settings, settingOf, whereOf } from '../config/settings.js'
import type { Registry } from '../loader/registry.js'
import { ChannelTable } from './channels.js'
import { type DriverChoice, type Planning, planDrivers } from './plan-drivers.js'
import type { ChannelPlan, StagePlan, Wiring } from './wiring.js'

/** Settings → wiring. Touches nothing but the settings it is given; throws all faults together. */
export function plan(settings: Settings, registry: Registry, choice: DriverChoice, context: OptionsContext): Wiring {
  const table = new ChannelTable(registry.channelTypes)
  const faults: Fault[] = []
  const planning: Planning = { settings, registry, choice, context, table, faults }
  const names = stageNames(settings.pipeline, faults)
  const stages = settings.pipeline.flatMap((section, index) => {
    const plugin = findProcessor(section, registry, faults)
    return plugin ? [planStage(planning, names[index] ?? plugin.name, section, plugin)] : []
  })
  const root = stages[0]?.inputs[0]
  const drivers = planDrivers(planning, root)
  // A fault so far may have left a channel with one end: that is a consequence, not another fault.
  if ([...faults, ...table.faults].every(fault => fault.level === 'warning')) {
    table.checkEnds()
    faults.push(...circles(stages, settings))
  }
  const inside = settings.inside && planInside(settings.inside, context, faults)
  const all = [...faults, ...table.faults]
  if (all.some(fault => fault.level === 'error')) throw new Faults(all)
  return {
    channels: table.channels,
    drivers,
    stages,
    ...(inside && { inside }),
    components: registry,
    source: type => registry.source(type),
    warnings: all,
  }
}

function planInside(section: Section, context: OptionsContext, faults: Fault[]): ResolvedOptions {
  const resolved = resolveOptions('"inside"', INSIDE_OPTIONS, section, [], context)
  faults.push(...resolved.faults)
  // What is of the wrong type would be objected to twice.
  if (resolved.faults.every(({ level }) => level === 'warning')) faults.push(...insideFaults(resolved.options, resolved.origins))
  return resolved
}

/** Keys of a stage's section that are not its component's. */
export const STAGE_KEYS = ['processor', 'name', 'in', 'out']

function planStage({ table, context, faults }: Planning, name: string, section: Section, plugin: ProcessorPlugin): StagePlan {
  const component = `stage "${name}"`
  const resolved = resolveOptions(component, plugin.options, section, STAGE_KEYS, context)
  faults.push(...resolved.faults)
  const input = settingOf(section, 'in')
  const output = settingOf(section, 'out')
  const at = { place: section.place }
  let inputs: readonly ChannelPlan[] = []
  let outputs: readonly ChannelPlan[] = []
  if (input) inputs = table.mention(input, component, 'read', plugin.accepts)
  else faults.push(new Fault('SFP_PIPELINE_NO_INPUT', { component, type: plugin.accepts[0] ?? 'TYPE' }, at))
  const unknown = unknownPart(plugin, resolved, section)
  if (unknown) faults.push(unknown)
  const offers = (unknown ? undefined : plugin.offersWith?.(resolved.options)) ?? plugin.offers
  if (offers.length === 0) {
    if (output) faults.push(new Fault('SFP_PIPELINE_LAST_STAGE', { component }, whereOf(output.origin)))
  } else if (output) outputs = table.mention(output, component, 'write', offers)
  else if (!unknown)
    faults.push(new Fault('SFP_PIPELINE_NO_OUTPUT', { component, type: offers[0] ?? 'TYPE' }, { ...at, level: 'warning' }))
  const wiredBy = { input: input ? originText(input.origin) : '', output: output ? originText(output.origin) : '' }
  return { ...resolved, name, plugin, inputs, outputs, wiredBy }
}

/** A component that the settings name and nobody knows: a fault whose detail `key` says where. */
function unknownPart(plugin: ProcessorPlugin, { options, origins }: ResolvedOptions, { place }: Section): Fault | undefined {
  try {
    plugin.parts?.(options)
    return undefined
  } catch (error) {
    const { code, details } = pluginFault(plugin, 'parts', error)
    const setting = origins.get(String(details.key))
    return new Fault(code, details, setting ? whereOf(setting.origin) : { place })
  }
}

/** The `name` of each stage, or its processor; the second exporter without a name is exporter#2. */
function stageNames(sections: readonly Section[], faults: Fault[]): string[] {
  const taken = new Set<string>()
  for (const section of sections) {
    const setting = settingOf(section, 'name')
    if (setting === undefined) continue
    const name = String(setting.value)
    if (taken.has(name)) faults.push(new Fault('SFP_PIPELINE_DUPLICATE_NAME', { name }, whereOf(setting.origin)))
    taken.add(name)
  }
  return sections.map(section => {
    const own = settingOf(section, 'name')
    if (own !== undefined) return String(own.value)
    const processor = String(settingOf(section, 'processor')?.value)
    let name = processor
    for (let number = 2; taken.has(name); number++) name = `${processor}#${number}`
    taken.add(name)
    return name
  })
}

function findProcessor(section: Section, registry: Registry, faults: Fault[]): ProcessorPlugin | undefined {
  const setting = settingOf(section, 'processor')
  const known = registry.names('processor')
  if (typeof setting?.value !== 'string' || setting.value === '') {
    faults.push(
      new Fault(
        'SFP_PIPELINE_NO_PROCESSOR',
        { known: known.join(', ') },
        setting ? whereOf(setting.origin) : { place: section.place },
      ),
    )
    return undefined
  }
  const plugin = registry.find('processor', setting.value)
  if (!plugin) {
    const details = { name: setting.value, nearest: nearest(setting.value, known) ?? '', known: known.join(', ') }
    faults.push(new Fault('SFP_PIPELINE_UNKNOWN_PROCESSOR', details, whereOf(setting.origin)))
  }
  return plugin
}

/** Stages that would wait for one another for ever. */
function circles(stages: readonly StagePlan[], settings: Settings): Fault[] {
  const readersOf = (channel: ChannelPlan): StagePlan[] =>
    stages.filter(stage => stage.inputs.some(input => input.name === channel.name))
  const finished = new Set<StagePlan>()
  const follow = (stage: StagePlan, path: readonly StagePlan[]): readonly StagePlan[] | undefined => {
    if (path.includes(stage)) return [...path.slice(path.indexOf(stage)), stage]
    if (finished.has(stage)) return undefined
    for (const next of stage.outputs.flatMap(readersOf)) {
      const circle = follow(next, [...path, stage])
      if (circle) return circle
    }
    finished.add(stage)
    return undefined
  }
  for (const stage of stages) {
    const circle = follow(stage, [])
    if (!circle) continue
    const first = circle[0] ?? stage
    const section = settings.pipeline[stages.indexOf(first)]
    const names = circle.map(member => `"${member.name}"`).join(' → ')
    return [new Fault('SFP_PIPELINE_CYCLE', { circle: names }, section ? { place: section.place } : {})]
  }
  return []
}
