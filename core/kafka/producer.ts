// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'
import type { Producer } from '@platformatic/kafka'
import { closeQuietly, kafkaConnectionOptions, loadKafkaPackage, withRequestTimeout } from './kafka-client.js'
import { KafkaError } from './kafka-error.js'
import type { KafkaSettings } from './kafka-settings.js'

/** The functions of a Kafka client that the product needs. Every call rejects with a {@link KafkaError}. */
export interface KafkaProducer {
  /** Resolves if the topic can be written to. */
  check(topic: string): Promise<void>
  /** Resolves when the brokers have all of the messages. Messages with the same key go to the same partition. */
  send(messages: readonly OutgoingMessage[]): Promise<void>
  close(): Promise<void>
}

export interface OutgoingMessage {
  readonly topic: string
  readonly key: Buffer | undefined
  readonly value: Buffer
}

export async function openProducer(settings: KafkaSettings): Promise<KafkaProducer> {
  const { Producer, ProduceAcks } = await loadKafkaPackage()
  const { acks, compression } = settings.producer
  const producer: Producer = new Producer({
    ...kafkaConnectionOptions(settings),
    acks: acks === 'all' ? ProduceAcks.ALL : ProduceAcks.LEADER,
    compression,
  })
  const withTimeout = <T>(work: Promise<T>): Promise<T> => withRequestTimeout(work, settings.requestTimeout)
  return {
    async check(topic) {
      // A topic that this request creates becomes available after a moment.
      for (let triesLeft = settings.createsTopics ? MAX_TOPIC_CREATION_TRIES : 1; triesLeft > 0; triesLeft--) {
        try {
          await withTimeout(producer.metadata({ topics: [topic], forceUpdate: true, autocreateTopics: settings.createsTopics }))
          return
        } catch (error) {
          if (triesLeft === 1 || !(error instanceof KafkaError) || !error.isTemporary) throw error
          await timeout(TOPIC_CREATION_PAUSE_MILLISECONDS)
        }
      }
    },
    async send(messages) {
      const outgoing = messages.map(({ topic, key, value }) => ({ topic, value, ...(key && { key }) }))
      await withTimeout(producer.send({ messages: outgoing, acks: acks === 'all' ? ProduceAcks.ALL : ProduceAcks.LEADER }))
    },
    close: () => closeQuietly(producer.close(), settings.requestTimeout),
  }
}

const MAX_TOPIC_CREATION_TRIES = 20
const TOPIC_CREATION_PAUSE_MILLISECONDS = 250
