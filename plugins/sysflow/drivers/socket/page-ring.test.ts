// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SchemaRandom } from '../../testing/random-schema.js'
import { createRingMemory, RingReader, RingWriter } from './page-ring.js'
import { CLOSED, MESSAGES, OPENED, OVERSIZED } from './ring-entry.js'

const LONGEST = 40_000

/** What was written or read, one line each: an event, or a message by its number. */
type Line = string

function linesOf(reader: RingReader): Line[] {
  const lines: Line[] = []
  for (let page = reader.acquire(); page; page = reader.acquire()) {
    let messages = 0
    for (const entry of page.entries()) {
      const { kind, connection, count, bytes } = entry
      if (kind === OVERSIZED) lines.push(`${count} oversized ${connection}, ${bytes}`)
      else if (kind !== MESSAGES) lines.push(`event ${kind} ${connection}`)
      else {
        const all = page.bytesOf(entry)
        let start = 0
        for (const end of page.endsOf(entry)) {
          lines.push(`message ${all.readUInt32LE(start + 1)} of ${connection}, ${end - start}`)
          assert.ok(all[start] !== 0 || start === 0, 'a header is the first of an entry')
          start = end
        }
        messages += count
      }
    }
    assert.equal(page.messages, messages)
    page.release()
  }
  return lines
}

test('messages are received once and in order, page after page, for any lengths', () => {
  const pages = createRingMemory(LONGEST)
  const writer = new RingWriter(pages, () => {})
  const reader = new RingReader(pages)
  const random = new SchemaRandom(4)
  const from = Buffer.alloc(LONGEST + 64)
  const put: Line[] = []
  const got: Line[] = []
  const longest = [5, 60, 3000, LONGEST]
  for (let step = 0; step < 60_000; step++) {
    const connection = random.chance(0.9) ? 1 : random.below(4)
    if (random.chance(0.02)) {
      const kind = random.chance(0.5) ? OPENED : CLOSED
      writer.event(kind, connection)
      put.push(`event ${kind} ${connection}`)
      continue
    }
    const length = 5 + random.below(random.pick(longest) - 4)
    const at = random.below(64)
    from[at] = random.chance(0.05) ? 0 : 1 + random.below(255)
    from.writeUInt32LE(step, at + 1)
    writer.message(connection, from, at, length)
    put.push(`message ${step} of ${connection}, ${length}`)
    // One thread plays both sides here, so it must not wait for itself.
    got.push(...linesOf(reader))
  }
  writer.publish()
  got.push(...linesOf(reader))
  assert.deepEqual(got, put)
  assert.ok(writer.isEmpty)
})

test('consecutive messages that are too long are reported together', () => {
  const pages = createRingMemory(LONGEST)
  const writer = new RingWriter(pages, () => {})
  const reader = new RingReader(pages)
  for (const [connection, bytes] of [[1, 50_000], [1, 60_000], [2, 70_000], [1, 80_000]] as const) writer.oversized(connection, bytes) // biome-ignore format: short
  writer.publish()
  assert.deepEqual(linesOf(reader), ['2 oversized 1, 60000', '1 oversized 2, 70000', '1 oversized 1, 80000'])
  assert.throws(() => writer.message(1, Buffer.alloc(LONGEST + 1), 0, LONGEST + 1), RangeError)
})

test('a sleeping reader is woken once, by the next page; a reader with data does not sleep', () => {
  const pages = createRingMemory(LONGEST)
  let wakes = 0
  const writer = new RingWriter(pages, () => wakes++)
  const reader = new RingReader(pages)
  const page = (): void => {
    writer.event(OPENED, 1)
    writer.publish()
  }
  page()
  assert.deepEqual([reader.sleep(), wakes, reader.hasMessages], [false, 0, false])
  assert.equal(linesOf(reader).length, 1)
  assert.equal(reader.sleep(), true)
  writer.publish()
  assert.equal(wakes, 0, 'there was nothing to hand over')
  page()
  page()
  assert.equal(wakes, 1)
  writer.message(1, Buffer.alloc(10, 7), 0, 10)
  assert.equal(reader.hasMessages, false)
  writer.publish()
  assert.equal(reader.hasMessages, true, 'behind two pages without any')
})
