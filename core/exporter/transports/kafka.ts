// SPDX-License-Identifier: Apache-2.0
import type { Delivered, Page, Transport } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { KafkaError } from '../../kafka/kafka-error.js'
import { type KafkaSender, type OutgoingMessage, openSender } from '../../kafka/sender.js'
import type { KafkaSettings } from '../../kafka/settings.js'
import { readJson } from '../../../plugins/otel/json.js'
import { protoOf } from '../../../plugins/otel/write-proto.js'
import { keyed, withoutLineFeed } from '../encoders/keyed.js'
import { recordOf } from '../part-of-page.js'

/** Record without its line feed → value of the message. */
export type ValueOf = (document: Uint8Array) => Buffer

/** `json` and `proto` are for log data of OpenTelemetry, one `ResourceLogs` a record: consumers expect a `LogsData`. */
export function encodingOf(encoding: 'plain' | 'json' | 'proto'): ValueOf {
  switch (encoding) {
    case 'plain':
      return document => Buffer.from(document)
    case 'json':
      return document => Buffer.concat([BEFORE, document, BEHIND])
    case 'proto':
      return document => protoOf(readJson(Buffer.from(document).toString('utf8')))
    default:
      return encoding satisfies never
  }
}

const BEFORE = Buffer.from('{"resourceLogs":[')
const BEHIND = Buffer.from(']}')

interface Numbered extends OutgoingMessage {
  /** In the page. */
  readonly record: number
}

/**
 * One message a record. Messages travel in groups that no broker finds too large; the next group leaves when the brokers have
 * the one before it, so records of one key stay in order. What is sent again because an answer got lost may arrive twice.
 */
export class KafkaTransport implements Transport {
  readonly name = 'kafka'
  readonly #settings: KafkaSettings
  readonly #topic: string
  readonly #valueOf: ValueOf
  readonly #isKeyed: boolean
  readonly #open: (settings: KafkaSettings) => Promise<KafkaSender>
  #sender: Promise<KafkaSender> | undefined

  /** `isKeyed`: records come with their keys before them (core/exporter/encoders/keyed.ts). */
  constructor(settings: KafkaSettings, topic: string, encode: ValueOf, isKeyed: boolean, open = openSender) {
    this.#settings = settings
    this.#topic = topic
    this.#valueOf = encode
    this.#isKeyed = isKeyed
    this.#open = open
  }

  async open(): Promise<void> {
    const wrong = await this.check()
    if (wrong !== undefined) throw new Fault('SFP_KAFKA_REACH', { brokers: this.#settings.brokers.join(', '), reason: wrong })
  }

  async send(page: Page, abort: AbortSignal): Promise<Delivered | undefined> {
    const refused: { record: number; reason: string }[] = []
    const messages = this.#messages(page, refused)
    let sent = 0
    for (const group of groupsOf(messages, this.#settings.sender.largestMessage)) {
      abort.throwIfAborted()
      const reason = await this.#sendGroup(group, refused)
      if (reason !== undefined) {
        const again = messages.slice(sent).map(({ record }) => record)
        return { refused: inOrder(refused.filter(({ record }) => !again.includes(record))), again, reason }
      }
      sent += group.length
    }
    return refused.length === 0 ? undefined : { refused: inOrder(refused), again: [] }
  }

  async check(): Promise<string | undefined> {
    try {
      await (await this.#client()).check(this.#topic)
      return undefined
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      await this.#forget()
      return error.message
    }
  }

  async close(): Promise<void> {
    await this.#forget()
  }

  #messages(page: Page, refused: { record: number; reason: string }[]): Numbered[] {
    const messages: Numbered[] = []
    for (let record = 0; record < page.length; record++) {
      const whole = recordOf(page, record)
      const parts = this.#isKeyed ? keyed(whole) : undefined
      const value = this.#valueOf(parts ? parts.document : withoutLineFeed(whole))
      const limit = this.#settings.sender.largestMessage
      if (value.length > limit - OVERHEAD)
        refused.push({ record, reason: `it has ${value.length} bytes; message.max.bytes is ${limit}` })
      else messages.push({ record, value, key: parts?.key ? Buffer.from(parts.key, 'utf8') : undefined })
    }
    return messages
  }

  /** Why the records of the group have to be sent again; undefined: all are safe or refused. */
  async #sendGroup(group: readonly Numbered[], refused: { record: number; reason: string }[]): Promise<string | undefined> {
    try {
      await (await this.#client()).send(this.#topic, group)
      return undefined
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      if (error.trouble === 'too large') {
        const [first] = group
        if (group.length === 1 && first) {
          refused.push({ record: first.record, reason: error.message })
          return undefined
        }
        const half = group.length >> 1
        return (await this.#sendGroup(group.slice(0, half), refused)) ?? (await this.#sendGroup(group.slice(half), refused))
      }
      if (!error.isTemporary) {
        refused.push(...group.map(({ record }) => ({ record, reason: error.message })))
        return undefined
      }
      // A connection that has gone quiet stays so; the next try begins with a new one.
      if (error.trouble === 'timeout') await this.#forget()
      return error.message
    }
  }

  #client(): Promise<KafkaSender> {
    this.#sender ??= this.#open(this.#settings)
    return this.#sender
  }

  async #forget(): Promise<void> {
    const sender = this.#sender
    this.#sender = undefined
    await (await sender?.catch(() => undefined))?.close()
  }
}

/** Groups of which each fits into one batch, even if all of it goes to one partition. */
function* groupsOf(messages: readonly Numbered[], limit: number): Generator<readonly Numbered[]> {
  let [from, bytes] = [0, 0]
  for (const [at, { key, value }] of messages.entries()) {
    const size = value.length + (key?.length ?? 0) + OVERHEAD
    if (at > from && bytes + size > limit) {
      yield messages.slice(from, at)
      from = at
      bytes = 0
    }
    bytes += size
  }
  if (messages.length > from) yield messages.slice(from)
}

/** More than a message and its batch take beside key and value. */
const OVERHEAD = 100

const inOrder = <R extends { readonly record: number }>(refused: readonly R[]): readonly R[] =>
  refused.toSorted((a, b) => a.record - b.record)
