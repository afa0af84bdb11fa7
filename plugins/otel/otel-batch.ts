// SPDX-License-Identifier: Apache-2.0

import type { AnyValue } from '../../core/contract/any-value.js'
import { type Acknowledgement, CountedBatch } from '../../core/contract/batch.js'
import type { LogRecord, Resource, ResourceLogs, Scope } from '../../core/exporter/otlp/log-records.js'

/** The batch on an `otelchan`: log records, each with its resource and scope. */
export class OtelBatch extends CountedBatch {
  readonly resources: Resource[] = []
  readonly scopes: Scope[] = []
  readonly records: LogRecord[] = []
  /** Number of input bytes from which the batch was read. */
  weight = 0
  readonly #acknowledgements: Acknowledgement[] = []

  get length(): number {
    return this.records.length
  }

  /** Appends all log records of `data`, which took `bytes` bytes of input. Returns the number of log records. */
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

  /** The batch releases `acknowledgement`, which the caller holds, when it is released itself. */
  attachAcknowledgement(acknowledgement: Acknowledgement): void {
    this.#acknowledgements.push(acknowledgement)
  }

  /** Searches the resource, then the scope, then the log record. Returns undefined if none of them has the attribute. */
  attribute(key: string, row: number): AnyValue | undefined {
    const inResource = this.resources[row]?.attributes.find(key)
    if (inResource !== undefined) return inResource
    const inScope = this.scopes[row]?.attributes.find(key)
    return inScope !== undefined ? inScope : this.records[row]?.attributes.find(key)
  }

  /** All attributes by key, with the precedence of {@link attribute} at the first level, and the body. */
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
