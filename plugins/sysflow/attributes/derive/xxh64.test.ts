// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { processOid, xxh64 } from './xxh64.js'

test('check 32: the object ids of processes are those of the reference', () => {
  assert.equal(processOid(0, 0, 13823), 'c2f5f8c25e766cd4')
  assert.equal(processOid(0, 0, 0), '392abdfb220ee462')
  assert.equal(processOid(0, 0, 1), '4b48550ea3b07f17')
  assert.equal(processOid(0, 4, 199), 'c122c4534791aab7')
  assert.equal(processOid(0, 5, 200), 'cbfe23b48414377c')
  const createTs = 1700000000000000001n
  assert.equal(processOid(Number(createTs >> 32n), Number(createTs & 0xffffffffn), 100), 'd467cb1762e18e4c')
})

test('published hashes are reproduced', () => {
  const of = (text: string) => xxh64(Buffer.from(text))
  assert.equal(of(''), 'ef46db3751d8e999')
  assert.equal(of('a'), 'd24ec4f1a98c6e5b')
  assert.equal(of('abc'), '44bc2cf5ad770999')
})

test('texts of every length have the hash of the reference implementation', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), bytes => assert.equal(xxh64(bytes), textbook(bytes))),
    { numRuns: 500 },
  )
})

/** The same hash with bigints, line by line as in its specification. */
function textbook(bytes: Uint8Array): string {
  const wrap = (value: bigint) => BigInt.asUintN(64, value)
  const rotate = (value: bigint, bits: bigint) => wrap((value << bits) | (value >> (64n - bits)))
  const primes: readonly [bigint, bigint, bigint, bigint, bigint] = [
    11400714785074694791n,
    14029467366897019727n,
    1609587929392839161n,
    9650029242287828579n,
    2870177450012600261n,
  ]
  const [p1, p2, p3, p4, p5] = primes
  const round = (lane: bigint, input: bigint) => wrap(rotate(wrap(lane + input * p2), 31n) * p1)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let hash = p5
  if (bytes.length >= 32) {
    const lanes: [bigint, bigint, bigint, bigint] = [wrap(p1 + p2), p2, 0n, wrap(-p1)]
    for (; at + 32 <= bytes.length; at += 32)
      for (const lane of [0, 1, 2, 3] as const) lanes[lane] = round(lanes[lane], view.getBigUint64(at + lane * 8, true))
    hash = wrap(rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n))
    for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * p1 + p4)
  }
  hash = wrap(hash + BigInt(bytes.length))
  for (; at + 8 <= bytes.length; at += 8) hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4)
  if (at + 4 <= bytes.length) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint32(at, true)) * p1), 23n) * p2 + p3)
    at += 4
  }
  for (; at < bytes.length; at++) hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint8(at)) * p5), 11n) * p1)
  hash = wrap((hash ^ (hash >> 33n)) * p2)
  hash = wrap((hash ^ (hash >> 29n)) * p3)
  return (hash ^ (hash >> 32n)).toString(16).padStart(16, '0')
}
