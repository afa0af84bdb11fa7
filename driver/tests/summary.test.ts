// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from '../../core/contract/ledger.js'
import { ansiStyle } from '../../core/terminal/style.js'
import { progressLine } from '../cli/report/progress.js'
import { shortNumber } from '../cli/report/short-number.js'
import { summarize } from '../cli/report/summarize.js'
import { summaryText } from '../cli/report/summary-text.js'
import type { Pipeline } from '../pipeline/build.js'
import { pipelineViewOf } from '../pipeline/pipeline-view.js'

function ledger(received: number, sent: number): Ledger {
  const ledger = new Ledger()
  ledger.in = received
  ledger.out = sent
  return ledger
}

/** A driver and an engine after a run, with only the members that a summary reads. */
function pipeline(): Pipeline {
  const read = ledger(100, 97)
  read.drop('damaged block', 3)
  const judged = ledger(97, 2)
  judged.filter('no rule matched', 95)
  const report = {
    alerts: 2,
    rules: 9,
    byPriority: { high: 1, low: 2 },
    byRule: { 'Shell in a web server': 2, Other: 1 },
    inactive: ['x'],
    actions: { tag: { runs: 3, faults: 0 }, owner: { runs: 2, faults: 1 } },
  }
  const unused = { receivers: [], senders: [], input: (async function* () {})(), output: { send: async () => {}, close() {} } }
  return {
    channels: new Map(),
    abort: new AbortController(),
    drivers: [
      {
        name: 'file',
        output: { ...unused.output, sent: 97 },
        driver: {
          ledger: read,
          run: async () => {},
          report: () => ({ damagedBlocks: 1, skippedBytes: 512 }),
          progress: () => ({ done: 50, total: 200 }),
        },
      },
    ],
    stages: [{ name: 'policyengine', ...unused, stage: { ledger: judged, run: async () => {}, report: () => report } }],
  }
}

const run = { seconds: 0.5, isComplete: true, isStopped: false, exit: 1 } as const

test('the summary shows records, rate, alerts by priority and rule, damage, drops, and record counts that add up', () => {
  assert.equal(
    summaryText(summarize(pipelineViewOf(pipeline()), run)),
    [
      '100 records in 0.50 s (200/s), complete',
      'file: damaged blocks 1, bytes skipped 512',
      'policyengine: 2 alerts, 3 matches (high 1, low 2) of 9 rules',
      '       2  Shell in a web server',
      '       1  Other',
      'policyengine: inactive rules 1',
      'policyengine: action "owner" failed 1 of 2 times',
      'file          100 in, 97 out, 3 DROPPED (damaged block 3)',
      'policyengine  97 in, 2 out, 95 filtered (no rule matched 95)',
      '',
    ].join('\n'),
  )
})

test('the summary shows the records that a stage created, so that its counts add up', () => {
  const view = pipelineViewOf(pipeline())
  const [part] = view.parts()
  assert.ok(part)
  const handled = { ...part, name: 'reader', in: 4, created: 12, out: 12, filtered: { handled: 4 }, dropped: {}, report: {} }
  assert.match(
    summaryText(summarize({ ...view, parts: () => [handled] }, run)),
    /^reader {2}4 in, 12 created, 12 out, 4 filtered \(handled 4\)$/m,
  )
})

test('with -perflog the summary names the most expensive rules', () => {
  const parts = pipelineViewOf(pipeline()).parts()
  const costs = Array.from({ length: 12 }, (_, place) => ({
    rule: `Rule ${place}`,
    evaluations: 24400,
    matches: 3,
    seconds: 1 / (place + 1),
  }))
  const summary = {
    ...summarize(pipelineViewOf(pipeline()), run),
    parts: parts.map(part => ({ ...part, report: { ...part.report, costs } })),
  }
  const lines = summaryText({ ...summary, parts: summary.parts.slice(1) }).split('\n')
  const start = lines.indexOf('policyengine: most expensive rules (sampled)')
  assert.equal(lines[start + 1], '          1.000 s  24.4 k tested  3 matched  Rule 0')
  assert.equal(lines[start + 10], '          0.100 s  24.4 k tested  3 matched  Rule 9')
  assert.ok(!lines[start + 11]?.includes('Rule'))
})

test('the JSON form has the same figures, and is plain JSON', () => {
  const summary = summarize(pipelineViewOf(pipeline()), run)
  assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary)
  assert.deepEqual([summary.records, summary.recordsPerSecond, summary.exit], [100, 200, 1])
  assert.deepEqual(summary.parts[0]?.dropped, { 'damaged block': 3 })
})

test('a plugin with errors is named; the JSON form names all loaded plugins', () => {
  const figures = [
    { kind: 'handler', name: 'printer', faults: 2 },
    { kind: 'action', name: 'now', faults: 0 },
  ] as const
  const summary = summarize(pipelineViewOf(pipeline()), run, () => figures)
  assert.match(summaryText(summary), /^handler plugin "printer": 2 errors$/m)
  assert.doesNotMatch(summaryText(summary), /now/)
  assert.deepEqual(summary.plugins, figures)
  assert.equal('plugins' in summarize(pipelineViewOf(pipeline()), run), false)
})

test('the progress line shows the read part of the input, if the input has an end', () => {
  assert.equal(progressLine(pipelineViewOf(pipeline()), 2), '  25 %  100 records  50/s')
})

test('numbers are shortened for readers', () => {
  assert.deepEqual([0, 7, 0.25, 9999, 12_345, 1_234_567, 2.5e9].map(shortNumber), [
    '0',
    '7',
    '0.25',
    '9999',
    '12.3 k',
    '1.23 M',
    '2.50 G',
  ])
})

test('in color important parts are highlighted, without color the text is the same, and rule names contain no control characters', () => {
  const evil = pipeline()
  const [stage] = evil.stages
  const report = { alerts: 1, rules: 1, byPriority: { critical: 1 }, byRule: { 'Shell\u001B[2J\nfake: 0 alerts': 1 } }
  const stages = stage ? [{ ...stage, stage: { ...stage.stage, report: () => report } }] : []
  const summary = summarize(pipelineViewOf({ ...evil, stages }), { ...run, isComplete: false })
  const [plainly, inColour] = [summaryText(summary), summaryText(summary, ansiStyle)]
  assert.ok(inColour.includes('\u001B[31;1mABORTED\u001B[0m'))
  assert.ok(inColour.includes('\u001B[37;41;1mcritical 1\u001B[0m'))
  assert.ok(inColour.includes('\u001B[31;1m3 DROPPED (damaged block 3)\u001B[0m'))
  assert.ok(!plainly.includes('\u001B'))
  assert.doesNotMatch(plainly, /^fake/m)
  assert.equal(unmarked(inColour), plainly)
  assert.equal(unmarked(progressLine(pipelineViewOf(evil), 2, ansiStyle)), progressLine(pipelineViewOf(evil), 2))
})

const unmarked = (text: string): string =>
  text
    .split('\u001B[')
    .map((part, index) => (index === 0 ? part : part.replace(/^[\d;]*m/, '')))
    .join('')
