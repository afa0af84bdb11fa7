// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { halves } from '../../plugins/sysflow/testing/appendix-a.js'
import { fraction } from '../contract/clock.js'
import { ChunkBuffer } from './chunk-buffer.js'

const written = (write: (chunk: ChunkBuffer) => void): string => {
  const chunk = new ChunkBuffer(64)
  write(chunk)
  chunk.finishRecord()
  return Buffer.from(chunk.chunk().bytes).toString().slice(0, -1)
}

test('whole numbers are written as their digits', () => {
  const numbers = [0, 1, -1, 9, 10, 99, 2 ** 30 - 1, 2 ** 30, 2 ** 31, -(2 ** 31), 999_999_999, 1e9, 2 ** 53 - 1, -(2 ** 53 - 1)]
  for (const number of numbers)
    assert.equal(
      written(chunk => chunk.number(number)),
      String(number),
    )
  fc.assert(
    fc.property(fc.maxSafeInteger(), number =>
      assert.equal(
        written(chunk => chunk.number(number)),
        String(number),
      ),
    ),
  )
})

test('check 4: clocks are written as their exact digits', () => {
  const limits = [0n, 1n, -1n, 999_999_999n, 1_000_000_000n, 1700000000000000001n, 2n ** 63n - 1n, -(2n ** 63n)]
  for (const clock of limits)
    assert.equal(
      written(chunk => chunk.int64(...halves(clock))),
      String(clock),
    )
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), clock =>
      assert.equal(
        written(chunk => chunk.int64(...halves(clock))),
        String(clock),
      ),
    ),
  )
})

test('clocks beside a whole second are exact, where a double is not', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 9_223_372_035n }), fc.bigInt({ min: -300n, max: 300n }), (second, beside) => {
      const clock = second * 1_000_000_000n + beside
      assert.equal(
        written(chunk => chunk.int64(...halves(clock))),
        String(clock),
      )
    }),
  )
})

test('nanoseconds become decimals without trailing zeros, words hexadecimal digits', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.nat(9), fc.integer(), (nanos, zeros, word) => {
      const rounded = Math.floor(nanos / 10 ** zeros) * 10 ** zeros
      assert.equal(
        written(chunk => chunk.fractionalSeconds(rounded)),
        fraction(rounded),
      )
      const words = [word, ~word, 0, word >>> 7, -1] as const
      const bytes = Buffer.alloc(20)
      for (const [index, one] of words.entries()) bytes.writeInt32LE(one | 0, 4 * index)
      assert.equal(
        written(chunk => chunk.hex(...words)),
        bytes.toString('hex'),
      )
    }),
  )
})

test('a chunk grows with what is written, and knows where each record ends', () => {
  const chunk = new ChunkBuffer(64)
  const texts = Array.from({ length: 3000 }, (_, index) => 'é€😀'.repeat(index % 50))
  for (const text of texts) {
    chunk.text(text)
    chunk.bytes(Buffer.from('|'))
    chunk.finishRecord()
  }
  const { bytes, ends, length } = chunk.chunk()
  assert.equal(length, texts.length)
  let start = 0
  for (const [index, end] of ends.entries()) {
    assert.equal(Buffer.from(bytes.subarray(start, end)).toString(), `${texts[index]}|\n`)
    start = end
  }
  assert.equal(start, bytes.length)
})

test('a cleared chunk is empty and gives back what a huge record took', () => {
  const chunk = new ChunkBuffer(64)
  chunk.text('x'.repeat(1_000_000))
  chunk.finishRecord()
  chunk.clear()
  assert.deepEqual([chunk.length, chunk.size], [0, 0])
  chunk.text('y')
  chunk.finishRecord()
  assert.equal(chunk.chunk().bytes.buffer.byteLength < 200_000, true)
  assert.equal(Buffer.from(chunk.chunk().bytes).toString(), 'y\n')
})
