// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http'
import { answerText } from './answer.js'
import type { Picture } from './picture.js'

const MOST_READERS = 8
/** Who has not read this much gets no further pictures until it has. */
const MOST_UNREAD_BYTES = 256 * 1024

/** Sends a picture to every reader each second, as server-sent events. */
export class LiveFeed {
  readonly #readers = new Set<ServerResponse>()
  readonly #picture: () => Picture

  constructor(picture: () => Picture) {
    this.#picture = picture
  }

  join(response: ServerResponse): void {
    if (this.#readers.size >= MOST_READERS) {
      answerText(response, 503, `${MOST_READERS} readers watch already`)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.on('close', () => this.#readers.delete(response))
    this.#readers.add(response)
    response.write(eventOf(this.#picture()))
  }

  /** Makes no picture if nobody looks. */
  tick(): void {
    if (this.#readers.size === 0) return
    const event = eventOf(this.#picture())
    for (const reader of this.#readers) if (reader.writableLength < MOST_UNREAD_BYTES) reader.write(event)
  }

  close(): void {
    for (const reader of this.#readers) reader.end()
  }
}

const eventOf = (picture: Picture): string => `data: ${JSON.stringify(picture)}\n\n`
