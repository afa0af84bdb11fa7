// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NONE_DISABLED } from '../../contract/host.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import type { RuleCondition } from '../policy.js'
import { FAKE_ADAPTER, FakeBatch, FakeEntity, NO_VALUES } from '../testing/fake-adapter.js'
import { ruleOf } from '../testing/random-policy.js'
import { cacheKeysFor } from './cache-keys.js'
import { ROWS_PER_SAMPLE } from './cost-meter.js'
import { MatchBuffer } from './match-buffer.js'
import { createPlan, type PolicyPlan } from './plan.js'

const contains = (attribute: string, text: string): RuleCondition => ({
  kind: 'criterion',
  criterion: { operator: 'contains', left: { kind: 'attribute', attribute, path: '' }, right: [{ kind: 'literal', text }] },
})

const ROWS = 100 * ROWS_PER_SAMPLE

/** Evaluates rows of new actors with a plan whose clock advances by one millisecond whenever `row.json` is read. */
function evaluatedPlan(conditions: readonly RuleCondition[], text: (row: number) => string): PolicyPlan<FakeBatch> {
  let now = 0
  const vocabulary = {
    ...FAKE_ADAPTER.attributes,
    find(name: string) {
      const found = FAKE_ADAPTER.attributes.find(name)
      if (name !== 'row.json' || found?.type !== 'json') return found
      const read = (batch: FakeBatch, row: number): string => {
        now++
        return found.read(batch, row)
      }
      return { ...found, read }
    },
  }
  const source: RecordAdapter<FakeBatch> = { ...FAKE_ADAPTER, attributes: vocabulary }
  const rules = conditions.map((condition, place) => ruleOf(condition, { name: `rule ${place}` }))
  const createdPlan = createPlan({ rules, filters: [] }, source, cacheKeysFor(source), NONE_DISABLED, () => now)
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const actor = new FakeEntity({ ...NO_VALUES, text: text(row) })
    return { type: 'PE' as const, flags: 0, actor, file: new FakeEntity(NO_VALUES), values: { ...NO_VALUES, json: text(row) } }
  })
  const matchBuffer = new MatchBuffer()
  for (let from = 0; from < ROWS; from += 100)
    createdPlan.evaluate(new FakeBatch(rows.slice(from, from + 100)), false, matchBuffer)
  return createdPlan
}

test('an expensive rule is distinguished from a cheap one', () => {
  const { meter } = evaluatedPlan([contains('row.text', 'a'), contains('row.json', 'a')], () => 'b')
  assert.equal(meter?.evaluationsOf(0), ROWS)
  assert.equal(meter?.evaluationsOf(1), ROWS)
  assert.equal(meter?.secondsOf(0), 0)
  assert.equal(meter?.secondsOf(1), ROWS / 1000)
})

test('the cost of a shared test is counted for each rule', () => {
  const shared = contains('row.json', 'a')
  const all = (text: string): RuleCondition => ({ kind: 'all', terms: [contains('row.text', text), shared] })
  const { meter } = evaluatedPlan([shared, { kind: 'any', terms: [all(''), contains('row.text', 'x')] }], () => 'b')
  assert.equal(meter?.secondsOf(0), ROWS / 1000)
  assert.equal(meter?.secondsOf(1), ROWS / 1000)
})

test('a rule without its literals in any record is never tested; a rule with them is tested on those records', () => {
  const { meter, matchCounts } = evaluatedPlan([contains('actor.text', 'needle'), contains('actor.text', 'hay')], row =>
    row % 2 === 0 ? 'hay' : 'straw',
  )
  assert.equal(meter?.evaluationsOf(0), 0)
  assert.equal(meter?.evaluationsOf(1), ROWS / 2)
  assert.deepEqual(matchCounts, [0, ROWS / 2])
})

test('cached results of an entity cost nothing on its next use', () => {
  const actor = new FakeEntity({ ...NO_VALUES, text: 'hay' })
  const row = { type: 'PE' as const, flags: 0, actor, file: new FakeEntity(NO_VALUES), values: NO_VALUES }
  const rules = [ruleOf(contains('actor.text', 'hay'))]
  const createdPlan = createPlan({ rules, filters: [] }, FAKE_ADAPTER, cacheKeysFor(FAKE_ADAPTER), NONE_DISABLED, () => 0)
  const matchBuffer = new MatchBuffer()
  for (let round = 0; round < ROWS_PER_SAMPLE; round++)
    createdPlan.evaluate(new FakeBatch(Array.from({ length: 100 }, () => row)), false, matchBuffer)
  assert.equal(createdPlan.meter?.evaluationsOf(0), ROWS_PER_SAMPLE)
  assert.equal(createdPlan.matchCounts[0], ROWS)
})
