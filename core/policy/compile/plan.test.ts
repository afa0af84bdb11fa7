// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WITHOUT_NOTHING } from '../../contract/optimisation.js'
import type { Source } from '../../contract/source.js'
import { FAKE_SOURCE, FAKE_TYPES, FakeBatch, FakeEntity, NO_VALUES } from '../testing/fake-source.js'
import { JUDGING_SWITCHES } from '../testing/judging-switches.js'
import {
  Dice,
  literalBatch,
  literalPolicy,
  randomBatch,
  randomPolicy,
  randomValues,
  ruleOf,
} from '../testing/random-policy.js'
import { judgeRow } from '../interpret/interpret.js'
import type { Condition, Policy } from '../policy.js'
import { Docket } from './docket.js'
import { Plan, plan } from './plan.js'
import { seatsFor } from './seats.js'

const PAIRS = Number(process.env.SF_PAIRS ?? 100_000)

/** Judges a batch by a plan and compares every row with what the interpreter says. */
function compare(judged: Plan<FakeBatch>, batch: FakeBatch, say: string): void {
  const docket = new Docket()
  judged.judge(batch, true, docket)
  let entry = 0
  for (let row = 0; row < batch.length; row++) {
    const expected = judgeRow(judged.policy, FAKE_SOURCE, batch, row)
    if (expected.dropped) {
      assert.notEqual(docket.rowAt(entry), row, `${say}, row ${row}: should have been dropped`)
      continue
    }
    assert.equal(docket.rowAt(entry), row, `${say}, row ${row}: is missing`)
    const names = docket.verdictAt(entry++)?.rules.map(rule => rule.name) ?? []
    const expectedNames = expected.rules.map(rule => rule.name)
    if (names.join() !== expectedNames.join()) assert.deepEqual(names, expectedNames, `${say}, row ${row}`)
  }
  assert.equal(docket.length, entry)
}

test(`plan and interpreter agree on ${PAIRS} random pairs of record and condition`, () => {
  for (let seed = 1, pairs = 0; pairs < PAIRS; seed++) {
    const dice = new Dice(seed)
    const policy = randomPolicy(dice, 25)
    const batch = randomBatch(dice, 80)
    compare(plan(policy, FAKE_SOURCE), batch, `seed ${seed}`)
    pairs += policy.rules.length * batch.length
  }
})

for (const [name, without] of JUDGING_SWITCHES) {
  test(`plan and interpreter agree without ${name}`, () => {
    for (let seed = 1, pairs = 0; pairs < PAIRS / 5; seed++) {
      const dice = new Dice(seed)
      const policy = seed % 4 === 0 ? literalPolicy(dice, 100) : randomPolicy(dice, 25)
      const batch = seed % 4 === 0 ? literalBatch(dice, 40) : randomBatch(dice, 80)
      compare(plan(policy, FAKE_SOURCE, seatsFor(FAKE_SOURCE), without), batch, `seed ${seed}`)
      pairs += policy.rules.length * batch.length
    }
  })
}

test('plan and interpreter agree on hundreds of rules that search the same texts for many literals', () => {
  for (let seed = 1, pairs = 0; pairs < PAIRS; seed++) {
    const dice = new Dice(seed)
    const judged = plan(literalPolicy(dice, 300), FAKE_SOURCE)
    for (let round = 0; round < 2; round++) compare(judged, literalBatch(dice, 40), `seed ${seed}, round ${round}`)
    pairs += 300 * 80
  }
})

test('a plan that makes no states for combinations seen once judges them all the same', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const dice = new Dice(seed)
    const forgetful = new Plan(literalPolicy(dice, 60), FAKE_SOURCE, seatsFor(FAKE_SOURCE), WITHOUT_NOTHING, 2000)
    for (let round = 0; round < 4; round++) compare(forgetful, literalBatch(dice, 80), `seed ${seed}`)
  }
})

test('a plan that has to forget its states all the time still says the same', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const dice = new Dice(seed)
    const forgetful = new Plan(randomPolicy(dice, 10), FAKE_SOURCE, seatsFor(FAKE_SOURCE), WITHOUT_NOTHING, 60)
    for (let round = 0; round < 3; round++) compare(forgetful, randomBatch(dice, 40), `seed ${seed}`)
  }
})

test('entities keep what several plans know of them apart, and a plan in the seat of another starts afresh', () => {
  const dice = new Dice(7)
  const seats = seatsFor(FAKE_SOURCE)
  const batch = randomBatch(dice, 60)
  const other = plan(randomPolicy(dice, 10), FAKE_SOURCE)
  for (let round = 0; round < 20; round++) {
    compare(plan(randomPolicy(dice, 10), FAKE_SOURCE, seats), batch, `round ${round}`)
    compare(other, batch, `round ${round}, the other plan`)
  }
  for (const { actor, file } of batch.rows) {
    for (const entity of [actor, file]) {
      let notes = 0
      for (let memo = entity.memo; memo; memo = memo.next) notes++
      assert.ok(notes <= 2, `${notes} notes on one entity after 20 reloads`)
    }
  }
})

test('entities that are alike, but not the same, are judged alike', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const dice = new Dice(seed)
    const few = Array.from({ length: 3 }, () => randomValues(dice))
    const judged = plan(randomPolicy(dice, 10), FAKE_SOURCE)
    const actor = new FakeEntity(randomValues(dice))
    const rows = Array.from({ length: 60 }, () => ({
      type: dice.pick(FAKE_TYPES),
      flags: dice.roll(4),
      actor,
      file: new FakeEntity(few[dice.roll(3)] ?? NO_VALUES),
      values: randomValues(dice),
    }))
    compare(judged, new FakeBatch(rows), `seed ${seed}`)
  }
})

test('thousands of groups are kept apart', () => {
  const rules = [7, 300, 1000].map(flags => ruleOf(equals('group.number', String(flags)), { name: String(flags) }))
  const judged = plan({ rules, filters: [] }, FAKE_SOURCE)
  const rows = Array.from({ length: 2000 }, (_, flags) => ({ ...rowWith(new FakeEntity(NO_VALUES)), flags }))
  for (let round = 0; round < 2; round++) compare(judged, new FakeBatch(rows), `round ${round}`)
})

test('an entity that takes the place of another is judged by its own values', () => {
  const judged = plan({ rules: [ruleOf(equals('actor.text', 'a'))], filters: [] }, FAKE_SOURCE)
  for (const text of ['a', 'b', 'a']) {
    const docket = new Docket()
    judged.judge(new FakeBatch([rowWith(new FakeEntity({ ...NO_VALUES, text }))]), false, docket)
    assert.equal(docket.length, text === 'a' ? 1 : 0)
  }
})

test('thousands of groups, entities and combinations of rules stay within the memory that a plan may take', () => {
  const dice = new Dice(3)
  const rules = Array.from({ length: 12 }, (_, bit) => ruleOf(equals('row.numbers', String(bit)), { name: String(bit) }))
  const policy: Policy = { rules: [...rules, ...randomPolicy(dice, 10).rules], filters: [] }
  const judged = new Plan(policy, FAKE_SOURCE, seatsFor(FAKE_SOURCE), WITHOUT_NOTHING, 5000)
  const rows = Array.from({ length: 4000 }, (_, index) => ({
    type: dice.pick(FAKE_TYPES),
    flags: index,
    actor: new FakeEntity(randomValues(dice)),
    file: new FakeEntity(randomValues(dice)),
    values: { ...randomValues(dice), numbers: dice.several(12, () => dice.roll(12)) },
  }))
  compare(judged, new FakeBatch(rows), 'hostile')
})

test('check 82: equal matches share one verdict, with the rules in the order in which they are written', () => {
  const rules = ['first', 'second', 'third', 'fourth'].map(name =>
    ruleOf(equals('actor.text', name === 'third' ? 'b' : 'a'), { name }),
  )
  const docket = new Docket()
  const actors = [new FakeEntity({ ...NO_VALUES, text: 'a' }), new FakeEntity({ ...NO_VALUES, text: 'a' })]
  plan({ rules, filters: [] }, FAKE_SOURCE).judge(new FakeBatch(actors.map(actor => rowWith(actor))), false, docket)
  assert.deepEqual(
    docket.verdictAt(0)?.rules.map(({ name }) => name),
    ['first', 'second', 'fourth'],
  )
  assert.equal(docket.verdictAt(0), docket.verdictAt(1))
})

test('check 67: two rules with one name both match', () => {
  const docket = new Docket()
  const policy: Policy = { rules: [ruleOf(TRUE), ruleOf(TRUE)], filters: [] }
  plan(policy, FAKE_SOURCE).judge(new FakeBatch([rowWith(new FakeEntity(NO_VALUES))]), false, docket)
  assert.equal(docket.verdictAt(0)?.rules.length, 2)
})

test('check 65: a rule or filter that is switched off never matches', () => {
  const docket = new Docket()
  const off = { enabled: false }
  const place = { file: '', line: 1, column: 1 }
  const policy: Policy = { rules: [ruleOf(TRUE, off)], filters: [{ name: 'off', condition: TRUE, enabled: false, place }] }
  const judged = plan(policy, FAKE_SOURCE)
  judged.judge(new FakeBatch([rowWith(new FakeEntity(NO_VALUES))]), true, docket)
  assert.deepEqual([docket.length, docket.dropped, docket.verdictAt(0)], [1, 0, null])
  assert.equal(judged.inactive.length, 1)
})

test('check 66: a prefilter keeps a rule from other record types', () => {
  const docket = new Docket()
  const judged = plan({ rules: [ruleOf(TRUE, { prefilter: ['PE', 'FF'] })], filters: [] }, FAKE_SOURCE)
  const actor = new FakeEntity(NO_VALUES)
  judged.judge(new FakeBatch(FAKE_TYPES.map(type => ({ ...rowWith(actor), type }))), false, docket)
  assert.deepEqual([docket.rowAt(0), docket.rowAt(1), docket.length], [0, 2, 2])
})

test('check 70: a drop filter removes a record before any rule sees it', () => {
  const place = { file: '', line: 1, column: 1 }
  const filters = [{ name: 'noise', condition: equals('row.text', 'noise'), enabled: true, place }]
  const judged = plan({ rules: [ruleOf(TRUE)], filters }, FAKE_SOURCE)
  const docket = new Docket()
  const rows = ['a', 'noise', 'b'].map(text => ({ ...rowWith(new FakeEntity(NO_VALUES)), values: { ...NO_VALUES, text } }))
  judged.judge(new FakeBatch(rows), false, docket)
  assert.deepEqual([docket.rowAt(0), docket.rowAt(1), docket.length, docket.dropped], [0, 2, 2, 1])
  assert.deepEqual(judged.matched, [2])
})

test('a rule that needs what the source does not have is reported as inactive, one that can do without is not', () => {
  const missing: Condition = { kind: 'unavailable', attribute: 'user.loginuid' }
  const rules = [
    ruleOf({ kind: 'all', terms: [missing, TRUE] }, { name: 'needs it' }),
    ruleOf({ kind: 'not', term: missing }, { name: 'needs its absence' }),
    ruleOf({ kind: 'any', terms: [missing, equals('row.text', 'a')] }, { name: 'does without' }),
  ]
  assert.deepEqual(
    plan({ rules, filters: [] }, FAKE_SOURCE).inactive.map(({ name }) => name),
    ['needs it', 'needs its absence'],
  )
})

test('a condition that is nested too deep is refused with a fault', () => {
  let condition: Condition = TRUE
  for (let depth = 0; depth < 100_000; depth++) condition = { kind: 'any', terms: [{ kind: 'all', terms: [condition] }] }
  assert.throws(() => plan({ rules: [ruleOf(condition)], filters: [] }, FAKE_SOURCE), { code: 'SFP_ENGINE_TOO_DEEP' })
})

test('a condition in which every macro uses the next one twice is judged in no time', () => {
  let condition: Condition = equals('row.text', 'a')
  for (let depth = 0; depth < 200; depth++) {
    const other = equals('row.number', String(depth))
    condition = {
      kind: 'any',
      terms: [
        { kind: 'all', terms: [condition, other] },
        { kind: 'all', terms: [condition, equals('row.boolean', 'true')] },
      ],
    }
  }
  const docket = new Docket()
  plan({ rules: [ruleOf(condition)], filters: [] }, FAKE_SOURCE).judge(randomBatch(new Dice(1), 20), true, docket)
  assert.equal(docket.length, 20)
})

test('an attribute that the source does not have, or a broken regular expression, is a fault and no crash', () => {
  const unknown = ruleOf(equals('actor.nothing', 'a'))
  assert.throws(() => plan({ rules: [unknown], filters: [] }, FAKE_SOURCE), { code: 'SFP_ENGINE_UNKNOWN_ATTRIBUTE' })
  const broken = ruleOf({
    kind: 'criterion',
    criterion: { operator: 'regex', left: attribute('row.text'), right: [literal('(')] },
  })
  assert.throws(() => plan({ rules: [broken], filters: [] }, FAKE_SOURCE), { code: 'SFP_ENGINE_BAD_REGEX' })
})

test('a source with more kinds of groups than there are bits is judged all the same', () => {
  // Each group narrows another set of attributes to the file, so each wants a bit of its own.
  const wide: Source<FakeBatch> = {
    ...FAKE_SOURCE,
    vocabulary: {
      ...FAKE_SOURCE.vocabulary,
      find(name) {
        const [, number] = /^wide\.(\d+)$/.exec(name) ?? []
        const text = FAKE_SOURCE.vocabulary.find('file.text')
        if (number === undefined || text?.type !== 'text') return FAKE_SOURCE.vocabulary.find(name)
        return { ...text, name, dependsOn: 'row', within: group => ((group >> Number(number)) % 2 === 1 ? 'file' : 'row') }
      },
    },
  }
  const dice = new Dice(11)
  const rules = Array.from({ length: 8 }, (_, index) => ruleOf(equals(`wide.${index}`, 'a'), { name: String(index) }))
  const policy: Policy = { rules, filters: [] }
  const rows = Array.from({ length: 3000 }, () => ({
    ...rowWith(new FakeEntity(NO_VALUES), randomValues(dice)),
    flags: dice.roll(85),
  }))
  const docket = new Docket()
  plan(policy, wide).judge(new FakeBatch(rows), true, docket)
  for (const [row, { file }] of rows.entries()) {
    assert.equal(docket.verdictAt(row)?.rules.length ?? 0, /^["']?a["']?$/.test(file.values.text) ? 8 : 0)
  }
})

const TRUE: Condition = { kind: 'constant', value: true }
const literal = (text: string) => ({ kind: 'literal', text }) as const
const attribute = (name: string) => ({ kind: 'attribute', attribute: name, path: '' }) as const

function equals(name: string, text: string): Condition {
  return { kind: 'criterion', criterion: { operator: '=', left: attribute(name), right: [literal(text)] } }
}

function rowWith(actor: FakeEntity, file = NO_VALUES) {
  return { type: 'PE', flags: 0, actor, file: new FakeEntity(file), values: NO_VALUES } as const
}
