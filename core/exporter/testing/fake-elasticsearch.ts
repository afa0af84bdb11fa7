// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** The reaction to one bulk request, in the order given; later requests get `take`. */
export type BulkStep =
  /** Indexes all documents. */
  | { readonly kind: 'take' }
  /** Responds like this and indexes nothing. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  /** The statuses of the items, repeated from the first; items below 300 are indexed. */
  | { readonly kind: 'items'; readonly statuses: readonly number[] }
  /** Indexes all documents and closes the connection in the middle of the response. */
  | { readonly kind: 'close after' }
  /** Closes the connection without a response and indexes nothing. */
  | { readonly kind: 'close' }
  /** Indexes all documents and responds with this body. */
  | { readonly kind: 'say'; readonly body: string }
  /** Never responds. */
  | { readonly kind: 'stall' }

export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A fake Elasticsearch that indexes documents once by id, and fails as the steps say. */
export class FakeElasticsearch {
  /** Index → id → document, as it was written. */
  readonly indices = new Map<string, Map<string, string>>()
  readonly requests: ReceivedRequest[] = []
  /** How often each id was created; above 1 is a duplicate. */
  readonly created = new Map<string, number>()
  readonly #steps: BulkStep[]
  readonly #server: Server
  readonly #scheme: string

  constructor(steps: readonly BulkStep[] = [], tls?: ServerOptions) {
    this.#steps = [...steps]
    const answer = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response)
    this.#scheme = tls ? 'https' : 'http'
    this.#server = tls ? createTlsServer(tls, answer) : createServer(answer)
  }

  /** Resolves with the address of the server. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () =>
        resolve(`${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`),
      )
    })
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  get documents(): string[] {
    return [...this.indices.values()].flatMap(documents => [...documents.values()])
  }

  get ids(): string[] {
    return [...this.indices.values()].flatMap(documents => [...documents.keys()])
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const sent = Buffer.concat(chunks)
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString('utf8')
    this.requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    if (/\/_bulk(\?|$)/.test(request.url ?? '')) this.#step(this.#steps.shift() ?? { kind: 'take' }, body, response)
    else reply(response, 200, '{"tagline":"You Know, for Tests"}')
  }

  #step(step: BulkStep, body: string, response: ServerResponse): void {
    switch (step.kind) {
      case 'take':
        reply(response, 200, this.#index(body, []))
        break
      case 'items':
        reply(response, 200, this.#index(body, step.statuses))
        break
      case 'status':
        reply(response, step.status, step.body ?? '{"error":"as configured"}', step.headers)
        break
      case 'close':
        response.destroy()
        break
      case 'close after': {
        const answer = this.#index(body, [])
        response.writeHead(200, { 'content-length': answer.length })
        response.write(answer.slice(0, answer.length >> 1), () => response.destroy())
        break
      }
      case 'say':
        this.#index(body, [])
        reply(response, 200, step.body)
        break
      case 'stall':
        break
      default:
        step satisfies never
    }
  }

  #index(body: string, statuses: readonly number[]): string {
    const lines = body.split('\n')
    if (lines.pop() !== '') throw new Error('a bulk request ends with a line feed')
    const items: object[] = []
    for (let at = 0; at < lines.length; at += 2) {
      const action = JSON.parse(lines[at] ?? '') as { create: { _index: string; _id: string } }
      const { _index, _id } = action.create
      const status = statuses[(at / 2) % statuses.length] ?? 201
      items.push({ create: status < 300 ? this.#create(_index, _id, lines[at + 1] ?? '') : { status, error: ERROR } })
    }
    return JSON.stringify({ items })
  }

  #create(index: string, id: string, document: string): object {
    const documents = this.indices.get(index) ?? new Map<string, string>()
    this.indices.set(index, documents)
    if (documents.has(id)) return { status: 409, error: { type: 'version_conflict_engine_exception', reason: `[${id}]: exists` } }
    JSON.parse(document)
    documents.set(id, document)
    this.created.set(id, (this.created.get(id) ?? 0) + 1)
    return { status: 201 }
  }
}

const ERROR = { type: 'mapper_parsing_exception', reason: 'failed to parse field [process.start]' }

function reply(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}
