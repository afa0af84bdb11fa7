// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32c } from './crc32c.js'

/** RFC 3720, appendix B.4, and the check value in catalogues of CRCs. */
const VECTORS: readonly (readonly [string, Uint8Array, number])[] = [
  ['nothing', new Uint8Array(0), 0],
  ['"123456789"', Buffer.from('123456789'), 0xe3069283],
  ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 ascending bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ['32 descending bytes', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
]

for (const [name, bytes, sum] of VECTORS) {
  test(`the checksum of ${name} is the published one`, () => {
    assert.equal(crc32c(bytes).toString(16), sum.toString(16))
  })
}

/** Computes the checksum bit by bit, following the definition. */
function plainly(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1
  }
  return ~sum >>> 0
}

test('any bytes have the checksum of the definition, in one piece and in two', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, middle) => {
      const cut = Math.min(middle, bytes.length)
      assert.equal(crc32c(bytes), plainly(bytes))
      assert.equal(crc32c(bytes, cut, bytes.length, crc32c(bytes, 0, cut)), crc32c(bytes))
    }),
  )
})
