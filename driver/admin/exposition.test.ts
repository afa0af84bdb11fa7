// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsedExposition } from '../testing/exposition-parser.js'
import { Exposition } from './exposition.js'

test('a family is written with its help, type and samples', () => {
  const out = new Exposition()
  out.family('a_total', 'counter', 'What is\\counted\nhere.', [
    [{ part: 'x', reason: 'a "b"\\\n' }, 1],
    [{ part: 'y', reason: '' }, 2.5],
  ])
  out.family('b', 'gauge', 'Nothing.', [])
  assert.equal(
    out.text,
    '# HELP a_total What is\\\\counted\\nhere.\n# TYPE a_total counter\na_total{part="x",reason="a \\"b\\"\\\\\\n"} 1\na_total{part="y",reason=""} 2.5\n',
  )
})

test('for any labels and values, a strict parser reads them back', () => {
  const value = fc.oneof(fc.double(), fc.integer())
  const samples = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.string(), value), {
    selector: ([a, b]) => JSON.stringify([a, b]),
    maxLength: 5,
  })
  fc.assert(
    fc.property(samples, fc.string(), (given, help) => {
      const out = new Exposition()
      out.family(
        'x',
        'gauge',
        help.replaceAll('\r', ''),
        given.map(([a, b, number]) => [{ a, b }, number]),
      )
      const found = parsedExposition(out.text).get('x')?.samples ?? []
      assert.deepEqual(
        found.map(({ labels, value }) => [labels.a, labels.b, value + 0]),
        given.map(([a, b, number]) => [a, b, number + 0]),
      )
    }),
  )
})
