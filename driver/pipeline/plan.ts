// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { ProcessorPlugin, SubcomponentPlugin } from '../../core/contract/plugin.js'
import type { RecordAdapter } from '../../core/contract/record-adapter.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { wrapPluginError } from '../../core/errors/plugin-error.js'
import { isReadFromFile } from '../../core/exporter/secrets.js'
import { ADMIN_OPTIONS, adminFaults } from '../config/admin-options.js'
import { type OptionsContext, type ResolvedOptions, resolveOptions } from '../config/options/resolve-options.js'
import { STAGE_KEYS } from '../config/section-keys.js'
import { faultLocationOf, originText, type Settings, type SettingsSection, settingOf } from '../config/settings.js'
import type { Registry } from '../loader/registry.js'
import { ChannelTable } from './channel-table.js'
import { type DriverChoice, type PlanningContext, planDrivers } from './plan-drivers.js'
import { adaptersInUse, type ChannelPlan, type StagePlan, type Wiring } from './wiring.js'

/** Settings → wiring. Reads the given settings only; throws all faults together. */
export function planPipeline(settings: Settings, registry: Registry, choice: DriverChoice, context: OptionsContext): Wiring {
  const table = new ChannelTable(registry.channelTypes)
  const faults: Fault[] = []
  const planning: PlanningContext = { settings, registry, choice, context: { components: registry, ...context }, table, faults }
  const names = stageNames(settings.pipeline, faults)
  const stages = settings.pipeline.flatMap((section, index) => {
    const plugin = findProcessor(section, registry, faults)
    return plugin ? [planStage(planning, names[index] ?? plugin.name, section, plugin)] : []
  })
  const firstInput = stages[0]?.inputs[0]
  const drivers = planDrivers(planning, firstInput)
  // An earlier fault may have left a channel with one end: that is a consequence, not another fault.
  if ([...faults, ...table.faults].every(fault => fault.level === 'warning')) {
    table.checkEnds()
    faults.push(...findCycles(stages, settings))
  }
  const adapters = adaptersInUse({ channels: table.channels, adapter: type => registry.adapter(type) })
  const admin = settings.admin && planAdmin(settings.admin, context, adapters.length > 0 ? adapters : registry.adapters, faults)
  const all = [...faults, ...table.faults]
  if (all.some(fault => fault.level === 'error')) throw new Faults(all)
  return {
    channels: table.channels,
    drivers,
    stages,
    ...(admin && { admin }),
    components: registry,
    adapter: type => registry.adapter(type),
    warnings: all,
  }
}

/** `adapters`: those of the pipeline's channels; if there are none, all known ones. */
function planAdmin(
  section: SettingsSection,
  context: OptionsContext,
  adapters: readonly RecordAdapter<Batch>[],
  faults: Fault[],
): ResolvedOptions {
  const resolved = resolveOptions('"admin"', ADMIN_OPTIONS, section, [], context)
  faults.push(...resolved.faults)
  // A value of the wrong type would be reported twice.
  if (resolved.faults.every(({ level }) => level === 'warning'))
    faults.push(...adminFaults(resolved.options, resolved.origins, adapters))
  return resolved
}

function planStage(
  { table, context, faults, registry }: PlanningContext,
  name: string,
  section: SettingsSection,
  plugin: ProcessorPlugin,
): StagePlan {
  const component = `stage "${name}"`
  const resolved = resolveOptions(component, plugin.options, section, STAGE_KEYS, context)
  faults.push(...resolved.faults)
  const input = settingOf(section, 'in')
  const output = settingOf(section, 'out')
  const at = { position: section.position }
  let inputs: readonly ChannelPlan[] = []
  let outputs: readonly ChannelPlan[] = []
  if (input) inputs = table.addMentions(input, component, 'read', plugin.accepts)
  else faults.push(new Fault('SFP_PIPELINE_NO_INPUT', { component, type: plugin.accepts[0] ?? 'TYPE' }, at))
  const { subcomponents, unknown } = subcomponentsOf(plugin, resolved, section)
  if (unknown) faults.push(unknown)
  faults.push(...missingOptions(component, subcomponents, resolved, section))
  const offers = (unknown ? undefined : plugin.offersWith?.(resolved.options)) ?? plugin.offers
  if (offers.length === 0) {
    if (output) faults.push(new Fault('SFP_PIPELINE_LAST_STAGE', { component }, faultLocationOf(output.origin)))
  } else if (output) outputs = table.addMentions(output, component, 'write', offers)
  else if (!unknown)
    faults.push(new Fault('SFP_PIPELINE_NO_OUTPUT', { component, type: offers[0] ?? 'TYPE' }, { ...at, level: 'warning' }))
  const wiredBy = { input: input ? originText(input.origin) : '', output: output ? originText(output.origin) : '' }
  return {
    ...resolved,
    name,
    plugin,
    isExternal: registry.origin(plugin) !== undefined,
    inputs,
    outputs,
    onError: planOnError(section, faults),
    channelOrigins: wiredBy,
  }
}

const ON_ERROR = ['continue', 'stop'] as const

function planOnError(section: SettingsSection, faults: Fault[]): StagePlan['onError'] {
  const setting = settingOf(section, 'onError')
  if (setting === undefined) return 'continue'
  const found = ON_ERROR.find(word => word === setting.value)
  if (found !== undefined) return found
  const details = { value: String(setting.value), key: 'onError', nearest: '', known: ON_ERROR.join(', ') }
  faults.push(new Fault('SFP_CONFIG_UNKNOWN_VALUE', details, faultLocationOf(setting.origin)))
  return 'continue'
}

/** The components that the stage's settings name, or a fault for an unknown one, whose detail `key` names the key. */
function subcomponentsOf(
  plugin: ProcessorPlugin,
  { options, origins }: ResolvedOptions,
  { position }: SettingsSection,
): { subcomponents: readonly SubcomponentPlugin[]; unknown?: Fault } {
  try {
    return { subcomponents: plugin.subcomponents?.(options) ?? [] }
  } catch (error) {
    const fault = wrapPluginError(plugin, 'subcomponents', error)
    const setting = origins.get(String(fault.details.key))
    return {
      subcomponents: [],
      unknown: fault.with(setting ? { where: undefined, ...faultLocationOf(setting.origin) } : { where: undefined, position }),
    }
  }
}

/**
 * Missing options that the used components require; those of unused components may be absent. The used actions are known when
 * the rules are read: the engine checks their options then.
 */
function missingOptions(
  component: string,
  subcomponents: readonly SubcomponentPlugin[],
  { options }: ResolvedOptions,
  { position }: SettingsSection,
): Fault[] {
  const schemas = new Set(subcomponents.filter(({ kind }) => kind !== 'action').map(plugin => plugin.options))
  return [...schemas].flatMap(({ required = [], properties }) =>
    required
      .filter(key => options[key] === undefined && !isReadFromFile(options, properties[key]))
      .map(
        key =>
          new Fault('SFP_CONFIG_MISSING_KEY', { component, key, description: properties[key]?.description ?? '' }, { position }),
      ),
  )
}

/** The `name` of each stage, or its processor; the second exporter without a name is exporter#2. */
function stageNames(sections: readonly SettingsSection[], faults: Fault[]): string[] {
  const usedNames = new Set<string>()
  for (const section of sections) {
    const setting = settingOf(section, 'name')
    if (setting === undefined) continue
    const name = String(setting.value)
    if (usedNames.has(name)) faults.push(new Fault('SFP_PIPELINE_DUPLICATE_NAME', { name }, faultLocationOf(setting.origin)))
    usedNames.add(name)
  }
  return sections.map(section => {
    const nameSetting = settingOf(section, 'name')
    if (nameSetting !== undefined) return String(nameSetting.value)
    const processor = String(settingOf(section, 'processor')?.value)
    let name = processor
    for (let number = 2; usedNames.has(name); number++) name = `${processor}#${number}`
    usedNames.add(name)
    return name
  })
}

function findProcessor(section: SettingsSection, registry: Registry, faults: Fault[]): ProcessorPlugin | undefined {
  const setting = settingOf(section, 'processor')
  const known = registry.names('processor')
  if (typeof setting?.value !== 'string' || setting.value === '') {
    faults.push(
      new Fault(
        'SFP_PIPELINE_NO_PROCESSOR',
        { known: known.join(', ') },
        setting ? faultLocationOf(setting.origin) : { position: section.position },
      ),
    )
    return undefined
  }
  const plugin = registry.find('processor', setting.value)
  if (!plugin) {
    const details = { name: setting.value, nearest: nearest(setting.value, known) ?? '', known: known.join(', ') }
    faults.push(new Fault('SFP_PIPELINE_UNKNOWN_PROCESSOR', details, faultLocationOf(setting.origin)))
  }
  return plugin
}

/** Stages that would wait for each other without end. */
function findCycles(stages: readonly StagePlan[], settings: Settings): Fault[] {
  const readersOf = (channel: ChannelPlan): StagePlan[] =>
    stages.filter(stage => stage.inputs.some(input => input.name === channel.name))
  const finished = new Set<StagePlan>()
  const follow = (stage: StagePlan, path: readonly StagePlan[]): readonly StagePlan[] | undefined => {
    if (path.includes(stage)) return [...path.slice(path.indexOf(stage)), stage]
    if (finished.has(stage)) return undefined
    for (const next of stage.outputs.flatMap(readersOf)) {
      const cycle = follow(next, [...path, stage])
      if (cycle) return cycle
    }
    finished.add(stage)
    return undefined
  }
  for (const stage of stages) {
    const cycle = follow(stage, [])
    if (!cycle) continue
    const first = cycle[0] ?? stage
    const section = settings.pipeline[stages.indexOf(first)]
    const names = cycle.map(member => `"${member.name}"`).join(' → ')
    return [new Fault('SFP_PIPELINE_CYCLE', { circle: names }, section ? { position: section.position } : {})]
  }
  return []
}
