// SPDX-License-Identifier: Apache-2.0
import type { AnyValue, KeyedValues } from '../../../core/contract/any-value.js'

/** A value as JSON. 64-bit numbers keep all digits, bytes are in base64, NaN and infinite numbers are null. */
export function anyValueText(value: AnyValue): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (isKeyed(value))
    return `{${value.entries.map(entry => `${JSON.stringify(entry.key)}:${anyValueText(entry.value)}`).join(',')}}`
  return `[${value.map(anyValueText).join(',')}]`
}

const isKeyed = (value: readonly AnyValue[] | KeyedValues): value is KeyedValues => !Array.isArray(value)
