// SPDX-License-Identifier: Apache-2.0
import type { DriverPlugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { type OptionsContext, resolveOptions } from '../config/resolve-options.js'
import { type Section, type Settings, settingOf, whereOf } from '../config/settings.js'
import type { Registry } from '../loader/registry.js'
import type { ChannelTable } from './channels.js'
import type { ChannelPlan, DriverPlan } from './wiring.js'

/** What the command line says about drivers. */
export interface DriverChoice {
  /** `-driver NAME`, if given. */
  readonly driver: string | undefined
  /** Positional arguments. */
  readonly paths: readonly string[]
  /** What variables say of a driver, by its name: for one without a section. */
  readonly environment?: ReadonlyMap<string, Section['environment']>
  /** The pipeline is only checked: nothing will be read. */
  readonly withoutPaths?: boolean
}

/** What planning works with; faults are collected in it. */
export interface Planning {
  readonly settings: Settings
  readonly registry: Registry
  readonly choice: DriverChoice
  readonly context: OptionsContext
  readonly table: ChannelTable
  readonly faults: Fault[]
}

/** Keys of a driver's section that are not its component's. */
export const DRIVER_KEYS = ['driver', 'out', 'path']

/**
 * Which drivers run: with `-driver NAME` that one, with its section if there is one; `-driver socket` stands for the whole
 * `drivers` section where there is one, as service files in circulation expect. Without `-driver` the whole section runs;
 * without a section, the file driver.
 */
export function planDrivers(planning: Planning, root: ChannelPlan | undefined): DriverPlan[] {
  const { settings, choice } = planning
  const wanted = choice.driver
  const named = settings.drivers.filter(
    section => wanted === undefined || wanted === 'socket' || settingOf(section, 'driver')?.value === wanted,
  )
  if (named.length > 0) return named.flatMap(section => planSection(planning, section))
  return planBare(planning, wanted ?? 'file', root)
}

function planSection(planning: Planning, section: Section): DriverPlan[] {
  const { registry, choice, table, context, faults } = planning
  const setting = settingOf(section, 'driver')
  const at = setting ? whereOf(setting.origin) : { place: section.place }
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
    faults.push(new Fault('SFP_PIPELINE_NO_OUTPUT', { component, type: plugin.offers[0] ?? 'TYPE' }, { place: section.place }))
  const output = out && table.mention(out, component, 'write', plugin.offers)[0]
  return output ? [{ ...resolved, name: plugin.name, plugin, paths, output }] : []
}

/** A driver without a section writes to the first stage's first input. */
function planBare(planning: Planning, name: string, root: ChannelPlan | undefined): DriverPlan[] {
  const { settings, choice, table, context, faults } = planning
  const plugin = findDriver(planning, name, { where: choice.driver === undefined ? settings.file : '-driver' })
  if (!plugin || !root) return []
  const place = { file: settings.file, line: 1, column: 1 }
  const section: Section = { place, file: new Map(), environment: choice.environment?.get(name) ?? new Map() }
  const resolved = resolveOptions(`driver "${name}"`, plugin.options, section, DRIVER_KEYS, context)
  faults.push(...resolved.faults)
  const paths = pathsOf(section, choice)
  checkPaths(planning, plugin, paths)
  if (!plugin.offers.includes(root.type)) {
    const details = {
      component: `driver "${name}"`,
      verb: 'write',
      name: root.name,
      type: root.type,
      expected: plugin.offers.join(' or '),
    }
    faults.push(new Fault('SFP_CHANNEL_WRONG_TYPE', details, { where: settings.file }))
  }
  table.sendTo(root)
  return [{ ...resolved, name, plugin, paths, output: root }]
}

/** The path of its section, or of a variable, beats those of the command line. */
function pathsOf(section: Section, { paths }: DriverChoice): readonly string[] {
  const path = settingOf(section, 'path')?.value
  return typeof path === 'string' && path !== '' ? [path] : paths
}

function findDriver({ registry, faults }: Planning, name: string, at: ReturnType<typeof whereOf>): DriverPlugin | undefined {
  const plugin = registry.find('driver', name)
  if (!plugin) {
    const known = registry.names('driver')
    faults.push(
      new Fault('SFP_PIPELINE_UNKNOWN_DRIVER', { name, nearest: nearest(name, known) ?? '', known: known.join(', ') }, at),
    )
  }
  return plugin
}

function checkPaths({ choice, faults }: Planning, plugin: DriverPlugin, paths: readonly string[]): void {
  if (paths.length > 0 || plugin.needsPath === false || choice.withoutPaths) return
  faults.push(new Fault('SFP_PIPELINE_NO_PATH', { name: plugin.name }, { where: 'command line' }))
}
