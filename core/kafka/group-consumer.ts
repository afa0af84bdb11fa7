// SPDX-License-Identifier: Apache-2.0
import type { Consumer, ConsumerOptions } from '@platformatic/kafka'
import { type FetchedMessages, fetchMessages, type PartitionOffset } from './fetch-messages.js'
import { closeQuietly, kafkaConnectionOptions, loadKafkaPackage, withRequestTimeout } from './kafka-client.js'
import { apiIdsOf, asKafkaError, type KafkaError } from './kafka-error.js'
import type { KafkaSettings } from './kafka-settings.js'

/** A member of a consumer group. */
export interface KafkaGroupConsumer {
  /** Topic → partitions currently assigned to this member. */
  readonly assigned: ReadonlyMap<string, readonly number[]>
  /** An error in the background after which this member cannot be used any more. */
  readonly failure: KafkaError | undefined
  /** Committed offset of the group by partition; no entry where the group has committed none. */
  committedOffsets(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>>
  /** Offset of the first available message, or after the last one, by partition. */
  edgeOffsets(topic: string, edge: 'earliest' | 'latest'): Promise<ReadonlyMap<number, bigint>>
  /** Messages from these positions on, as soon as there are any; none after a while. */
  fetch(positions: readonly PartitionOffset[]): Promise<readonly FetchedMessages[]>
  /** Commits these offsets for the group. */
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
  // The client does not rejoin after every heartbeat error; after some it would continue in vain forever.
  consumer.on('consumer:heartbeat:error', ({ error }: { error?: unknown }) => {
    if (apiIdsOf(error).some(id => id === 'ILLEGAL_GENERATION' || id === 'FENCED_INSTANCE_ID')) fail(error)
  })
  const withTimeout = <T>(work: Promise<T>): Promise<T> => withRequestTimeout(work, settings.requestTimeout)
  consumer.topics.trackAll(...topics)
  try {
    // Joining waits for the other members, up to their rebalance timeout.
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
