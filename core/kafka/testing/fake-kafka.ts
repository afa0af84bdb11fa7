// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'
import type { FetchedMessages, PartitionOffset } from '../fetch-messages.js'
import type { KafkaGroupConsumer } from '../group-consumer.js'
import { KafkaError } from '../kafka-error.js'
import { type KafkaSettings, kafkaSettings } from '../kafka-settings.js'
import type { KafkaProducer, OutgoingMessage } from '../producer.js'

export const fakeSettings = (config: Readonly<Record<string, unknown>> = {}): KafkaSettings =>
  kafkaSettings(
    {
      config: { 'bootstrap.servers': 'broker:9092', 'auto.commit.interval.ms': 5, ...config },
      username: '',
      password: '',
      directory: '.',
      clientId: 'test',
      groupId: 'group',
    },
    () => {},
  )

/** A producer that follows a script for its first calls, and then accepts everything. */
export class FakeSender implements KafkaProducer {
  readonly sent: OutgoingMessage[][] = []
  opened = 0
  closed = 0

  constructor(readonly script: (KafkaError | undefined)[] = []) {}

  readonly open = async (): Promise<KafkaProducer> => {
    this.opened++
    return this
  }

  async check(): Promise<void> {
    await this.#runScript()
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    await this.#runScript()
    this.sent.push([...messages])
  }

  async close(): Promise<void> {
    this.closed++
  }

  async #runScript(): Promise<void> {
    const error = this.script.shift()
    if (error) throw error
  }
}

/** A topic `logs` and a group that reads it. Committed offsets outlive the members. */
export class FakeBroker {
  readonly partitions: Buffer[][]
  readonly committedOffsets = new Map<number, bigint>()
  /** Offset of the first available message, by partition. */
  readonly firstOffsets = new Map<number, number>()
  readonly members = new Set<FakeMember>()
  opened = 0

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => [])
  }

  readonly open = async (): Promise<KafkaGroupConsumer> => {
    this.opened++
    const member = new FakeMember(this)
    this.members.add(member)
    return member
  }

  /** Partitions are assigned round-robin. */
  partitionsOf(member: FakeMember): readonly number[] {
    const members = [...this.members]
    const index = members.indexOf(member)
    return index < 0 ? [] : this.partitions.flatMap((_, partition) => (partition % members.length === index ? [partition] : []))
  }
}

export class FakeMember implements KafkaGroupConsumer {
  readonly #broker: FakeBroker
  failure: KafkaError | undefined
  /** Thrown by the next calls, one each. */
  readonly pendingErrors: KafkaError[] = []

  constructor(broker: FakeBroker) {
    this.#broker = broker
  }

  get assigned(): ReadonlyMap<string, readonly number[]> {
    return new Map([['logs', this.#broker.partitionsOf(this)]])
  }

  async committedOffsets(_topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    return new Map(
      partitions.flatMap(partition => {
        const offset = this.#broker.committedOffsets.get(partition)
        return offset === undefined ? [] : [[partition, offset] as const]
      }),
    )
  }

  async edgeOffsets(_topic: string, which: 'earliest' | 'latest'): Promise<ReadonlyMap<number, bigint>> {
    return new Map(
      this.#broker.partitions.map((messages, partition) => [
        partition,
        BigInt(which === 'latest' ? messages.length : (this.#broker.firstOffsets.get(partition) ?? 0)),
      ]),
    )
  }

  async fetch(positions: readonly PartitionOffset[]): Promise<readonly FetchedMessages[]> {
    await timeout(1)
    const pendingError = this.pendingErrors.shift()
    if (pendingError) throw pendingError
    const fetched: FetchedMessages[] = []
    for (const { topic, partition, offset } of positions) {
      if (Number(offset) < (this.#broker.firstOffsets.get(partition) ?? 0)) throw new KafkaError('gone', 'out of range', true)
      const all = this.#broker.partitions[partition] ?? []
      const messages = all.slice(Number(offset), Number(offset) + 5).map((value, at) => ({ offset: offset + BigInt(at), value }))
      fetched.push({ topic, partition, messages, next: offset + BigInt(messages.length) })
    }
    return fetched
  }

  async commit(positions: readonly PartitionOffset[]): Promise<void> {
    for (const { partition, offset } of positions) this.#broker.committedOffsets.set(partition, offset)
  }

  async close(): Promise<void> {
    this.#broker.members.delete(this)
  }
}
