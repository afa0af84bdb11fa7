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

test('facts are the counts of the summary in the last line, without times and settings', () => {
  assert.deepEqual(parseFacts(`[Health] fine\n${summary(2, 10)}\n`), {
    records: 10,
    'engine: in': 10,
    'engine: out': 2,
    'engine: no rule matched': 8,
    'engine: alerts': 2,
    'engine: rule "shell"': 2,
  })
})

test('a run without a summary is an error that contains the output', () => {
  assert.throws(() => parseFacts('something broke\n'), /no summary but: something broke/)
})

test('repetitions multiply the counts', () => {
  assert.deepEqual(differences(parseFacts(summary(6, 30)), multiplied(parseFacts(summary(2, 10)), 3)), [])
})

test('a missing alert and a missing fact are reported', () => {
  assert.deepEqual(differences(parseFacts(summary(5, 30)), multiplied(parseFacts(summary(2, 10)), 3)), [
    'engine: out: 5 instead of 6',
    'engine: no rule matched: 25 instead of 24',
    'engine: alerts: 5 instead of 6',
    'engine: rule "shell": 5 instead of 6',
  ])
  assert.deepEqual(differences({}, { output: 'abc' }), ['output: nothing instead of abc'])
})

test('the expected facts of a repeated run contain no output', () => {
  assert.deepEqual(multiplied({ records: 1, output: 'abc' }, 2), { records: 2 })
})
