// SPDX-License-Identifier: Apache-2.0
import type { DriverPlugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { type OptionsContext, resolveOptions } from '../config/options/resolve-options.js'
import { DRIVER_KEYS } from '../config/section-keys.js'
import { faultLocationOf, type Settings, type SettingsSection, settingOf } from '../config/settings.js'
import type { Registry } from '../loader/registry.js'
import type { ChannelTable } from './channel-table.js'
import type { ChannelPlan, DriverPlan } from './wiring.js'

/** The drivers that the command line selects. */
export interface DriverChoice {
  /** `-driver NAME`, if given. */
  readonly driver: string | undefined
  /** Positional arguments. */
  readonly paths: readonly string[]
  /** Settings from variables by driver name, for a driver without a section. */
  readonly environment?: ReadonlyMap<string, SettingsSection['environment']>
  /** The pipeline is only checked: no input is read. */
  readonly isPathOptional?: boolean
}

/** The context of planning, which collects the faults. */
export interface PlanningContext {
  readonly settings: Settings
  readonly registry: Registry
  readonly choice: DriverChoice
  readonly context: OptionsContext
  readonly table: ChannelTable
  readonly faults: Fault[]
}

/**
 * The drivers that run. With `-driver NAME` only that one, with its section if there is one; `-driver socket` selects the whole
 * `drivers` section if there is one, as existing service files expect. Without `-driver` the whole section runs; without a
 * section, the file driver.
 */
export function planDrivers(planning: PlanningContext, firstInput: ChannelPlan | undefined): DriverPlan[] {
  const { settings, choice } = planning
  const wanted = choice.driver
  const sections = settings.drivers.filter(
    section => wanted === undefined || wanted === 'socket' || settingOf(section, 'driver')?.value === wanted,
  )
  if (sections.length > 0) return sections.flatMap(section => planSection(planning, section))
  return planWithoutSection(planning, wanted ?? 'file', firstInput)
}

function planSection(planning: PlanningContext, section: SettingsSection): DriverPlan[] {
  const { registry, choice, table, context, faults } = planning
  const setting = settingOf(section, 'driver')
  const at = setting ? faultLocationOf(setting.origin) : { position: section.position }
  if (typeof setting?.value !== 'string' || setting.value === '') {
    faults.push(new Fault('SFP_PIPELINE_NO_DRIVER_NAME', { known: registry.names('driver').join(', ') }, at))
    return []
  }
  const plugin = findDriver(planning, setting.value, at)
  if (!plugin) return []
  const component = `driver "${plugin.name}"`
  const resolved = resolveOptions(component, plugin.options, section, DRIVER_KEYS, context)
  faults.push(...resolved.faults)
  const paths = pathsOf(section, choice)
  checkPaths(planning, plugin, paths)
  const out = settingOf(section, 'out')
  if (!out)
    faults.push(
      new Fault('SFP_PIPELINE_NO_OUTPUT', { component, type: plugin.offers[0] ?? 'TYPE' }, { position: section.position }),
    )
  const output = out && table.addMentions(out, component, 'write', plugin.offers)[0]
  return output ? [{ ...resolved, name: plugin.name, plugin, paths, output }] : []
}

/** A driver without a section writes to the first stage's first input. */
function planWithoutSection(planning: PlanningContext, name: string, firstInput: ChannelPlan | undefined): DriverPlan[] {
  const { settings, choice, table, context, faults } = planning
  const plugin = findDriver(planning, name, { where: choice.driver === undefined ? settings.file : '-driver' })
  if (!plugin || !firstInput) return []
  const position = { file: settings.file, line: 1, column: 1 }
  const section: SettingsSection = { position, file: new Map(), environment: choice.environment?.get(name) ?? new Map() }
  const resolved = resolveOptions(`driver "${name}"`, plugin.options, section, DRIVER_KEYS, context)
  faults.push(...resolved.faults)
  const paths = pathsOf(section, choice)
  checkPaths(planning, plugin, paths)
  if (!plugin.offers.includes(firstInput.type)) {
    const details = {
      component: `driver "${name}"`,
      verb: 'write',
      name: firstInput.name,
      type: firstInput.type,
      expected: plugin.offers.join(' or '),
    }
    faults.push(new Fault('SFP_CHANNEL_WRONG_TYPE', details, { where: settings.file }))
  }
  table.addSender(firstInput)
  return [{ ...resolved, name, plugin, paths, output: firstInput }]
}

/** The path of the section, or of a variable, overrides those of the command line. */
function pathsOf(section: SettingsSection, { paths }: DriverChoice): readonly string[] {
  const path = settingOf(section, 'path')?.value
  return typeof path === 'string' && path !== '' ? [path] : paths
}

function findDriver(
  { registry, faults }: PlanningContext,
  name: string,
  at: ReturnType<typeof faultLocationOf>,
): DriverPlugin | undefined {
  const plugin = registry.find('driver', name)
  if (!plugin) {
    const known = registry.names('driver')
    faults.push(
      new Fault('SFP_PIPELINE_UNKNOWN_DRIVER', { name, nearest: nearest(name, known) ?? '', known: known.join(', ') }, at),
    )
  }
  return plugin
}

function checkPaths({ choice, faults }: PlanningContext, plugin: DriverPlugin, paths: readonly string[]): void {
  if (paths.length > 0 || plugin.needsPath === false || choice.isPathOptional) return
  faults.push(new Fault('SFP_PIPELINE_NO_PATH', { name: plugin.name }, { where: 'command line' }))
}
