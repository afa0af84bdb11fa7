// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NONE_DISABLED } from '../../contract/host.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import { interpretRow } from '../interpret/interpret.js'
import type { Policy, RuleCondition } from '../policy.js'
import { EVALUATION_SWITCHES } from '../testing/evaluation-switches.js'
import { FAKE_ADAPTER, FAKE_OWN_ENTITY_ADAPTER, FAKE_TYPES, FakeBatch, FakeEntity, NO_VALUES } from '../testing/fake-adapter.js'
import {
  literalBatch,
  literalPolicy,
  randomBatch,
  randomPolicy,
  randomValues,
  ruleOf,
  SeededRandom,
} from '../testing/random-policy.js'
import { cacheKeysFor } from './cache-keys.js'
import { MatchBuffer } from './match-buffer.js'
import { createPlan, PolicyPlan } from './plan.js'

const PAIRS = Number(process.env.SF_PAIRS ?? 100_000)

/** Evaluates a batch with a plan and compares every row with the interpreter. */
function compare(policyPlan: PolicyPlan<FakeBatch>, batch: FakeBatch, say: string, adapter = FAKE_ADAPTER): void {
  const matchBuffer = new MatchBuffer()
  policyPlan.evaluate(batch, true, matchBuffer)
  let entry = 0
  for (let row = 0; row < batch.length; row++) {
    const expected = interpretRow(policyPlan.policy, adapter, batch, row)
    if (expected.dropped) {
      assert.notEqual(matchBuffer.rowAt(entry), row, `${say}, row ${row}: should have been dropped`)
      continue
    }
    assert.equal(matchBuffer.rowAt(entry), row, `${say}, row ${row}: is missing`)
    const names = matchBuffer.matchesAt(entry++)?.rules.map(rule => rule.name) ?? []
    const expectedNames = expected.rules.map(rule => rule.name)
    if (names.join() !== expectedNames.join()) assert.deepEqual(names, expectedNames, `${say}, row ${row}`)
  }
  assert.equal(matchBuffer.length, entry)
}

test(`plan and interpreter agree on ${PAIRS} random pairs of record and condition`, () => {
  for (let seed = 1, pairs = 0; pairs < PAIRS; seed++) {
    const random = new SeededRandom(seed)
    const policy = randomPolicy(random, 25)
    const batch = randomBatch(random, 80)
    compare(createPlan(policy, FAKE_ADAPTER), batch, `seed ${seed}`)
    pairs += policy.rules.length * batch.length
  }
})

for (const [name, without] of EVALUATION_SWITCHES) {
  test(`plan and interpreter agree without ${name}`, () => {
    for (let seed = 1, pairs = 0; pairs < PAIRS / 5; seed++) {
      const random = new SeededRandom(seed)
      const policy = seed % 4 === 0 ? literalPolicy(random, 100) : randomPolicy(random, 25)
      const batch = seed % 4 === 0 ? literalBatch(random, 40) : randomBatch(random, 80)
      compare(createPlan(policy, FAKE_ADAPTER, cacheKeysFor(FAKE_ADAPTER), without), batch, `seed ${seed}`)
      pairs += policy.rules.length * batch.length
    }
  })
}

for (const [name, disabled] of [['everything switched on', NONE_DISABLED], ...EVALUATION_SWITCHES] as const) {
  test(`plan and interpreter agree on records that are their own entities: ${name}`, () => {
    for (let seed = 1, pairs = 0; pairs < PAIRS / 5; seed++) {
      const random = new SeededRandom(seed)
      const policy = seed % 4 === 0 ? literalPolicy(random, 100) : randomPolicy(random, 100)
      const policyPlan = createPlan(policy, FAKE_OWN_ENTITY_ADAPTER, [], disabled)
      for (let round = 0; round < 2; round++) {
        const batch = seed % 4 === 0 ? literalBatch(random, 40) : randomBatch(random, 80)
        compare(policyPlan, batch, `seed ${seed}`, FAKE_OWN_ENTITY_ADAPTER)
        pairs += policy.rules.length * batch.length
      }
    }
  })
}

test('a plan for records that are their own entities is correct even if its states are reset all the time', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new SeededRandom(seed)
    const forgetful = new PolicyPlan(literalPolicy(random, 60), FAKE_OWN_ENTITY_ADAPTER, [], NONE_DISABLED, 500)
    for (let round = 0; round < 4; round++) compare(forgetful, literalBatch(random, 80), `seed ${seed}`, FAKE_OWN_ENTITY_ADAPTER)
  }
})

test('plan and interpreter agree on hundreds of rules that search the same texts for many literals', () => {
  for (let seed = 1, pairs = 0; pairs < PAIRS; seed++) {
    const random = new SeededRandom(seed)
    const policyPlan = createPlan(literalPolicy(random, 300), FAKE_ADAPTER)
    for (let round = 0; round < 2; round++) compare(policyPlan, literalBatch(random, 40), `seed ${seed}, round ${round}`)
    pairs += 300 * 80
  }
})

test('a plan without states for combinations that occur once evaluates all of them correctly', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const random = new SeededRandom(seed)
    const forgetful = new PolicyPlan(literalPolicy(random, 60), FAKE_ADAPTER, cacheKeysFor(FAKE_ADAPTER), NONE_DISABLED, 2000)
    for (let round = 0; round < 4; round++) compare(forgetful, literalBatch(random, 80), `seed ${seed}`)
  }
})

test('a plan whose states are reset all the time gives the same results', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandom(seed)
    const forgetful = new PolicyPlan(randomPolicy(random, 10), FAKE_ADAPTER, cacheKeysFor(FAKE_ADAPTER), NONE_DISABLED, 60)
    for (let round = 0; round < 3; round++) compare(forgetful, randomBatch(random, 40), `seed ${seed}`)
  }
})

test('entities cache the results of several plans separately, and a plan that reuses a cache key starts with an empty cache', () => {
  const random = new SeededRandom(7)
  const seats = cacheKeysFor(FAKE_ADAPTER)
  const batch = randomBatch(random, 60)
  const other = createPlan(randomPolicy(random, 10), FAKE_ADAPTER)
  for (let round = 0; round < 20; round++) {
    compare(createPlan(randomPolicy(random, 10), FAKE_ADAPTER, seats), batch, `round ${round}`)
    compare(other, batch, `round ${round}, the other plan`)
  }
  for (const { actor, file } of batch.rows) {
    for (const entity of [actor, file]) {
      let notes = 0
      for (let memo = entity.cache; memo; memo = memo.next) notes++
      assert.ok(notes <= 2, `${notes} notes on one entity after 20 reloads`)
    }
  }
})

test('equal but different entities are evaluated alike', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new SeededRandom(seed)
    const few = Array.from({ length: 3 }, () => randomValues(random))
    const policyPlan = createPlan(randomPolicy(random, 10), FAKE_ADAPTER)
    const actor = new FakeEntity(randomValues(random))
    const rows = Array.from({ length: 60 }, () => ({
      type: random.pick(FAKE_TYPES),
      flags: random.below(4),
      actor,
      file: new FakeEntity(few[random.below(3)] ?? NO_VALUES),
      values: randomValues(random),
    }))
    compare(policyPlan, new FakeBatch(rows), `seed ${seed}`)
  }
})

test('thousands of groups are distinguished', () => {
  const rules = [7, 300, 1000].map(flags => ruleOf(equals('group.number', String(flags)), { name: String(flags) }))
  const policyPlan = createPlan({ rules, filters: [] }, FAKE_ADAPTER)
  const rows = Array.from({ length: 2000 }, (_, flags) => ({ ...rowWith(new FakeEntity(NO_VALUES)), flags }))
  for (let round = 0; round < 2; round++) compare(policyPlan, new FakeBatch(rows), `round ${round}`)
})

test('an entity that replaces another is evaluated with its own values', () => {
  const policyPlan = createPlan({ rules: [ruleOf(equals('actor.text', 'a'))], filters: [] }, FAKE_ADAPTER)
  for (const text of ['a', 'b', 'a']) {
    const matchBuffer = new MatchBuffer()
    policyPlan.evaluate(new FakeBatch([rowWith(new FakeEntity({ ...NO_VALUES, text }))]), false, matchBuffer)
    assert.equal(matchBuffer.length, text === 'a' ? 1 : 0)
  }
})

test('thousands of groups, entities and combinations of rules stay within the memory limit of a plan', () => {
  const random = new SeededRandom(3)
  const rules = Array.from({ length: 12 }, (_, bit) => ruleOf(equals('row.numbers', String(bit)), { name: String(bit) }))
  const policy: Policy = { rules: [...rules, ...randomPolicy(random, 10).rules], filters: [] }
  const policyPlan = new PolicyPlan(policy, FAKE_ADAPTER, cacheKeysFor(FAKE_ADAPTER), NONE_DISABLED, 5000)
  const rows = Array.from({ length: 4000 }, (_, index) => ({
    type: random.pick(FAKE_TYPES),
    flags: index,
    actor: new FakeEntity(randomValues(random)),
    file: new FakeEntity(randomValues(random)),
    values: { ...randomValues(random), numbers: random.listOf(12, () => random.below(12)) },
  }))
  compare(policyPlan, new FakeBatch(rows), 'hostile')
})

test('check 82: equal matches share one object, with the rules in the order in which they are written', () => {
  const rules = ['first', 'second', 'third', 'fourth'].map(name =>
    ruleOf(equals('actor.text', name === 'third' ? 'b' : 'a'), { name }),
  )
  const matchBuffer = new MatchBuffer()
  const actors = [new FakeEntity({ ...NO_VALUES, text: 'a' }), new FakeEntity({ ...NO_VALUES, text: 'a' })]
  createPlan({ rules, filters: [] }, FAKE_ADAPTER).evaluate(
    new FakeBatch(actors.map(actor => rowWith(actor))),
    false,
    matchBuffer,
  )
  assert.deepEqual(
    matchBuffer.matchesAt(0)?.rules.map(({ name }) => name),
    ['first', 'second', 'fourth'],
  )
  assert.equal(matchBuffer.matchesAt(0), matchBuffer.matchesAt(1))
})

test('check 67: two rules with the same name both match', () => {
  const matchBuffer = new MatchBuffer()
  const policy: Policy = { rules: [ruleOf(TRUE), ruleOf(TRUE)], filters: [] }
  createPlan(policy, FAKE_ADAPTER).evaluate(new FakeBatch([rowWith(new FakeEntity(NO_VALUES))]), false, matchBuffer)
  assert.equal(matchBuffer.matchesAt(0)?.rules.length, 2)
})

test('check 65: a disabled rule or filter never matches', () => {
  const matchBuffer = new MatchBuffer()
  const off = { enabled: false }
  const position = { file: '', line: 1, column: 1 }
  const policy: Policy = { rules: [ruleOf(TRUE, off)], filters: [{ name: 'off', condition: TRUE, enabled: false, position }] }
  const policyPlan = createPlan(policy, FAKE_ADAPTER)
  policyPlan.evaluate(new FakeBatch([rowWith(new FakeEntity(NO_VALUES))]), true, matchBuffer)
  assert.deepEqual([matchBuffer.length, matchBuffer.dropped, matchBuffer.matchesAt(0)], [1, 0, null])
  assert.equal(policyPlan.inactive.length, 1)
})

test('check 66: a prefilter excludes other record types from a rule', () => {
  const matchBuffer = new MatchBuffer()
  const policyPlan = createPlan({ rules: [ruleOf(TRUE, { prefilter: ['PE', 'FF'] })], filters: [] }, FAKE_ADAPTER)
  const actor = new FakeEntity(NO_VALUES)
  policyPlan.evaluate(new FakeBatch(FAKE_TYPES.map(type => ({ ...rowWith(actor), type }))), false, matchBuffer)
  assert.deepEqual([matchBuffer.rowAt(0), matchBuffer.rowAt(1), matchBuffer.length], [0, 2, 2])
})

test('check 70: a drop filter removes a record before any rule is evaluated', () => {
  const position = { file: '', line: 1, column: 1 }
  const filters = [{ name: 'noise', condition: equals('row.text', 'noise'), enabled: true, position }]
  const policyPlan = createPlan({ rules: [ruleOf(TRUE)], filters }, FAKE_ADAPTER)
  const matchBuffer = new MatchBuffer()
  const rows = ['a', 'noise', 'b'].map(text => ({ ...rowWith(new FakeEntity(NO_VALUES)), values: { ...NO_VALUES, text } }))
  policyPlan.evaluate(new FakeBatch(rows), false, matchBuffer)
  assert.deepEqual([matchBuffer.rowAt(0), matchBuffer.rowAt(1), matchBuffer.length, matchBuffer.dropped], [0, 2, 2, 1])
  assert.deepEqual(policyPlan.matchCounts, [2])
})

test('a rule that requires a missing attribute is reported as inactive, a rule with an alternative is not', () => {
  const missing: RuleCondition = { kind: 'unavailable', attribute: 'user.loginuid' }
  const rules = [
    ruleOf({ kind: 'all', terms: [missing, TRUE] }, { name: 'needs it' }),
    ruleOf({ kind: 'not', term: missing }, { name: 'needs its absence' }),
    ruleOf({ kind: 'any', terms: [missing, equals('row.text', 'a')] }, { name: 'does without' }),
  ]
  assert.deepEqual(
    createPlan({ rules, filters: [] }, FAKE_ADAPTER).inactive.map(({ name }) => name),
    ['needs it', 'needs its absence'],
  )
})

test('a condition that is nested too deep is refused with a fault', () => {
  let condition: RuleCondition = TRUE
  for (let depth = 0; depth < 100_000; depth++) condition = { kind: 'any', terms: [{ kind: 'all', terms: [condition] }] }
  assert.throws(() => createPlan({ rules: [ruleOf(condition)], filters: [] }, FAKE_ADAPTER), { code: 'SFP_ENGINE_TOO_DEEP' })
})

test('a condition in which every macro uses the next one twice is compiled quickly', () => {
  let condition: RuleCondition = equals('row.text', 'a')
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
  const matchBuffer = new MatchBuffer()
  createPlan({ rules: [ruleOf(condition)], filters: [] }, FAKE_ADAPTER).evaluate(
    randomBatch(new SeededRandom(1), 20),
    true,
    matchBuffer,
  )
  assert.equal(matchBuffer.length, 20)
})

test('an unknown attribute or an invalid regular expression is a fault and no crash', () => {
  const unknown = ruleOf(equals('actor.nothing', 'a'))
  assert.throws(() => createPlan({ rules: [unknown], filters: [] }, FAKE_ADAPTER), { code: 'SFP_ENGINE_UNKNOWN_ATTRIBUTE' })
  const broken = ruleOf({
    kind: 'criterion',
    criterion: { operator: 'regex', left: attribute('row.text'), right: [literal('(')] },
  })
  assert.throws(() => createPlan({ rules: [broken], filters: [] }, FAKE_ADAPTER), { code: 'SFP_ENGINE_BAD_REGEX' })
})

test('an adapter with more groups than bits is evaluated correctly', () => {
  // Each group narrows another set of attributes to the file, so each set needs its own bit.
  const wide: RecordAdapter<FakeBatch> = {
    ...FAKE_ADAPTER,
    attributes: {
      ...FAKE_ADAPTER.attributes,
      find(name) {
        const [, number] = /^wide\.(\d+)$/.exec(name) ?? []
        const text = FAKE_ADAPTER.attributes.find('file.text')
        if (number === undefined || text?.type !== 'text') return FAKE_ADAPTER.attributes.find(name)
        return {
          ...text,
          name,
          dependsOn: 'row',
          dependsOnWithinGroup: group => ((group >> Number(number)) % 2 === 1 ? 'file' : 'row'),
        }
      },
    },
  }
  const random = new SeededRandom(11)
  const rules = Array.from({ length: 8 }, (_, index) => ruleOf(equals(`wide.${index}`, 'a'), { name: String(index) }))
  const policy: Policy = { rules, filters: [] }
  const rows = Array.from({ length: 3000 }, () => ({
    ...rowWith(new FakeEntity(NO_VALUES), randomValues(random)),
    flags: random.below(85),
  }))
  const matchBuffer = new MatchBuffer()
  createPlan(policy, wide).evaluate(new FakeBatch(rows), true, matchBuffer)
  for (const [row, { file }] of rows.entries()) {
    assert.equal(matchBuffer.matchesAt(row)?.rules.length ?? 0, /^["']?a["']?$/.test(file.values.text) ? 8 : 0)
  }
})

const TRUE: RuleCondition = { kind: 'constant', value: true }
const literal = (text: string) => ({ kind: 'literal', text }) as const
const attribute = (name: string) => ({ kind: 'attribute', attribute: name, path: '' }) as const

function equals(name: string, text: string): RuleCondition {
  return { kind: 'criterion', criterion: { operator: '=', left: attribute(name), right: [literal(text)] } }
}

function rowWith(actor: FakeEntity, file = NO_VALUES) {
  return { type: 'PE', flags: 0, actor, file: new FakeEntity(file), values: NO_VALUES } as const
}
