// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateLimiter } from './rate-limiter.js'
import { TimeBudget } from './tap/time-budget.js'

test('a limited number of calls at once and per second is allowed, and unused calls do not accumulate', () => {
  let now = 0
  const rate = new RateLimiter(3, () => now)
  const allowed = (): number => Array.from({ length: 10 }, () => rate.allows()).filter(Boolean).length
  assert.equal(allowed(), 3)
  assert.equal(allowed(), 0)
  now += 1000 / 3 + 1e-6
  assert.equal(allowed(), 1)
  now += 60_000
  assert.equal(allowed(), 3)
})

test('work stays within its share of the time; a long call delays the next', () => {
  let now = 0
  let busy = 0
  const budget = new TimeBudget(() => now)
  const work = (milliseconds: number): boolean =>
    budget.spend(() => {
      now += milliseconds
      busy += milliseconds
    })
  assert.equal(work(100), true)
  assert.equal(work(1), false)
  now += 999
  assert.equal(work(1), false)
  now += 10
  assert.equal(work(1), true)
  const begin = now
  busy = 0
  for (let at = 0; at < 100_000; at++) {
    now += 1
    work(1)
  }
  assert.ok(busy <= 0.05 * (now - begin) + 50, String(busy))
  assert.ok(busy >= 0.04 * (now - begin), String(busy))
})
