// SPDX-License-Identifier: Apache-2.0
import { type ItemSchema, isSecretName, type OptionsSchema, type ValueSchema } from '../../../core/contract/plugin.js'
import { Fault } from '../../../core/errors/fault.js'
import { faultLocationOf, type Setting, type SettingLayer } from '../settings.js'
import { coerce } from './coerce.js'
import { type ComponentSchemas, hasProperties, type ObjectSchema, optionOf, resolveItem } from './component-schemas.js'
import { replaceParts, settingWithParts } from './setting-parts.js'

/** What normalizing needs in addition to a schema: a report of deprecated names, and the schemas of items of lists. */
export interface Normalization {
  readonly faults: Fault[]
  readonly components: ComponentSchemas
}

/** Converts values at any depth to the types of the schema if possible and marks secrets. Replaces deprecated names in parts. */
export function normalizeValue(schema: ValueSchema, setting: Setting, normalization: Normalization): Setting {
  const value = coerce(schema, setting)
  const coerced = value === setting.value ? setting : settingWithParts({ ...setting, value })
  const marked = schema.secret ? { ...coerced, isSecret: true } : coerced
  const { parts } = marked
  if (!parts) return marked
  const { items } = schema
  if (Array.isArray(value)) {
    if (!items) return marked
    return replaceParts(marked, new Map([...parts].map(([index, item]) => [index, normalizeItem(items, item, normalization)])))
  }
  return replaceParts(marked, hasProperties(schema) ? normalizeParts(schema, parts, [], normalization) : markSecrets(parts))
}

function normalizeItem(items: ItemSchema, item: Setting, normalization: Normalization): Setting {
  const resolved = resolveItem(items, key => item.parts?.get(key)?.value, normalization.components)
  if (resolved.kind === 'value') return normalizeValue(resolved.schema, item, normalization)
  const { namedBy, options } = resolved
  return item.parts && options ? replaceParts(item, normalizeParts(options, item.parts, [namedBy], normalization)) : item
}

/** `exempt`: keys that are not in the schema. */
function normalizeParts(
  schema: ObjectSchema,
  parts: SettingLayer,
  exempt: readonly string[],
  normalization: Normalization,
): Map<string, Setting> {
  const exempted = [...parts].filter(([key]) => exempt.includes(key))
  const current = [...replaceDeprecated(schema, parts, exempt, normalization.faults)]
  return new Map([
    ...exempted,
    ...current.map(([key, setting]): [string, Setting] => {
      const option = optionOf(schema, key)
      return [key, option ? normalizeValue(option, { ...setting, key }, normalization) : setting]
    }),
  ])
}

/** In an object that allows any key, the name marks a secret: `sasl.password` of `kafka.config`. */
const markSecrets = (parts: SettingLayer): Map<string, Setting> =>
  new Map(
    [...parts].map(([key, part]): [string, Setting] => {
      const inner = part.parts ? replaceParts(part, markSecrets(part.parts)) : part
      return [key, isSecretName(key) ? { ...inner, isSecret: true } : inner]
    }),
  )

/** Replaces deprecated keys and values; within one layer the current key overrides the deprecated one. Omits `reserved` keys. */
export function replaceDeprecated(
  schema: ObjectSchema,
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
    const at = { ...faultLocationOf(setting.origin), level: 'warning' as const }
    const used = currentSettings.get(key)
    if (used) {
      const details = { key: setting.key, current: used.key }
      faults.push(new Fault('SFP_CONFIG_OLD_KEY_UNUSED', details, at))
    } else {
      currentSettings.set(key, setting)
      faults.push(new Fault('SFP_CONFIG_OLD_KEY', { key: setting.key, today: key }, at))
    }
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

const currentKeyOf = ({ properties }: Pick<OptionsSchema, 'properties'>, key: string): string | undefined =>
  Object.entries(properties).find(([, option]) => option.deprecatedNames?.includes(key))?.[0]
