// SPDX-License-Identifier: Apache-2.0

import type { Chunk, DeliveryResult, Transport } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { KafkaError } from '../../kafka/kafka-error.js'
import type { KafkaSettings } from '../../kafka/kafka-settings.js'
import { type KafkaProducer, type OutgoingMessage, openProducer } from '../../kafka/producer.js'
import { contentOf } from '../chunk-records.js'
import { readJson } from '../otlp/read-json.js'
import { writeProto } from '../otlp/write-proto.js'

/** Record without its line feed → value of the message. */
export type EncodeValue = (document: Uint8Array) => Buffer

/** `json` and `proto` are for OTLP log data, one `ResourceLogs` per record: consumers expect a `LogsData`. */
export function valueEncoderFor(encoding: 'plain' | 'json' | 'proto'): EncodeValue {
  switch (encoding) {
    case 'plain':
      return document => Buffer.from(document)
    case 'json':
      return document => Buffer.concat([LOGS_DATA_PREFIX, document, LOGS_DATA_SUFFIX])
    case 'proto':
      return document => writeProto(readJson(Buffer.from(document).toString('utf8')))
    default:
      return encoding satisfies never
  }
}

const LOGS_DATA_PREFIX = Buffer.from('{"resourceLogs":[')
const LOGS_DATA_SUFFIX = Buffer.from(']}')

interface RecordMessage extends OutgoingMessage {
  /** Number in the chunk. */
  readonly recordIndex: number
}

/**
 * Sends one message per record, in groups that no broker rejects as too large. The next group follows when the brokers have the
 * one before it, so records with one key stay in order. A retry after a lost response may deliver records twice.
 */
export class KafkaTransport implements Transport {
  readonly name = 'kafka'
  readonly #settings: KafkaSettings
  readonly #topic: string
  readonly #encodeValue: EncodeValue
  readonly #openProducer: (settings: KafkaSettings) => Promise<KafkaProducer>
  #producer: Promise<KafkaProducer> | undefined

  /** `topic`: for records without a topic of their own. */
  constructor(settings: KafkaSettings, topic: string, encodeValue: EncodeValue, openProducerWith = openProducer) {
    this.#settings = settings
    this.#topic = topic
    this.#encodeValue = encodeValue
    this.#openProducer = openProducerWith
  }

  async open(): Promise<void> {
    const failure = await this.check()
    if (failure !== undefined) throw new Fault('SFP_KAFKA_REACH', { brokers: this.#settings.brokers.join(', '), reason: failure })
  }

  async send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    const rejected: { recordIndex: number; reason: string }[] = []
    const messages = this.#messages(chunk, rejected)
    let sent = 0
    for (const group of batchesOf(messages, this.#settings.producer.maxMessageBytes)) {
      abort.throwIfAborted()
      const reason = await this.#sendGroup(group, rejected)
      if (reason !== undefined) {
        const retryable = messages.slice(sent).map(({ recordIndex }) => recordIndex)
        return {
          rejected: sortByRecord(rejected.filter(({ recordIndex }) => !retryable.includes(recordIndex))),
          retryable,
          reason,
        }
      }
      sent += group.length
    }
    return rejected.length === 0 ? undefined : { rejected: sortByRecord(rejected), retryable: [] }
  }

  async check(): Promise<string | undefined> {
    try {
      await (await this.#connect()).check(this.#topic)
      return undefined
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      await this.#disconnect()
      return error.message
    }
  }

  async close(): Promise<void> {
    await this.#disconnect()
  }

  #messages(chunk: Chunk, rejected: { recordIndex: number; reason: string }[]): RecordMessage[] {
    const messages: RecordMessage[] = []
    for (let record = 0; record < chunk.length; record++) {
      const value = this.#encodeValue(contentOf(chunk, record))
      const limit = this.#settings.producer.maxMessageBytes
      const key = chunk.meta?.keys?.[record]
      if (value.length > limit - MESSAGE_OVERHEAD_BYTES)
        rejected.push({ recordIndex: record, reason: `it has ${value.length} bytes; message.max.bytes is ${limit}` })
      else
        messages.push({
          recordIndex: record,
          topic: chunk.meta?.topics?.[record] ?? this.#topic,
          value,
          key: key ? Buffer.from(key, 'utf8') : undefined,
        })
    }
    return messages
  }

  /** Resolves to the reason why the records of the group must be sent again; undefined: all are safe or rejected. */
  async #sendGroup(
    group: readonly RecordMessage[],
    rejected: { recordIndex: number; reason: string }[],
  ): Promise<string | undefined> {
    try {
      await (await this.#connect()).send(group)
      return undefined
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      if (error.kind === 'too large') {
        const [first] = group
        if (group.length === 1 && first) {
          rejected.push({ recordIndex: first.recordIndex, reason: error.message })
          return undefined
        }
        const half = group.length >> 1
        return (await this.#sendGroup(group.slice(0, half), rejected)) ?? (await this.#sendGroup(group.slice(half), rejected))
      }
      if (!error.isTemporary) {
        rejected.push(...group.map(({ recordIndex }) => ({ recordIndex, reason: error.message })))
        return undefined
      }
      // A connection that timed out does not recover; the retry uses a new one.
      if (error.kind === 'timeout') await this.#disconnect()
      return error.message
    }
  }

  #connect(): Promise<KafkaProducer> {
    this.#producer ??= this.#openProducer(this.#settings)
    return this.#producer
  }

  async #disconnect(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    await (await producer?.catch(() => undefined))?.close()
  }
}

/** Groups that each fit into one Kafka batch, even if all messages go to one partition. */
function* batchesOf(messages: readonly RecordMessage[], limit: number): Generator<readonly RecordMessage[]> {
  let [from, bytes] = [0, 0]
  for (const [at, { key, value }] of messages.entries()) {
    const size = value.length + (key?.length ?? 0) + MESSAGE_OVERHEAD_BYTES
    if (at > from && bytes + size > limit) {
      yield messages.slice(from, at)
      from = at
      bytes = 0
    }
    bytes += size
  }
  if (messages.length > from) yield messages.slice(from)
}

/** Upper limit for the overhead of a message and its batch, beside key and value. */
const MESSAGE_OVERHEAD_BYTES = 100

const sortByRecord = <R extends { readonly recordIndex: number }>(rejected: readonly R[]): readonly R[] =>
  rejected.toSorted((a, b) => a.recordIndex - b.recordIndex)
