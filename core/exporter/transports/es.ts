// SPDX-License-Identifier: Apache-2.0
import type { Delivered, Page, Refusal, Transport } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { messageOf } from '../../errors/reason.js'
import { identified } from '../../../plugins/sysflow/encoders/identified.js'
import { type HttpClient, isTemporaryStatus, shortReason } from '../http-client.js'
import type { NameTemplate } from '../name-template.js'
import { recordOf } from '../part-of-page.js'
import { indexTemplate } from './es-template.js'
import { type Part, type PartOutcome, sendInParts } from './http-parts.js'

export interface EsSettings {
  readonly index: NameTemplate
  /** Bytes of a request, at most, if it has more than one record. */
  readonly bytes: number
  /** Requests at a time. */
  readonly atOnce: number
  /** Whether the index template is installed at the start. */
  readonly isInstalling: boolean
  /** Of the first address: a cluster may stand behind a folder of a web server. */
  readonly path: string
}

/**
 * Indexes the records of a page with bulk requests, in Elasticsearch and OpenSearch alike. Ids and indices come from the records
 * themselves, so one that is sent again, after an answer was lost or in another run, is found there already (409) and counts
 * as safe.
 */
export class EsTransport implements Transport {
  readonly name = 'es'
  readonly #client: HttpClient
  readonly #settings: EsSettings
  readonly #root: string
  #known = 0
  #requests = 0

  constructor(client: HttpClient, settings: EsSettings) {
    this.#client = client
    this.#settings = settings
    this.#root = settings.path.replace(/[?#].*$/, '').replace(/\/+$/, '')
  }

  async open(): Promise<void> {
    if (!this.#settings.isInstalling) return
    const { name, body } = indexTemplate(this.#settings.index)
    const request = { method: 'PUT', path: `${this.#root}/_index_template/${name}`, headers: JSON_TYPE, body } as const
    await this.#client.send(request, AbortSignal.timeout(SETUP_SECONDS * 1000))
  }

  send(page: Page, abort: AbortSignal): Promise<Delivered | undefined> {
    const { bytes, atOnce } = this.#settings
    const bounds = { records: Number.POSITIVE_INFINITY, bytes, bytesBeside: ACTION_BYTES, atOnce }
    return sendInParts(page, bounds, part => this.#index(page, part, abort))
  }

  check(): Promise<string | undefined> {
    return this.#client.check(`${this.#root}/`)
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  report(): Readonly<Record<string, unknown>> {
    return { requests: this.#requests, ...(this.#known > 0 ? { 'there already': this.#known } : {}) }
  }

  async #index(page: Page, part: Part, abort: AbortSignal): Promise<PartOutcome> {
    const { body, records, refused } = this.#bulk(page, part)
    if (records.length === 0) return { refused, again: [] }
    this.#requests++
    const { text, address } = await this.#client.send(
      { method: 'POST', path: `${this.#root}${BULK}`, headers: NDJSON, body },
      abort,
    )
    const items = itemsOf(text, records.length, address)
    const again: number[] = []
    let reason: string | undefined
    for (const [at, { status, error }] of items.entries()) {
      const record = records[at] as number
      if (status === CONFLICT) this.#known++
      else if (isTemporaryStatus(status)) {
        again.push(record)
        reason ??= `${address} answers ${status} for a record: ${error}`
      } else if (status < 200 || status >= 300) refused.push({ record, reason: error })
    }
    return { refused, again, ...(reason === undefined ? {} : { reason }) }
  }

  /** The lines of a request, and the records that are in it. */
  #bulk(page: Page, { from, to }: Part): { body: Buffer; records: number[]; refused: Refusal[] } {
    const parts: Uint8Array[] = []
    const records: number[] = []
    const refused: Refusal[] = []
    for (let record = from; record < to; record++) {
      const found = identified(recordOf(page, record))
      if (!found) {
        refused.push({ record, reason: 'it has no document id' })
        continue
      }
      const { id, hour, document } = found
      parts.push(Buffer.from(`{"create":{"_index":"${this.#settings.index.at(hour)}","_id":"${id}"}}\n`), document)
      records.push(record)
    }
    return { body: Buffer.concat(parts), records, refused }
  }
}

interface Item {
  readonly status: number
  /** Type and reason, shortened; empty if there is none. */
  readonly error: string
}

/** One a record, in their order. What cannot be understood may be an answer of something between us: temporary. */
function itemsOf(text: string, records: number, address: string): Item[] {
  const fault = (reason: string, cause?: unknown): Fault =>
    new Fault('SFP_WEB_ANSWER', { address, reason, transport: 'es' }, { cause, isTemporary: true })
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (error) {
    throw fault(shortReason(messageOf(error)), error)
  }
  const items = member(answer, 'items')
  if (!Array.isArray(items)) throw fault('it has no "items"')
  if (items.length !== records) throw fault(`it tells of ${items.length} records where ${records} were sent`)
  return items.map((item: unknown): Item => {
    const result = member(item, 'create')
    const status = member(result, 'status')
    if (typeof status !== 'number') throw fault('it has a record without "status"')
    const error = member(result, 'error')
    const words = [member(error, 'type'), member(error, 'reason')].filter(word => typeof word === 'string')
    return { status, error: shortReason(words.length > 0 ? words.join(': ') : `status ${status}`) }
  })
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined

const CONFLICT = 409
/** Only what is looked at comes back. */
const BULK = '/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason'
const NDJSON = { 'content-type': 'application/x-ndjson' }
const JSON_TYPE = { 'content-type': 'application/json' }
const SETUP_SECONDS = 10
/** About what the line before a document takes. */
const ACTION_BYTES = 80
