// SPDX-License-Identifier: Apache-2.0
import type { OperatorName } from '../operators.js'
import { comparesNumbers, NUMBER_OPERATORS, TEXT_OPERATORS } from '../operators.js'
import type { Criterion, Operand, Policy, Rule, RuleCondition } from '../policy.js'
import { FAKE_TYPES, FakeBatch, FakeEntity, type FakeRow, type FakeValues } from './fake-adapter.js'

/** A small random number generator: the same seed always gives the same policies and records. */
export class SeededRandom {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }
  /** 0 to `sides` - 1. */
  below(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
  pick<V>(values: readonly [V, ...V[]]): V {
    return values[this.below(values.length)] ?? values[0]
  }
  listOf<V>(maxLength: number, make: () => V): V[] {
    return Array.from({ length: this.below(maxLength + 1) }, make)
  }
}

// Few values, chosen to interact: parts, cases, quotes, commas, numbers as texts, patterns, the limits of 64 bits.
const TEXTS = [
  'a',
  'b',
  'ab',
  'A',
  'bAb',
  '"a"',
  "'a",
  "a'",
  '"',
  'a,b',
  '',
  '50',
  '-1',
  'true',
  '/etc/passwd',
  'İa',
  '\u{1f600}',
] as const
const PATTERNS = ['a*', '*b', '*', '?', '[ab]*', '[!a]', 'a.*', '.', '(a|b)+', '[^a]', '*a*b', '\\d+', '[', '/etc/*', ''] as const
const HEX = ['61', '41', '6162', '22', '2f65', 'c4', 'B0', 'f09f9880', '9880', '35', '2D31', '', '6', 'x1'] as const
const NUMBERS = [0, 1, -1, 2, 50, 51, 4294967296, Number.MAX_SAFE_INTEGER] as const
const CLOCKS = [
  0n,
  1n,
  -1n,
  50n,
  0xffffffffn,
  1n << 32n,
  -(1n << 32n),
  1553543280704111050n,
  (1n << 63n) - 1n,
  -(1n << 63n),
] as const
const LITERAL_NUMBERS = ['0', '1', '-1', '50', '50.5', '-0.5', '.5', '007', '+1', '4294967295', '4294967296', '9007199254740993',
  '1553543280704111050', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '99999999999999999999', 'x'] as const // biome-ignore format: a list
const JSONS = [
  '{"a":"b","ab":[1,2.50,{"a":null}]}',
  '[ "a", {"a": "\\u0061\\"b" }, [ ] ]',
  '{"a":{"b":"a","a":true}}',
  '"a"',
  '',
  '{"a":',
  '50',
] as const
const PATHS = ['a', 'a*', '*', '0', '1', '2.a', 'a.b', 'ab.1', 'ab.2.a', '1.a', '01', 'x'] as const

const DEPENDENCES = ['group', 'actor', 'file', 'row'] as const
const TYPES = ['text', 'json', 'number', 'boolean', 'clock', 'texts', 'numbers'] as const

export const randomValues = (random: SeededRandom): FakeValues => ({
  text: random.pick(TEXTS),
  json: random.pick(JSONS),
  number: random.pick(NUMBERS),
  boolean: random.below(2) === 1,
  clock: random.pick(CLOCKS),
  texts: random.listOf(3, () => random.pick(TEXTS)),
  numbers: random.listOf(3, () => random.pick(NUMBERS)),
})

/** Rows that share a few entities. */
export function randomBatch(random: SeededRandom, length: number): FakeBatch {
  const actors = Array.from({ length: 6 }, () => new FakeEntity(randomValues(random)))
  const files = Array.from({ length: 6 }, () => new FakeEntity(randomValues(random)))
  const row = (): FakeRow => ({
    type: random.pick(FAKE_TYPES),
    flags: random.below(8),
    actor: actors[random.below(6)] ?? new FakeEntity(randomValues(random)),
    file: files[random.below(6)] ?? new FakeEntity(randomValues(random)),
    values: randomValues(random),
  })
  return new FakeBatch(Array.from({ length }, row))
}

const randomAttribute = (random: SeededRandom, types: readonly [string, ...string[]] = TYPES): Operand => {
  const type = random.pick(types)
  const isMixed = random.below(4) === 0 && MIXED.some(mixed => mixed === type)
  return {
    kind: 'attribute',
    attribute: `${isMixed ? 'mixed' : random.pick(DEPENDENCES)}.${type}`,
    path: random.below(6) === 0 ? random.pick(PATHS) : '',
  }
}
/** Types with an attribute that depends on less in some groups. */
const MIXED = ['text', 'number', 'texts'] as const

/** Mostly valid comparisons, because the others have the same answer for all records. */
export function randomCriterion(random: SeededRandom): Criterion {
  const operator: OperatorName = random.pick(['=', ...TEXT_OPERATORS.slice(1), ...NUMBER_OPERATORS, 'exists', '=', '!=', 'in'])
  const isSensible = random.below(6) > 0
  const isNumeric = comparesNumbers(operator) || (isEquality(operator) && random.below(2) === 0)
  const types = isSensible ? (isNumeric ? NUMERIC : TEXTUAL) : TYPES
  const literals = literalsFor(operator, isSensible && isNumeric)
  const side = (): Operand =>
    random.below(6) === 0 ? randomAttribute(random, types) : { kind: 'literal', text: random.pick(literals) }
  const members = operator === 'in' || operator === 'pmatch' ? random.listOf(4, side) : [side()]
  const left: Operand = random.below(30) === 0 ? { kind: 'literal', text: random.pick(literals) } : randomAttribute(random, types)
  return { operator, left, right: operator === 'exists' ? [] : members }
}

const NUMERIC = ['number', 'clock', 'numbers'] as const
const TEXTUAL = ['text', 'texts', 'text', 'texts', 'json', 'boolean'] as const
const isEquality = (operator: OperatorName): boolean => operator === '=' || operator === '!=' || operator === 'in'

function literalsFor(operator: OperatorName, isNumeric: boolean): readonly [string, ...string[]] {
  if (operator === 'regex') return ['.*', ...PATTERNS.filter(isRegex)]
  if (operator === 'glob') return PATTERNS
  if (operator === 'bcontains' || operator === 'bstartswith') return HEX
  return comparesNumbers(operator) || isNumeric ? LITERAL_NUMBERS : TEXTS
}

/** Patterns that are not regular expressions are for globs only; the language rejects them before a plan is created. */
const isRegex = (pattern: string): boolean => !pattern.startsWith('*') && pattern !== '?' && pattern !== '[' && pattern !== '[!a]'

export function randomCondition(random: SeededRandom, depth = 3): RuleCondition {
  const kind = depth === 0 ? 19 : random.below(20)
  if (kind < 8) {
    const terms =
      random.below(12) === 0
        ? []
        : [randomCondition(random, depth - 1), ...random.listOf(2, () => randomCondition(random, depth - 1))]
    return { kind: kind < 4 ? 'all' : 'any', terms }
  }
  if (kind < 12) return { kind: 'not', term: randomCondition(random, depth - 1) }
  if (kind === 12 && random.below(2) === 0) return { kind: 'unavailable', attribute: 'user.loginuid' }
  if (kind === 13 && random.below(8) === 0) return { kind: 'constant', value: random.below(2) === 1 }
  return { kind: 'criterion', criterion: randomCriterion(random) }
}

export function ruleOf(condition: RuleCondition, fields: Partial<Rule> = {}): Rule {
  const position = { file: 'rules.yaml', line: 1, column: 1 }
  return {
    name: 'rule',
    description: '',
    priority: 'low',
    tags: [],
    condition,
    prefilter: [],
    enabled: true,
    actions: [],
    position,
    ...fields,
  }
}

export function randomPolicy(random: SeededRandom, rules: number): Policy {
  // Conditions recur in several rules, as macros do.
  const shared = Array.from({ length: 5 }, () => randomCondition(random, 2)) as [RuleCondition, ...RuleCondition[]]
  const rule = (name: string): Rule => {
    const own = randomCondition(random)
    const condition: RuleCondition =
      random.below(2) === 0 ? own : { kind: random.pick(['all', 'any']), terms: [random.pick(shared), own] }
    return ruleOf(condition, {
      name,
      enabled: random.below(12) > 0,
      prefilter: random.below(4) === 0 ? [random.pick(FAKE_TYPES)] : [],
    })
  }
  return {
    rules: Array.from({ length: rules }, (_, index) => rule(`rule ${index}`)),
    filters: random.listOf(2, () => {
      const { name, condition, enabled, position } = rule('filter')
      return {
        name,
        condition: { kind: 'all', terms: [condition, { kind: 'criterion', criterion: randomCriterion(random) }] },
        enabled,
        position,
      }
    }),
  }
}

/** Literals in many rules: they contain each other, share prefixes and suffixes, occur in both cases, and some are empty. */
const SYLLABLES = ['a', 'b', 'ab', 'B', '/', '-', ' ', 'š', 'Š', 'İ', '\u{1f600}', '"'] as const

export const randomWord = (random: SeededRandom, maxLength: number): string =>
  random.listOf(maxLength, () => random.pick(SYLLABLES)).join('')

const LITERAL_OPERATORS: readonly [OperatorName, ...OperatorName[]] = [
  'contains', 'contains', 'icontains', 'pmatch', 'startswith', 'endswith', '=', '!=', 'in', 'glob', 'exists',
] // biome-ignore format: a list

/** A policy whose rules search texts of entities for many literals, like rules on process creations. */
export function literalPolicy(random: SeededRandom, rules: number): Policy {
  // Some literals are in many rules.
  const sharedTexts = Array.from({ length: 20 }, () => randomWord(random, 3))
  const literal = (operator: OperatorName): Operand => {
    const text = random.below(3) === 0 ? (sharedTexts[random.below(sharedTexts.length)] ?? '') : randomWord(random, 6)
    return {
      kind: 'literal',
      text: operator === 'glob' ? `${random.pick(['*', '', '?'])}${text}${random.pick(['*', '', '[a]*'])}` : text,
    }
  }
  const criterion = (): RuleCondition => {
    if (random.below(12) === 0) return { kind: 'criterion', criterion: randomCriterion(random) }
    const operator = random.pick(LITERAL_OPERATORS)
    const isList = operator === 'in' || operator === 'pmatch'
    const left: Operand = {
      kind: 'attribute',
      attribute: random.pick(['actor.text', 'actor.text', 'actor.texts', 'file.text', 'mixed.text', 'row.text']),
      path: '',
    }
    const right = operator === 'exists' ? [] : Array.from({ length: isList ? 1 + random.below(5) : 1 }, () => literal(operator))
    const one: RuleCondition = { kind: 'criterion', criterion: { operator, left, right } }
    return random.below(5) === 0 ? { kind: 'not', term: one } : one
  }
  const condition = (depth: number): RuleCondition =>
    depth === 0 || random.below(3) === 0
      ? criterion()
      : { kind: random.pick(['all', 'all', 'any']), terms: [condition(depth - 1), condition(depth - 1)] }
  return {
    rules: Array.from({ length: rules }, (_, index) =>
      ruleOf(condition(3), { name: `rule ${index}`, prefilter: random.below(2) === 0 ? ['PE'] : [] }),
    ),
    filters: [],
  }
}

/** Rows of many entities, most of which have their own texts. */
export function literalBatch(random: SeededRandom, length: number): FakeBatch {
  const values = (): FakeValues => ({
    ...randomValues(random),
    text: randomWord(random, 12),
    texts: random.listOf(3, () => randomWord(random, 6)),
  })
  const entities = Array.from({ length: 8 }, () => new FakeEntity(values()))
  const entity = (): FakeEntity => (random.below(3) === 0 ? new FakeEntity(values()) : (entities[random.below(8)] as FakeEntity))
  return new FakeBatch(
    Array.from({ length }, () => ({
      type: random.pick(FAKE_TYPES),
      flags: random.below(3),
      actor: entity(),
      file: entity(),
      values: values(),
    })),
  )
}
