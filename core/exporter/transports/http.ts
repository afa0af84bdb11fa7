// SPDX-License-Identifier: Apache-2.0
import type { Chunk, DeliveryResult, Transport } from '../../contract/exporter.js'
import type { HttpClient } from '../http-client.js'
import { joinPart, partBytes, sendInParts } from './send-in-parts.js'

export interface HttpTransportSettings {
  readonly path: string
  readonly method: 'POST' | 'PUT'
  /** Whether a request contains one JSON array instead of one record per line. */
  readonly isArray: boolean
  /** Largest number of records in a request. */
  readonly records: number
  readonly bytes: number
}

/** Sends records as requests to a web server, in order, one request at a time. Every response of 200 to 299 is success. */
export class HttpTransport implements Transport {
  readonly name = 'http'
  readonly #client: HttpClient
  readonly #settings: HttpTransportSettings
  #requests = 0

  constructor(client: HttpClient, settings: HttpTransportSettings) {
    this.#client = client
    this.#settings = settings
  }

  async open(): Promise<void> {}

  send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    const { path, method, isArray, records, bytes } = this.#settings
    const headers = {
      'content-type': isArray
        ? 'application/json'
        : chunk.framing === 'raw'
          ? 'application/octet-stream'
          : 'application/x-ndjson',
    }
    return sendInParts(chunk, { records, bytes, concurrency: 1 }, async part => {
      this.#requests++
      const body = isArray ? joinPart(chunk, part, '[', ']') : partBytes(chunk, part)
      await this.#client.send({ method, path, headers, body }, abort)
      return undefined
    })
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  report(): Readonly<Record<string, unknown>> {
    return { requests: this.#requests }
  }
}
