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
/** Who has not read this much is sent nothing more; records are dropped meanwhile. */
const MAX_BUFFERED_BYTES = 256 * 1024
/** Counts are told at least so often, so that both sides know that the other is there. */
const COUNTS_INTERVAL_MS = 1000

/**
 * Sessions that look at records on their way. A channel with a session shows it each batch before the receiver gets it; the
 * session copies what it wants into text, within a budget of time and room, and what exceeds these is counted and not shown.
 */
export class Taps {
  readonly #state: RunState
  readonly #settings: Pick<AdminSettings, 'hasTap' | 'redacted'>
  readonly #budget = new TimeBudget()
  readonly #sessions = new Map<TapSession<Batch>, () => void>()
  /** Joined, and their questions not yet understood. */
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

  /** Gives the channel a tap for the sessions that it has now, or none. */
  #updateTap(channel: Channel<Batch>): void {
    const sessions = [...this.#sessions.keys()].filter(({ query }) => query.channel === channel.name)
    channel.tap = sessions.length === 0 ? null : batch => this.#offer(sessions, batch)
  }

  #offer(sessions: readonly TapSession<Batch>[], batch: Batch): void {
    for (const session of sessions) {
      if (session.isFull) continue
      // What flows through a channel that a question was accepted for is of the type that it was compiled for.
      try {
        if (!this.#budget.spend(() => session.offer(batch))) session.skip(batch)
      } catch {
        // Whatever is wrong with a session, the records go on.
        this.#sessions.get(session)?.()
      }
    }
  }
}

const countsText = ({ query, counts }: TapSession<Batch>): string =>
  `${JSON.stringify({ tap: { channel: query.channel, ...counts } })}\n`
