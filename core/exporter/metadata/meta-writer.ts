// SPDX-License-Identifier: Apache-2.0
import { keyTextOf } from '../../contract/any-value.js'
import type { Batch } from '../../contract/batch.js'
import type { EvaluatedBatch } from '../../contract/evaluated-batch.js'
import type { PartitionKey } from '../../contract/exporter.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import type { ChunkBuffer } from '../chunk-buffer.js'
import { contentId } from './content-id.js'
import { MetaBuffer, type MetaNeeds } from './meta-buffer.js'

/** The metadata that a transport needs, and the name by which records are keyed. */
export interface MetaRequest {
  readonly ids: boolean
  readonly times: boolean
  readonly key: PartitionKey | undefined
}

/** Writes the metadata that the transport needs, as the adapter of the records' channel type supplies it. */
export class MetaWriter<B extends Batch> {
  readonly #needs: MetaNeeds
  readonly #idOf: IdReader<B>
  readonly #timeOf: (records: B, row: number) => bigint
  readonly #keyOf: (records: B, row: number) => string | undefined

  /** `adapter`: undefined if no plugin supplies one for the records. `now`: milliseconds since 1970. */
  constructor({ ids, times, key }: MetaRequest, adapter: RecordAdapter<B> | undefined, now: () => number = Date.now) {
    this.#needs = { ids, times, keys: key !== undefined }
    const encodedAt = (): bigint => BigInt(now()) * 1_000_000n
    this.#idOf = ids ? idReader(adapter) : () => ''
    this.#timeOf = times ? (records, row) => adapter?.time?.(records, row) || encodedAt() : () => 0n
    this.#keyOf = key === undefined ? () => undefined : keyReader(adapter, key)
  }

  createBuffer(): MetaBuffer {
    return new MetaBuffer(this.#needs)
  }

  /** Writes the metadata of the rows `from` (inclusive) to `to` (exclusive), which are the last records written to `chunk`. */
  write({ records, rows }: EvaluatedBatch<B>, from: number, to: number, chunk: ChunkBuffer): void {
    const first = chunk.length - (to - from)
    for (let index = from; index < to; index++) {
      const row = rows[index] as number
      const id = this.#idOf(records, row, chunk, first + index - from)
      chunk.meta?.append(id, this.#keyOf(records, row), this.#timeOf(records, row))
    }
  }
}

/** `record`: number in `chunk`. */
type IdReader<B extends Batch> = (records: B, row: number, chunk: ChunkBuffer, record: number) => string

function idReader<B extends Batch>(adapter: RecordAdapter<B> | undefined): IdReader<B> {
  if (!adapter?.id) return (_records, _row, chunk, record) => contentId(chunk.record(record))
  return (records, row) => {
    const id = adapter.id?.(records, row)
    if (typeof id !== 'string' || id === '') throw new TypeError('its adapter gives no id for a record')
    return id
  }
}

function keyReader<B extends Batch>(
  adapter: RecordAdapter<B> | undefined,
  name: PartitionKey,
): (records: B, row: number) => string | undefined {
  if (adapter?.key) return (records, row) => adapter.key?.(name, records, row) || undefined
  const attribute = adapter?.attributes.find(name)
  return (records, row) => attribute && keyTextOf(attribute.read(records, row))
}

/** Whether the adapter supplies a partition key of that name. */
export const hasPartitionKey = <B extends Batch>(adapter: RecordAdapter<B> | undefined, name: PartitionKey): boolean =>
  adapter?.attributes.find(name) !== undefined || (adapter?.key !== undefined && (name === 'host' || name === 'container'))
