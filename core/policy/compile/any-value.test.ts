// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyValue } from '../../contract/any-value.js'
import { interpretRow } from '../interpret/interpret.js'
import { NUMBER_OPERATORS, type OperatorName, TEXT_OPERATORS } from '../operators.js'
import type { Criterion, Policy, RuleCondition } from '../policy.js'
import { ANY_ADAPTER, AnyBatch } from '../testing/any-adapter.js'
import { EVALUATION_SWITCHES } from '../testing/evaluation-switches.js'
import { ruleOf, SeededRandom } from '../testing/random-policy.js'
import { cacheKeysFor } from './cache-keys.js'
import { MatchBuffer } from './match-buffer.js'
import { createPlan } from './plan.js'

const literal = (text: string) => ({ kind: 'literal', text }) as const
const a = { kind: 'attribute', attribute: 'a', path: '' } as const

const asCriterion = (operator: OperatorName, ...texts: string[]): Criterion => ({
  operator,
  left: a,
  right: texts.map(literal),
})

/** The result of the plan. It also asserts that the interpreter has the same result. */
function holds(value: AnyValue | undefined, operator: OperatorName, ...texts: string[]): boolean {
  const policy: Policy = {
    // Enough rules for the literal search to be used.
    rules: Array.from({ length: 20 }, () => ruleOf({ kind: 'criterion', criterion: asCriterion(operator, ...texts) })),
    filters: [],
  }
  const rows = new AnyBatch([{ a: value }])
  const matchBuffer = new MatchBuffer()
  createPlan(policy, ANY_ADAPTER).evaluate(rows, false, matchBuffer)
  assert.equal(matchBuffer.length === 1, interpretRow(policy, ANY_ADAPTER, rows, 0).rules.length === 20)
  return matchBuffer.length === 1
}

test('a string accepts every text operator, and is ordered as text', () => {
  assert.ok(holds('GET /x', 'startswith', 'GET'))
  assert.ok(holds('GET /x', 'icontains', 'get'))
  assert.ok(holds('b', '<', 'c'))
  assert.ok(holds('9', '>', '10'))
  assert.ok(!holds('b', '<', 'b'))
  assert.ok(holds('\u{10000}', '>', '\uffff'))
  assert.ok(holds('"a"', '=', '"a"'))
})

test('a list contains a text if any of its strings does; it starts and ends with elements and equals nothing', () => {
  const list = ['shell.net', 7n, 'execve']
  assert.ok(holds(list, 'contains', 'shell'))
  assert.ok(holds(list, 'icontains', 'SHELL'))
  assert.ok(holds(list, 'startswith', 'shell.net'))
  assert.ok(!holds(list, 'startswith', 'shell'))
  assert.ok(holds(list, 'endswith', 'execve'))
  assert.ok(!holds(list, '=', 'execve'))
  assert.ok(holds(list, '!=', 'execve'))
  assert.ok(!holds([], 'startswith', ''))
})

test('a boolean supports equality only: False is false, everything else true', () => {
  assert.ok(holds(false, '=', 'False'))
  assert.ok(holds(false, '=', 'false'))
  assert.ok(holds(true, '=', 'yes'))
  assert.ok(holds(true, '!=', 'False'))
  assert.ok(!holds(true, 'contains', 'true'))
})

test('numbers compare as numbers; a right side that is not a number makes the test false', () => {
  assert.ok(holds(9n, '<', '10'))
  assert.ok(holds(9007199254740993n, '=', '9007199254740993'))
  assert.ok(!holds(9007199254740993n, '=', '9007199254740992'))
  assert.ok(!holds(9n, '<', 'ten'))
  assert.ok(!holds(9n, '<', '10.5'))
  assert.ok(!holds(9n, '=', '99999999999999999999'))
  assert.ok(holds(0.5, '<', '1e1'))
  assert.ok(holds(80n, 'in', '443', '80'))
  assert.ok(!holds(80n, 'contains', '8'))
})

test('bytes compare with the bytes of the text', () => {
  const bytes = Buffer.from('héllo')
  assert.ok(holds(bytes, '=', 'héllo'))
  assert.ok(holds(bytes, 'startswith', 'hé'))
  assert.ok(holds(bytes, 'endswith', 'llo'))
  assert.ok(holds(bytes, 'contains', 'él'))
  assert.ok(!holds(bytes, 'icontains', 'H'))
  // Half a character has the bytes of U+FFFD. The bytes before the literal are not valid UTF-8.
  assert.ok(holds(Buffer.from('\ufffd'), '=', '\ud800'))
  assert.ok(holds(Buffer.from([0xe2, 0x82, 0xc3, 0xa9, 0xff]), 'contains', 'é'))
})

test('a value exists even if it is empty; a missing value differs from everything', () => {
  for (const value of ['', 0n, false, null, [], { entries: [] }]) assert.ok(holds(value, 'exists'))
  assert.ok(!holds(undefined, 'exists'))
  assert.ok(holds(undefined, '!=', 'a'))
  assert.ok(!holds(undefined, 'contains', ''))
})

test('a prefilter has no effect on records without types', () => {
  const policy: Policy = {
    rules: [ruleOf({ kind: 'constant', value: true }, { prefilter: ['PE'] })],
    filters: [],
  }
  const rows = new AnyBatch([{}])
  const matchBuffer = new MatchBuffer()
  createPlan(policy, ANY_ADAPTER).evaluate(rows, false, matchBuffer)
  assert.equal(matchBuffer.length, 1)
  assert.equal(interpretRow(policy, ANY_ADAPTER, rows, 0).rules.length, 1)
})

const TEXTS = ['a', 'b', 'ab', 'A', '"a"', 'True', 'false', '5', '-1', '1.5', ' 7 ', '', 'é', '\u{1f600}', '\ud800', '9007199254740993', '1e2', '6'] as const // biome-ignore format: a list

const NUMBERS = [0, -0, 1.5, 100, Number.NaN, Number.POSITIVE_INFINITY] as const
const WHOLES = [0n, 5n, -1n, 7n, 9007199254740993n, -(2n ** 63n)] as const

function randomValue(random: SeededRandom, depth = 2): AnyValue | undefined {
  switch (random.below(depth > 0 ? 11 : 7)) {
    case 0:
      return random.below(2) === 1
    case 1:
      return random.pick(WHOLES)
    case 2:
      return random.pick(NUMBERS)
    case 3:
      return Buffer.from(random.pick(TEXTS))
    case 4:
      return undefined
    case 7:
    case 8:
      return random.listOf(3, () => randomValue(random, depth - 1) ?? null)
    case 9:
      return { entries: [{ key: 'a', value: randomValue(random, depth - 1) ?? null }] }
    case 10:
      return null
    default:
      return random.pick(TEXTS)
  }
}

const KEYS = ['a', 'b', 'c'] as const
const OPERATORS: readonly [OperatorName, ...OperatorName[]] = ['exists', ...TEXT_OPERATORS, ...NUMBER_OPERATORS]

function randomCondition(random: SeededRandom, depth = 2): RuleCondition {
  const kind = depth === 0 ? 9 : random.below(10)
  if (kind < 4) {
    const terms = [randomCondition(random, depth - 1), ...random.listOf(3, () => randomCondition(random, depth - 1))]
    return { kind: kind < 2 ? 'all' : 'any', terms }
  }
  if (kind === 4) return { kind: 'not', term: randomCondition(random, depth - 1) }
  const operator = random.pick(OPERATORS)
  const left = { kind: 'attribute', attribute: random.pick(KEYS), path: '' } as const
  const text = (): string => {
    if (operator === 'regex') return random.pick(['.*', 'a.*', '[ab]', '\\d+'])
    return operator === 'bcontains' || operator === 'bstartswith' ? random.pick(['61', '6', 'c3a9', '']) : random.pick(TEXTS)
  }
  const isList = operator === 'in' || operator === 'pmatch'
  const isNamed = random.below(12) === 0
  const right = (): Criterion['right'][number] =>
    isNamed ? { kind: 'attribute', attribute: random.pick(KEYS), path: '' } : literal(text())
  const count = operator === 'exists' ? 0 : isList ? 1 + random.below(3) : 1
  return { kind: 'criterion', criterion: { operator, left, right: Array.from({ length: count }, right) } }
}

const PAIRS = Number(process.env.SF_PAIRS ?? 60_000)

for (const [name, without] of [['everything switched on', new Set<never>()], ...EVALUATION_SWITCHES] as const) {
  test(`plan and interpreter agree on ${PAIRS} pairs of values of any type and random conditions: ${name}`, () => {
    const random = new SeededRandom(20_261_121)
    let matches = 0
    for (let pairs = 0; pairs < PAIRS; ) {
      const policy: Policy = {
        rules: Array.from({ length: 80 }, (_, index) => ruleOf(randomCondition(random), { name: `rule ${index}` })),
        filters: [],
      }
      const rows = new AnyBatch(
        Array.from({ length: 20 }, () => ({ a: randomValue(random), b: randomValue(random), c: randomValue(random) })),
      )
      const matchBuffer = new MatchBuffer()
      createPlan(policy, ANY_ADAPTER, cacheKeysFor(ANY_ADAPTER), without).evaluate(rows, true, matchBuffer)
      for (let row = 0; row < rows.length; row++) {
        const found = matchBuffer.matchesAt(row)?.rules.map(rule => rule.name) ?? []
        const right = interpretRow(policy, ANY_ADAPTER, rows, row).rules.map(rule => rule.name)
        const odd = [...found, ...right].find(rule => found.includes(rule) !== right.includes(rule))
        const condition = policy.rules.find(rule => rule.name === odd)?.condition
        assert.equal(odd, undefined, `${String(rows.rows[row]?.a)} ${JSON.stringify(condition)}`)
        matches += found.length
        pairs += policy.rules.length
      }
    }
    assert.ok(matches > PAIRS / 50, `${matches} matches`)
  })
}
