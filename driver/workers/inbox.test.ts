// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Inbox } from './inbox.js'

async function contents(inbox: Inbox<number>, into: number[] = []): Promise<number[]> {
  for await (const item of inbox) into.push(item)
  return into
}

test('messages are received in order, whenever the reader starts', async () => {
  const inbox = new Inbox<number>()
  inbox.put(1)
  inbox.put(2)
  const read = contents(inbox)
  await new Promise(setImmediate)
  inbox.put(3)
  await new Promise(setImmediate)
  inbox.put(4)
  inbox.end()
  assert.deepEqual(await read, [1, 2, 3, 4])
})

test('a failure is received after earlier messages, and an end is final', async () => {
  const inbox = new Inbox<number>()
  inbox.put(1)
  inbox.fail(new Error('lost'))
  const read: number[] = []
  await assert.rejects(contents(inbox, read), { message: 'lost' })
  assert.deepEqual(read, [1])
  const ended = new Inbox<number>()
  ended.end()
  ended.fail(new Error('late'))
  assert.deepEqual(await contents(ended), [])
})
