// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http'
import type { Channel } from '../../../core/channel/channel.js'
import type { Batch } from '../../../core/contract/batch.js'
import { Fault } from '../../../core/errors/fault.js'
import type { AdminSettings } from '../../config/admin-options.js'
import type { RunState } from '../run-state.js'
import { parseTapQuery } from './query.js'
import { TapSession } from './session.js'
import { TimeBudget } from './time-budget.js'

const MAX_SESSIONS = 4
const SEND_INTERVAL_MS = 100
/** A reader with this many unread bytes receives nothing more; records are dropped meanwhile. */
const MAX_BUFFERED_BYTES = 256 * 1024
/** Counts are sent at least this often, so that each side knows that the other is alive. */
const COUNTS_INTERVAL_MS = 1000

/**
 * Sessions that show records of a channel. A channel passes each batch to its sessions before the receiver gets it. A session
 * copies selected records into text, within limits of time and memory; records beyond these limits are counted but not shown.
 */
export class Taps {
  readonly #state: RunState
  readonly #settings: Pick<AdminSettings, 'hasTap' | 'redacted'>
  readonly #budget = new TimeBudget()
  readonly #sessions = new Map<TapSession<Batch>, () => void>()
  /** Sessions whose query is still being parsed. */
  #opening = 0

  constructor(state: RunState, settings: Pick<AdminSettings, 'hasTap' | 'redacted'>) {
    this.#state = state
    this.#settings = settings
  }

  /** Answers with lines of JSON: records, and `{"tap": {...}}` with the counts so far. Throws a fault if it cannot. */
  async open(name: string, parameters: URLSearchParams, response: ServerResponse): Promise<void> {
    if (!this.#settings.hasTap) throw new Fault('SFP_TAP_OFF')
    if (this.#sessions.size + this.#opening >= MAX_SESSIONS) throw new Fault('SFP_TAP_BUSY', { count: MAX_SESSIONS })
    this.#opening++
    try {
      const query = await parseTapQuery(name, parameters, this.#state.wiring, this.#settings.redacted)
      this.#start(new TapSession(query), this.#channel(name), response)
    } finally {
      this.#opening--
    }
  }

  close(): void {
    for (const end of this.#sessions.values()) end()
  }

  #channel(name: string): Channel<Batch> {
    const { pipelineRun } = this.#state
    if (!pipelineRun) throw new Fault('SFP_TAP_NOT_RUNNING')
    const channel = pipelineRun.pipeline.channels.get(name)
    if (!channel) throw new Fault('SFP_TAP_THREADS', { name })
    return channel
  }

  #start(session: TapSession<Batch>, channel: Channel<Batch>, response: ServerResponse): void {
    if (response.destroyed) return
    let countsSentAt = performance.now()
    const send = (): void => {
      if (response.writableLength < MAX_BUFFERED_BYTES) {
        const lines = session.takeLines()
        const isDue = performance.now() - countsSentAt >= COUNTS_INTERVAL_MS
        if (isDue) countsSentAt = performance.now()
        if (lines !== '' || isDue) response.write(lines + (isDue ? countsText(session) : ''))
      }
      if (session.counts.shown >= session.query.limit) end()
    }
    const timer = setInterval(send, SEND_INTERVAL_MS)
    const end = (): void => {
      if (!this.#sessions.delete(session)) return
      clearInterval(timer)
      this.#updateTap(channel)
      response.end(session.takeLines() + countsText(session))
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write(countsText(session))
    response.on('close', end)
    this.#sessions.set(session, end)
    this.#updateTap(channel)
  }

  /** Sets the tap of the channel to its current sessions, or removes it if there are none. */
  #updateTap(channel: Channel<Batch>): void {
    const sessions = [...this.#sessions.keys()].filter(({ query }) => query.channel === channel.name)
    channel.tap = sessions.length === 0 ? null : batch => this.#offer(sessions, batch)
  }

  #offer(sessions: readonly TapSession<Batch>[], batch: Batch): void {
    for (const session of sessions) {
      if (session.isFull) continue
      // A channel carries batches of the type for which the query was compiled.
      try {
        if (!this.#budget.spend(() => session.offer(batch))) session.skip(batch)
      } catch {
        // An error of a session must not stop the records.
        this.#sessions.get(session)?.()
      }
    }
  }
}

const countsText = ({ query, counts }: TapSession<Batch>): string =>
  `${JSON.stringify({ tap: { channel: query.channel, ...counts } })}\n`
