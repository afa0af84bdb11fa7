// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Fault } from '../errors/fault.js'
import { formatFault } from '../errors/format-fault.js'
import { type KafkaSettings, kafkaSettings } from './kafka-settings.js'

const directory = mkdtempSync(join(tmpdir(), 'kafka-settings-'))
after(() => rmSync(directory, { recursive: true }))
writeFileSync(join(directory, 'ca.pem'), 'CA')

function read(
  config: Record<string, unknown>,
  warnings: Fault[] = [],
  given: { username?: string; password?: string } = {},
): KafkaSettings {
  const all = { config, username: '', password: '', directory, clientId: 'client', groupId: 'group', ...given }
  return kafkaSettings(all, warning => warnings.push(warning))
}

const reported = (config: Record<string, unknown>, given = {}): string => {
  try {
    read(config, [], given)
  } catch (error) {
    return error instanceof Fault ? formatFault(error) : String(error)
  }
  return ''
}

const BROKERS = { 'bootstrap.servers': 'one:9093, two' }

test('names of librdkafka are accepted; missing settings have defaults', () => {
  const { clientId, brokers, tls, sasl, producer, group } = read(BROKERS)
  assert.deepEqual(brokers, ['one:9093', 'two:9092'])
  assert.deepEqual([clientId, group.id, group.startOffset, producer.acks], ['client', 'group', 'earliest', 'all'])
  assert.deepEqual([tls, sasl], [undefined, undefined])
  const given = read({
    ...BROKERS,
    'client.id': 'c',
    'group.id': 'g',
    'auto.offset.reset': 'largest',
    'session.timeout.ms': '6000',
    'request.required.acks': 1,
    'compression.codec': 'gzip',
  })
  assert.deepEqual([given.clientId, given.group.id, given.group.startOffset], ['c', 'g', 'latest'])
  assert.deepEqual([given.group.sessionTimeout, given.producer.acks, given.producer.compression], [6000, 'leader', 'gzip'])
})

test('missing brokers, a wrong value or a missing file stop the start', () => {
  assert.match(reported({}), /SFP_KAFKA_NO_BROKERS/)
  assert.match(
    reported({ ...BROKERS, acks: 0 }),
    /SFP_KAFKA_SETTING: invalid value 0 of "acks" in "kafka.config"; use one of .*all/,
  )
  assert.match(reported({ ...BROKERS, 'session.timeout.ms': 'long' }), /invalid value long of .*; use an integer/)
  assert.match(reported({ ...BROKERS, 'client.id': {} }), /use a string, a number or a boolean/)
  assert.match(reported({ ...BROKERS, 'security.protocol': 'ssl', 'ssl.ca.location': 'no.pem' }), /SFP_KAFKA_FILE.*no\.pem/)
})

test('a name without effect causes a warning with a suggestion; names with a fixed value do not', () => {
  const warnings: Fault[] = []
  read({ ...BROKERS, 'sesion.timeout.ms': 1, 'enable.auto.commit': false, 'linger.ms': 5 }, warnings)
  assert.deepEqual(
    warnings.map(warning => [warning.level, formatFault(warning)]),
    [
      [
        'warning',
        'warning SFP_KAFKA_UNKNOWN_SETTING: "sesion.timeout.ms" in "kafka.config" has no effect; remove it. Did you mean "session.timeout.ms"?',
      ],
    ],
  )
})

test('certificates are verified unless disabled; server names are sent only if they are names', () => {
  const { tls } = read({ ...BROKERS, 'security.protocol': 'SSL', 'ssl.ca.location': 'ca.pem' })
  assert.deepEqual(tls, { ca: 'CA', rejectUnauthorized: true, verifiesHostName: true, sendsServerName: true })
  const loose = read({
    'bootstrap.servers': '127.0.0.1:1,[::1]:2',
    'security.protocol': 'ssl',
    'enable.ssl.certificate.verification': false,
    'ssl.endpoint.identification.algorithm': 'none',
  }).tls
  assert.deepEqual(loose, { rejectUnauthorized: false, verifiesHostName: false, sendsServerName: false })
})

test('TLS or user settings that would have no effect are refused', () => {
  assert.match(reported({ ...BROKERS, 'ssl.ca.location': 'ca.pem' }), /SFP_KAFKA_TLS_UNUSED/)
  assert.match(reported({ ...BROKERS, 'sasl.username': 'u' }), /SFP_KAFKA_SASL_UNUSED/)
  assert.match(reported({ ...BROKERS, 'security.protocol': 'sasl_ssl' }), /SFP_KAFKA_NO_USER/)
})

test('keys take precedence over the names in the object, and no error shows a secret', () => {
  const config = {
    ...BROKERS,
    'security.protocol': 'sasl_ssl',
    'sasl.mechanisms': 'SCRAM-SHA-512',
    'sasl.username': 'a',
    'sasl.password': 'b',
  }
  assert.deepEqual(read(config, [], { username: 'u', password: 'p' }).sasl, {
    mechanism: 'SCRAM-SHA-512',
    username: 'u',
    password: 'p',
  })
  const message = reported({ ...config, 'sasl.password': { hidden: 'hunter2' } })
  assert.match(message, /SFP_KAFKA_SETTING/)
  assert.ok(!message.includes('hunter2'))
})
