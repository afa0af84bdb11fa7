// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http'
import { sendText } from './responses.js'
import type { PipelineSnapshot } from './snapshot.js'

const MAX_CLIENTS = 8
/** A reader with this many unread bytes receives no further snapshots until it has read them. */
const MAX_BUFFERED_BYTES = 256 * 1024

/** Sends a snapshot to every reader each second, as server-sent events. */
export class LiveFeed {
  readonly #clients = new Set<ServerResponse>()
  readonly #snapshot: () => PipelineSnapshot

  constructor(snapshot: () => PipelineSnapshot) {
    this.#snapshot = snapshot
  }

  addClient(response: ServerResponse): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      sendText(response, 503, `${MAX_CLIENTS} readers are connected already`)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.on('close', () => this.#clients.delete(response))
    this.#clients.add(response)
    response.write(eventOf(this.#snapshot()))
  }

  /** Creates no snapshot if there are no readers. */
  tick(): void {
    if (this.#clients.size === 0) return
    const event = eventOf(this.#snapshot())
    for (const client of this.#clients) if (client.writableLength < MAX_BUFFERED_BYTES) client.write(event)
  }

  close(): void {
    for (const client of this.#clients) client.end()
  }
}

const eventOf = (snapshot: PipelineSnapshot): string => `data: ${JSON.stringify(snapshot)}\n\n`
