// SPDX-License-Identifier: Apache-2.0
import type { OptionSchema, OptionsSchema } from '../../core/contract/plugin.js'
import type { ValidationError } from './validate.js'

/**
 * What ajv would say of the options, in its order, for schemas that use only what {@link OptionsSchema} has; undefined for
 * others, as plugins may bring them. Compiling a schema takes ajv longer than a small trace takes altogether.
 */
export function validatePlain(
  schema: OptionsSchema,
  options: Readonly<Record<string, unknown>>,
): readonly ValidationError[] | undefined {
  if (!isPlain(schema)) return undefined
  const errors: ValidationError[] = []
  for (const key of schema.required ?? []) if (options[key] === undefined) errors.push({ kind: 'missing', key, limit: '' })
  for (const key of Object.keys(options))
    if (!Object.hasOwn(schema.properties, key)) errors.push({ kind: 'unknown', key, limit: '' })
  for (const [key, option] of Object.entries(schema.properties))
    if (options[key] !== undefined) errors.push(...validateOption(key, options[key], option))
  return errors
}

/** True only for a schema that ajv would accept too. Loading ajv for a plugin would take longer than all the rest of its start. */
export const isCertainlyValidSchema = (schema: OptionsSchema): boolean =>
  isPlain(schema) &&
  (schema.required === undefined || (isListOf(schema.required, 'string') && areKeys(schema.required, schema))) &&
  (schema.examples === undefined || (Array.isArray(schema.examples) && schema.examples.length > 0)) &&
  Object.values(schema.properties).every(isCertainlyValidOption)

function isCertainlyValidOption(option: OptionSchema): boolean {
  const {
    type,
    minimum,
    maximum,
    minLength,
    items,
    deprecatedNames = [],
    deprecatedValues = {},
    path = true,
    secret = true,
  } = option
  const isNumber = type === 'number' || type === 'integer'
  return (
    typeof option.description === 'string' &&
    [minimum, maximum].every(limit => limit === undefined || (isNumber && Number.isFinite(limit))) &&
    (minLength === undefined || (type === 'string' && Number.isInteger(minLength) && minLength >= 0)) &&
    (items === undefined || type === 'array') &&
    (option.enum === undefined || (Array.isArray(option.enum) && option.enum.length > 0 && isListOf(option.enum))) &&
    isListOf(deprecatedNames, 'string') &&
    isOfType(deprecatedValues, 'object') &&
    path === true &&
    secret === true
  )
}

const areKeys = (names: readonly string[], { properties }: OptionsSchema): boolean =>
  names.every(name => Object.hasOwn(properties, name))

/** Without repetition. */
const isListOf = (list: unknown, type?: string): boolean =>
  Array.isArray(list) && new Set(list).size === list.length && list.every(one => type === undefined || typeof one === type)

function validateOption(key: string, value: unknown, option: OptionSchema): ValidationError[] {
  const errors: ValidationError[] = []
  const { minimum, maximum, minLength, items } = option
  if (!isOfType(value, option.type)) errors.push({ kind: 'type', key, limit: '' })
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (maximum !== undefined && value > maximum) errors.push({ kind: 'range', key, limit: `must be <= ${maximum}` })
    if (minimum !== undefined && value < minimum) errors.push({ kind: 'range', key, limit: `must be >= ${minimum}` })
  }
  if (typeof value === 'string' && minLength !== undefined && [...value].length < minLength)
    errors.push({ kind: 'range', key, limit: `must NOT have fewer than ${minLength} characters` })
  if (option.enum && !option.enum.some(known => known === value)) errors.push({ kind: 'value', key, limit: '' })
  if (items && Array.isArray(value))
    for (const item of value) if (typeof item !== 'string') errors.push({ kind: 'type', key, limit: '' })
  return errors
}

function isOfType(value: unknown, type: OptionSchema['type']): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type
    case 'number':
      return Number.isFinite(value)
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    default:
      return type satisfies never
  }
}

const isPlain = (schema: OptionsSchema): boolean =>
  Object.keys(schema).every(key => SCHEMA_KEYS.has(key)) && Object.values(schema.properties).every(isPlainOption)

function isPlainOption(option: OptionSchema): boolean {
  const { type, items, minimum, maximum, minLength } = option
  if (!TYPES.has(type) || !Object.keys(option).every(key => OPTION_KEYS.has(key))) return false
  if (items !== undefined && (items.type !== 'string' || Object.keys(items).length !== 1)) return false
  if (option.enum === undefined) return true
  // With limits beside it, the order of objections becomes intricate.
  const hasLimits = [items, minimum, maximum, minLength].some(limit => limit !== undefined)
  return (
    !hasLimits && Array.isArray(option.enum) && option.enum.every(known => typeof known === 'string' || typeof known === 'number')
  )
}

const SCHEMA_KEYS = new Set(['type', 'additionalProperties', 'required', 'properties', 'examples'])
const TYPES: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean', 'object', 'array'])
const OPTION_KEYS = new Set([
  'type',
  'description',
  'enum',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'items',
  'path',
  'secret',
  'deprecatedNames',
  'deprecatedValues',
])
