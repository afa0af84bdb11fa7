// SPDX-License-Identifier: Apache-2.0
import type { Receipt } from '../contract/receipt.js'
import type { Position } from './fetch.js'
import type { KafkaMember } from './member.js'
import { Acknowledged } from '../input/acknowledged.js'

/** A partition that this member reads. */
interface Reading {
  readonly topic: string
  readonly partition: number
  /** Of the next message to be fetched. */
  next: bigint
  /** Offsets of Kafka stay below 2^53: at a million messages a second that takes 285 years. */
  readonly delivered: Acknowledged
  committed: bigint
}

/**
 * How far the partitions of this member have been read, delivered and committed. What is committed is never ahead of what was
 * delivered: after a crash, messages in between are read again.
 */
export class PartitionOffsets {
  readonly #readings = new Map<string, Reading>()
  readonly #begins: 'earliest' | 'latest' | 'fail'
  readonly #isFrozen: () => boolean

  /** `isFrozen`: see {@link Acknowledged}. */
  constructor(begins: 'earliest' | 'latest' | 'fail', isFrozen: () => boolean) {
    this.#begins = begins
    this.#isFrozen = isFrozen
  }

  /** Where reading goes on in every partition. */
  get positions(): readonly Position[] {
    return [...this.#readings.values()].map(({ topic, partition, next }) => ({ topic, partition, offset: next }))
  }

  /** What was delivered since it was last committed. */
  get uncommitted(): readonly Position[] {
    return [...this.#readings.values()].flatMap(({ topic, partition, delivered, committed }) => {
      const offset = BigInt(delivered.offset)
      return offset > committed ? [{ topic, partition, offset }] : []
    })
  }

  /** Messages that were fetched and are not delivered yet, roughly: numbers of what is no message count too. */
  get underWay(): number {
    return [...this.#readings.values()].reduce((sum, { next, delivered }) => sum + Number(next) - delivered.offset, 0)
  }

  /**
   * Takes over what the group has given to the member. Of partitions that it has had before it knows how far they were read;
   * the others go on where the group left them. Rejects with a KafkaError.
   */
  async follow(member: KafkaMember): Promise<void> {
    const assigned = member.assigned
    for (const [key, { topic, partition }] of this.#readings)
      if (!assigned.get(topic)?.includes(partition)) this.#readings.delete(key)
    for (const [topic, partitions] of assigned) {
      const missing = partitions.filter(partition => !this.#readings.has(keyOf(topic, partition)))
      if (missing.length > 0) await this.#begin(topic, missing, member)
    }
  }

  isUpToDate({ assigned }: KafkaMember): boolean {
    let count = 0
    for (const [topic, partitions] of assigned) {
      count += partitions.length
      if (!partitions.every(partition => this.#readings.has(keyOf(topic, partition)))) return false
    }
    return count === this.#readings.size
  }

  /** Messages up to `next` were read: their receipt. Undefined if the partition has been taken away since. */
  read(topic: string, partition: number, next: bigint): Receipt | undefined {
    const reading = this.#readings.get(keyOf(topic, partition))
    if (!reading || next <= reading.next) return undefined
    reading.next = next
    return reading.delivered.receipt(Number(next))
  }

  committed(positions: readonly Position[]): void {
    for (const { topic, partition, offset } of positions) {
      const reading = this.#readings.get(keyOf(topic, partition))
      if (reading && offset > reading.committed) reading.committed = offset
    }
  }

  /**
   * Kafka no longer has what stands at some position: reading goes on at the first message there is. Returns what was passed
   * over. Rejects with a KafkaError.
   */
  async catchUp(
    member: KafkaMember,
  ): Promise<readonly { readonly topic: string; readonly partition: number; readonly records: number }[]> {
    const passed: { topic: string; partition: number; records: number }[] = []
    for (const topic of new Set([...this.#readings.values()].map(reading => reading.topic))) {
      const [first, last] = [await member.edge(topic, 'earliest'), await member.edge(topic, 'latest')]
      for (const [key, { topic: own, partition, next }] of this.#readings) {
        const [earliest, latest] = [first.get(partition), last.get(partition)]
        if (own !== topic || earliest === undefined || latest === undefined || (next >= earliest && next <= latest)) continue
        if (next < earliest) passed.push({ topic, partition, records: Number(earliest - next) })
        this.#readings.delete(key)
        this.#add(topic, partition, earliest, earliest)
      }
    }
    return passed
  }

  async #begin(topic: string, partitions: readonly number[], member: KafkaMember): Promise<void> {
    const known = await member.committed(topic, partitions)
    const isNew = partitions.some(partition => !known.has(partition))
    if (isNew && this.#begins === 'fail') throw new NoOffset(topic)
    const edge = isNew ? await member.edge(topic, this.#begins === 'latest' ? 'latest' : 'earliest') : new Map<number, bigint>()
    for (const partition of partitions) {
      const committed = known.get(partition)
      this.#add(topic, partition, committed ?? edge.get(partition) ?? 0n, committed ?? -1n)
    }
  }

  #add(topic: string, partition: number, next: bigint, committed: bigint): void {
    const delivered = new Acknowledged(Number(next), this.#isFrozen)
    this.#readings.set(keyOf(topic, partition), { topic, partition, next, delivered, committed })
  }
}

/** The group has committed nothing, and the settings say that it has to have. */
export class NoOffset extends Error {
  constructor(readonly topic: string) {
    super(`the group has committed no offset for ${topic}`)
  }
}

const keyOf = (topic: string, partition: number): string => `${topic}:${partition}`
