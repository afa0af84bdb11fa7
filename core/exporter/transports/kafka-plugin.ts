// SPDX-License-Identifier: Apache-2.0

import type { Host } from '../../contract/host.js'
import { isObject } from '../../contract/objects.js'
import type { OptionSchema, Options, TransportPlugin } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { readText } from '../read-options.js'
import { deferredTransport } from './deferred-transport.js'

/** Keys that the exporter and the drivers of Kafka share. */
// biome-ignore format: a table
export const KAFKA_OPTIONS: Readonly<Record<string, OptionSchema>> = {
  'kafka.config': { type: 'object', description: 'Client settings with librdkafka names. "bootstrap.servers" is required.' },
  'kafka.username': { type: 'string', description: 'User for SASL, instead of "sasl.username" in `kafka.config`.' },
  'kafka.password': { type: 'string', secret: true, description: 'Password for SASL, instead of "sasl.password" in `kafka.config`.' },
}

export const kafkaTransport: TransportPlugin = {
  kind: 'transport',
  name: 'kafka',
  contract: 2,
  summary: 'sends each record as a message to a Kafka topic and waits for the acknowledgement of the brokers',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      ...KAFKA_OPTIONS,
      'kafka.topic': { type: 'string', description: 'Topic of the messages.' },
      'kafka.encoding': { type: 'string', enum: ['proto', 'json'], description: 'Encoding of format otel: LogsData with one resource, as protocol buffers or JSON. Other formats are always JSON.', default: 'proto' },
      'kafka.key': { type: 'string', minLength: 1, description: 'Message key: `host`, `container`, or an attribute name. Records with the same key stay in one partition and in order. none: records are spread over all partitions.', default: 'none' },
    },
    examples: [
      {
        export: 'kafka',
        format: 'ecs',
        'kafka.topic': 'alerts',
        'kafka.key': 'host',
        'kafka.config': { 'bootstrap.servers': 'localhost:9092' },
      },
    ],
  },
  partitionKey: options => {
    const name = readText(options, 'kafka.key')
    return name === '' || name === 'none' ? undefined : name
  },
  create(options, host) {
    const topic = readText(options, 'kafka.topic')
    if (topic === '') throw new Fault('SFP_KAFKA_NO_TOPIC', { key: 'kafka.topic' })
    checkTopic(topic)
    const isProtobuf = host.format === 'otel' && readText(options, 'kafka.encoding') !== 'json'
    const isOtel = host.format === 'otel'
    return deferredTransport('kafka', async () => {
      const { KafkaTransport, valueEncoderFor } = await import('./kafka.js')
      const settings = await kafkaSettingsOf(options, host, 'exporter')
      return new KafkaTransport(settings, topic, valueEncoderFor(isOtel ? (isProtobuf ? 'proto' : 'json') : 'plain'))
    })
  },
}

export function checkTopic(topic: string): void {
  if (!/^[\w.-]{1,249}$/.test(topic) || topic === '.' || topic === '..') throw new Fault('SFP_KAFKA_TOPIC', { topic })
}

/** `component` distinguishes the clients of an exporter and of a driver. */
export async function kafkaSettingsOf(options: Options, host: Host, component: 'exporter' | 'driver') {
  const { kafkaSettings } = await import('../../kafka/kafka-settings.js')
  const config = options['kafka.config']
  const given = {
    config: isObject(config) ? config : {},
    username: readText(options, 'kafka.username'),
    password: readText(options, 'kafka.password'),
    directory: host.directory,
    clientId: `sfprocessor-otel-kafka-${component}`,
    groupId: 'sfprocessor-otel-kafka-driver',
  }
  return kafkaSettings(given, warning => host.reportFault(warning, false))
}
