// SPDX-License-Identifier: Apache-2.0

import type { DriverPlugin, Options } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { readText } from '../../core/exporter/read-options.js'
import { checkTopic, KAFKA_OPTIONS, kafkaSettingsOf } from '../../core/exporter/transports/kafka-plugin.js'
import { deferredDriver } from '../../core/input/deferred-driver.js'
import { OTEL_ADAPTER } from './otel-adapter.js'

export const otelFileDriver: DriverPlugin = {
  kind: 'driver',
  name: 'otelfile',
  contract: 2,
  summary:
    'reads OpenTelemetry log records as JSON from files, and from directories in natural order: one object per line, one array, or the dump format of the original',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: ['otelchan'],
  adapters: [OTEL_ADAPTER],
  create: (_options, paths, host) =>
    deferredDriver(async ledger => new (await import('./otel-file.js')).OtelFileDriver(paths, host, ledger)),
}

export const otelKafkaDriver: DriverPlugin = {
  kind: 'driver',
  name: 'otelkafka',
  contract: 2,
  summary: 'reads OpenTelemetry log records from Kafka topics, as a member of a consumer group',
  // biome-ignore format: a table
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...KAFKA_OPTIONS,
      'kafka.topics': { type: 'array', items: { type: 'string' }, description: 'Topics to read.' },
      'kafka.encoding': { type: 'string', enum: ['proto', 'json'], description: 'Encoding of messages: LogsData as protocol buffers, or log data as JSON.', default: 'proto' },
    },
    examples: [{ 'kafka.topics': ['otlp_logs'], 'kafka.config': { 'bootstrap.servers': 'localhost:9092', 'group.id': 'sfprocessor' } }],
  },
  offers: ['otelchan'],
  adapters: [OTEL_ADAPTER],
  needsPath: false,
  create(options, _paths, host) {
    const topics = topicsIn(options)
    const isJson = readText(options, 'kafka.encoding') === 'json'
    return deferredDriver(async ledger => {
      const { OtelKafkaDriver } = await import('./otel-kafka.js')
      const read = isJson
        ? (await import('../../core/exporter/otlp/read-json.js')).readJsonBytes
        : (await import('../../core/exporter/otlp/read-proto.js')).readProto
      return new OtelKafkaDriver(await kafkaSettingsOf(options, host, 'driver'), topics, read, host, ledger)
    })
  },
}

function topicsIn(options: Options): readonly string[] {
  const given = options['kafka.topics']
  const topics = (Array.isArray(given) ? given : []).map(String).filter(topic => topic !== '')
  if (topics.length === 0) throw new Fault('SFP_KAFKA_NO_TOPIC', { key: 'kafka.topics' })
  for (const topic of topics) checkTopic(topic)
  return topics
}
