// SPDX-License-Identifier: Apache-2.0

import type { Chunk, DeliveryResult, Transport } from '../../contract/exporter.js'
import { propertyOf } from '../../contract/objects.js'
import { contentOf } from '../chunk-records.js'
import { type HttpClient, shortReason } from '../http-client.js'
import { type ChunkPart, joinPart, type PartOutcome, sendInParts } from './send-in-parts.js'

export interface OtlpSettings {
  readonly path: string
  /**
   * The format of the records: with `otel` each record is one ResourceLogs object; with any other, it is the body of a log
   * record.
   */
  readonly format: string
  /** Version of the product. */
  readonly version: string
  /** Largest size of a request in bytes. */
  readonly bytes: number
}

/** Sends records as OTLP/HTTP log requests in JSON. */
export class OtlpTransport implements Transport {
  readonly name = 'otlp'
  readonly #client: HttpClient
  readonly #settings: OtlpSettings
  readonly #requestPrefix: string
  #requests = 0

  constructor(client: HttpClient, settings: OtlpSettings) {
    this.#client = client
    this.#settings = settings
    const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } })
    const resource = { attributes: [attribute('service.name', 'sfprocessor'), attribute('service.version', settings.version)] }
    this.#requestPrefix = `{"resourceLogs":[{"resource":${JSON.stringify(resource)},"scopeLogs":[{"scope":{"name":"sfprocessor.${settings.format}"},"logRecords":[`
  }

  async open(): Promise<void> {}

  send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    const limits = { records: Number.POSITIVE_INFINITY, bytes: this.#settings.bytes, concurrency: 1 }
    return sendInParts(chunk, limits, async part => {
      this.#requests++
      const body =
        this.#settings.format === 'otel' ? joinPart(chunk, part, '{"resourceLogs":[', ']}') : this.#wrapLines(chunk, part)
      const { text } = await this.#client.send({ method: 'POST', path: this.#settings.path, headers: JSON_HEADERS, body }, abort)
      return refusalsIn(text, part)
    })
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  report(): Readonly<Record<string, unknown>> {
    return { requests: this.#requests }
  }

  #wrapLines(chunk: Chunk, { from, to }: ChunkPart): Buffer {
    const observed = `"observedTimeUnixNano":"${BigInt(Date.now()) * 1_000_000n}"`
    const parts: string[] = []
    for (let record = from; record < to; record++) {
      const line = Buffer.from(contentOf(chunk, record)).toString('utf8')
      parts.push(`{${observed},"body":{"stringValue":${JSON.stringify(line)}}}`)
    }
    return Buffer.from(`${this.#requestPrefix}${parts.join(',')}]}]}]}`)
  }
}

/**
 * A collector reports how many log records it rejected, not which ones. Of a partly rejected request the last records count as
 * rejected: the totals are right, and the reason says that the actual records may differ.
 */
function refusalsIn(text: string, { from, to }: ChunkPart): PartOutcome {
  const { count, message } = partialSuccess(text)
  const rejectedCount = Math.min(count, to - from)
  if (rejectedCount === 0) return undefined
  const countText = rejectedCount === to - from ? '' : `, without saying which: ${rejectedCount} of ${to - from} records`
  const reason = `the collector refused them${countText}: ${shortReason(message) || 'no reason given'}`
  return {
    rejected: Array.from({ length: rejectedCount }, (_, at) => ({ recordIndex: to - rejectedCount + at, reason })),
    retryable: [],
  }
}

/** The rejected count of a successful response; the rest of the response, which may be empty, is ignored. */
function partialSuccess(text: string): { count: number; message: string } {
  let response: unknown
  try {
    response = JSON.parse(text)
  } catch {
    return { count: 0, message: '' }
  }
  const partial = propertyOf(response, 'partialSuccess')
  // A 64-bit integer, which protobuf JSON writes as a text.
  const count = Number(propertyOf(partial, 'rejectedLogRecords') ?? 0)
  const message = propertyOf(partial, 'errorMessage')
  return {
    count: Number.isFinite(count) && count > 0 ? Math.ceil(count) : 0,
    message: typeof message === 'string' ? message : '',
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' }
