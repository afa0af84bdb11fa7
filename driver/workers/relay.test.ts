// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageNews } from './messages.js'
import { Relay } from './relay.js'

const page = (text: string) => ({ bytes: Buffer.from(text), length: 1, ends: Uint32Array.of(text.length) })

const isPending = async (promise: Promise<void>): Promise<boolean> =>
  (await Promise.race([promise.then(() => 'done'), new Promise(resolve => setImmediate(resolve, 'pending'))])) === 'pending'

test('pages go as copies, in order and each for its stage', async () => {
  const sent: PageNews[] = []
  const relay = new Relay(news => sent.push(news))
  const reused = page('one\n')
  await relay.transport('alerts').send(reused)
  reused.bytes.fill(0)
  await relay.transport('records').send(page('two\n'))
  assert.deepEqual(
    sent.map(({ stage, bytes, ends }) => [stage, Buffer.from(bytes).toString(), [...ends]]),
    [
      ['alerts', 'one\n', [4]],
      ['records', 'two\n', [4]],
    ],
  )
})

test('all exporters together wait when too much is unwritten, and go on when it is written', async () => {
  const relay = new Relay(() => {}, 10)
  const [alerts, records] = [relay.transport('alerts'), relay.transport('records')]
  await alerts.send(page('12345'))
  const second = records.send(page('67890'))
  const third = alerts.send(page('x'))
  assert.deepEqual([await isPending(second), await isPending(third)], [true, true])
  relay.written(1)
  assert.equal(await isPending(second), true)
  relay.written(5)
  await Promise.all([second, third])
})
