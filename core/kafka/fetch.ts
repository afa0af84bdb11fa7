// SPDX-License-Identifier: Apache-2.0
import type { Consumer, RecordsBatch } from '@platformatic/kafka'
import { answered } from './connection.js'
import { KafkaError } from './kafka-error.js'
import type { KafkaSettings } from './settings.js'

export interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

export interface Fetched {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly { readonly offset: bigint; readonly value: Buffer }[]
  /** Offset behind the last one that was looked at; some are no messages. */
  readonly next: bigint
}

/** One request to each broker that leads some of the partitions. */
export async function fetchAll(
  consumer: Consumer,
  settings: KafkaSettings,
  positions: readonly Position[],
): Promise<readonly Fetched[]> {
  const { group } = settings
  const topics = [...new Set(positions.map(({ topic }) => topic))]
  const metadata = await answered(consumer.metadata({ topics }), settings.requestTimeout)
  const requests = new Map<number, Map<string, Position[]>>()
  for (const position of positions) {
    const leader = metadata.topics.get(position.topic)?.partitions[position.partition]?.leader
    if (leader === undefined || leader < 0)
      throw new KafkaError(`partition ${position.partition} of ${position.topic} has no leader`, 'other', true)
    const ofLeader = requests.get(leader) ?? new Map<string, Position[]>()
    requests.set(leader, ofLeader)
    ofLeader.set(position.topic, [...(ofLeader.get(position.topic) ?? []), position])
  }
  const names = new Map(topics.map(topic => [metadata.topics.get(topic)?.id ?? '', topic]))
  const wanted = new Map(positions.map(({ topic, partition, offset }) => [`${topic}:${partition}`, offset]))
  const answers = await Promise.all(
    [...requests].map(([node, ofLeader]) =>
      answered(
        consumer.fetch({
          node,
          minBytes: group.minBytes,
          maxBytes: group.maxBytes,
          maxWaitTime: group.maxWait,
          isolationLevel: group.isolation,
          topics: [...ofLeader].map(([topic, ofTopic]) => ({
            topicId: metadata.topics.get(topic)?.id ?? '',
            partitions: ofTopic.map(({ partition, offset }) => ({
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
  return answers
    .flatMap(({ responses }) => responses)
    .flatMap(({ topicId, partitions }) => {
      const topic = names.get(topicId) ?? ''
      return partitions.map(({ partitionIndex, records, abortedTransactions }) =>
        readable(topic, partitionIndex, wanted.get(`${topic}:${partitionIndex}`) ?? 0n, records ?? [], abortedTransactions ?? []),
      )
    })
}

/** What a reader may see: nothing before the offset asked for, no marks, nothing of transactions that were given up. */
function readable(
  topic: string,
  partition: number,
  from: bigint,
  batches: readonly RecordsBatch[],
  aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[],
): Fetched {
  const messages: { offset: bigint; value: Buffer }[] = []
  const givenUp = new Set<bigint>()
  const later = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  let next = from
  for (const { firstOffset, lastOffsetDelta, attributes, producerId, records } of batches) {
    const last = firstOffset + BigInt(lastOffsetDelta)
    while (later[0] && later[0].firstOffset <= last) givenUp.add(later.shift()?.producerId ?? -1n)
    const isTransactional = (attributes & TRANSACTIONAL) !== 0
    if ((attributes & CONTROL) !== 0) givenUp.delete(producerId)
    else if (!isTransactional || !givenUp.has(producerId)) {
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
