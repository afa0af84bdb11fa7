// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeVariables, substituteVariables } from './substitute-variables.js'

// The references under test are those of pipeline files, not of TypeScript.
const ENVIRONMENT = { HOST: 'example.org', EMPTY: '', LOOP: '${HOST} $${HOST}', _x1: 'y' }

for (const [text, expected] of [
  ['${HOST}', 'example.org'],
  ['https://${HOST}:${PORT:-9200}/', 'https://example.org:9200/'],
  ['${HOST:-other}', 'example.org'],
  ['${EMPTY}|${EMPTY:-default}|${UNSET:-}|', '|default||'],
  ['${_x1}', 'y'],
  ['$${HOST}', '${HOST}'],
  ['$$${HOST}', '$${HOST}'],
  ['$HOST $ $$ ${ ${} ${1A} ${a-b} $(HOST) 5$', '$HOST $ $$ ${ ${} ${1A} ${a-b} $(HOST) 5$'],
  ['${LOOP}', '${HOST} $${HOST}'],
  ['${UNSET:-$HOST}', '$HOST'],
] as const)
  test(`${text} becomes ${expected}`, () =>
    assert.deepEqual(substituteVariables(text, ENVIRONMENT), { text: expected, unset: [] }))

test('an unset variable without a default is reported as written', () => {
  assert.deepEqual(substituteVariables('${HOST} ${NOPE} ${constructor}', ENVIRONMENT).unset, [
    { reference: '${NOPE}', variable: 'NOPE' },
    { reference: '${constructor}', variable: 'constructor' },
  ])
})

test('escaped text is restored', () => {
  const pieces = fc.constantFrom('$', '{', '}', 'A', ':-', '${', ' ')
  fc.assert(
    fc.property(fc.array(pieces), parts => {
      const text = parts.join('')
      assert.deepEqual(substituteVariables(escapeVariables(text), {}), { text, unset: [] })
    }),
  )
})
