// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import snappy from 'snappyjs'
import { decompressSnappy } from './snappy.js'

const MAXIMUM = 1 << 20

test('data compressed with snappy is decompressed unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 300 }), (piece, times) => {
      const plain = Buffer.concat(Array.from({ length: times }, () => piece))
      const unpacked = decompressSnappy(snappy.compress(plain), MAXIMUM)
      assert.ok(typeof unpacked !== 'string', String(unpacked))
      assert.ok(unpacked.equals(plain))
    }),
  )
})

test('random bytes never throw, and give a buffer or an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), packed => {
      const unpacked = decompressSnappy(packed, MAXIMUM)
      assert.ok(typeof unpacked === 'string' || unpacked.length <= MAXIMUM)
    }),
    { numRuns: 2000 },
  )
})

test('each byte of a compressed text changed in turn gives a buffer of the claimed length or an error', () => {
  const packed = snappy.compress(Buffer.from('the quick brown fox, the quick brown dog, the quick brown fox'))
  for (let at = 0; at < packed.length; at++)
    for (const change of [1, 128, 255]) {
      const damaged = Uint8Array.from(packed)
      damaged[at] = (damaged[at] ?? 0) ^ change
      decompressSnappy(damaged, MAXIMUM)
    }
})

test('a length of 2 GB is refused before memory is allocated', () => {
  assert.match(String(decompressSnappy(Uint8Array.from([255, 255, 255, 255, 7, 0, 65]), MAXIMUM)), /claimed/)
  assert.match(String(decompressSnappy(Uint8Array.from([128, 128, 64, 0, 65]), MAXIMUM)), /1048576 bytes claimed by 5/)
})

test('copies can overlap their output, and refer far back', () => {
  const repeated = Uint8Array.from([10, 0, 97, 1 | (5 << 2), 1])
  assert.equal(String(decompressSnappy(repeated, MAXIMUM)), 'a'.repeat(10))
  const fourByteOffset = Uint8Array.from([8, 3 << 2, 97, 98, 99, 100, 3 | (3 << 2), 4, 0, 0, 0])
  assert.equal(String(decompressSnappy(fourByteOffset, MAXIMUM)), 'abcdabcd')
})
