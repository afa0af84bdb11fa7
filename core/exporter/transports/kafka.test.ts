// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Options } from '../../contract/plugin.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { KafkaError } from '../../kafka/kafka-error.js'
import { FakeSender, fakeSettings } from '../../kafka/testing/fake-kafka.js'
import { EncodedChunk } from '../encoded-chunk.js'
import { readProto } from '../otlp/read-proto.js'
import { chunkOfRecordsWithMeta } from '../testing/chunks.js'
import { transportHost } from '../testing/transport-host.js'
import { KafkaTransport, valueEncoderFor } from './kafka.js'
import { kafkaTransport } from './kafka-plugin.js'

const later = (trouble: KafkaError['kind'] = 'other'): KafkaError => new KafkaError('NOT_ENOUGH_REPLICAS', trouble, true)
const never = (): KafkaError => new KafkaError('TOPIC_AUTHORIZATION_FAILED', 'other', false)
const large = (): KafkaError => new KafkaError('MESSAGE_TOO_LARGE', 'too large', false)

function chunkOf(...records: string[]): EncodedChunk {
  const bytes = Buffer.from(records.map(record => `${record}\n`).join(''))
  let end = 0
  const ends = records.map(record => {
    end += Buffer.byteLength(record) + 1
    return end
  })
  return new EncodedChunk(bytes, Uint32Array.from(ends), () => {})
}

function transport(sender: FakeSender, config: Record<string, unknown> = {}): KafkaTransport {
  return new KafkaTransport(fakeSettings(config), 'alerts', valueEncoderFor('plain'), sender.open)
}

const valuesOf = (sender: FakeSender): string[][] => sender.sent.map(group => group.map(({ value }) => value.toString()))

test('each record is a message; a send resolves when all have arrived', async () => {
  const sender = new FakeSender()
  assert.equal(await transport(sender).send(chunkOf('{"a":1}', '{"b":2}'), NEVER_ABORTED), undefined)
  assert.deepEqual(valuesOf(sender), [['{"a":1}', '{"b":2}']])
  assert.deepEqual(
    sender.sent[0]?.map(({ key }) => key),
    [undefined, undefined],
  )
})

test('records have the keys and the topics of their metadata', async () => {
  const sender = new FakeSender()
  const chunk = chunkOfRecordsWithMeta({ text: '{"a": 1}', key: 'worker-2' }, { text: '{"b":2}', topic: 'own' })
  await transport(sender).send(chunk, NEVER_ABORTED)
  assert.deepEqual(
    sender.sent[0]?.map(({ topic }) => topic),
    ['alerts', 'own'],
  )
  assert.deepEqual(
    sender.sent[0]?.map(({ key, value }) => [key?.toString(), value.toString()]),
    [
      ['worker-2', '{"a": 1}'],
      [undefined, '{"b":2}'],
    ],
  )
})

test('messages are sent in groups below the size limit of brokers; a larger message is rejected, the others arrive', async () => {
  const sender = new FakeSender()
  const outcome = await transport(sender, { 'message.max.bytes': 400 }).send(
    chunkOf('a'.repeat(100), 'b'.repeat(301), 'c'.repeat(100), 'd'.repeat(100)),
    NEVER_ABORTED,
  )
  assert.deepEqual(outcome, {
    rejected: [{ recordIndex: 1, reason: 'it has 301 bytes; message.max.bytes is 400' }],
    retryable: [],
  })
  assert.deepEqual(
    valuesOf(sender).map(group => group.map(value => value[0])),
    [['a', 'c'], ['d']],
  )
})

test('a group that a broker finds too large is halved until the record that is too large is found', async () => {
  const sender = new FakeSender([large(), undefined, large(), undefined, large()])
  const outcome = await transport(sender).send(chunkOf('a', 'b', 'c', 'd'), NEVER_ABORTED)
  assert.deepEqual(outcome, { rejected: [{ recordIndex: 3, reason: 'MESSAGE_TOO_LARGE' }], retryable: [] })
  assert.deepEqual(valuesOf(sender), [['a', 'b'], ['c']])
})

test('after a temporary failure, the record and all later ones are sent again: the order is kept', async () => {
  const sender = new FakeSender([undefined, later()])
  const outcome = await transport(sender, { 'message.max.bytes': 300 }).send(
    chunkOf('a'.repeat(100), 'b'.repeat(100), 'c'),
    NEVER_ABORTED,
  )
  assert.deepEqual(outcome, { rejected: [], retryable: [1, 2], reason: 'NOT_ENOUGH_REPLICAS' })
})

test('permanent failures are rejected record by record', async () => {
  const outcome = await transport(new FakeSender([never()])).send(chunkOf('a', 'b'), NEVER_ABORTED)
  assert.deepEqual(
    outcome?.rejected,
    [0, 1].map(recordIndex => ({ recordIndex, reason: 'TOPIC_AUTHORIZATION_FAILED' })),
  )
})

test('an idle connection is closed, and the next attempt uses a new one', async () => {
  const sender = new FakeSender([later('timeout')])
  const kafka = transport(sender)
  assert.deepEqual((await kafka.send(chunkOf('a'), NEVER_ABORTED))?.retryable, [0])
  assert.deepEqual([sender.opened, sender.closed], [1, 1])
  assert.equal(await kafka.send(chunkOf('a'), NEVER_ABORTED), undefined)
  assert.equal(sender.opened, 2)
})

test('open fails while the topic cannot be reached, and gives the reason', async () => {
  const sender = new FakeSender([later()])
  await assert.rejects(transport(sender).open(), (error: Fault) => {
    assert.equal(error.code, 'SFP_KAFKA_REACH')
    assert.match(error.message, /broker:9092: NOT_ENOUGH_REPLICAS/)
    return true
  })
  const kafka = transport(sender)
  await kafka.open()
  await kafka.close()
  assert.equal(sender.opened, sender.closed)
})

test('quirk Q97: log data is a LogsData with one resource, as protocol buffers or in JSON', async () => {
  const line = '{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"7"}]}]}'
  const [logs] = readProto(valueEncoderFor('proto')(Buffer.from(line)))
  assert.equal(logs?.scopes[0]?.records[0]?.time, 7n)
  assert.equal(valueEncoderFor('json')(Buffer.from(line)).toString(), `{"resourceLogs":[${line}]}`)
})

test('quirk Q74: the settings of kafka are checked for kafka only; without a topic nothing is created', () => {
  const made = (options: Options) => kafkaTransport.create(options, transportHost())
  for (const topic of ['', 'a/b', '..', 'x'.repeat(250)]) assert.throws(() => made({ 'kafka.topic': topic }), Fault)
  assert.equal(made({ 'kafka.topic': 'alerts' }).name, 'kafka')
})
