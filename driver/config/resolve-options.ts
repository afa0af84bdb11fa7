// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OptionSchema, OptionsSchema } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { nearest } from '../../core/errors/nearest.js'
import { coerce, kindOfType, kindOfValue } from './coerce.js'
import { type Layer, type Section, type Setting, whereOf } from './settings.js'
import type { Objection, Validator } from './validate.js'

/** The options of one component: validated values, each with its origin. */
export interface ResolvedOptions {
  readonly options: Readonly<Record<string, unknown>>
  readonly origins: Layer
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
  readonly current: string
}

/**
 * Default < file < environment < program. Within one layer an old spelling gives way to the new one. `reserved` are keys of
 * the section that are not the component's.
 */
export function resolveOptions(
  component: string,
  schema: OptionsSchema,
  section: Section,
  reserved: readonly string[],
  context: OptionsContext,
): ResolvedOptions {
  const faults: Fault[] = []
  const merged = new Map<string, Setting>()
  for (const layer of [section.file, section.environment]) {
    for (const [key, setting] of modernise(schema, layer, reserved, faults)) {
      if (Object.hasOwn(context.globals, key))
        faults.push(new Fault('SFP_CONFIG_OVERRULED', { key, component }, { ...whereOf(setting.origin), level: 'warning' }))
      else merged.set(key, setting)
    }
  }
  for (const [key, value] of Object.entries(context.globals)) {
    if (schema.properties[key]) merged.set(key, { key, value, written: undefined, origin: { kind: 'program' } })
  }
  for (const [key, setting] of merged) {
    const option = optionOf(schema, key)
    if (option) merged.set(key, { ...setting, value: coerce(option, setting) })
  }
  const given = Object.fromEntries([...merged].map(([key, setting]) => [key, setting.value]))
  for (const objection of context.validator.objections(schema, given)) {
    faults.push(faultOf(objection, component, schema, section, merged.get(objection.key)))
  }
  for (const [key, option] of Object.entries(schema.properties)) {
    if (option.default !== undefined && !merged.has(key)) {
      merged.set(key, { key, value: option.default, written: undefined, origin: { kind: 'default' } })
    }
    const setting = merged.get(key)
    if (option.path && typeof setting?.value === 'string' && setting.value !== '') {
      const first = setting.origin.kind === 'environment' ? [context.current] : []
      merged.set(key, { ...setting, value: locate(setting.value, [...first, ...context.directories]) })
    }
  }
  const options = Object.fromEntries([...merged].map(([key, setting]) => [key, setting.value]))
  return { options, origins: merged, faults }
}

/** Old keys and values become today's. */
function modernise(schema: OptionsSchema, layer: Layer, reserved: readonly string[], faults: Fault[]): Map<string, Setting> {
  const today = new Map<string, Setting>()
  const old: [string, Setting][] = []
  for (const [key, setting] of layer) {
    if (reserved.includes(key)) continue
    const successor = optionOf(schema, key) ? undefined : successorOf(schema, key)
    if (successor === undefined) today.set(key, setting)
    else old.push([successor, setting])
  }
  for (const [key, setting] of old) {
    faults.push(
      new Fault('SFP_CONFIG_OLD_KEY', { key: setting.key, today: key }, { ...whereOf(setting.origin), level: 'warning' }),
    )
    if (!today.has(key)) today.set(key, setting)
  }
  for (const [key, setting] of today) {
    const { oldValues = {} } = optionOf(schema, key) ?? {}
    const value = Object.hasOwn(oldValues, String(setting.value)) ? oldValues[String(setting.value)] : undefined
    if (value === undefined) continue
    const at = { ...whereOf(setting.origin), level: 'warning' as const }
    const details = { value: String(setting.value), key: setting.key }
    if (value === null) {
      today.delete(key)
      faults.push(new Fault('SFP_CONFIG_OLD_VALUE_IGNORED', details, at))
    } else {
      today.set(key, { ...setting, value })
      faults.push(new Fault('SFP_CONFIG_OLD_VALUE', { ...details, today: value }, at))
    }
  }
  return today
}

/** Not what every object has, such as "constructor". */
const optionOf = (schema: OptionsSchema, key: string): OptionSchema | undefined =>
  Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined

const successorOf = (schema: OptionsSchema, key: string): string | undefined =>
  Object.entries(schema.properties).find(([, option]) => option.formerly?.includes(key))?.[0]

/** An existing file or folder, else the path as seen from the first directory, so that the complaint names that one. */
function locate(path: string, directories: readonly string[]): string {
  const candidates = directories.map(directory => resolve(directory, path))
  return candidates.find(candidate => existsSync(candidate)) ?? candidates[0] ?? path
}

function faultOf(
  objection: Objection,
  component: string,
  schema: OptionsSchema,
  section: Section,
  setting: Setting | undefined,
): Fault {
  const { key } = objection
  const option = optionOf(schema, key)
  const at = setting ? whereOf(setting.origin) : { place: section.place }
  switch (objection.kind) {
    case 'missing':
      return new Fault('SFP_CONFIG_MISSING_KEY', { component, key, description: option?.description ?? '' }, at)
    case 'unknown': {
      const keys = Object.keys(schema.properties)
      const place = setting?.origin.kind === 'file' ? { place: setting.origin.key } : at
      const details = { key, component, nearest: nearest(key, keys) ?? '', known: keys.join(', ') }
      return new Fault('SFP_CONFIG_UNKNOWN_KEY', details, place)
    }
    case 'type':
      return new Fault(
        'SFP_CONFIG_WRONG_TYPE',
        { key, component, expected: kindOfType(option?.type ?? 'string'), found: kindOfValue(setting?.value) },
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
      return new Fault('SFP_CONFIG_OUT_OF_RANGE', { key, component, limit: objection.limit }, at)
    default:
      return objection.kind satisfies never
  }
}
