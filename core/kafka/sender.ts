// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'
import type { Producer } from '@platformatic/kafka'
import { answered, closed, connectionOptions, load } from './connection.js'
import { KafkaError } from './kafka-error.js'
import type { KafkaSettings } from './settings.js'

/** As much of a client of Kafka as the product needs. Every call rejects with a {@link KafkaError}. */
export interface KafkaSender {
  /** Resolves if the topic can be written to. */
  check(topic: string): Promise<void>
  /** Resolves when the brokers have all of the messages. Those with one key stay in one partition. */
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<void>
  close(): Promise<void>
}

export interface OutgoingMessage {
  readonly key: Buffer | undefined
  readonly value: Buffer
}

export async function openSender(settings: KafkaSettings): Promise<KafkaSender> {
  const { Producer, ProduceAcks } = await load()
  const { acks, compression } = settings.sender
  const producer: Producer = new Producer({
    ...connectionOptions(settings),
    acks: acks === 'all' ? ProduceAcks.ALL : ProduceAcks.LEADER,
    compression,
  })
  const call = <T>(work: Promise<T>): Promise<T> => answered(work, settings.requestTimeout)
  return {
    async check(topic) {
      // A topic that this very question creates takes a moment to be there.
      for (let left = settings.createsTopics ? CREATION_TRIES : 1; left > 0; left--) {
        try {
          await call(producer.metadata({ topics: [topic], forceUpdate: true, autocreateTopics: settings.createsTopics }))
          return
        } catch (error) {
          if (left === 1 || !(error instanceof KafkaError) || !error.isTemporary) throw error
          await timeout(CREATION_PAUSE)
        }
      }
    },
    async send(topic, messages) {
      const outgoing = messages.map(({ key, value }) => ({ topic, value, ...(key && { key }) }))
      await call(producer.send({ messages: outgoing, acks: acks === 'all' ? ProduceAcks.ALL : ProduceAcks.LEADER }))
    },
    close: () => closed(producer.close(), settings.requestTimeout),
  }
}

const CREATION_TRIES = 20
const CREATION_PAUSE = 250
