// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NONE_DISABLED } from '../../contract/host.js'
import type { OperatorName } from '../operators.js'
import type { Policy, Rule } from '../policy.js'
import { ANY_ADAPTER, AnyBatch, type AnyRow } from '../testing/any-adapter.js'
import { ruleOf, SeededRandom } from '../testing/random-policy.js'
import { Automaton } from './automaton.js'
import { CompiledRules } from './compiled-rules.js'
import { ROWS_PER_SAMPLE } from './cost-meter.js'
import { MatchBuffer } from './match-buffer.js'
import { createPlan } from './plan.js'

const rule = (operator: OperatorName, text: string): Rule =>
  ruleOf({
    kind: 'criterion',
    criterion: {
      operator,
      left: { kind: 'attribute', attribute: 'body', path: '' },
      right: [{ kind: 'literal', text }],
    },
  })

const word = (number: number): string => `w${(number * 7919) % 100_003}x`
const ROWS = 20 * ROWS_PER_SAMPLE

const policyOf = (rules: readonly Rule[]): Policy => ({ rules, filters: [] })

/** Number of rule tests executed for each row. Each row contains one of the first thirty words. */
function testsPerRow(rules: number, operator: OperatorName, body: (word: string) => AnyRow['body']): number {
  const policy = policyOf(Array.from({ length: rules }, (_, number) => rule(operator, word(number))))
  const policyPlan = createPlan(policy, ANY_ADAPTER, [], NONE_DISABLED, () => 0)
  const matchBuffer = new MatchBuffer()
  const rows = Array.from({ length: ROWS }, (_, row) => ({ body: body(word(row % 30)) }))
  policyPlan.evaluate(new AnyBatch(rows), false, matchBuffer)
  assert.equal(matchBuffer.length, ROWS)
  const evaluations = policy.rules.reduce((sum, _, index) => sum + (policyPlan.meter?.evaluationsOf(index) ?? 0), 0)
  return evaluations / ROWS
}

for (const [what, operator, body] of [
  ['texts that contain a literal', 'contains', word => `GET /${word}/index.html`],
  ['texts that equal a literal', '=', word => word],
  ['texts that contain a literal in some letter case', 'icontains', word => `GET ${word.toUpperCase()}`],
  ['lists', 'contains', word => [7n, `GET ${word}`]],
  ['bytes', 'endswith', word => Buffer.from(`GET ${word}`)],
] as const satisfies readonly (readonly [string, OperatorName, (word: string) => AnyRow['body']])[]) {
  test(`the number of tests executed for a record does not grow with the number of rules: ${what}`, () => {
    assert.equal(testsPerRow(30, operator, body), 1)
    assert.equal(testsPerRow(3000, operator, body), 1)
  })
}

test('a number is compared only with the rules for equal numbers', () => {
  const policy = policyOf(Array.from({ length: 3000 }, (_, number) => rule('=', `0${number}`)))
  const policyPlan = createPlan(policy, ANY_ADAPTER, [], NONE_DISABLED, () => 0)
  const matchBuffer = new MatchBuffer()
  const rows = Array.from({ length: ROWS }, (_, row) => ({ body: row % 2 === 0 ? BigInt(row % 3000) : row % 3000 }))
  policyPlan.evaluate(new AnyBatch(rows), false, matchBuffer)
  assert.equal(matchBuffer.length, ROWS)
  assert.equal(
    policy.rules.reduce((sum, _, index) => sum + (policyPlan.meter?.evaluationsOf(index) ?? 0), 0),
    ROWS,
  )
})

test('no rule is tested on a record that a filter drops', () => {
  const filter = { ...rule('contains', 'debug'), name: 'debug' }
  const policyPlan = createPlan(
    { rules: [rule('regex', '.*x.*'), ...Array.from({ length: 30 }, () => rule('contains', 'bug'))], filters: [filter] },
    ANY_ADAPTER,
    [],
    NONE_DISABLED,
    () => 0,
  )
  const matchBuffer = new MatchBuffer()
  const rows = Array.from({ length: ROWS }, () => ({ body: 'debug x' }))
  policyPlan.evaluate(new AnyBatch(rows), true, matchBuffer)
  assert.equal(matchBuffer.dropped, ROWS)
  assert.equal(policyPlan.meter?.evaluationsOf(0), 0)
})

test('records that each match other rules are evaluated without a state for each record', () => {
  const rules = Array.from({ length: 60 }, (_, number) => rule('contains', `<${number}>`))
  const compiledRules = new CompiledRules(policyOf(rules), ANY_ADAPTER, NONE_DISABLED)
  const automaton = new Automaton(compiledRules, 1_000_000, 0)
  const random = new SeededRandom(5)
  const rows = Array.from({ length: 10_000 }, () => new Set(Array.from({ length: 12 }, () => random.below(60))))
  const batch = new AnyBatch(rows.map(numbers => ({ body: [...numbers].map(number => `<${number}>`).join(' ') })))
  const state = automaton.stateOfGroup(0, batch, 0)
  let admitted = 0
  for (const [row, numbers] of rows.entries()) {
    if (automaton.answerSetId(state, batch, row) >= 0) admitted++
    else assert.equal(automaton.evaluate(state, batch, row)?.ruleIndexes.length, numbers.size)
  }
  assert.ok(admitted < 400, `${admitted} of ${rows.length}`)
})
