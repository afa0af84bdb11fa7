// SPDX-License-Identifier: Apache-2.0
import type { Environment } from '../../core/contract/environment.js'
import type { OptionsSchema } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { ADMIN_OPTIONS } from './admin-options.js'
import { withReadParts } from './nested-variables.js'
import { type ComponentSchemas, NO_COMPONENTS } from './options/component-schemas.js'
import { type ComponentVariable, foldName, OverridableKeys } from './overridable-keys.js'
import { type Setting, type Settings, type SettingsSection, settingOf } from './settings.js'

/** The schemas of the components that a pipeline file may name. */
export interface OverlaySchemas {
  readonly processor: (name: string) => OptionsSchema | undefined
  readonly drivers?: ReadonlyMap<string, OptionsSchema>
  /** Schemas of components that items of lists may name. */
  readonly components?: ComponentSchemas
}

/**
 * Applies `<STAGE>_<KEY>` variables to the settings of every stage whose name or processor is STAGE. Letter case is ignored,
 * and `_` stands for `.` (EXPORTER_SYSLOG_HOST sets syslog.host). Keys within a setting follow after another `_`, items of
 * lists by index (TRANSFORM_STEPS_0_FIELD). A variable with the stage name overrides one with the processor; a variable of a
 * part overrides one of the whole. A variable that names a stage but none of its settings is a warning, since environments are
 * shared with other programs. `DRIVER_<DRIVER>_<KEY>` sets drivers in the same way, with or without a section in the file.
 */
export function overlayEnvironment(settings: Settings, environment: Environment, schemas: OverlaySchemas): EnvironmentOverlay {
  const { drivers: driverSchemas = new Map<string, OptionsSchema>(), components = NO_COMPONENTS } = schemas
  const unknownVariables = new Map<string, Fault>()
  const knownVariables = new Set<string>()
  const report = { environment, components, knownVariables, unknownVariables }
  const pipeline = settings.pipeline.map(section => {
    const names = namesOf(section)
    const schema = schemas.processor(names.at(0) ?? '')
    if (!schema) return section
    return {
      ...section,
      environment: environmentLayer({ names, kind: 'stage', schema, wiring: WIRING_KEYS }, section.file, report),
    }
  })
  const driverLayer = (name: string, schema: OptionsSchema, file: SettingsSection['file']): Map<string, Setting> =>
    environmentLayer({ names: [`driver_${name}`], kind: 'driver', schema, wiring: DRIVER_WIRING_KEYS }, file, report)
  const driverLayers = new Map([...driverSchemas].map(([name, schema]) => [name, driverLayer(name, schema, new Map())]))
  const drivers = settings.drivers.map(section => {
    const name = String(settingOf(section, 'driver')?.value)
    const schema = driverSchemas.get(name)
    return schema ? { ...section, environment: driverLayer(name, schema, section.file) } : section
  })
  const admin = adminSectionOf(settings, report)
  const unknown = [...unknownVariables].filter(([variable]) => !knownVariables.has(variable)).map(([, fault]) => fault)
  const warnings = [...unknown, ...unusedAdminVariables(environment)]
  return { settings: { ...settings, pipeline, drivers, ...(admin && { admin }) }, driverLayers, warnings }
}

interface EnvironmentOverlay {
  readonly settings: Settings
  /** By driver: settings from variables for drivers without a section. */
  readonly driverLayers: ReadonlyMap<string, ReadonlyMap<string, Setting>>
  readonly warnings: readonly Fault[]
}

/** The inputs and the findings of an overlay. */
interface OverlayReport {
  readonly environment: Environment
  readonly components: ComponentSchemas
  readonly knownVariables: Set<string>
  readonly unknownVariables: Map<string, Fault>
}

/** A component that variables may set; a later name overrides an earlier one. */
interface OverlayTarget {
  readonly names: readonly string[]
  readonly kind: string
  readonly schema: OptionsSchema
  /** Keys of the section that do not belong to the component but may be set. */
  readonly wiring: readonly string[]
}

/** The endpoint exists if the file has it or a variable sets one of its keys. */
function adminSectionOf(settings: Settings, report: OverlayReport): SettingsSection | undefined {
  const unknownVariables = new Map<string, Fault>()
  const target = { names: ['inside', 'admin'], kind: '', schema: ADMIN_OPTIONS, wiring: [] }
  const layer = environmentLayer(target, settings.admin?.file ?? new Map(), { ...report, unknownVariables })
  if (!settings.admin && layer.size === 0) return undefined
  for (const [variable, fault] of unknownVariables) report.unknownVariables.set(variable, fault)
  const emptySection: SettingsSection = {
    position: { file: settings.file, line: 1, column: 1 },
    file: new Map(),
    environment: layer,
  }
  return settings.admin ? { ...settings.admin, environment: layer } : emptySection
}

/** Warnings about variables with the deprecated prefix that have another value than those with the current prefix. */
function unusedAdminVariables(environment: Environment): Fault[] {
  const current = variablesOfName('admin', environment)
  return variablesOfName('inside', environment).flatMap(({ variable, suffix, value }) => {
    const used = current.findLast(candidate => candidate.suffix === suffix)
    if (!used || used.value === value) return []
    const details = { key: variable, current: used.variable }
    return [new Fault('SFP_CONFIG_OLD_KEY_UNUSED', details, { where: `environment variable ${variable}`, level: 'warning' })]
  })
}

function environmentLayer(target: OverlayTarget, file: SettingsSection['file'], report: OverlayReport): Map<string, Setting> {
  const { environment, components, knownVariables, unknownVariables } = report
  const { schema, wiring } = target
  const layer = new Map<string, Setting>()
  for (const name of target.names) {
    const variables = variablesOfName(name, environment)
    if (variables.length === 0) continue
    const keys = new OverridableKeys(schema, wiring, file, layer, components)
    const unmatched = keys.apply(variables)
    for (const { variable } of variables) if (!unmatched.some(one => one.variable === variable)) knownVariables.add(variable)
    for (const { variable, suffix } of unmatched)
      unknownVariables.set(variable, unknownVariable(variable, name, target.kind, nearest(suffix, keys.names())))
  }
  return layer
}

/** Values of stage keys in variables, whether the component is known or not. The last of several wins. */
export function variablesOf(section: SettingsSection, keys: readonly string[], environment: Environment): Setting[] {
  const known = new Map(keys.map(key => [foldName(key), key]))
  const settings = new Map<string, Setting>()
  for (const { variable, suffix, value } of namesOf(section).flatMap(name => variablesOfName(name, environment))) {
    const key = known.get(suffix)
    if (key !== undefined) settings.set(key, { key, value, rawText: value, origin: { kind: 'environment', variable } })
  }
  return [...settings.values()]
}

/** Names that list items give to components of these kinds, in the file and in variables, before any schema is known. */
export function componentNamesIn(section: SettingsSection, kinds: readonly string[], environment: Environment): unknown[] {
  const variables = namesOf(section).flatMap(name => variablesOfName(name, environment))
  const settings = variables.map(({ suffix, value, variable }): Setting => {
    const [, kind] = /\.\d+\.([^.]+)$/.exec(suffix) ?? []
    return { key: kind ?? '', value, rawText: value, origin: { kind: 'environment', variable } }
  })
  const namesWithin = (setting: Setting): unknown[] => {
    const { key, value, parts } = withReadParts({ type: 'object' }, setting)
    return [...(kinds.includes(key) ? [value] : []), ...[...(parts?.values() ?? [])].flatMap(namesWithin)]
  }
  return [...[...section.file.values()].filter(({ parts }) => parts), ...settings].flatMap(namesWithin)
}

/** Processor first, since variables with the stage name override those with the processor. */
function namesOf(section: SettingsSection): string[] {
  const texts = ['processor', 'name'].map(key => settingOf(section, key)?.value)
  return texts.filter(text => typeof text === 'string').filter(text => text !== '')
}

const WIRING_KEYS = ['in', 'out', 'onError']
const DRIVER_WIRING_KEYS = ['path', 'out']

function variablesOfName(name: string, environment: Environment): ComponentVariable[] {
  const prefix = `${foldName(name)}.`
  return Object.keys(environment)
    .sort()
    .flatMap(variable => {
      const folded = foldName(variable)
      const value = environment[variable]
      if (value === undefined || !folded.startsWith(prefix) || folded.length === prefix.length) return []
      return [{ variable, suffix: folded.slice(prefix.length), value }]
    })
}

function unknownVariable(variable: string, name: string, kind: string, close: string | undefined): Fault {
  const details = {
    variable,
    component: `${kind} "${name}"`.trim(),
    nearest: close === undefined ? '' : `${name}_${close.replaceAll('.', '_')}`.toUpperCase(),
  }
  return new Fault('SFP_CONFIG_UNKNOWN_VARIABLE', details, { level: 'warning' })
}
