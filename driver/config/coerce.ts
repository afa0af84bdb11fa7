// SPDX-License-Identifier: Apache-2.0
import type { OptionSchema } from '../../core/contract/plugin.js'
import type { Setting } from './settings.js'

/**
 * Texts, numbers and booleans are accepted for one another, as the first release did: what counts is the type in the
 * schema. What does not fit is left as it is, for the validator to refuse.
 */
export function coerce(option: OptionSchema, setting: Setting): unknown {
  const { value } = setting
  switch (option.type) {
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean'
        ? (setting.rawText ?? String(value))
        : normalizeEnumCase(option, value)
    case 'integer':
    case 'number':
      return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value
    case 'boolean':
      return typeof value === 'string' ? (BOOLEANS.get(value.trim().toLowerCase()) ?? value) : value
    case 'array':
      return typeof value === 'string' ? value.split(',').map(item => item.trim()) : value
    case 'object':
      return typeof value === 'string' ? parseJson(value) : value
    default:
      return option.type satisfies never
  }
}

/** "a whole number" */
export function typeDescription(type: OptionSchema['type']): string {
  switch (type) {
    case 'string':
      return 'a text'
    case 'integer':
      return 'a whole number'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'an object'
    case 'array':
      return 'an array of texts'
    default:
      return type satisfies never
  }
}

export function valueDescription(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? `the text "${value}"` : String(value)
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/
const BOOLEANS = new Map([['true', true], ['false', false], ['1', true], ['0', false], ['yes', true], ['no', false]]) // biome-ignore format: a table

/** Words of a list are understood in any letter case. */
function normalizeEnumCase(option: OptionSchema, value: unknown): unknown {
  if (typeof value !== 'string' || !option.enum || option.enum.includes(value)) return value
  const lower = value.trim().toLowerCase()
  return option.enum.find(word => String(word).toLowerCase() === lower) ?? value
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
