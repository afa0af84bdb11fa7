// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RATIOS } from './ratios.js'
import { ratioOf, resultOf } from './results.js'
import { resultsTable } from './results-table.js'
import type { Row } from './runs/row.js'
import type { Sample } from './runs/sampler.js'

const sample = (seconds: number, cpuSeconds: number, peakMegabytes: number): Sample => ({
  run: { seconds, cpuSeconds, peakMegabytes, status: 0, errors: '' }, facts: {},
}) // biome-ignore format: short
const input = { path: 'trace.sf', bytes: 8e6, records: 2_000_000 }
const ROW: Row = { id: 'decode', name: 'decode', input, target: { figure: 'recordsPerSecond', floor: 1.5e6, goal: 4e6 } }
const OURS = [sample(1, 1.2, 90), sample(0.8, 1.1, 110), sample(2, 1.3, 100)]
const PEER = [sample(2, 2.4, 50), sample(2.4, 3.3, 50), sample(3, 2.6, 50)]

function shown(rows: Parameters<typeof resultsTable>[0]['rows'], rest: object = {}): string[] {
  const machine = { processor: 'cpu', cores: 2, memoryGigabytes: 8, kernel: 'Linux 6', node: 'v20' }
  const revision = { commit: '0123456789abcdef', isDirty: true }
  const fixed = { machine, revision, date: '', scale: 1, runs: 3, peer: undefined, ratios: [], notes: [] }
  return resultsTable({ ...fixed, rows, ...rest }).split('\n')
}

test('a row shows medians, the highest memory, and the result of its target', () => {
  const lines = shown([resultOf(ROW, OURS, [], { records: 2_000_000 })])
  assert.equal(lines[0], '2 x cpu, 8 GB, Linux 6, Node v20, commit 0123456789ab with changes.')
  assert.equal(lines[5], '| decode | 2 000 000 | 1.00 (0.80–2.00) | 2 000 000 | 8 | 1.20 | 110 | 1.5 M/s | 4 M/s | floor held |')
})

test('a peer is compared in each round', () => {
  const [line] = shown([resultOf(ROW, OURS, PEER, {})], { peer: 'other' }).slice(5)
  assert.match(line ?? '', /\| 2\.40 \| 2\.00 \(1\.50–3\.00\) \| 2\.00 \| 1\.5 M\/s/)
})

test('a ratio is computed in each round, and omitted if one of its rows did not run', () => {
  const [ratio] = RATIOS.filter(({ of }) => of.includes('flatten') && of.includes('inflate'))
  assert.ok(ratio)
  const inflate = [sample(0.5, 1, 50), sample(0.5, 1, 50), sample(0.5, 1, 50)]
  const result = ratioOf(ratio, new Map([['flatten', OURS], ['inflate', inflate]])) // biome-ignore format: short
  assert.deepEqual(result?.value, { median: 2, least: 1.6, most: 4 })
  assert.equal(result?.targetOutcome, 'goal')
  assert.ok(shown([], { ratios: [result] }).includes(`| ${ratio.name} | 2.00 (1.60–4.00) | 1.20 | ≤ 2 | held |`))
  assert.equal(ratioOf(ratio, new Map([['flatten', OURS]])), undefined)
})
