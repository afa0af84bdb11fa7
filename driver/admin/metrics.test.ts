// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MetricFamily, parsedExposition } from '../testing/exposition-parser.js'
import { HOSTILE, someSnapshot } from '../testing/some-snapshot.js'
import { metricsText } from './metrics.js'

const families = parsedExposition(metricsText(someSnapshot()))

const samplesOf = (name: string): MetricFamily['samples'] => families.get(name)?.samples ?? assert.fail(`there is no ${name}`)
const valueAt = (name: string, labels: Readonly<Record<string, string>>): number | undefined =>
  samplesOf(name).find(sample => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value

test('the record counts of every component are reported, and add up', () => {
  for (const part of ['file', 'file#2', HOSTILE]) {
    const of = (what: string): number => valueAt(`sfprocessor_records_${what}`, { part }) ?? assert.fail(what)
    assert.equal(
      of('in_total') + of('created_total'),
      of('out_total') + of('filtered_total') + of('dropped_total') + of('held'),
      part,
    )
  }
  assert.equal(valueAt('sfprocessor_records_dropped_by_reason_total', { part: HOSTILE, reason: 'not\n"written"' }), 2)
})

test('the depth and capacity of a channel are reported in all units', () => {
  for (const unit of ['records', 'batches', 'bytes']) {
    assert.equal(samplesOf(`sfprocessor_channel_waiting_${unit}`).length, 1)
    assert.ok((valueAt(`sfprocessor_channel_capacity_${unit}`, { channel: 'flat' }) ?? 0) > 0)
  }
  assert.equal(valueAt('sfprocessor_channel_waiting_records', { channel: 'flat', type: 'flattenerchan' }), 7)
})

test('rules are reported by name with their matches and costs, and by priority', () => {
  assert.equal(valueAt('sfprocessor_rule_matches_total', { rule: HOSTILE }), 5)
  assert.equal(valueAt('sfprocessor_rule_seconds_total', { rule: HOSTILE }), 0.25)
  assert.equal(valueAt('sfprocessor_rule_evaluations_total', { rule: HOSTILE }), 100)
  assert.equal(valueAt('sfprocessor_priority_matches_total', { priority: 'high' }), 5)
})

test('actions are reported by name, with their runs, faults and other report values', () => {
  assert.equal(valueAt('sfprocessor_action_runs_total', { part: HOSTILE, action: 'now' }), 5)
  assert.equal(valueAt('sfprocessor_action_faults_total', { part: HOSTILE, action: 'now' }), 2)
  const figures = samplesOf('sfprocessor_part_figure').map(({ labels }) => labels.figure)
  assert.deepEqual(
    figures.filter(figure => figure?.startsWith('actions')),
    ['actions.now.late'],
  )
})

test('numbers at any depth of a report are named after their keys, texts are omitted', () => {
  assert.equal(valueAt('sfprocessor_part_figure', { part: HOSTILE, figure: 'spool.bytes' }), 12)
  const figures = samplesOf('sfprocessor_part_figure').map(({ labels }) => labels.figure)
  assert.deepEqual(
    figures.filter(figure => figure?.startsWith('byRule') || figure?.startsWith('costs') || figure === 'transport'),
    [],
  )
})

test('build, state, progress, process and the last record of a driver are reported', () => {
  assert.equal(valueAt('sfprocessor_build_info', { version: '1.0' }), 1)
  assert.deepEqual(
    samplesOf('sfprocessor_state').map(({ labels, value }) => [labels.state, value]),
    [['starting', 0], ['running', 1], ['draining', 0]], // biome-ignore format: a table
  )
  assert.equal(valueAt('sfprocessor_input_read_bytes', {}), 50)
  assert.equal(valueAt('process_resident_memory_bytes', {}), 1000)
  assert.equal(valueAt('process_start_time_seconds', {}), Date.parse('2026-11-21T00:00:00Z') / 1000)
  assert.equal(valueAt('sfprocessor_last_record_timestamp_seconds', { part: 'file' }), Date.parse('2026-11-21T00:00:09Z') / 1000)
  assert.equal(samplesOf('sfprocessor_last_record_timestamp_seconds').length, 1)
})

test('plugins are reported by kind and name, with their faults', () => {
  assert.equal(valueAt('sfprocessor_plugin_info', { kind: 'driver', name: 'generate' }), 1)
  assert.equal(valueAt('sfprocessor_plugin_faults_total', { kind: 'handler', name: 'printer' }), 3)
})
