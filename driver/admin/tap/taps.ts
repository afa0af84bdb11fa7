// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http'
import type { Channel } from '../../../core/channel/channel.js'
import type { Batch } from '../../../core/contract/batch.js'
import { Fault } from '../../../core/errors/fault.js'
import type { EventColumns } from '../../../plugins/sysflow/reader/event-columns.js'
import type { InsideSettings } from '../../config/admin-options.js'
import type { RunState } from '../run-state.js'
import { Budget } from './budget.js'
import { questionOf } from './question.js'
import { Session } from './session.js'

const MOST_SESSIONS = 4
const SENT_EVERY_MS = 100
/** Who has not read this much is sent nothing more; records are dropped meanwhile. */
const MOST_UNREAD_BYTES = 256 * 1024
/** Counts are told at least so often, so that both sides know that the other is there. */
const COUNTS_EVERY_MS = 1000

/**
 * Sessions that look at records on their way. A channel with a session shows it each batch before the receiver gets it; the
 * session copies what it wants into text, within a budget of time and room, and what exceeds these is counted and not shown.
 */
export class Taps {
  readonly #state: RunState
  readonly #settings: Pick<InsideSettings, 'hasTap' | 'redacted'>
  readonly #budget = new Budget()
  readonly #sessions = new Map<Session<EventColumns>, () => void>()
  /** Joined, and their questions not yet understood. */
  #joining = 0

  constructor(state: RunState, settings: Pick<InsideSettings, 'hasTap' | 'redacted'>) {
    this.#state = state
    this.#settings = settings
  }

  /** Answers with lines of JSON: records, and `{"tap": {...}}` with the counts so far. Throws a fault if it cannot. */
  async join(name: string, parameters: URLSearchParams, response: ServerResponse): Promise<void> {
    if (!this.#settings.hasTap) throw new Fault('SFP_TAP_OFF')
    if (this.#sessions.size + this.#joining >= MOST_SESSIONS) throw new Fault('SFP_TAP_BUSY', { count: MOST_SESSIONS })
    this.#joining++
    try {
      const question = await questionOf(name, parameters, this.#state.wiring, this.#settings.redacted)
      this.#begin(new Session(question), this.#channel(name), response)
    } finally {
      this.#joining--
    }
  }

  close(): void {
    for (const end of this.#sessions.values()) end()
  }

  #channel(name: string): Channel<Batch> {
    const { job } = this.#state
    if (!job) throw new Fault('SFP_TAP_NOT_RUNNING')
    const channel = job.pipeline.channels.get(name)
    if (!channel) throw new Fault('SFP_TAP_THREADS', { name })
    return channel
  }

  #begin(session: Session<EventColumns>, channel: Channel<Batch>, response: ServerResponse): void {
    if (response.destroyed) return
    let told = performance.now()
    const send = (): void => {
      if (response.writableLength < MOST_UNREAD_BYTES) {
        const lines = session.take()
        const isDue = performance.now() - told >= COUNTS_EVERY_MS
        if (isDue) told = performance.now()
        if (lines !== '' || isDue) response.write(lines + (isDue ? countsText(session) : ''))
      }
      if (session.counts.shown >= session.question.limit) end()
    }
    const timer = setInterval(send, SENT_EVERY_MS)
    const end = (): void => {
      if (!this.#sessions.delete(session)) return
      clearInterval(timer)
      this.#arrange(channel)
      response.end(session.take() + countsText(session))
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write(countsText(session))
    response.on('close', end)
    this.#sessions.set(session, end)
    this.#arrange(channel)
  }

  /** Gives the channel a tap for the sessions that it has now, or none. */
  #arrange(channel: Channel<Batch>): void {
    const sessions = [...this.#sessions.keys()].filter(({ question }) => question.channel === channel.name)
    channel.tap = sessions.length === 0 ? null : batch => this.#show(sessions, batch)
  }

  #show(sessions: readonly Session<EventColumns>[], batch: Batch): void {
    for (const session of sessions) {
      if (session.isFull) continue
      // What flows through a channel that a question was accepted for is of the type that it was compiled for.
      try {
        if (!this.#budget.spend(() => session.offer(batch as EventColumns))) session.skip(batch)
      } catch {
        // Whatever is wrong with a session, the records go on.
        this.#sessions.get(session)?.()
      }
    }
  }
}

const countsText = ({ question, counts }: Session<EventColumns>): string =>
  `${JSON.stringify({ tap: { channel: question.channel, ...counts } })}\n`
