// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clockDifference, clockDigits, clockNanos, clockSeconds, clockTimestamp } from './clock.js'

const halves = (value: bigint): [number, number] => [Number(BigInt.asIntN(64, value) >> 32n), Number(BigInt.asUintN(32, value))]
const LIMITS = [
  0n,
  1n,
  -1n,
  999_999_999n,
  1_000_000_000n,
  -1_000_000_000n,
  2n ** 32n,
  -(2n ** 32n),
  2n ** 53n,
  2n ** 62n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]
const clocks = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...LIMITS))

test('check 4: digits, seconds and nanoseconds of every 64-bit clock are exact', () => {
  const holds = (value: bigint) => {
    const [high, low] = halves(value)
    assert.equal(clockDigits(high, low), String(value))
    const nanos = ((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
    assert.equal(clockNanos(high, low), Number(nanos))
    assert.equal(clockSeconds(high, low), Number((value - nanos) / 1_000_000_000n))
  }
  LIMITS.forEach(holds)
  fc.assert(fc.property(clocks, holds), { numRuns: 2000 })
})

test('check 93: timestamps have up to nine decimals without trailing zeros', () => {
  const of = (value: bigint) => clockTimestamp(...halves(value))
  assert.equal(of(0n), '1970-01-01T00:00:00Z')
  assert.equal(of(1700000003500000000n), '2023-11-14T22:13:23.5Z')
  assert.equal(of(1700000000000000001n), '2023-11-14T22:13:20.000000001Z')
  assert.equal(of(1700000000000120000n), '2023-11-14T22:13:20.00012Z')
  assert.equal(of(-1n), '1969-12-31T23:59:59.999999999Z')
  assert.equal(of(2n ** 63n - 1n), '2262-04-11T23:47:16.854775807Z')
  assert.equal(of(-(2n ** 63n)), '1677-09-21T00:12:43.145224192Z')
})

test('the difference of two near clocks is exact', () => {
  const base = 1700000002000000000n
  for (const step of [0n, 1n, -1n, 1500000000n, 2n ** 33n + 7n]) {
    assert.equal(clockDifference(...halves(base + step), ...halves(base)), Number(step))
  }
})
