// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences, multiplied, parseFacts } from './run-facts.js'

const summary = (alerts: number, inputRecords: number): string =>
  JSON.stringify({
    records: inputRecords,
    seconds: 0.2,
    parts: [
      { name: 'engine', in: inputRecords, out: alerts, filtered: { 'no rule matched': inputRecords - alerts }, dropped: {},
        report: { alerts, byRule: { shell: alerts }, rules: 3 } },
    ],
  }) // biome-ignore format: short

test('facts are the counts of the summary, which is the last line; times and settings are none', () => {
  assert.deepEqual(parseFacts(`[Health] fine\n${summary(2, 10)}\n`), {
    records: 10,
    'engine: in': 10,
    'engine: out': 2,
    'engine: no rule matched': 8,
    'engine: alerts': 2,
    'engine: rule "shell"': 2,
  })
})

test('a run without a summary is refused with what it printed', () => {
  assert.throws(() => parseFacts('something broke\n'), /no summary but: something broke/)
})

test('so many repetitions count so many times as much', () => {
  assert.deepEqual(differences(parseFacts(summary(6, 30)), multiplied(parseFacts(summary(2, 10)), 3)), [])
})

test('an alert too few, and a fact that is missing, are told', () => {
  assert.deepEqual(differences(parseFacts(summary(5, 30)), multiplied(parseFacts(summary(2, 10)), 3)), [
    'engine: out: 5 instead of 6',
    'engine: no rule matched: 25 instead of 24',
    'engine: alerts: 5 instead of 6',
    'engine: rule "shell": 5 instead of 6',
  ])
  assert.deepEqual(differences({}, { output: 'abc' }), ['output: nothing instead of abc'])
})

test('output is not foretold by the original', () => {
  assert.deepEqual(multiplied({ records: 1, output: 'abc' }, 2), { records: 2 })
})
