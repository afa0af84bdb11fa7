// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluateCondition } from '../../interpret/interpret.js'
import { NUMBER_OPERATORS, type OperatorName, TEXT_OPERATORS } from '../../operators.js'
import type { Criterion, Operand } from '../../policy.js'
import { FAKE_ADAPTER, FakeBatch, FakeEntity, type FakeValues, NO_VALUES } from '../../testing/fake-adapter.js'
import { ruleOf } from '../../testing/random-policy.js'
import { MatchBuffer } from '../match-buffer.js'
import { createPlan } from '../plan.js'

/** The result of the plan. It also asserts that the interpreter has the same result. */
function holds(criterion: Criterion, values: Partial<FakeValues>): boolean {
  const entity = new FakeEntity({ ...NO_VALUES, ...values })
  const batch = new FakeBatch([{ type: 'PE', flags: 0, actor: entity, file: entity, values: entity.values }])
  const condition = { kind: 'criterion', criterion } as const
  const docket = new MatchBuffer()
  createPlan({ rules: [ruleOf(condition)], filters: [] }, FAKE_ADAPTER).evaluate(batch, false, docket)
  const answer = docket.length === 1
  assert.equal(
    answer,
    evaluateCondition(condition, FAKE_ADAPTER, batch, 0),
    `plan and interpreter differ on ${JSON.stringify(criterion)}`,
  )
  return answer
}

const attribute = (name: string): Operand => {
  const [, own = name, path = ''] = /^([^[]*)\[(.*)\]$/.exec(name) ?? []
  return { kind: 'attribute', attribute: `row.${own}`, path }
}
const literals = (...texts: string[]): Operand[] => texts.map(text => ({ kind: 'literal', text }))
const says = (name: string, operator: OperatorName, right: string[], values: Partial<FakeValues>): boolean =>
  holds({ operator, left: attribute(name), right: literals(...right) }, values)

const ANCESTRY = { texts: ['bash', 'sshd', 'systemd'] }

test('check 51: a literal with a comma is one text', () => {
  assert.equal(says('text', 'in', ['PE,NF'], { text: 'PE' }), false)
  assert.equal(says('text', 'in', ['PE,NF'], { text: 'PE,NF' }), true)
})

test('check 52: a list equals a text if any element does, and != is the exact negation', () => {
  assert.equal(says('texts', '=', ['sshd'], ANCESTRY), true)
  assert.equal(says('texts', '!=', ['sshd'], ANCESTRY), false)
  assert.equal(says('texts', 'in', ['sshd', 'cron'], ANCESTRY), true)
  assert.equal(says('texts', '!=', ['cron'], ANCESTRY), true)
})

test('check 53: = is case-sensitive, icontains is not', () => {
  assert.equal(says('text', '=', ['BASH'], { text: 'bash' }), false)
  assert.equal(says('text', 'icontains', ['BASH'], { text: '/bin/Bash' }), true)
})

test('check 54: pmatch is a substring test', () => {
  assert.equal(says('text', 'pmatch', ['/bin'], { text: '/usr/bin/x' }), true)
  assert.equal(says('texts', 'pmatch', ['ssh'], ANCESTRY), true)
  assert.equal(says('text', 'pmatch', ['x', 'y', 'z'], { text: 'abc' }), false)
})

test('check 55: an attribute on the right side is read, a quoted name is a literal', () => {
  const sides = { text: 'a', texts: ['b', 'a'] }
  assert.equal(holds({ operator: '=', left: attribute('text'), right: [attribute('texts')] }, sides), true)
  assert.equal(holds({ operator: '=', left: attribute('text'), right: literals('row.texts') }, sides), false)
})

test('check 56: exists is false for 0, false and empty values', () => {
  assert.equal(says('number', 'exists', [], { number: 0 }), false)
  assert.equal(says('number', 'exists', [], { number: -2 }), true)
  assert.equal(says('boolean', 'exists', [], { boolean: false }), false)
  assert.equal(says('clock', 'exists', [], { clock: 1n << 32n }), true)
  assert.equal(says('clock', 'exists', [], { clock: 0n }), false)
  assert.equal(says('text', 'exists', [], { text: '"' }), true)
  assert.equal(says('texts', 'exists', [], { texts: [] }), false)
  assert.equal(says('numbers', 'exists', [], { numbers: [0] }), true)
  assert.equal(says('numbers[0]', 'exists', [], { numbers: [0] }), false)
  assert.equal(says('texts[1]', 'exists', [], ANCESTRY), true)
  assert.equal(says('texts[9]', 'exists', [], ANCESTRY), false)
})

test('values of attributes lose one bounding quote on each side, literals do not', () => {
  assert.equal(says('text', '=', ['a'], { text: '"a\'' }), true)
  assert.equal(says('text', '=', [''], { text: '"' }), true)
  assert.equal(says('text', '=', ['"a"'], { text: '"a"' }), false)
  assert.equal(says('texts', 'startswith', ['a'], { texts: ['x', "'ab"] }), true)
})

test('an empty list has one empty string and no number', () => {
  assert.equal(says('texts', '=', [''], { texts: [] }), true)
  assert.equal(says('numbers', 'contains', [''], { numbers: [] }), true)
  assert.equal(says('numbers', '<', ['5'], { numbers: [] }), false)
})

test('numbers equal the literals in number format', () => {
  assert.equal(says('number', '=', ['50'], { number: 50 }), true)
  assert.equal(says('number', '=', ['050'], { number: 50 }), false)
  assert.equal(says('number', '=', ['50.0'], { number: 50 }), false)
  assert.equal(says('number', 'startswith', ['5'], { number: 50 }), true)
  assert.equal(says('clock', '=', ['1553543280704111050'], { clock: 1553543280704111050n }), true)
  assert.equal(says('clock', '=', ['1553543280704111051'], { clock: 1553543280704111050n }), false)
  assert.equal(says('boolean', '=', ['true'], { boolean: true }), true)
})

test('numbers and clocks are ordered exactly, including decimals, and everything else counts as 0', () => {
  assert.equal(says('number', '>', ['50.5'], { number: 51 }), true)
  assert.equal(says('number', '>', ['50.5'], { number: 50 }), false)
  assert.equal(says('number', '<', ['9007199254740993'], { number: 9007199254740992 }), true)
  assert.equal(says('clock', '<', ['1553543280704111051'], { clock: 1553543280704111050n }), true)
  assert.equal(says('clock', '>=', ['1553543280704111051'], { clock: 1553543280704111050n }), false)
  assert.equal(says('clock', '<', ['99999999999999999999'], { clock: 1n }), true)
  assert.equal(says('clock', '>', ['-0.5'], { clock: 0n }), true)
  assert.equal(says('numbers', '>', ['1000'], { numbers: [80, 40000] }), true)
  assert.equal(says('text', '>', ['-1'], { text: '50' }), true)
  assert.equal(says('number', '>=', ['-5'], { number: 0 }), true)
})

test('check 41: a path selects the value in JSON as it is written', () => {
  const json = '{ "items": [ {"name":"a\\"b", "count": 1.50, "none": null, "list": [1, 2] } ] }'
  assert.equal(says('json[items.0.name]', '=', ['a"b'], { json }), true)
  assert.equal(says('json[items.0.count]', '=', ['1.50'], { json }), true)
  assert.equal(says('json[items.0.none]', '=', ['null'], { json }), false)
  assert.equal(says('json[items.0.none]', 'exists', [], { json }), false)
  assert.equal(says('json[items.0.li*]', '=', ['[1, 2]'], { json }), true)
  assert.equal(says('json[items.1.name]', '=', [''], { json }), true)
  assert.equal(says('json[a]', 'exists', [], { json: '{"a":' }), false)
})

test('glob and regex match the whole text', () => {
  assert.equal(says('text', 'glob', ['/etc/*'], { text: '/etc/passwd' }), true)
  assert.equal(says('text', 'glob', ['etc'], { text: '/etc/passwd' }), false)
  assert.equal(says('text', 'glob', ['[!a-c]?[]]'], { text: 'x\u{1f600}]' }), true)
  assert.equal(says('text', 'glob', ['[a'], { text: '[a' }), true)
  assert.equal(says('text', 'regex', ['a|ab'], { text: 'ab' }), true)
  assert.equal(says('text', 'regex', ['a'], { text: 'ab' }), false)
})

test('a pattern that is slow with backtracking is fast', () => {
  const text = `${'a'.repeat(5000)}b`
  assert.equal(says('text', 'regex', ['(a+)+c'], { text }), false)
  assert.equal(says('text', 'glob', ['*a*a*a*a*a*c'], { text: text.slice(-500) }), false)
})

test('long lists of literals have the same result as their members', () => {
  const words = ['a.c', '[x]', '/tmp', '', '^', 'é', 'a-b', '$(id)', '\\']
  for (const operator of ['contains', 'pmatch', 'startswith', 'endswith', 'icontains', 'in'] as const) {
    for (const some of [words.filter(word => word !== ''), words]) {
      for (const text of ['xa.cy', 'abc', '[x]', 'y/tmp', '/tmp/y', '', 'A-B', '$(id)', 'q\\', 'q^q', 'none', 'É']) {
        const answer = says('text', operator, some, { text })
        assert.equal(
          answer,
          some.some(word => says('text', operator, [word], { text })),
          `${text} ${operator} ${some.join(' ')}`,
        )
      }
    }
  }
})

test('every operator accepts every attribute type on both sides', () => {
  const names = [
    'text',
    'json',
    'number',
    'boolean',
    'clock',
    'texts',
    'numbers',
    'texts[0]',
    'numbers[1]',
    'json[a.0]',
    'text[x]',
  ]
  const values = [
    { text: '1', json: '{"a":["1"]}', number: 1, boolean: true, clock: 1n, texts: ['1', 'true'], numbers: [0, 1] },
    { ...NO_VALUES },
    { text: 'true', json: '[1]', number: -1, clock: -1n, texts: ['-1', '"'], numbers: [4294967296] },
  ]
  for (const operator of [...TEXT_OPERATORS, ...NUMBER_OPERATORS, 'exists'] as const) {
    for (const left of names) {
      for (const right of [...names.map(attribute), ...literals('1', 'true', '', '-1', '4294967296')]) {
        for (const one of values) holds({ operator, left: attribute(left), right: operator === 'exists' ? [] : [right] }, one)
      }
    }
  }
})
