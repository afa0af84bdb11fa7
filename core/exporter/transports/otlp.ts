// SPDX-License-Identifier: Apache-2.0
import type { Delivered, Page, Transport } from '../../contract/exporter.js'
import { type HttpClient, shortReason } from '../http-client.js'
import { recordOf } from '../part-of-page.js'
import { joined, type Part, type PartOutcome, sendInParts } from './http-parts.js'

export interface OtlpSettings {
  readonly path: string
  /** What the records are: `otel` is one ResourceLogs object a record; of any other, the record is the body of a log record. */
  readonly format: string
  /** Version of the product. */
  readonly version: string
  /** Of a request, at most. */
  readonly bytes: number
}

/** Records as OTLP/HTTP log requests in JSON. */
export class OtlpTransport implements Transport {
  readonly name = 'otlp'
  readonly #client: HttpClient
  readonly #settings: OtlpSettings
  readonly #scope: string
  #requests = 0

  constructor(client: HttpClient, settings: OtlpSettings) {
    this.#client = client
    this.#settings = settings
    const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } })
    const resource = { attributes: [attribute('service.name', 'sfprocessor'), attribute('service.version', settings.version)] }
    this.#scope = `{"resourceLogs":[{"resource":${JSON.stringify(resource)},"scopeLogs":[{"scope":{"name":"sfprocessor.${settings.format}"},"logRecords":[`
  }

  async open(): Promise<void> {}

  send(page: Page, abort: AbortSignal): Promise<Delivered | undefined> {
    const bounds = { records: Number.POSITIVE_INFINITY, bytes: this.#settings.bytes, atOnce: 1 }
    return sendInParts(page, bounds, async part => {
      this.#requests++
      const body = this.#settings.format === 'otel' ? joined(page, part, '{"resourceLogs":[', ']}') : this.#wrapped(page, part)
      const { text } = await this.#client.send({ method: 'POST', path: this.#settings.path, headers: JSON_TYPE, body }, abort)
      return refusalsOf(text, part)
    })
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  report(): Readonly<Record<string, unknown>> {
    return { requests: this.#requests }
  }

  #wrapped(page: Page, { from, to }: Part): Buffer {
    const observed = `"observedTimeUnixNano":"${BigInt(Date.now()) * 1_000_000n}"`
    const parts: string[] = []
    for (let record = from; record < to; record++) {
      const line = Buffer.from(recordOf(page, record).subarray(0, -1)).toString('utf8')
      parts.push(`{${observed},"body":{"stringValue":${JSON.stringify(line)}}}`)
    }
    return Buffer.from(`${this.#scope}${parts.join(',')}]}]}]}`)
  }
}

/**
 * A collector tells how many log records it has refused, not which. Of a request of which it refused some, the last ones count
 * as refused: the sums are right, and the reason says that the records may be others.
 */
function refusalsOf(text: string, { from, to }: Part): PartOutcome {
  const { count, message } = partialSuccess(text)
  const refused = Math.min(count, to - from)
  if (refused === 0) return undefined
  const which = refused === to - from ? '' : `, without saying which: ${refused} of ${to - from} records`
  const reason = `the collector refused them${which}: ${shortReason(message) || 'without a word'}`
  return { refused: Array.from({ length: refused }, (_, at) => ({ record: to - refused + at, reason })), again: [] }
}

/** Whatever else an answer of success says is of no consequence; it may be empty. */
function partialSuccess(text: string): { count: number; message: string } {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return { count: 0, message: '' }
  }
  const partial = member(answer, 'partialSuccess')
  // A 64-bit number, which JSON of protocol buffers writes as a text.
  const count = Number(member(partial, 'rejectedLogRecords') ?? 0)
  const message = member(partial, 'errorMessage')
  return {
    count: Number.isFinite(count) && count > 0 ? Math.ceil(count) : 0,
    message: typeof message === 'string' ? message : '',
  }
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined

const JSON_TYPE = { 'content-type': 'application/json' }
