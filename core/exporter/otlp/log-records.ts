// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, type KeyedValue, kindOfAny } from '../../contract/any-value.js'

/** OTLP's log data with shorter names. For an absent field a text is empty, a number 0, a body undefined. */
export interface ResourceLogs {
  readonly resource: Resource
  readonly scopes: readonly ScopeLogs[]
}

export interface ScopeLogs {
  readonly scope: Scope
  readonly records: readonly LogRecord[]
}

export interface Resource {
  readonly attributes: Attributes
  readonly dropped: number
  readonly schemaUrl: string
}

export interface Scope {
  readonly name: string
  readonly version: string
  readonly attributes: Attributes
  readonly dropped: number
  readonly schemaUrl: string
}

export interface LogRecord {
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly observed: bigint
  /** 1 to 24 as in OpenTelemetry; 0: not set. */
  readonly severity: number
  readonly severityText: string
  readonly body: AnyValue | undefined
  readonly attributes: Attributes
  readonly dropped: number
  readonly flags: number
  /** Lower-case hex digits. */
  readonly traceId: string
  readonly spanId: string
  readonly eventName: string
}

/** Keyed values with a recursive lookup: values inside keyed values are found by their own key. */
export class Attributes {
  readonly entries: readonly KeyedValue[]
  #valuesByKey: Map<string, AnyValue> | undefined

  constructor(entries: readonly KeyedValue[]) {
    this.entries = entries
  }

  /**
   * The first value with that key from left to right, including those inside keyed values; a keyed value itself only if no other
   * value has the key. Undefined: no value has the key.
   */
  find(key: string): AnyValue | undefined {
    this.#valuesByKey ??= collectValues(this.entries, new Map())
    return this.#valuesByKey.get(key)
  }
}

export const NO_ATTRIBUTES = new Attributes([])

function collectValues(entries: readonly KeyedValue[], into: Map<string, AnyValue>): Map<string, AnyValue> {
  for (const { key, value } of entries) {
    const existing = into.get(key)
    const isKeyed = kindOfAny(value) === 'keyed'
    if (existing === undefined || (!isKeyed && kindOfAny(existing) === 'keyed')) into.set(key, value)
    if (isKeyed) collectValues((value as { readonly entries: readonly KeyedValue[] }).entries, into)
  }
  return into
}

/** Keyed values and lists that are nested deeper are rejected, since they are read by recursion. */
export const MAX_VALUE_DEPTH = 64

/** The input is not OTLP log data. */
export class OtelFormatError extends Error {
  override readonly name = 'OtelFormatError'
}
