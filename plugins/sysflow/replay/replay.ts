// SPDX-License-Identifier: Apache-2.0

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { codeOf, reasonOf } from '../../../core/errors/reason.js'
import type { NativeSockets } from '../drivers/socket/native-sockets.js'
import { sysflowFault } from '../errors.js'
import { MessageSender } from './message-sender.js'
import type { MessageBlock } from './trace-messages.js'

export interface ReplaySettings {
  readonly path: string
  /** Messages per second over all connections; undefined: as fast as the receiver accepts them. */
  readonly speed: number | undefined
  /** Number of times that all messages are sent. */
  readonly repeat: number
  /** Number of connections; each sends all messages. */
  readonly connections: number
}

export interface ReplayResult {
  readonly messages: number
  readonly seconds: number
}

/**
 * Sends messages over one or several connections in turn, and waits while the receiver does not accept them. `messages` is
 * called once per repetition. Resolves early, between two messages, when `stop` fires.
 */
export async function replayMessages(
  { path, speed, repeat, connections }: ReplaySettings,
  messages: () => AsyncIterable<MessageBlock>,
  native: NativeSockets,
  stop: AbortSignal,
): Promise<ReplayResult> {
  const senders: MessageSender[] = []
  const sent = (): number => senders.reduce((sum, sender) => sum + sender.sent, 0)
  try {
    for (let number = 0; number < connections; number++) senders.push(await connectWithRetry(native, path, stop))
    const rateLimiter = new MessageRateLimiter(speed)
    for (let round = 0; round < repeat && !stop.aborted; round++)
      for await (const part of messages()) {
        await sendToAll(senders, part, rateLimiter, stop)
        if (stop.aborted) break
      }
    return { messages: sent(), seconds: rateLimiter.seconds }
  } catch (error) {
    if (!DISCONNECT_CODES.has(codeOf(error))) throw error
    throw sysflowFault('SFP_REPLAY_SEND', { sent: sent(), reason: reasonOf(error, REASONS) }, { where: path, cause: error })
  } finally {
    for (const sender of senders) sender.close()
  }
}

/** Retries the connection, because the listening process may still be starting. */
async function connectWithRetry(native: NativeSockets, path: string, stop: AbortSignal): Promise<MessageSender> {
  for (let waited = 0; ; waited += RETRY_INTERVAL) {
    try {
      return MessageSender.connect(native, path)
    } catch (error) {
      if (RETRYABLE_CODES.has(codeOf(error)) && waited < CONNECT_TIMEOUT && !stop.aborted) await pause(RETRY_INTERVAL)
      else {
        const details = { path, reason: reasonOf(error, REASONS), seconds: CONNECT_TIMEOUT / 1000 }
        throw sysflowFault('SFP_REPLAY_CONNECT', details, { cause: error })
      }
    }
  }
}

async function sendToAll(
  senders: readonly MessageSender[],
  messages: MessageBlock,
  rateLimiter: MessageRateLimiter,
  stop: AbortSignal,
): Promise<void> {
  const next = senders.map(() => 0)
  const { length } = messages.ends
  while (next.some(at => at < length) && !stop.aborted) {
    let isStuck = true
    for (const [index, sender] of senders.entries()) {
      const first = next[index] as number
      const allowed = Math.min(length, first + (await rateLimiter.allowance()))
      const reached = sender.send(messages, first, allowed)
      rateLimiter.consume(reached - first)
      if (reached > first) isStuck = false
      next[index] = reached
    }
    if (isStuck) senders[next.findIndex(at => at < length)]?.wait(WAIT_MILLISECONDS)
    // The event loop gets a turn, so that signals are handled.
    await nextTurn()
  }
}

/** Limits the number of messages to the rate so far. */
class MessageRateLimiter {
  readonly #perSecond: number | undefined
  readonly #startedAt = performance.now()
  #sent = 0

  constructor(perSecond: number | undefined) {
    this.#perSecond = perSecond
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000
  }

  /** Resolves to the number of messages that may be sent, at least one; waits if there is none yet. */
  async allowance(): Promise<number> {
    if (this.#perSecond === undefined) return MAX_MESSAGES_PER_TURN
    for (;;) {
      const due = Math.floor(this.seconds * this.#perSecond) + 1 - this.#sent
      if (due > 0) return Math.min(due, MAX_MESSAGES_PER_TURN)
      await pause(Math.min(WAIT_MILLISECONDS, Math.ceil(((1 - due) / this.#perSecond) * 1000)))
    }
  }

  consume(messages: number): void {
    this.#sent += messages
  }
}

/** Maximum number of messages of one connection before the next connection's turn. */
const MAX_MESSAGES_PER_TURN = 1024
/** Milliseconds. */
const WAIT_MILLISECONDS = 50
const RETRY_INTERVAL = 50
const CONNECT_TIMEOUT = 10_000

const RETRYABLE_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'EAGAIN'])
const DISCONNECT_CODES: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ENOTCONN', 'EMSGSIZE'])
const REASONS = {
  ENOENT: 'no such socket',
  ECONNREFUSED: 'connection refused',
  EAGAIN: 'too many pending connections',
  EPROTOTYPE: 'not a socket of type SOCK_SEQPACKET',
  EPIPE: 'the receiver closed it',
  ECONNRESET: 'the receiver closed it',
  ENOTCONN: 'the receiver closed it',
  EMSGSIZE: 'the kernel does not accept messages of this size',
}
