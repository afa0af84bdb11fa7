// SPDX-License-Identifier: Apache-2.0
import type { ValueSchema } from '../../../core/contract/plugin.js'
import type { Setting } from '../settings.js'

/**
 * Converts strings, numbers and booleans to the type in the schema, as the first release did. An array of strings may be a string
 * with commas; any other array, and an object, may be JSON in a string. A value that cannot be converted is returned unchanged,
 * and the validator rejects it.
 */
export function coerce(schema: ValueSchema, setting: Setting): unknown {
  const { value } = setting
  switch (schema.type) {
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean'
        ? (setting.rawText ?? String(value))
        : normalizeEnumCase(schema, value)
    case 'integer':
    case 'number':
      return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value
    case 'boolean':
      return typeof value === 'string' ? (BOOLEANS.get(value.trim().toLowerCase()) ?? value) : value
    case 'array':
      return typeof value === 'string' ? arrayOf(schema, value) : value
    case 'object':
      return typeof value === 'string' ? parseJson(value) : value
    default:
      return schema.type satisfies never
  }
}

/** Whether a string with commas can represent the items of an array. */
export const hasSimpleItems = ({ items }: Pick<ValueSchema, 'items'>): boolean =>
  items === undefined || !('component' in items || items.type === 'object' || items.type === 'array')

const arrayOf = (schema: ValueSchema, value: string): unknown =>
  hasSimpleItems(schema) ? value.split(',').map(item => item.trim()) : parseJson(value)

const NUMBER = /^[+-]?\d+(\.\d+)?$/
const BOOLEANS = new Map([['true', true], ['false', false], ['1', true], ['0', false], ['yes', true], ['no', false]]) // biome-ignore format: a table

/** Enum values are accepted in any letter case. */
function normalizeEnumCase(schema: ValueSchema, value: unknown): unknown {
  if (typeof value !== 'string' || !schema.enum || schema.enum.includes(value)) return value
  const lower = value.trim().toLowerCase()
  return schema.enum.find(word => String(word).toLowerCase() === lower) ?? value
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
