// SPDX-License-Identifier: Apache-2.0

import type { AnyValue } from '../../core/contract/any-value.js'
import { type Acknowledgement, CountedBatch } from '../../core/contract/batch.js'
import type { LogRecord, Resource, ResourceLogs, Scope } from '../../core/exporter/otlp/log-records.js'

/** What an `otelchan` carries: log records, each with the resource and the scope that it came under. */
export class OtelBatch extends CountedBatch {
  readonly resources: Resource[] = []
  readonly scopes: Scope[] = []
  readonly records: LogRecord[] = []
  /** Bytes of what it was made of. */
  weight = 0
  readonly #acknowledgements: Acknowledgement[] = []

  get length(): number {
    return this.records.length
  }

  /** Appends all log records of `data`, which took `bytes`; returns how many. */
  append(data: readonly ResourceLogs[], bytes: number): number {
    const before = this.length
    for (const { resource, scopes } of data) {
      for (const { scope, records } of scopes) {
        for (const record of records) {
          this.resources.push(resource)
          this.scopes.push(scope)
          this.records.push(record)
        }
      }
    }
    this.weight += bytes
    return this.length - before
  }

  /** `receipt`, held by the caller, is released with the batch. */
  attachAcknowledgement(acknowledgement: Acknowledgement): void {
    this.#acknowledgements.push(acknowledgement)
  }

  /** Looked for in the resource, then the scope, then the log record; undefined where none has it. */
  attribute(key: string, row: number): AnyValue | undefined {
    const inResource = this.resources[row]?.attributes.find(key)
    if (inResource !== undefined) return inResource
    const inScope = this.scopes[row]?.attributes.find(key)
    return inScope !== undefined ? inScope : this.records[row]?.attributes.find(key)
  }

  /** All attributes under their keys, as {@link attribute} finds them at the first level, and the body. */
  snapshot(row: number): ReadonlyMap<string, AnyValue> {
    const all = new Map<string, AnyValue>()
    const record = this.records[row]
    for (const attributes of [this.resources[row]?.attributes, this.scopes[row]?.attributes, record?.attributes])
      for (const { key, value } of attributes?.entries ?? []) if (!all.has(key)) all.set(key, value)
    if (record?.body !== undefined && !all.has('body')) all.set('body', record.body)
    return all
  }

  protected override recycle(): void {
    for (const acknowledgement of this.#acknowledgements) acknowledgement.release()
  }
}
