// SPDX-License-Identifier: Apache-2.0
import type { OptionsSchema } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { ADMIN_OPTIONS } from './admin-options.js'
import { type Setting, type Settings, type SettingsSection, settingOf } from './settings.js'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Lays `<STAGE>_<KEY>` variables over the settings of every stage whose name or processor is STAGE. Letter case does not
 * matter, and `_` stands for `.` (EXPORTER_SYSLOG_HOST sets syslog.host). A variable of the name beats one of the processor.
 * A variable that names a stage but none of its settings is a warning: environments are shared with other programs.
 * `DRIVER_<DRIVER>_<KEY>` does the same for drivers, whether the file has a section for them or not.
 */
export function overlayEnvironment(
  settings: Settings,
  environment: Environment,
  schemaOf: (processor: string) => OptionsSchema | undefined,
  driverSchemas: ReadonlyMap<string, OptionsSchema> = new Map(),
): EnvironmentOverlay {
  const unknownVariables = new Map<string, Fault>()
  const knownVariables = new Set<string>()
  const pipeline = settings.pipeline.map(section => {
    const names = namesOf(section)
    const schema = schemaOf(names.at(0) ?? '')
    if (!schema) return section
    return {
      ...section,
      environment: environmentLayer(names, keysOf(schema, WIRING_KEYS), 'stage', environment, knownVariables, unknownVariables),
    }
  })
  const driverLayers = new Map<string, Map<string, Setting>>()
  for (const [name, schema] of driverSchemas)
    driverLayers.set(
      name,
      environmentLayer(
        [`driver_${name}`],
        keysOf(schema, DRIVER_WIRING_KEYS),
        'driver',
        environment,
        knownVariables,
        unknownVariables,
      ),
    )
  const drivers = settings.drivers.map(section => {
    const layer = driverLayers.get(String(settingOf(section, 'driver')?.value))
    return layer ? { ...section, environment: layer } : section
  })
  const admin = adminSectionOf(settings, environment, knownVariables, unknownVariables)
  const warnings = [...unknownVariables].filter(([variable]) => !knownVariables.has(variable)).map(([, fault]) => fault)
  return { settings: { ...settings, pipeline, drivers, ...(admin && { admin }) }, driverLayers, warnings }
}

interface EnvironmentOverlay {
  readonly settings: Settings
  /** By driver: what variables say of it. */
  readonly driverLayers: ReadonlyMap<string, ReadonlyMap<string, Setting>>
  readonly warnings: readonly Fault[]
}

/** The endpoint is there if the file has it or a variable sets something of it. */
function adminSectionOf(
  settings: Settings,
  environment: Environment,
  knownVariables: Set<string>,
  unknownVariables: Map<string, Fault>,
): SettingsSection | undefined {
  const unknown = new Map<string, Fault>()
  const layer = environmentLayer(['inside'], keysOf(ADMIN_OPTIONS, []), '', environment, knownVariables, unknown)
  if (!settings.admin && layer.size === 0) return undefined
  for (const [variable, fault] of unknown) unknownVariables.set(variable, fault)
  const emptySection: SettingsSection = {
    position: { file: settings.file, line: 1, column: 1 },
    file: new Map(),
    environment: layer,
  }
  return settings.admin ? { ...settings.admin, environment: layer } : emptySection
}

/** What variables say of the component of these names; `keys` are its settings by their folded spelling. */
function environmentLayer(
  names: readonly string[],
  keys: ReadonlyMap<string, string>,
  kind: string,
  environment: Environment,
  knownVariables: Set<string>,
  unknownVariables: Map<string, Fault>,
): Map<string, Setting> {
  const layer = new Map<string, Setting>()
  for (const name of names) {
    for (const variable of Object.keys(environment).sort()) {
      const keySuffix = variableSuffix(variable, name)
      const value = environment[variable]
      if (keySuffix === undefined || value === undefined) continue
      const key = keys.get(keySuffix)
      if (key === undefined) unknownVariables.set(variable, unknownVariable(variable, name, kind, keySuffix, keys))
      else {
        knownVariables.add(variable)
        layer.set(key, { key, value, rawText: value, origin: { kind: 'environment', variable } })
      }
    }
  }
  return layer
}

/** What variables say of keys of a stage, whether its component is known or not. The last of several counts. */
export function variablesOf(section: SettingsSection, keys: readonly string[], environment: Environment): Setting[] {
  const known = new Map(keys.map(key => [foldName(key), key]))
  return [...environmentLayer(namesOf(section), known, 'stage', environment, new Set(), new Map()).values()]
}

/** Processor first: what its variables say, those of the name may change. */
function namesOf(section: SettingsSection): string[] {
  const texts = ['processor', 'name'].map(key => settingOf(section, key)?.value)
  return texts.filter(text => typeof text === 'string').filter(text => text !== '')
}

const WIRING_KEYS = ['in', 'out', 'onError']
const DRIVER_WIRING_KEYS = ['path', 'out']

/** Folded spelling → key as the schema or the stage writes it. */
function keysOf(schema: OptionsSchema, more: readonly string[]): Map<string, string> {
  const currentKeys = Object.keys(schema.properties)
  const deprecatedKeys = Object.values(schema.properties).flatMap(option => option.deprecatedNames ?? [])
  return new Map([...deprecatedKeys, ...currentKeys, ...more].map(key => [foldName(key), key]))
}

const foldName = (text: string): string => text.toLowerCase().replace(/[_-]/g, '.')

function variableSuffix(variable: string, name: string): string | undefined {
  const folded = foldName(variable)
  const prefix = `${foldName(name)}.`
  return folded.startsWith(prefix) && folded.length > prefix.length ? folded.slice(prefix.length) : undefined
}

function unknownVariable(
  variable: string,
  name: string,
  kind: string,
  keySuffix: string,
  keys: ReadonlyMap<string, string>,
): Fault {
  const close = nearest(keySuffix, keys.keys())
  const details = {
    variable,
    component: `${kind} "${name}"`.trim(),
    nearest: close === undefined ? '' : `${name}_${close.replaceAll('.', '_')}`.toUpperCase(),
  }
  return new Fault('SFP_CONFIG_UNKNOWN_VARIABLE', details, { level: 'warning' })
}
