// SPDX-License-Identifier: Apache-2.0
import { isObject } from '../../core/contract/objects.js'
import { PLUGIN_KINDS, type Plugin, type PluginKind } from '../../core/contract/plugin.js'
import { pathText } from '../config/options/setting-parts.js'
import type { Validator } from '../config/options/validate.js'
import { isCommentKey } from '../config/pipeline-file/comment-key.js'
import { DRIVER_KEYS, STAGE_KEYS } from '../config/section-keys.js'

/** The error in the options schema of a plugin, or undefined. */
export function schemaErrorOf({ kind, name, options }: Plugin, validator: Validator): string | undefined {
  const schema: unknown = options
  if (!isObject(schema) || schema.type !== 'object' || schema.additionalProperties !== false || !isObject(schema.properties)) {
    return 'its "options" are not a schema: write { type: \'object\', additionalProperties: false, properties: { ... } }'
  }
  const keyReason = Object.keys(schema.properties)
    .map(key => optionKeyError(kind, name, key))
    .find(isText)
  if (keyReason !== undefined) return keyReason
  const optionReason = propertiesError(schema.properties, '', new Set())
  if (optionReason !== undefined) return optionReason
  const reason = validator.schemaError(options)
  if (reason !== undefined) return `its "options" are not a valid schema: ${reason}`
  const given = Object.entries(options.properties).filter(([, option]) => option.default !== undefined)
  const defaults = Object.fromEntries(given.map(([key, option]) => [key, option.default]))
  const [invalidDefault] = validator
    .validate(options, defaults)
    .filter(error => error.path.length > 1 || error.kind !== 'missing')
  return invalidDefault && `the default of its option "${pathText(invalidDefault.path)}" is not one of the allowed values`
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Checks the keys of an object and the keys within them; `seen` stops at a schema that contains itself. */
function propertiesError(properties: Readonly<Record<string, unknown>>, prefix: string, seen: Set<unknown>): string | undefined {
  for (const [key, option] of Object.entries(properties)) {
    const path = `${prefix}${key}`
    if (isCommentKey(key)) return `its option "${path}" starts with _, which marks comments: rename it`
    if (!isObject(option) || typeof option.description !== 'string') return `its option "${path}" has no "description"`
    const reason = valueError(option, path, seen)
    if (reason !== undefined) return reason
  }
  return undefined
}

function valueError(schema: Readonly<Record<string, unknown>>, path: string, seen: Set<unknown>): string | undefined {
  if (seen.has(schema)) return `its option "${path}" contains itself`
  const inner = new Set([...seen, schema])
  const { properties, additionalProperties, items } = schema
  if (isObject(properties)) {
    if (additionalProperties !== false) return `its option "${path}" has "properties", so it needs additionalProperties: false`
    return propertiesError(properties, `${path}.`, inner)
  }
  if (!isObject(items)) return undefined
  if (items.component === undefined) return valueError(items, `${path}[]`, inner)
  if (PLUGIN_KINDS.some(kind => kind === items.component)) return undefined
  return `the items of its option "${path}" are components of kind "${String(items.component)}", and not ${PLUGIN_KINDS.join(', ')}`
}

/** The component has a section of its own in the pipeline file. */
const hasOwnSection = (kind: PluginKind): boolean => kind === 'driver' || kind === 'processor'

function optionKeyError(kind: PluginKind, name: string, key: string): string | undefined {
  const reserved = kind === 'driver' ? DRIVER_KEYS : STAGE_KEYS
  if (hasOwnSection(kind)) return reserved.includes(key) ? `its option "${key}" is a key of every ${kind}: rename it` : undefined
  return key.startsWith(`${name}.`) && key.length > name.length + 1
    ? undefined
    : `its option "${key}" is in the section of a stage, so its name must be "${name}.${key}"`
}
