// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { MessageSender } from '../../replay/message-sender.js'
import { loadNativeSockets } from './native-sockets.js'
import { createRingMemory, RingReader, RingWriter } from './page-ring.js'
import { CLOSED, ENDED, MESSAGES, OPENED, OVERSIZED } from './ring-entry.js'
import { listenAt } from './socket-path.js'
import { SocketReceiver } from './socket-receiver.js'

const folder = mkdtempSync(join(tmpdir(), 'intake-'))
after(() => rmSync(folder, { recursive: true }))

const native = await loadNativeSockets().catch(() => undefined)
const SKIP = { skip: native ? false : 'sockets of this type need Linux and the package koffi' }

const LONGEST = 64 * 1024

/** The entries of the pages, with the messages themselves. */
type Told = readonly [kind: string, connection: number, ...rest: readonly unknown[]]

let sockets = 0

/**
 * Returns the pages that a receiver writes for the messages of `send`. The stop is requested before the receiver starts, so it
 * reads everything that was sent and ends. Waiting for messages is tested with the driver.
 */
function taken(send: (connect: () => MessageSender) => void, backlog = 100): Told[] {
  assert.ok(native)
  const path = join(folder, `${sockets++}.sock`)
  const { socket, remove } = listenAt({ path, mode: 0o600, owner: undefined, group: undefined, backlog }, native)
  const senders: MessageSender[] = []
  send(() => {
    const sender = MessageSender.connect(native as NonNullable<typeof native>, path)
    senders.push(sender)
    return sender
  })
  const pages = createRingMemory(LONGEST)
  const reader = new RingReader(pages)
  reader.stop()
  const wake = native.createEvent()
  const intake = new SocketReceiver(native, new RingWriter(pages, () => {}), LONGEST, error => assert.fail(String(error)))
  intake.run(socket, wake, remove)
  closeSync(wake)
  for (const sender of senders) {
    assert.throws(() => put(sender, ['late']), { code: 'EPIPE' }, 'nothing is taken any more')
    sender.close()
  }
  return told(reader)
}

function told(reader: RingReader): Told[] {
  const found: Told[] = []
  for (let page = reader.acquire(); page; page = reader.acquire()) {
    for (const entry of page.entries()) {
      const { kind, connection, count, bytes } = entry
      if (kind === OPENED) found.push(['opened', connection])
      if (kind === CLOSED) found.push(['closed', connection])
      if (kind === ENDED) found.push(['ended', connection])
      if (kind === OVERSIZED) found.push(['oversized', connection, count, bytes])
      if (kind !== MESSAGES) continue
      const all = page.bytesOf(entry)
      const ends: number[] = [...page.endsOf(entry)]
      assert.deepEqual([ends.length, ends.at(-1)], [count, bytes])
      found.push(['messages', connection, ...ends.map((end, index) => all.toString('latin1', ends[index - 1] ?? 0, end))])
    }
    page.release()
  }
  return found
}

function put(sender: MessageSender, texts: readonly string[]): void {
  const ends = Uint32Array.from(texts, (_, index) => texts.slice(0, index + 1).join('').length)
  const bytes = Buffer.alloc(Math.max(4096, ends.at(-1) ?? 0), texts.join(''), 'latin1')
  assert.equal(sender.send({ bytes, ends }, 0, texts.length), texts.length)
}

test('check 15: two messages of one connection arrive as two, and one of 20 000 bytes arrives whole', SKIP, () => {
  const long = 'x'.repeat(20_000)
  assert.deepEqual(
    taken(connect => put(connect(), ['first', 'second', long])),
    [
      ['opened', 1],
      ['messages', 1, 'first', 'second', long],
      ['closed', 1],
      ['ended', 0],
    ],
  )
})

test('a message that starts like a header starts an entry', SKIP, () => {
  assert.deepEqual(taken(connect => put(connect(), ['\0first', 'a', 'b', '\0second', '\0third', 'c'])).slice(1, -2), [
    ['messages', 1, '\0first', 'a', 'b'],
    ['messages', 1, '\0second'],
    ['messages', 1, '\0third', 'c'],
  ])
})

test('messages that are too long are dropped and reported with their length; other messages are unchanged', SKIP, () => {
  const fits = 'y'.repeat(LONGEST)
  const seen = taken(connect => put(connect(), ['before', `${fits}z`, `${fits}zz`, fits, 'after', `${fits}zzz`]))
  assert.deepEqual(seen.slice(1, -2), [
    ['messages', 1, 'before'],
    ['oversized', 1, 2, LONGEST + 2],
    ['messages', 1, fits, 'after'],
    ['oversized', 1, 1, LONGEST + 3],
  ])
})

test('a message without bytes ends the connection, like a close by the peer', SKIP, () => {
  const seen = taken(connect => {
    put(connect(), ['one', '', 'never seen'])
    const half = connect()
    put(half, ['two'])
    half.finish()
  })
  assert.deepEqual(seen, [
    ['opened', 1],
    ['opened', 2],
    ['messages', 1, 'one'],
    ['closed', 1],
    ['messages', 2, 'two'],
    ['closed', 2],
    ['ended', 0],
  ])
})

test('messages sent before the stop arrive from every connection, in order, including those not yet accepted', SKIP, () => {
  const SENDERS = 150
  const texts = (sender: number): string[] => Array.from({ length: 10 }, (_, message) => `${sender}: ${message}`)
  const seen = taken(connect => {
    const senders = Array.from({ length: SENDERS }, connect)
    for (let message = 0; message < 10; message++)
      for (const [index, sender] of senders.entries()) put(sender, texts(index).slice(message, message + 1))
  }, SENDERS)
  assert.equal(seen.filter(([kind]) => kind === 'opened').length, SENDERS)
  assert.equal(seen.filter(([kind]) => kind === 'closed').length, SENDERS)
  for (let sender = 0; sender < SENDERS; sender++) {
    const messages = seen.filter(([kind, connection]) => kind === 'messages' && connection === sender + 1)
    assert.deepEqual(
      messages.flatMap(([, , ...rest]) => rest),
      texts(sender),
    )
  }
})

test('messages fill page after page', SKIP, () => {
  const text = 'm'.repeat(1000)
  const count = 80
  const seen = taken(connect => {
    for (let sender = 0; sender < 12; sender++) put(connect(), Array(count).fill(text))
  })
  const messages = seen.filter(([kind]) => kind === 'messages').flatMap(([, , ...rest]) => rest)
  assert.deepEqual(messages, Array(12 * count).fill(text))
})
