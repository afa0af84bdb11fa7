// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { Fault } from '../../../core/errors/fault.js'
import { codeOf, reasonOf } from '../../../core/errors/reason.js'
import type { Native } from '../drivers/socket/native.js'
import { MessageSender } from './message-sender.js'
import type { Messages } from './trace-messages.js'

export interface Replay {
  readonly path: string
  /** Messages a second of all connections together; undefined: as fast as they are taken. */
  readonly speed: number | undefined
  /** How often all is sent. */
  readonly repeat: number
  /** Each sends everything. */
  readonly connections: number
}

export interface Replayed {
  readonly messages: number
  readonly seconds: number
}

/**
 * Sends messages over one or several connections that take turns, and waits where the other side does not take them.
 * `messages` is asked for once a repetition. Ends early, between two messages, when `stop` fires.
 */
export async function replay(
  { path, speed, repeat, connections }: Replay,
  messages: () => AsyncIterable<Messages>,
  native: Native,
  stop: AbortSignal,
): Promise<Replayed> {
  const senders: MessageSender[] = []
  const sent = (): number => senders.reduce((sum, sender) => sum + sender.sent, 0)
  try {
    for (let number = 0; number < connections; number++) senders.push(await connected(native, path, stop))
    const pace = new Pace(speed)
    for (let round = 0; round < repeat && !stop.aborted; round++)
      for await (const part of messages()) {
        await sendToAll(senders, part, pace, stop)
        if (stop.aborted) break
      }
    return { messages: sent(), seconds: pace.seconds }
  } catch (error) {
    if (!BROKEN.has(codeOf(error))) throw error
    throw new Fault('SFP_REPLAY_SEND', { sent: sent(), reason: reasonOf(error, REASONS) }, { where: path, cause: error })
  } finally {
    for (const sender of senders) sender.close()
  }
}

/** Who listens may be about to start. */
async function connected(native: Native, path: string, stop: AbortSignal): Promise<MessageSender> {
  for (let waited = 0; ; waited += TRY_EVERY) {
    try {
      return MessageSender.connect(native, path)
    } catch (error) {
      if (NOT_YET.has(codeOf(error)) && waited < PATIENCE && !stop.aborted) await pause(TRY_EVERY)
      else {
        const details = { path, reason: reasonOf(error, REASONS), seconds: PATIENCE / 1000 }
        throw new Fault('SFP_REPLAY_CONNECT', details, { cause: error })
      }
    }
  }
}

async function sendToAll(senders: readonly MessageSender[], messages: Messages, pace: Pace, stop: AbortSignal): Promise<void> {
  const next = senders.map(() => 0)
  const { length } = messages.ends
  while (next.some(at => at < length) && !stop.aborted) {
    let isStuck = true
    for (const [index, sender] of senders.entries()) {
      const first = next[index] as number
      const allowed = Math.min(length, first + (await pace.allowance()))
      const reached = sender.send(messages, first, allowed)
      pace.take(reached - first)
      if (reached > first) isStuck = false
      next[index] = reached
    }
    if (isStuck) senders[next.findIndex(at => at < length)]?.wait(MOMENT)
    // Signals get their turn.
    await nextTurn()
  }
}

/** How many messages may be sent by now. */
class Pace {
  readonly #perSecond: number | undefined
  readonly #begun = performance.now()
  #sent = 0

  constructor(perSecond: number | undefined) {
    this.#perSecond = perSecond
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000
  }

  /** At least one; waits for it. */
  async allowance(): Promise<number> {
    if (this.#perSecond === undefined) return SLICE
    for (;;) {
      const due = Math.floor(this.seconds * this.#perSecond) + 1 - this.#sent
      if (due > 0) return Math.min(due, SLICE)
      await pause(Math.min(MOMENT, Math.ceil(((1 - due) / this.#perSecond) * 1000)))
    }
  }

  take(messages: number): void {
    this.#sent += messages
  }
}

/** Messages of one connection before the next has its turn. */
const SLICE = 1024
/** Milliseconds. */
const MOMENT = 50
const TRY_EVERY = 50
const PATIENCE = 10_000

const NOT_YET: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'EAGAIN'])
const BROKEN: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ENOTCONN', 'EMSGSIZE'])
const REASONS = {
  ENOENT: 'there is no socket',
  ECONNREFUSED: 'nobody listens there',
  EAGAIN: 'too many wait to be accepted',
  EPROTOTYPE: 'it is no socket of type SOCK_SEQPACKET',
  EPIPE: 'the other side has closed it',
  ECONNRESET: 'the other side has closed it',
  ENOTCONN: 'the other side has closed it',
  EMSGSIZE: 'the kernel takes no message of that length',
}
