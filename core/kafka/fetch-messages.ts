// SPDX-License-Identifier: Apache-2.0
import type { Consumer, RecordsBatch } from '@platformatic/kafka'
import { withRequestTimeout } from './kafka-client.js'
import { KafkaError } from './kafka-error.js'
import type { KafkaSettings } from './kafka-settings.js'

export interface PartitionOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

export interface FetchedMessages {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly { readonly offset: bigint; readonly value: Buffer }[]
  /** Offset after the last record that was read; some records are not messages. */
  readonly next: bigint
}

/** Sends one request to each broker that leads at least one of the partitions. */
export async function fetchMessages(
  consumer: Consumer,
  settings: KafkaSettings,
  positions: readonly PartitionOffset[],
): Promise<readonly FetchedMessages[]> {
  const { group } = settings
  const topics = [...new Set(positions.map(({ topic }) => topic))]
  const metadata = await withRequestTimeout(consumer.metadata({ topics }), settings.requestTimeout)
  const requests = new Map<number, Map<string, PartitionOffset[]>>()
  for (const position of positions) {
    const leader = metadata.topics.get(position.topic)?.partitions[position.partition]?.leader
    if (leader === undefined || leader < 0)
      throw new KafkaError(`partition ${position.partition} of ${position.topic} has no leader`, 'other', true)
    const leaderRequests = requests.get(leader) ?? new Map<string, PartitionOffset[]>()
    requests.set(leader, leaderRequests)
    leaderRequests.set(position.topic, [...(leaderRequests.get(position.topic) ?? []), position])
  }
  const topicNames = new Map(topics.map(topic => [metadata.topics.get(topic)?.id ?? '', topic]))
  const requestedOffsets = new Map(positions.map(({ topic, partition, offset }) => [`${topic}:${partition}`, offset]))
  const responsesByNode = await Promise.all(
    [...requests].map(([node, leaderRequests]) =>
      withRequestTimeout(
        consumer.fetch({
          node,
          minBytes: group.minBytes,
          maxBytes: group.maxBytes,
          maxWaitTime: group.maxWait,
          isolationLevel: group.isolation,
          topics: [...leaderRequests].map(([topic, topicOffsets]) => ({
            topicId: metadata.topics.get(topic)?.id ?? '',
            partitions: topicOffsets.map(({ partition, offset }) => ({
              partition,
              fetchOffset: offset,
              partitionMaxBytes: group.maxBytes,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
            })),
          })),
        }),
        settings.requestTimeout + group.maxWait,
      ),
    ),
  )
  return responsesByNode
    .flatMap(({ responses }) => responses)
    .flatMap(({ topicId, partitions }) => {
      const topic = topicNames.get(topicId) ?? ''
      return partitions.map(({ partitionIndex, records, abortedTransactions }) =>
        committedMessages(
          topic,
          partitionIndex,
          requestedOffsets.get(`${topic}:${partitionIndex}`) ?? 0n,
          records ?? [],
          abortedTransactions ?? [],
        ),
      )
    })
}

/** The messages that a reader may see: none before the requested offset, no control records, none of aborted transactions. */
function committedMessages(
  topic: string,
  partition: number,
  from: bigint,
  batches: readonly RecordsBatch[],
  aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[],
): FetchedMessages {
  const messages: { offset: bigint; value: Buffer }[] = []
  const abortedProducers = new Set<bigint>()
  const remainingAborts = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  let next = from
  for (const { firstOffset, lastOffsetDelta, attributes, producerId, records } of batches) {
    const last = firstOffset + BigInt(lastOffsetDelta)
    while (remainingAborts[0] && remainingAborts[0].firstOffset <= last)
      abortedProducers.add(remainingAborts.shift()?.producerId ?? -1n)
    const isTransactional = (attributes & TRANSACTIONAL) !== 0
    if ((attributes & CONTROL) !== 0) abortedProducers.delete(producerId)
    else if (!isTransactional || !abortedProducers.has(producerId)) {
      for (const { offsetDelta, value } of records) {
        const offset = firstOffset + BigInt(offsetDelta)
        if (offset >= from) messages.push({ offset, value })
      }
    }
    if (last >= next) next = last + 1n
  }
  return { topic, partition, messages, next }
}

const TRANSACTIONAL = 0x10
const CONTROL = 0x20
