// SPDX-License-Identifier: Apache-2.0
import type { Acknowledgement } from '../contract/batch.js'
import { AckTracker } from '../input/ack-tracker.js'
import type { PartitionOffset } from './fetch-messages.js'
import type { KafkaGroupConsumer } from './group-consumer.js'

/** A partition that is assigned to this member. */
interface PartitionState {
  readonly topic: string
  readonly partition: number
  /** Offset of the next message to fetch. */
  next: bigint
  /** Offsets of Kafka stay below 2^53: at a million messages a second that takes 285 years. */
  readonly delivered: AckTracker
  committed: bigint
}

/**
 * Tracks how far the partitions of this member were read, delivered and committed. A committed offset is never ahead of delivery:
 * after a crash, messages in between are read again.
 */
export class PartitionOffsets {
  readonly #partitions = new Map<string, PartitionState>()
  readonly #initialOffset: 'earliest' | 'latest' | 'fail'
  readonly #isFrozen: () => boolean

  /** `isFrozen`: see {@link AckTracker}. */
  constructor(initialOffset: 'earliest' | 'latest' | 'fail', isFrozen: () => boolean) {
    this.#initialOffset = initialOffset
    this.#isFrozen = isFrozen
  }

  /** Offset of the next read in every partition. */
  get positions(): readonly PartitionOffset[] {
    return [...this.#partitions.values()].map(({ topic, partition, next }) => ({ topic, partition, offset: next }))
  }

  /** Delivered offsets that are not committed yet. */
  get uncommitted(): readonly PartitionOffset[] {
    return [...this.#partitions.values()].flatMap(({ topic, partition, delivered, committed }) => {
      const offset = BigInt(delivered.offset)
      return offset > committed ? [{ topic, partition, offset }] : []
    })
  }

  /** Approximate number of fetched messages that are not delivered yet: offsets without a message count too. */
  get undelivered(): number {
    return [...this.#partitions.values()].reduce((sum, { next, delivered }) => sum + Number(next) - delivered.offset, 0)
  }

  /**
   * Applies the current assignment of the member. Partitions that it had before keep their offsets; new ones start at the offset
   * that the group committed. Rejects with a KafkaError.
   */
  async updateAssignment(member: KafkaGroupConsumer): Promise<void> {
    const assigned = member.assigned
    for (const [key, { topic, partition }] of this.#partitions)
      if (!assigned.get(topic)?.includes(partition)) this.#partitions.delete(key)
    for (const [topic, partitions] of assigned) {
      const missing = partitions.filter(partition => !this.#partitions.has(keyOf(topic, partition)))
      if (missing.length > 0) await this.#addPartitions(topic, missing, member)
    }
  }

  isUpToDate({ assigned }: KafkaGroupConsumer): boolean {
    let count = 0
    for (const [topic, partitions] of assigned) {
      count += partitions.length
      if (!partitions.every(partition => this.#partitions.has(keyOf(topic, partition)))) return false
    }
    return count === this.#partitions.size
  }

  /** Marks messages up to `next` as read; returns their acknowledgement. Undefined if the partition was revoked meanwhile. */
  markRead(topic: string, partition: number, next: bigint): Acknowledgement | undefined {
    const state = this.#partitions.get(keyOf(topic, partition))
    if (!state || next <= state.next) return undefined
    state.next = next
    return state.delivered.acknowledgement(Number(next))
  }

  markCommitted(positions: readonly PartitionOffset[]): void {
    for (const { topic, partition, offset } of positions) {
      const state = this.#partitions.get(keyOf(topic, partition))
      if (state && offset > state.committed) state.committed = offset
    }
  }

  /**
   * Handles offsets that Kafka does not have any more: reading continues at the first available message. Returns the skipped
   * messages. Rejects with a KafkaError.
   */
  async skipToAvailable(
    member: KafkaGroupConsumer,
  ): Promise<readonly { readonly topic: string; readonly partition: number; readonly records: number }[]> {
    const skipped: { topic: string; partition: number; records: number }[] = []
    for (const topic of new Set([...this.#partitions.values()].map(state => state.topic))) {
      const [first, last] = [await member.edgeOffsets(topic, 'earliest'), await member.edgeOffsets(topic, 'latest')]
      for (const [key, { topic: partitionTopic, partition, next }] of this.#partitions) {
        const [earliest, latest] = [first.get(partition), last.get(partition)]
        if (partitionTopic !== topic || earliest === undefined || latest === undefined || (next >= earliest && next <= latest))
          continue
        if (next < earliest) skipped.push({ topic, partition, records: Number(earliest - next) })
        this.#partitions.delete(key)
        this.#addPartition(topic, partition, earliest, earliest)
      }
    }
    return skipped
  }

  async #addPartitions(topic: string, partitions: readonly number[], member: KafkaGroupConsumer): Promise<void> {
    const known = await member.committedOffsets(topic, partitions)
    const isNew = partitions.some(partition => !known.has(partition))
    if (isNew && this.#initialOffset === 'fail') throw new NoCommittedOffset(topic)
    const edge = isNew
      ? await member.edgeOffsets(topic, this.#initialOffset === 'latest' ? 'latest' : 'earliest')
      : new Map<number, bigint>()
    for (const partition of partitions) {
      const committed = known.get(partition)
      this.#addPartition(topic, partition, committed ?? edge.get(partition) ?? 0n, committed ?? -1n)
    }
  }

  #addPartition(topic: string, partition: number, next: bigint, committed: bigint): void {
    const delivered = new AckTracker(Number(next), this.#isFrozen)
    this.#partitions.set(keyOf(topic, partition), { topic, partition, next, delivered, committed })
  }
}

/** The group has committed no offset, and the settings require one. */
export class NoCommittedOffset extends Error {
  constructor(readonly topic: string) {
    super(`the group has committed no offset for ${topic}`)
  }
}

const keyOf = (topic: string, partition: number): string => `${topic}:${partition}`
