// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RuleCondition } from '../policy.js'
import { FAKE_ADAPTER } from '../testing/fake-adapter.js'
import { randomBatch, randomCondition, SeededRandom } from '../testing/random-policy.js'
import { type ConditionAnswer, evaluateCondition } from './interpret.js'

const VALUES: readonly ConditionAnswer[] = [true, false, 'unavailable']
const batch = randomBatch(new SeededRandom(1), 1)
const answer = (condition: RuleCondition): ConditionAnswer => evaluateCondition(condition, FAKE_ADAPTER, batch, 0)
const not = (term: RuleCondition): RuleCondition => ({ kind: 'not', term })
const all = (...terms: RuleCondition[]): RuleCondition => ({ kind: 'all', terms })
const any = (...terms: RuleCondition[]): RuleCondition => ({ kind: 'any', terms })
const condition = (value: ConditionAnswer): RuleCondition =>
  value === 'unavailable' ? { kind: 'unavailable', attribute: 'x' } : { kind: 'constant', value }

test('not of an unknown value is unknown, and and or ignore it if the other side decides', () => {
  const unavailable = condition('unavailable')
  assert.equal(answer(not(unavailable)), 'unavailable')
  assert.equal(answer(all(unavailable, condition(false))), false)
  assert.equal(answer(all(unavailable, condition(true))), 'unavailable')
  assert.equal(answer(any(unavailable, condition(true))), true)
  assert.equal(answer(any(unavailable, condition(false))), 'unavailable')
  assert.equal(answer(all()), true)
  assert.equal(answer(any()), false)
})

test('three-valued logic: commutativity, associativity, distribution, and De Morgan', () => {
  for (const a of VALUES.map(condition)) {
    for (const b of VALUES.map(condition)) {
      assert.equal(answer(all(a, b)), answer(all(b, a)))
      assert.equal(answer(any(a, b)), answer(any(b, a)))
      assert.equal(answer(not(all(a, b))), answer(any(not(a), not(b))))
      assert.equal(answer(not(any(a, b))), answer(all(not(a), not(b))))
      assert.equal(answer(all(a, any(a, b))), answer(a))
      for (const c of VALUES.map(condition)) {
        assert.equal(answer(all(a, any(b, c))), answer(any(all(a, b), all(a, c))))
        assert.equal(answer(all(a, all(b, c))), answer(all(a, b, c)))
      }
    }
  }
})

test('not not c equals c', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new SeededRandom(seed)
    const one = randomCondition(random)
    const rows = randomBatch(random, 5)
    for (let row = 0; row < rows.length; row++) {
      assert.equal(evaluateCondition(not(not(one)), FAKE_ADAPTER, rows, row), evaluateCondition(one, FAKE_ADAPTER, rows, row))
    }
  }
})
