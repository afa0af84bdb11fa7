// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OptionSchema, OptionsSchema } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { coerce, typeDescription, valueDescription } from './coerce.js'
import { faultLocationOf, type Setting, type SettingLayer, type SettingsSection } from './settings.js'
import type { ValidationError, Validator } from './validate.js'

/** The options of one component: validated values, each with its origin. */
export interface ResolvedOptions {
  readonly options: Readonly<Record<string, unknown>>
  readonly origins: SettingLayer
  readonly faults: readonly Fault[]
}

/** What a component's options are resolved against. */
export interface OptionsContext {
  readonly validator: Validator
  /** Values that the program sets for every component that has such a setting (versions, cluster.id); they beat all others. */
  readonly globals: Readonly<Record<string, unknown>>
  /** Where a relative path that is to be read is looked for, in this order. */
  readonly directories: readonly string[]
  /** The current directory: a path in the environment is meant as seen from there, whatever the pipeline file is. */
  readonly currentDirectory: string
}

/**
 * Default < file < environment < program. Within one layer an old spelling gives way to the new one. `reserved` are keys of
 * the section that are not the component's.
 */
export function resolveOptions(
  component: string,
  schema: OptionsSchema,
  section: SettingsSection,
  reserved: readonly string[],
  context: OptionsContext,
): ResolvedOptions {
  const faults: Fault[] = []
  const merged = new Map<string, Setting>()
  for (const layer of [section.file, section.environment]) {
    for (const [key, setting] of replaceDeprecated(schema, layer, reserved, faults)) {
      if (Object.hasOwn(context.globals, key))
        faults.push(
          new Fault('SFP_CONFIG_OVERRULED', { key, component }, { ...faultLocationOf(setting.origin), level: 'warning' }),
        )
      else merged.set(key, setting)
    }
  }
  for (const [key, value] of Object.entries(context.globals)) {
    if (schema.properties[key]) merged.set(key, { key, value, rawText: undefined, origin: { kind: 'program' } })
  }
  for (const [key, setting] of merged) {
    const option = optionOf(schema, key)
    if (option) merged.set(key, { ...setting, value: coerce(option, setting) })
  }
  const given = Object.fromEntries([...merged].map(([key, setting]) => [key, setting.value]))
  for (const error of context.validator.validate(schema, given)) {
    faults.push(validationFault(error, component, schema, section, merged.get(error.key)))
  }
  for (const [key, option] of Object.entries(schema.properties)) {
    if (option.default !== undefined && !merged.has(key)) {
      merged.set(key, { key, value: option.default, rawText: undefined, origin: { kind: 'default' } })
    }
    const setting = merged.get(key)
    if (option.path && typeof setting?.value === 'string' && setting.value !== '') {
      const first = setting.origin.kind === 'environment' ? [context.currentDirectory] : []
      merged.set(key, { ...setting, value: resolvePath(setting.value, [...first, ...context.directories]) })
    }
  }
  const options = Object.fromEntries([...merged].map(([key, setting]) => [key, setting.value]))
  return { options, origins: merged, faults }
}

/** Old keys and values become today's. */
function replaceDeprecated(
  schema: OptionsSchema,
  layer: SettingLayer,
  reserved: readonly string[],
  faults: Fault[],
): Map<string, Setting> {
  const currentSettings = new Map<string, Setting>()
  const deprecatedSettings: [string, Setting][] = []
  for (const [key, setting] of layer) {
    if (reserved.includes(key)) continue
    const currentKey = optionOf(schema, key) ? undefined : currentKeyOf(schema, key)
    if (currentKey === undefined) currentSettings.set(key, setting)
    else deprecatedSettings.push([currentKey, setting])
  }
  for (const [key, setting] of deprecatedSettings) {
    faults.push(
      new Fault('SFP_CONFIG_OLD_KEY', { key: setting.key, today: key }, { ...faultLocationOf(setting.origin), level: 'warning' }),
    )
    if (!currentSettings.has(key)) currentSettings.set(key, setting)
  }
  for (const [key, setting] of currentSettings) {
    const { deprecatedValues = {} } = optionOf(schema, key) ?? {}
    const value = Object.hasOwn(deprecatedValues, String(setting.value)) ? deprecatedValues[String(setting.value)] : undefined
    if (value === undefined) continue
    const at = { ...faultLocationOf(setting.origin), level: 'warning' as const }
    const details = { value: String(setting.value), key: setting.key }
    if (value === null) {
      currentSettings.delete(key)
      faults.push(new Fault('SFP_CONFIG_OLD_VALUE_IGNORED', details, at))
    } else {
      currentSettings.set(key, { ...setting, value })
      faults.push(new Fault('SFP_CONFIG_OLD_VALUE', { ...details, today: value }, at))
    }
  }
  return currentSettings
}

/** Not what every object has, such as "constructor". */
const optionOf = (schema: OptionsSchema, key: string): OptionSchema | undefined =>
  Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined

const currentKeyOf = (schema: OptionsSchema, key: string): string | undefined =>
  Object.entries(schema.properties).find(([, option]) => option.deprecatedNames?.includes(key))?.[0]

/** An existing file or folder, else the path as seen from the first directory, so that the complaint names that one. */
function resolvePath(path: string, directories: readonly string[]): string {
  const candidates = directories.map(directory => resolve(directory, path))
  return candidates.find(candidate => existsSync(candidate)) ?? candidates[0] ?? path
}

function validationFault(
  error: ValidationError,
  component: string,
  schema: OptionsSchema,
  section: SettingsSection,
  setting: Setting | undefined,
): Fault {
  const { key } = error
  const option = optionOf(schema, key)
  const at = setting ? faultLocationOf(setting.origin) : { position: section.position }
  switch (error.kind) {
    case 'missing':
      return new Fault('SFP_CONFIG_MISSING_KEY', { component, key, description: option?.description ?? '' }, at)
    case 'unknown': {
      const keys = Object.keys(schema.properties)
      const position = setting?.origin.kind === 'file' ? { position: setting.origin.key } : at
      const details = { key, component, nearest: nearest(key, keys) ?? '', known: keys.join(', ') }
      return new Fault('SFP_CONFIG_UNKNOWN_KEY', details, position)
    }
    case 'type':
      return new Fault(
        'SFP_CONFIG_WRONG_TYPE',
        { key, component, expected: typeDescription(option?.type ?? 'string'), found: valueDescription(setting?.value) },
        at,
      )
    case 'value': {
      const known = (option?.enum ?? []).map(String)
      const value = String(setting?.value)
      return new Fault(
        'SFP_CONFIG_UNKNOWN_VALUE',
        { value, key, nearest: nearest(value, known) ?? '', known: known.join(', ') },
        at,
      )
    }
    case 'range':
      return new Fault('SFP_CONFIG_OUT_OF_RANGE', { key, component, limit: error.limit }, at)
    default:
      return error.kind satisfies never
  }
}
