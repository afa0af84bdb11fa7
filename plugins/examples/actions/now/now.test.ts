// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, runAction } from 'sfprocessor/testing'
import { NanosecondClock, plugin } from './index.js'

conformanceSuite(plugin)

test('each alert has the time of the clock, in nanoseconds', async () => {
  const before = BigInt(Date.now()) * 1_000_000n
  const { results } = await runAction(plugin)
  const after = BigInt(Date.now() + 1) * 1_000_000n
  assert.ok(results.length > 0)
  for (const { tags, fields } of results) {
    const [, nanos = ''] = /^now_in_nanos:(\d{19})$/.exec(tags.join()) ?? []
    assert.ok(BigInt(nanos) >= before - 2_000_000n && BigInt(nanos) <= after + 2_000_000n, tags.join())
    assert.deepEqual(fields, {})
  }
})

test('between two reads of the system clock the monotonic clock is used', () => {
  let wall = 1_700_000_000_000_000_000n
  let ticks = 55n
  const clock = new NanosecondClock(
    () => wall,
    () => ticks,
  )
  assert.equal(clock.now(), 1_700_000_000_000_000_000n)
  ticks += 1_234_567n
  assert.equal(clock.now(), 1_700_000_000_001_234_567n)
  wall += 1_000_000n
  ticks += 1n
  assert.equal(clock.now(), 1_700_000_000_001_234_568n)
})

test('changes of the system clock are followed, forwards and backwards', () => {
  let wall = 1_700_000_000_000_000_000n
  const clock = new NanosecondClock(
    () => wall,
    () => 7n,
  )
  for (const step of [3_600_000_000_000n, -7_200_000_000_000n]) {
    wall += step
    assert.equal(clock.now(), wall)
    assert.equal(clock.now(), wall)
  }
})

test('an argument is refused, because it would have no effect', async () => {
  await assert.rejects(runAction(plugin, { argument: 'utc' }), /the action takes no argument/)
})
