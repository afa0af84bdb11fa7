// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'
import type { Consumer, ConsumerOptions, Producer, RecordsBatch } from '@platformatic/kafka'
import { Fault } from '../errors/fault.js'
import { messageOf } from '../errors/reason.js'
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

/** A member of a group of consumers. */
export interface KafkaMember {
  /** Topic → partitions that the group has given to this member, as of now. */
  readonly assigned: ReadonlyMap<string, readonly number[]>
  /** What has gone wrong in the background so far, so that this member is of no use any more. */
  readonly failure: KafkaError | undefined
  /** Offset that the group goes on from, by partition; nothing where it has committed none. */
  committed(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>>
  /** Offset of the first message there is, or behind the last one, by partition. */
  edge(topic: string, which: 'earliest' | 'latest'): Promise<ReadonlyMap<number, bigint>>
  /** Messages from there on, as soon as there are any; none after a while. */
  fetch(positions: readonly Position[]): Promise<readonly Fetched[]>
  /** Offsets that the group goes on from. */
  commit(positions: readonly Position[]): Promise<void>
  /** Leaves the group. */
  close(): Promise<void>
}

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

const CREATION_TRIES = 20
const CREATION_PAUSE = 250

export const PACKAGE = '@platformatic/kafka'
type Package = typeof import('@platformatic/kafka')

const load = (): Promise<Package> =>
  import('@platformatic/kafka').catch(error => {
    throw new Fault('SFP_KAFKA_PACKAGE', { package: PACKAGE }, { cause: error })
  })

export async function openSender(settings: KafkaSettings): Promise<KafkaSender> {
  const { Producer, ProduceAcks } = await load()
  const { acks, compression } = settings.sender
  const producer: Producer = new Producer({
    ...baseOptions(settings),
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

export async function openMember(settings: KafkaSettings, topics: readonly string[]): Promise<KafkaMember> {
  const { Consumer, ListOffsetTimestamps } = await load()
  const { group } = settings
  const options: ConsumerOptions<Buffer, Buffer, Buffer, Buffer> = {
    ...baseOptions(settings),
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
    if (idsOf(error).some(id => id === 'ILLEGAL_GENERATION' || id === 'FENCED_INSTANCE_ID')) fail(error)
  })
  const call = <T>(work: Promise<T>): Promise<T> => answered(work, settings.requestTimeout)
  consumer.topics.trackAll(...topics)
  try {
    // Whoever joins waits for the others, as long as these may take to come.
    await answered(consumer.joinGroup({}), settings.requestTimeout + group.rebalanceTimeout)
  } catch (error) {
    await closed(Promise.resolve(consumer.close(true)), 1000)
    throw error
  }
  return {
    get assigned() {
      return new Map((consumer.assignments ?? []).map(({ topic, partitions }) => [topic, partitions]))
    },
    get failure() {
      return failure
    },
    async committed(topic, partitions) {
      const found = await call(consumer.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] }))
      const offsets = found.get(topic) ?? []
      return new Map(partitions.flatMap(partition => offsetAt(offsets, partition)))
    },
    async edge(topic, which) {
      const timestamp = which === 'earliest' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST
      const offsets = (await call(consumer.listOffsets({ topics: [topic], timestamp }))).get(topic) ?? []
      return new Map(offsets.flatMap((_, partition) => offsetAt(offsets, partition)))
    },
    fetch: positions => fetchAll(consumer, settings, positions),
    async commit(positions) {
      const offsets = positions.map(position => ({ ...position, leaderEpoch: -1 }))
      await call(consumer.commit({ offsets }))
    },
    close: () => closed(Promise.resolve(consumer.close(true)), settings.requestTimeout),
  }
}

const offsetAt = (offsets: readonly bigint[], partition: number): [number, bigint][] => {
  const offset = offsets[partition]
  return offset === undefined || offset < 0n ? [] : [[partition, offset]]
}

/** One request to each broker that leads some of the partitions. */
async function fetchAll(
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

function baseOptions({
  clientId,
  brokers,
  tls,
  sasl,
  connectTimeout,
  requestTimeout,
  metadataMaxAge,
  createsTopics,
}: KafkaSettings) {
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout,
    timeout: requestTimeout,
    // One more try at once for what a moment cures; for the rest, whoever asks waits longer each time.
    retries: 1,
    retryDelay: 250,
    metadataMaxAge,
    autocreateTopics: createsTopics,
    ...(tls && {
      tls: {
        ...(tls.ca && { ca: tls.ca }),
        ...(tls.cert && { cert: tls.cert }),
        ...(tls.key && { key: tls.key }),
        ...(tls.passphrase && { passphrase: tls.passphrase }),
        rejectUnauthorized: tls.rejectUnauthorized,
        ...(tls.checksName ? {} : { checkServerIdentity: () => undefined }),
      },
      tlsServerName: tls.namesServer,
    }),
    ...(sasl && { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } }),
  }
}

/** The client itself waits for ever for a broker that keeps the connection and says nothing. */
async function answered<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new KafkaError(`no answer within ${milliseconds / 1000} seconds`, 'timeout', true)),
      milliseconds,
    )
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    throw asKafkaError(error)
  } finally {
    clearTimeout(timer)
    work.catch(() => {})
  }
}

async function closed(work: Promise<void>, milliseconds: number): Promise<void> {
  await answered(work, milliseconds).catch(() => {})
}

function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  const ids = idsOf(error)
  const reason = ids.length > 0 ? ids.join(', ') : innermost(error)
  if (ids.some(id => TOO_LARGE.has(id))) return new KafkaError(reason, 'too large', false, error)
  if (ids.includes('OFFSET_OUT_OF_RANGE')) return new KafkaError(reason, 'out of range', true, error)
  const isPermanent = ids.some(id => PERMANENT.has(id)) || (ids.length === 0 && codesOf(error).some(code => HOPELESS.has(code)))
  return new KafkaError(reason, 'other', !isPermanent, error)
}

const TOO_LARGE: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
/** What stays as it is until somebody changes the settings here or there. */
const PERMANENT: ReadonlySet<string> = new Set([
  'INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM', 'SASL_AUTHENTICATION_FAILED', 'INVALID_REQUIRED_ACKS', 'INVALID_GROUP_ID', 'INVALID_SESSION_TIMEOUT',
  'INCONSISTENT_GROUP_PROTOCOL', 'UNSUPPORTED_VERSION', 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 'UNSUPPORTED_COMPRESSION_TYPE',
  'INVALID_RECORD', 'INVALID_TIMESTAMP', 'POLICY_VIOLATION', 'SECURITY_DISABLED',
]) // biome-ignore format: a table
const HOPELESS: ReadonlySet<string> = new Set([
  'PLT_KFK_AUTHENTICATION',
  'PLT_KFK_UNSUPPORTED_API',
  'PLT_KFK_UNSUPPORTED_COMPRESSION',
  'PLT_KFK_UNSUPPORTED',
])

/** The names of all answers of brokers that an error speaks of. */
const idsOf = (error: unknown): readonly string[] => [
  ...new Set(withCauses(error).flatMap(({ apiId }) => (apiId ? [apiId] : []))),
]
const codesOf = (error: unknown): readonly string[] => withCauses(error).flatMap(({ code }) => (code ? [code] : []))

interface Cause {
  readonly apiId?: string
  readonly code?: string
  readonly errors?: readonly unknown[]
  readonly cause?: unknown
}

function withCauses(error: unknown, depth = 0): readonly Cause[] {
  if (typeof error !== 'object' || error === null || depth > 8) return []
  const known = error as Cause
  return [known, ...[...(known.errors ?? []), known.cause].flatMap(inner => withCauses(inner, depth + 1))]
}

function innermost(error: unknown): string {
  const all = withCauses(error)
  return messageOf(all.findLast(({ errors }) => errors === undefined) ?? error)
}
