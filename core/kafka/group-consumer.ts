// SPDX-License-Identifier: Apache-2.0
import type { Consumer, ConsumerOptions } from '@platformatic/kafka'
import { type FetchedMessages, fetchMessages, type PartitionOffset } from './fetch-messages.js'
import { closeQuietly, kafkaConnectionOptions, loadKafkaPackage, withRequestTimeout } from './kafka-client.js'
import { apiIdsOf, asKafkaError, type KafkaError } from './kafka-error.js'
import type { KafkaSettings } from './kafka-settings.js'

/** A member of a group of consumers. */
export interface KafkaGroupConsumer {
  /** Topic → partitions that the group has given to this member, as of now. */
  readonly assigned: ReadonlyMap<string, readonly number[]>
  /** What has gone wrong in the background so far, so that this member is of no use any more. */
  readonly failure: KafkaError | undefined
  /** Offset that the group goes on from, by partition; nothing where it has committed none. */
  committedOffsets(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>>
  /** Offset of the first message there is, or behind the last one, by partition. */
  edgeOffsets(topic: string, edge: 'earliest' | 'latest'): Promise<ReadonlyMap<number, bigint>>
  /** Messages from there on, as soon as there are any; none after a while. */
  fetch(positions: readonly PartitionOffset[]): Promise<readonly FetchedMessages[]>
  /** Offsets that the group goes on from. */
  commit(positions: readonly PartitionOffset[]): Promise<void>
  /** Leaves the group. */
  close(): Promise<void>
}

export async function openGroupConsumer(settings: KafkaSettings, topics: readonly string[]): Promise<KafkaGroupConsumer> {
  const { Consumer, ListOffsetTimestamps } = await loadKafkaPackage()
  const { group } = settings
  const options: ConsumerOptions<Buffer, Buffer, Buffer, Buffer> = {
    ...kafkaConnectionOptions(settings),
    groupId: group.id,
    sessionTimeout: group.sessionTimeout,
    rebalanceTimeout: group.rebalanceTimeout,
    heartbeatInterval: group.heartbeatInterval,
    maxBytes: group.maxBytes,
    minBytes: group.minBytes,
    maxWaitTime: group.maxWait,
    isolationLevel: group.isolation,
    autocommit: false,
  }
  const consumer: Consumer = new Consumer(options)
  let failure: KafkaError | undefined
  const fail = (error: unknown): void => {
    failure ??= asKafkaError(error)
  }
  consumer.on('error', fail)
  // Not every error of a heartbeat makes the client join anew; after some it would beat in vain for ever.
  consumer.on('consumer:heartbeat:error', ({ error }: { error?: unknown }) => {
    if (apiIdsOf(error).some(id => id === 'ILLEGAL_GENERATION' || id === 'FENCED_INSTANCE_ID')) fail(error)
  })
  const withTimeout = <T>(work: Promise<T>): Promise<T> => withRequestTimeout(work, settings.requestTimeout)
  consumer.topics.trackAll(...topics)
  try {
    // Whoever joins waits for the others, as long as these may take to come.
    await withRequestTimeout(consumer.joinGroup({}), settings.requestTimeout + group.rebalanceTimeout)
  } catch (error) {
    await closeQuietly(Promise.resolve(consumer.close(true)), 1000)
    throw error
  }
  return {
    get assigned() {
      return new Map((consumer.assignments ?? []).map(({ topic, partitions }) => [topic, partitions]))
    },
    get failure() {
      return failure
    },
    async committedOffsets(topic, partitions) {
      const found = await withTimeout(consumer.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] }))
      const offsets = found.get(topic) ?? []
      return new Map(partitions.flatMap(partition => offsetAt(offsets, partition)))
    },
    async edgeOffsets(topic, edge) {
      const timestamp = edge === 'earliest' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST
      const offsets = (await withTimeout(consumer.listOffsets({ topics: [topic], timestamp }))).get(topic) ?? []
      return new Map(offsets.flatMap((_, partition) => offsetAt(offsets, partition)))
    },
    fetch: positions => fetchMessages(consumer, settings, positions),
    async commit(positions) {
      const offsets = positions.map(position => ({ ...position, leaderEpoch: -1 }))
      await withTimeout(consumer.commit({ offsets }))
    },
    close: () => closeQuietly(Promise.resolve(consumer.close(true)), settings.requestTimeout),
  }
}

const offsetAt = (offsets: readonly bigint[], partition: number): [number, bigint][] => {
  const offset = offsets[partition]
  return offset === undefined || offset < 0n ? [] : [[partition, offset]]
}
