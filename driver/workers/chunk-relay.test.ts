// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEVER_ABORTED } from '../../core/contract/stage.js'
import { ChunkRelay } from './chunk-relay.js'
import type { ChunkMessage } from './messages.js'

const chunk = (text: string) => ({ bytes: Buffer.from(text), length: 1, ends: Uint32Array.of(text.length) })

const isPending = async (promise: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([promise.then(() => 'done'), new Promise(resolve => setImmediate(resolve, 'pending'))])) === 'pending'

test('chunks are sent as copies, in order and each for its stage', async () => {
  const sent: ChunkMessage[] = []
  const relay = new ChunkRelay(news => sent.push(news))
  const reused = chunk('one\n')
  await relay.transport('alerts').send(reused, NEVER_ABORTED)
  reused.bytes.fill(0)
  await relay.transport('records').send(chunk('two\n'), NEVER_ABORTED)
  assert.deepEqual(
    sent.map(({ stage, bytes, ends }) => [stage, Buffer.from(bytes).toString(), [...ends]]),
    [
      ['alerts', 'one\n', [4]],
      ['records', 'two\n', [4]],
    ],
  )
})

test('ids, keys and times are sent with the records, in separate memory', async () => {
  const sent: ChunkMessage[] = []
  const relay = new ChunkRelay(message => sent.push(structuredClone(message)))
  const times = new BigInt64Array(1000).fill(7n)
  const meta = { ids: ['a'], keys: [undefined], times: times.subarray(0, 1) }
  await relay.transport('alerts').send({ ...chunk('one\n'), framing: 'raw', meta }, NEVER_ABORTED)
  const [message] = sent
  assert.deepEqual([message?.framing, message?.meta], ['raw', { ids: ['a'], keys: [undefined], times: BigInt64Array.of(7n) }])
  assert.equal(message?.meta?.times?.buffer.byteLength, 8)
})

test('all exporters wait when too many bytes are unwritten, and continue when they are written', async () => {
  const relay = new ChunkRelay(() => {}, 18)
  const [alerts, records] = [relay.transport('alerts'), relay.transport('records')]
  await alerts.send(chunk('12345'), NEVER_ABORTED)
  const second = records.send(chunk('67890'), NEVER_ABORTED)
  const third = alerts.send(chunk('x'), NEVER_ABORTED)
  assert.deepEqual([await isPending(second), await isPending(third)], [true, true])
  relay.release(new ArrayBuffer(5))
  assert.equal(await isPending(second), true)
  relay.release(new ArrayBuffer(9))
  await Promise.all([second, third])
})

test('returned memory is reused for full chunks only', async () => {
  const used: ArrayBuffer[] = []
  const relay = new ChunkRelay((_news, memory) => used.push(...memory))
  const target = relay.transport('records')
  await target.send(chunk('x'.repeat(200_000)), NEVER_ABORTED)
  relay.release(used[0] ?? assert.fail())
  await target.send(chunk('short'), NEVER_ABORTED)
  relay.release(used[1] ?? assert.fail())
  await target.send(chunk('y'.repeat(250_000)), NEVER_ABORTED)
  await target.send(chunk('z'.repeat(400_000)), NEVER_ABORTED)
  assert.equal(used[2], used[0])
  assert.deepEqual(
    used.map(({ byteLength }) => byteLength),
    [327_680, 9, 327_680, 400_004],
  )
})
