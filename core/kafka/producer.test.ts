// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type OutgoingMessage, openProducer } from './producer.js'
import { fakeSettings } from './testing/fake-kafka.js'
import { type ReceivedMessage, WireBroker } from './testing/wire-broker.js'

async function received(
  context: TestContext,
  messages: readonly OutgoingMessage[],
  config: Readonly<Record<string, unknown>> = {},
): Promise<readonly ReceivedMessage[]> {
  const broker = new WireBroker()
  const producer = await openProducer(fakeSettings({ 'bootstrap.servers': await broker.listen(), ...config }))
  context.after(async () => {
    await producer.close()
    await broker.close()
  })
  await producer.check('alerts')
  await producer.send(messages)
  assert.deepEqual(broker.errors, [])
  return broker.messages
}

const message = (key: string | undefined, value: string, topic = 'alerts'): OutgoingMessage => ({
  topic,
  key: key === undefined ? undefined : Buffer.from(key),
  value: Buffer.from(value),
})

test('the brokers get key and value of every message, and messages with one key in one partition, in order', async context => {
  const keys = Array.from({ length: 100 }, (_, index) => `host ${index % 7} é`)
  const messages = await received(
    context,
    keys.map((key, index) => message(key, `${index}`)),
  )
  assert.equal(messages.length, 100)
  assert.ok(new Set(messages.map(({ partition }) => partition)).size > 1)
  for (const key of new Set(keys)) {
    const ofKey = messages.filter(one => one.key === key)
    assert.equal(new Set(ofKey.map(({ partition }) => partition)).size, 1)
    assert.deepEqual(
      ofKey.map(({ value }) => Number(value)),
      keys.flatMap((one, index) => (one === key ? [index] : [])),
    )
  }
})

test('each message goes to its topic; the package writes an empty key where there is none, and spreads such messages', async context => {
  const messages = await received(context, [message(undefined, 'a'), message(undefined, 'b'), message('k', 'c', 'other')])
  assert.deepEqual(
    messages.map(({ topic, key, value }) => [topic, key, value]).sort(([, , a], [, , b]) => (`${a}` < `${b}` ? -1 : 1)),
    [
      ['alerts', '', 'a'],
      ['alerts', '', 'b'],
      ['other', 'k', 'c'],
    ],
  )
  const [first, second] = messages.filter(({ topic }) => topic === 'alerts')
  assert.notEqual(first?.partition, second?.partition)
})

for (const [what, config] of [
  ['compressed messages', { 'compression.codec': 'gzip' }],
  ['messages that only the leader acknowledges', { acks: '1' }],
] as const)
  test(`${what} arrive whole`, async context => {
    const value = 'x'.repeat(100_000)
    const messages = await received(context, [message('k', value)], config)
    assert.deepEqual(
      messages.map(({ key, value: text }) => [key, text]),
      [['k', value]],
    )
  })

test('the broker of these tests closes the connection of a request that it does not know', async context => {
  const broker = new WireBroker()
  const [host = '', port] = (await broker.listen()).split(':')
  context.after(() => broker.close())
  const socket = createConnection(Number(port), host)
  socket.resume().end(Buffer.from([0, 0, 0, 11, 0, 99, 0, 1, 0, 0, 0, 7, 0xff, 0xff, 0]))
  await once(socket, 'close')
  assert.match(String(broker.errors[0]), /no version 1 of API 99/)
})
