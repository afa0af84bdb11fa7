// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { isSecretName } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { nearest } from '../errors/nearest.js'
import { reasonOf } from '../errors/reason.js'

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** The settings of a Kafka client; times in milliseconds, sizes in bytes. */
export interface KafkaSettings {
  readonly clientId: string
  readonly brokers: readonly string[]
  /** Undefined: connections are not encrypted. */
  readonly tls: KafkaTlsSettings | undefined
  readonly sasl: SaslSettings | undefined
  readonly connectTimeout: number
  /** For a response of a broker; long polls have a timeout of their own. */
  readonly requestTimeout: number
  readonly metadataMaxAge: number
  readonly createsTopics: boolean
  readonly producer: ProducerSettings
  readonly group: ConsumerGroupSettings
}

export interface KafkaTlsSettings {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  readonly rejectUnauthorized: boolean
  readonly verifiesHostName: boolean
  /** Whether brokers have names, which can be sent to the server (SNI). */
  readonly sendsServerName: boolean
}

export interface SaslSettings {
  readonly mechanism: (typeof SASL_MECHANISMS)[number]
  readonly username: string
  readonly password: string
}

export interface ProducerSettings {
  /** A record is safe when all in-sync replicas have it, or only the leader. */
  readonly acks: 'all' | 'leader'
  readonly compression: (typeof COMPRESSIONS)[number]
  readonly maxMessageBytes: number
}

export interface ConsumerGroupSettings {
  readonly id: string
  readonly sessionTimeout: number
  readonly rebalanceTimeout: number
  readonly heartbeatInterval: number
  readonly commitInterval: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly maxWait: number
  /** Start position in a partition without a committed offset, or whose committed offset is not available any more. */
  readonly startOffset: 'earliest' | 'latest' | 'fail'
  readonly isolation: 'READ_COMMITTED' | 'READ_UNCOMMITTED'
}

export interface KafkaOptions {
  /** `kafka.config`: settings under the names of librdkafka. */
  readonly config: Readonly<Record<string, unknown>>
  /** Separate keys for credentials that should not be in a file; they take precedence. */
  readonly username: string
  readonly password: string
  /** Base directory of relative paths. */
  readonly directory: string
  readonly clientId: string
  readonly groupId: string
}

/** Converts the settings; throws a fault for an invalid value, warns of names that have no effect here. */
export function kafkaSettings(given: KafkaOptions, warn: (fault: Fault) => void): KafkaSettings {
  const config = new ConfigReader(given.config)
  const brokers = config.text('bootstrap.servers', 'metadata.broker.list').split(',').map(brokerOf).filter(isNotEmpty)
  if (brokers.length === 0) throw new Fault('SFP_KAFKA_NO_BROKERS')
  const protocol = config.choice('plaintext', ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl'], 'security.protocol')
  const tls = protocol.endsWith('ssl') ? tlsSettings(config, brokers, given.directory) : undefined
  if (!tls) config.rejectUnused('SFP_KAFKA_TLS_UNUSED', TLS_SETTING_NAMES)
  const sasl = saslSettings(config, given, protocol)
  const settings: KafkaSettings = {
    clientId: config.text('client.id') || given.clientId,
    brokers,
    tls,
    sasl,
    connectTimeout: config.number(10_000, 'socket.connection.setup.timeout.ms'),
    requestTimeout: config.number(30_000, 'request.timeout.ms', 'socket.timeout.ms'),
    metadataMaxAge: config.number(30_000, 'metadata.max.age.ms', 'topic.metadata.refresh.interval.ms'),
    createsTopics: config.isTrue(false, 'allow.auto.create.topics'),
    producer: {
      acks: ACKS[config.choice('all', Object.keys(ACKS), 'acks', 'request.required.acks')] ?? 'all',
      compression: config.choice('none', COMPRESSIONS, 'compression.type', 'compression.codec'),
      maxMessageBytes: config.number(1_000_000, 'message.max.bytes', 'max.request.size'),
    },
    group: {
      id: config.text('group.id') || given.groupId,
      sessionTimeout: config.number(45_000, 'session.timeout.ms'),
      rebalanceTimeout: Math.max(config.number(300_000, 'max.poll.interval.ms'), config.number(45_000, 'session.timeout.ms')),
      heartbeatInterval: config.number(3000, 'heartbeat.interval.ms'),
      commitInterval: config.number(1000, 'auto.commit.interval.ms'),
      minBytes: config.number(1, 'fetch.min.bytes'),
      maxBytes: config.number(1_048_576, 'max.partition.fetch.bytes', 'fetch.message.max.bytes', 'fetch.max.bytes'),
      maxWait: config.number(500, 'fetch.wait.max.ms', 'fetch.max.wait.ms'),
      startOffset: START_OFFSETS[config.choice('earliest', Object.keys(START_OFFSETS), 'auto.offset.reset')] ?? 'earliest',
      isolation:
        config.choice('read_committed', ['read_committed', 'read_uncommitted'], 'isolation.level') === 'read_committed'
          ? 'READ_COMMITTED'
          : 'READ_UNCOMMITTED',
    },
  }
  for (const name of config.unusedNames()) {
    if (IGNORED_SETTINGS.has(name)) continue
    warn(new Fault('SFP_KAFKA_UNKNOWN_SETTING', { name, nearest: nearest(name, config.knownNames) ?? '' }, { level: 'warning' }))
  }
  return settings
}

const ACKS: Readonly<Record<string, ProducerSettings['acks']>> = { all: 'all', '-1': 'all', '1': 'leader' }
const START_OFFSETS: Readonly<Record<string, ConsumerGroupSettings['startOffset']>> = {
  earliest: 'earliest', beginning: 'earliest', smallest: 'earliest', latest: 'latest', end: 'latest', largest: 'latest', error: 'fail', none: 'fail',
} // biome-ignore format: a table

/** Settings whose behaviour is fixed here: chunks are sent as they come, offsets are committed after delivery. */
const IGNORED_SETTINGS: ReadonlySet<string> = new Set([
  'enable.auto.commit', 'enable.auto.offset.store', 'enable.partition.eof', 'linger.ms', 'queue.buffering.max.ms', 'batch.size',
  'batch.num.messages', 'queue.buffering.max.messages', 'queue.buffering.max.kbytes', 'go.delivery.reports', 'go.events.channel.enable',
]) // biome-ignore format: a table

const TLS_SETTING_NAMES = ['ssl.ca.location', 'ssl.ca.pem', 'ssl.certificate.location', 'ssl.certificate.pem', 'ssl.key.location', 'ssl.key.pem', 'ssl.key.password'] as const // biome-ignore format: a list

function tlsSettings(config: ConfigReader, brokers: readonly string[], directory: string): KafkaTlsSettings {
  const pem = (name: 'ca' | 'certificate' | 'key'): string =>
    config.text(`ssl.${name}.pem`) || readTextFile(config.text(`ssl.${name}.location`), `ssl.${name}.location`, directory)
  const [ca, cert, key, passphrase] = [pem('ca'), pem('certificate'), pem('key'), config.text('ssl.key.password')]
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
    rejectUnauthorized: config.isTrue(true, 'enable.ssl.certificate.verification'),
    verifiesHostName: config.choice('https', ['https', 'none'], 'ssl.endpoint.identification.algorithm') === 'https',
    sendsServerName: brokers.every(broker => isIP(broker.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) === 0),
  }
}

function readTextFile(path: string, name: string, directory: string): string {
  if (path === '') return ''
  try {
    return readFileSync(resolve(directory, path), 'utf8')
  } catch (error) {
    throw new Fault('SFP_KAFKA_FILE', { name, path, reason: reasonOf(error) }, { cause: error })
  }
}

function saslSettings(config: ConfigReader, given: KafkaOptions, protocol: string): SaslSettings | undefined {
  const username = given.username || config.text('sasl.username')
  const password = given.password || config.text('sasl.password')
  const mechanism = config.choice('PLAIN', SASL_MECHANISMS, 'sasl.mechanism', 'sasl.mechanisms')
  if (!protocol.startsWith('sasl')) {
    if (username !== '') throw new Fault('SFP_KAFKA_SASL_UNUSED', { protocol })
    return undefined
  }
  if (username === '' || password === '') throw new Fault('SFP_KAFKA_NO_USER')
  return { mechanism, username, password }
}

/** Adds the default port if none is given. */
const brokerOf = (given: string): string => {
  const broker = given.trim()
  return broker === '' || /:\d+$/.test(broker) ? broker : `${broker}:9092`
}
const isNotEmpty = (text: string): boolean => text !== ''

/** Settings by name; remembers which of them were read. */
class ConfigReader {
  readonly #given: Readonly<Record<string, unknown>>
  readonly knownNames = new Set<string>()

  constructor(given: Readonly<Record<string, unknown>>) {
    this.#given = given
  }

  text(...names: readonly string[]): string {
    return this.#find(names)?.text ?? ''
  }

  number(fallback: number, ...names: readonly string[]): number {
    const found = this.#find(names)
    if (!found) return fallback
    if (!/^\d{1,10}$/.test(found.text)) throw settingFault(found, 'an integer')
    return Number(found.text)
  }

  isTrue(fallback: boolean, ...names: readonly string[]): boolean {
    const found = this.#find(names)
    if (!found) return fallback
    if (!/^(true|false)$/i.test(found.text)) throw settingFault(found, 'true or false')
    return found.text.toLowerCase() === 'true'
  }

  choice<W extends string>(fallback: W, choices: readonly W[], ...names: readonly string[]): W {
    const found = this.#find(names)
    if (!found) return fallback
    const choice = choices.find(candidate => candidate.toLowerCase() === found.text.toLowerCase())
    if (choice === undefined) throw settingFault(found, `one of ${choices.join(', ')}`)
    return choice
  }

  /** Throws if any of them is set. */
  rejectUnused(code: 'SFP_KAFKA_TLS_UNUSED', names: readonly string[]): void {
    const found = this.#find(names)
    if (found) throw new Fault(code, { name: found.name })
  }

  unusedNames(): readonly string[] {
    return Object.keys(this.#given).filter(name => !this.knownNames.has(name))
  }

  #find(names: readonly string[]): { readonly name: string; readonly text: string } | undefined {
    for (const name of names) this.knownNames.add(name)
    const name = names.find(candidate => Object.hasOwn(this.#given, candidate))
    if (name === undefined) return undefined
    const value = this.#given[name]
    if (typeof value === 'object') throw settingFault({ name, text: JSON.stringify(value) }, 'a string, a number or a boolean')
    return { name, text: String(value).trim() }
  }
}

/** Secrets are not shown in faults. */
const settingFault = ({ name, text }: { readonly name: string; readonly text: string }, expected: string): Fault =>
  new Fault('SFP_KAFKA_SETTING', { name, value: isSecretName(name) ? '********' : text, expected })
