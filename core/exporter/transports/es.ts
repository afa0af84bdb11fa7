// SPDX-License-Identifier: Apache-2.0
import type { Chunk, DeliveryResult, RejectedRecord, Transport } from '../../contract/exporter.js'
import { propertyOf } from '../../contract/objects.js'
import { Fault } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import { lineOf } from '../chunk-records.js'
import { type HttpClient, isTemporaryStatus, shortReason } from '../http-client.js'
import { jsonText } from '../json-text.js'
import { hourOf, type NameTemplate } from '../name-template.js'
import { indexTemplate } from './es-template.js'
import { type ChunkPart, type PartOutcome, sendInParts } from './send-in-parts.js'

export interface EsSettings {
  readonly index: NameTemplate
  /** Largest size of a request with several records, in bytes. */
  readonly bytes: number
  /** Number of concurrent requests. */
  readonly concurrency: number
  /** Whether the index template is installed at startup. */
  readonly isInstalling: boolean
  /** Path of the first address: a web server may serve a cluster under a path. */
  readonly path: string
}

/**
 * Indexes the records of a chunk with bulk requests, in Elasticsearch and OpenSearch. Ids and indices depend only on the records.
 * A record that is sent again, after a lost response or in another run, therefore already exists there (409) and counts as safe.
 */
export class EsTransport implements Transport {
  readonly name = 'es'
  readonly #client: HttpClient
  readonly #settings: EsSettings
  readonly #root: string
  /** Hour of the most recently named index, in hours since 1970. */
  #hour = Number.NaN
  #indexName = ''
  #duplicates = 0
  #requests = 0

  constructor(client: HttpClient, settings: EsSettings) {
    this.#client = client
    this.#settings = settings
    this.#root = settings.path.replace(/[?#].*$/, '').replace(/\/+$/, '')
  }

  async open(): Promise<void> {
    if (!this.#settings.isInstalling) return
    const { name, body } = indexTemplate(this.#settings.index)
    const request = { method: 'PUT', path: `${this.#root}/_index_template/${name}`, headers: JSON_HEADERS, body } as const
    await this.#client.send(request, AbortSignal.timeout(SETUP_TIMEOUT_SECONDS * 1000))
  }

  send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    const { bytes, concurrency } = this.#settings
    const limits = { records: Number.POSITIVE_INFINITY, bytes, recordOverhead: ACTION_LINE_BYTES, concurrency }
    return sendInParts(chunk, limits, part => this.#index(chunk, part, abort))
  }

  check(): Promise<string | undefined> {
    return this.#client.check(`${this.#root}/`)
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  report(): Readonly<Record<string, unknown>> {
    return { requests: this.#requests, ...(this.#duplicates > 0 ? { 'there already': this.#duplicates } : {}) }
  }

  async #index(chunk: Chunk, part: ChunkPart, abort: AbortSignal): Promise<PartOutcome> {
    const { body, records, rejected } = this.#bulkRequest(chunk, part)
    if (records.length === 0) return { rejected, retryable: [] }
    this.#requests++
    const { text, address } = await this.#client.send(
      { method: 'POST', path: `${this.#root}${BULK_PATH}`, headers: NDJSON_HEADERS, body },
      abort,
    )
    const items = parseBulkItems(text, records.length, address)
    const retryable: number[] = []
    let reason: string | undefined
    for (const [at, { status, error }] of items.entries()) {
      const record = records[at] as number
      if (status === STATUS_CONFLICT) this.#duplicates++
      else if (isTemporaryStatus(status)) {
        retryable.push(record)
        reason ??= `${address} answers ${status} for a record: ${error}`
      } else if (status < 200 || status >= 300) rejected.push({ recordIndex: record, reason: error })
    }
    return { rejected, retryable, ...(reason === undefined ? {} : { reason }) }
  }

  /** The lines of a request, and the records that it contains. */
  #bulkRequest(chunk: Chunk, { from, to }: ChunkPart): { body: Buffer; records: number[]; rejected: RejectedRecord[] } {
    const parts: Uint8Array[] = []
    const records: number[] = []
    const rejected: RejectedRecord[] = []
    for (let record = from; record < to; record++) {
      const id = chunk.meta?.ids?.[record]
      if (id === undefined) {
        rejected.push({ recordIndex: record, reason: 'it has no document id' })
        continue
      }
      const index = this.#indexAt(chunk.meta?.times?.[record])
      parts.push(Buffer.from(`{"create":{"_index":"${index}","_id":${jsonText(id)}}}\n`), lineOf(chunk, record))
      records.push(record)
    }
    return { body: Buffer.concat(parts), records, rejected }
  }

  /** `time`: time of the record; without one the index of the current hour is used. */
  #indexAt(time: bigint | undefined): string {
    const hour = time ? Math.floor(Number(time) / NANOS_PER_HOUR) : Math.floor(Date.now() / MILLISECONDS_PER_HOUR)
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#indexName = this.#settings.index.nameAt(hourOf(hour * MILLISECONDS_PER_HOUR))
    }
    return this.#indexName
  }
}

interface BulkItem {
  readonly status: number
  /** Type and reason, shortened; empty if there is none. */
  readonly error: string
}

/** One item for each record, in order. An invalid response may come from an intermediary, so the fault is temporary. */
function parseBulkItems(text: string, records: number, address: string): BulkItem[] {
  const fault = (reason: string, cause?: unknown): Fault =>
    new Fault('SFP_WEB_ANSWER', { address, reason, transport: 'es' }, { cause, isTemporary: true })
  let response: unknown
  try {
    response = JSON.parse(text)
  } catch (error) {
    throw fault(shortReason(messageOf(error)), error)
  }
  const items = propertyOf(response, 'items')
  if (!Array.isArray(items)) throw fault('it has no "items"')
  if (items.length !== records) throw fault(`it reports ${items.length} records where ${records} were sent`)
  return items.map((item: unknown): BulkItem => {
    const result = propertyOf(item, 'create')
    const status = propertyOf(result, 'status')
    if (typeof status !== 'number') throw fault('it has a record without "status"')
    const error = propertyOf(result, 'error')
    const reasons = [propertyOf(error, 'type'), propertyOf(error, 'reason')].filter(reasonText => typeof reasonText === 'string')
    return { status, error: shortReason(reasons.length > 0 ? reasons.join(': ') : `status ${status}`) }
  })
}

const MILLISECONDS_PER_HOUR = 3_600_000
const NANOS_PER_HOUR = 3.6e12
const STATUS_CONFLICT = 409
/** The filter limits the response to the fields that are read. */
const BULK_PATH = '/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason'
const NDJSON_HEADERS = { 'content-type': 'application/x-ndjson' }
const JSON_HEADERS = { 'content-type': 'application/json' }
const SETUP_TIMEOUT_SECONDS = 10
/** Approximate size of the action line before a document. */
const ACTION_LINE_BYTES = 80
