// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DisabledOptimizations, NONE_DISABLED } from '../../core/contract/host.js'
import { cacheKeysFor } from '../../core/policy/compile/cache-keys.js'
import { MatchBuffer } from '../../core/policy/compile/match-buffer.js'
import { createPlan } from '../../core/policy/compile/plan.js'
import { interpretRow } from '../../core/policy/interpret/interpret.js'
import { NUMBER_OPERATORS, type OperatorName } from '../../core/policy/operators.js'
import type { Policy, Rule, RuleCondition } from '../../core/policy/policy.js'
import { EVALUATION_SWITCHES } from '../../core/policy/testing/evaluation-switches.js'
import { ATTRIBUTES, type RecordAttribute } from '../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../../plugins/sysflow/attributes/sysflow-adapter.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import type { EventColumns } from '../../plugins/sysflow/reader/event-columns.js'
import { appendixAFurtherRecords, appendixATrace } from '../../plugins/sysflow/testing/appendix-a-trace.js'
import { flattenTrace } from '../../plugins/sysflow/testing/flatten-trace.js'

/** Number of pairs of a record and a rule; SF_PAIRS changes it. */
const PAIRS = Number(process.env.SF_PAIRS ?? 1_000_000)
const SEED = Number(process.env.SF_SEED ?? 20_240_301)
const RULES = 100

test(`plan and interpreter agree on ${PAIRS} pairs of real records and random conditions over every attribute (SF_SEED=${SEED})`, () =>
  agree(PAIRS, NONE_DISABLED))

for (const [name, without] of EVALUATION_SWITCHES) {
  test(`plan and interpreter agree on ${PAIRS / 10} such pairs without ${name}`, () => agree(PAIRS / 10, without))
}

async function agree(most: number, without: DisabledOptimizations): Promise<void> {
  const random = generator(SEED)
  let pairs = 0
  let matches = 0
  for (const trace of [
    Buffer.from(writeTrace([...appendixATrace(), ...appendixAFurtherRecords()])),
    'resources/traces/webshell.sf',
  ]) {
    await flattenTrace(trace, rows => {
      const share = typeof trace === 'string' ? most : most / 10
      while (pairs < share) {
        const policy = randomPolicy(random, rows)
        const judge = createPlan(policy, SYSFLOW_ADAPTER, cacheKeysFor(SYSFLOW_ADAPTER), without)
        const matchBuffer = new MatchBuffer()
        judge.evaluate(rows, true, matchBuffer)
        let entry = 0
        for (let row = 0; row < rows.length && pairs < share; row++, pairs += RULES) {
          const expected = interpretRow(policy, SYSFLOW_ADAPTER, rows, row)
          const isDropped = matchBuffer.rowAt(entry) !== row
          assert.equal(isDropped, expected.dropped, `record ${row}, filters ${JSON.stringify(policy.filters)}`)
          if (isDropped) continue
          const names = matchBuffer.matchesAt(entry++)?.rules.map(rule => rule.name) ?? []
          const right = expected.rules.map(rule => rule.name)
          const odd = [...names, ...right].find(name => names.includes(name) !== right.includes(name))
          assert.equal(
            odd,
            undefined,
            `record ${row}, ${JSON.stringify(policy.rules.find(rule => rule.name === odd)?.condition)}`,
          )
          assert.deepEqual(names, right)
          matches += names.length
        }
      }
    })
  }
  assert.ok(matches > pairs / 50 && matches < pairs / 2, `${matches} matches in ${pairs} pairs: neither rare nor the rule`)
}

interface Random {
  below(limit: number): number
  of<T>(list: readonly T[]): T
}

/** A small, repeatable generator (mulberry32). */
function generator(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, of: list => list[below(list.length)] as (typeof list)[number] }
}

function randomPolicy(random: Random, rows: EventColumns): Policy {
  const place = { file: 'random', line: 1, column: 1 }
  const rules = Array.from(
    { length: RULES },
    (_, number): Rule => ({
      name: `rule ${number}`,
      description: '',
      priority: 'low',
      tags: [],
      condition: randomCondition(random, rows, 4),
      prefilter: random.below(4) === 0 ? [random.of(['PE', 'NF', 'FF', 'FE', 'KE']), random.of(['PE', 'FF'])] : [],
      enabled: random.below(20) > 0,
      actions: [],
      position: place,
    }),
  )
  const narrow: RuleCondition = {
    kind: 'all',
    terms: [randomCondition(random, rows, 3), randomCondition(random, rows, 3), randomCondition(random, rows, 3)],
  }
  return {
    rules,
    filters: random.below(2) === 0 ? [] : [{ name: 'filter', condition: narrow, enabled: random.below(5) > 0, position: place }],
  }
}

function randomCondition(random: Random, rows: EventColumns, depth: number): RuleCondition {
  switch (depth === 0 ? 9 : random.below(10)) {
    case 0:
    case 1:
      return { kind: 'all', terms: some(random, () => randomCondition(random, rows, depth - 1)) }
    case 2:
    case 3:
      return { kind: 'any', terms: some(random, () => randomCondition(random, rows, depth - 1)) }
    case 4:
      return { kind: 'not', term: randomCondition(random, rows, depth - 1) }
    case 5:
      return random.below(2) === 0
        ? { kind: 'constant', value: random.below(2) === 0 }
        : { kind: 'unavailable', attribute: 'user.loginuid' }
    default:
      return randomCriterion(random, rows)
  }
}

const some = <T>(random: Random, make: () => T): T[] => Array.from({ length: 1 + random.below(3) }, make)

function randomCriterion(random: Random, rows: EventColumns): RuleCondition {
  const attribute = random.of(ATTRIBUTES)
  const operator = random.of<OperatorName>(OPERATORS)
  const left = { kind: 'attribute', attribute: attribute.name, path: pathFor(random, attribute) } as const
  const count = operator === 'exists' ? 0 : operator === 'in' || operator === 'pmatch' ? 1 + random.below(4) : 1
  const isNumeric = (NUMBER_OPERATORS as readonly string[]).includes(operator)
  const right = Array.from({ length: count }, () => {
    const other = random.of(ATTRIBUTES)
    if (random.below(8) === 0 && operator !== 'in' && operator !== 'pmatch' && operator !== 'regex' && operator !== 'glob')
      return { kind: 'attribute', attribute: other.name, path: pathFor(random, other) } as const
    return {
      kind: 'literal',
      text: isNumeric ? numberNear(random, attribute, rows) : textNear(random, attribute, rows, operator),
    } as const
  })
  return { kind: 'criterion', criterion: { operator, left, right } }
}

// biome-ignore format: read as one list
const OPERATORS: readonly OperatorName[] = [
  '=', '!=', 'contains', 'icontains', 'startswith', 'endswith', 'bcontains', 'bstartswith', 'in', 'pmatch', 'glob', 'regex', '<', '<=', '>', '>=', 'exists',
]

const pathFor = (random: Random, { type }: RecordAttribute): string => {
  if (type === 'json') return random.of(['', '0', 'items.0.name', '0.portList.0.port', 'kind', '*'])
  return (type === 'texts' || type === 'numbers') && random.below(3) === 0 ? String(random.below(4)) : ''
}

/** A value that the attribute has in some record, or a part of one, so that comparisons often match. */
function textNear(random: Random, attribute: RecordAttribute, rows: EventColumns, operator: OperatorName): string {
  const value = attribute.read(rows, random.below(rows.length))
  const text = Array.isArray(value) ? String(value[random.below(Math.max(1, value.length))] ?? '') : String(value)
  const from = random.below(3) === 0 ? random.below(text.length + 1) : 0
  const to = random.below(3) === 0 ? from + random.below(text.length - from + 1) : text.length
  const part = text.slice(from, to)
  if (operator === 'regex') return `${random.of(['', '.*'])}${part.replace(/[^A-Za-z0-9/]/g, '.')}${random.of(['', '.*'])}`
  if (operator === 'bcontains' || operator === 'bstartswith') return Buffer.from(part, 'utf8').toString('hex')
  if (operator === 'glob') return `${random.of(['', '*'])}${part.replace(/[[\]?*\\]/g, '?')}${random.of(['', '*', '?'])}`
  return random.below(10) === 0 ? part.toUpperCase() : part
}

function numberNear(random: Random, attribute: RecordAttribute, rows: EventColumns): string {
  const value = attribute.read(rows, random.below(rows.length))
  if (typeof value === 'bigint') return String(value + BigInt(random.below(3) - 1))
  const near = typeof value === 'number' ? value : Array.isArray(value) && typeof value[0] === 'number' ? value[0] : 0
  return String(near + random.below(3) - 1)
}
