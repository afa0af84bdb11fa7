// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WITHOUT_NOTHING } from '../../contract/optimisation.js'
import type { Source } from '../../contract/source.js'
import { FAKE_SOURCE, FakeBatch, FakeEntity, NO_VALUES } from '../testing/fake-source.js'
import { ruleOf } from '../testing/random-policy.js'
import type { Condition } from '../policy.js'
import { ROWS_PER_SAMPLE } from './cost-meter.js'
import { Docket } from './docket.js'
import { type Plan, plan } from './plan.js'
import { seatsFor } from './seats.js'

const contains = (attribute: string, text: string): Condition => ({
  kind: 'criterion',
  criterion: { operator: 'contains', left: { kind: 'attribute', attribute, path: '' }, right: [{ kind: 'literal', text }] },
})

const ROWS = 100 * ROWS_PER_SAMPLE

/** Judges rows of new actors by a plan whose clock goes on by a millisecond whenever `row.json` is read. */
function judged(conditions: readonly Condition[], text: (row: number) => string): Plan<FakeBatch> {
  let now = 0
  const vocabulary = {
    ...FAKE_SOURCE.vocabulary,
    find(name: string) {
      const found = FAKE_SOURCE.vocabulary.find(name)
      if (name !== 'row.json' || found?.type !== 'json') return found
      const read = (batch: FakeBatch, row: number): string => {
        now++
        return found.read(batch, row)
      }
      return { ...found, read }
    },
  }
  const source: Source<FakeBatch> = { ...FAKE_SOURCE, vocabulary }
  const rules = conditions.map((condition, place) => ruleOf(condition, { name: `rule ${place}` }))
  const made = plan({ rules, filters: [] }, source, seatsFor(source), WITHOUT_NOTHING, () => now)
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const actor = new FakeEntity({ ...NO_VALUES, text: text(row) })
    return { type: 'PE' as const, flags: 0, actor, file: new FakeEntity(NO_VALUES), values: { ...NO_VALUES, json: text(row) } }
  })
  const docket = new Docket()
  for (let from = 0; from < ROWS; from += 100) made.judge(new FakeBatch(rows.slice(from, from + 100)), false, docket)
  return made
}

test('a rule with an expensive test is told from one that hardly costs anything', () => {
  const { meter } = judged([contains('row.text', 'a'), contains('row.json', 'a')], () => 'b')
  assert.equal(meter?.evaluationsOf(0), ROWS)
  assert.equal(meter?.evaluationsOf(1), ROWS)
  assert.equal(meter?.secondsOf(0), 0)
  assert.equal(meter?.secondsOf(1), ROWS / 1000)
})

test('what rules share is counted for each of them', () => {
  const shared = contains('row.json', 'a')
  const all = (text: string): Condition => ({ kind: 'all', terms: [contains('row.text', text), shared] })
  const { meter } = judged([shared, { kind: 'any', terms: [all(''), contains('row.text', 'x')] }], () => 'b')
  assert.equal(meter?.secondsOf(0), ROWS / 1000)
  assert.equal(meter?.secondsOf(1), ROWS / 1000)
})

test('a rule whose literals are nowhere is never tested; one whose literal is there is tested in those records', () => {
  const { meter, matched } = judged([contains('actor.text', 'needle'), contains('actor.text', 'hay')], row =>
    row % 2 === 0 ? 'hay' : 'straw',
  )
  assert.equal(meter?.evaluationsOf(0), 0)
  assert.equal(meter?.evaluationsOf(1), ROWS / 2)
  assert.deepEqual(matched, [0, ROWS / 2])
})

test('what is known of an entity costs nothing when it comes again', () => {
  const actor = new FakeEntity({ ...NO_VALUES, text: 'hay' })
  const row = { type: 'PE' as const, flags: 0, actor, file: new FakeEntity(NO_VALUES), values: NO_VALUES }
  const rules = [ruleOf(contains('actor.text', 'hay'))]
  const made = plan({ rules, filters: [] }, FAKE_SOURCE, seatsFor(FAKE_SOURCE), WITHOUT_NOTHING, () => 0)
  const docket = new Docket()
  for (let round = 0; round < ROWS_PER_SAMPLE; round++)
    made.judge(new FakeBatch(Array.from({ length: 100 }, () => row)), false, docket)
  assert.equal(made.meter?.evaluationsOf(0), ROWS_PER_SAMPLE)
  assert.equal(made.matched[0], ROWS)
})
