// SPDX-License-Identifier: Apache-2.0
import { Fault } from '../../../core/errors/fault.js'
import { nearest } from '../../../core/errors/nearest.js'
import { faultLocationOf, type Setting, type SettingLayer, type SettingsSection } from '../settings.js'
import { partAt, pathText } from './setting-parts.js'
import type { ValidationError } from './validate.js'

/** The fault for a validation error: at the position of the value, or of the object in which the value is missing. */
export function validationFault(
  error: ValidationError,
  component: string,
  settings: SettingLayer,
  { position }: Pick<SettingsSection, 'position'>,
): Fault {
  const { part, isExact } = partAt(settings, error.path)
  const setting = isExact ? part : undefined
  const at = part ? faultLocationOf(part.origin) : { position }
  const key = pathText(error.path)
  const last = String(error.path.at(-1))
  switch (error.kind) {
    case 'missing':
      return new Fault('SFP_CONFIG_MISSING_KEY', { component, key, description: error.description }, at)
    case 'unknown': {
      const atKey = setting?.origin.kind === 'file' ? { position: setting.origin.key } : at
      const details = { key, component, nearest: nearest(last, error.known) ?? '', known: error.known.join(', ') }
      return new Fault('SFP_CONFIG_UNKNOWN_KEY', details, atKey)
    }
    case 'type':
      return new Fault(
        'SFP_CONFIG_WRONG_TYPE',
        { key, component, expected: error.expected, found: valueDescription(setting) },
        at,
      )
    case 'value': {
      const value = setting?.isSecret ? MASK : String(setting?.value)
      const details = { value, key, nearest: nearest(value, error.known) ?? '', known: error.known.join(', ') }
      return new Fault('SFP_CONFIG_UNKNOWN_VALUE', details, at)
    }
    case 'range':
      return new Fault('SFP_CONFIG_OUT_OF_RANGE', { key, component, limit: error.limit }, at)
    default:
      return error satisfies never
  }
}

/** Replaces a secret in output. */
export const MASK = '********'

function valueDescription({ value, isSecret }: Partial<Setting> = {}): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return 'an object'
  if (isSecret) return `a ${typeof value === 'string' ? 'string' : typeof value}`
  return typeof value === 'string' ? `the string "${value}"` : String(value)
}
