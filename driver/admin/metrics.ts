// SPDX-License-Identifier: Apache-2.0

import { isObjectOrList } from '../../core/contract/objects.js'
import { countsIn } from '../../core/contract/report.js'
import { actionCountsIn } from '../../core/policy/engine/actions/action-counts.js'
import { costsIn } from '../../core/policy/engine/rule-costs.js'
import type { PluginFigures } from '../loader/plugin-figures.js'
import { Exposition, type Labels } from './exposition.js'
import { type PartSnapshot, type PipelineSnapshot, RUN_PHASES } from './snapshot.js'

/** A snapshot in the Prometheus text format. Names of families and labels are stable; docs/monitoring.md lists them. */
export function metricsText(snapshot: PipelineSnapshot): string {
  const out = new Exposition()
  writeBuildInfo(out, snapshot)
  writeLedgers(out, snapshot.parts)
  writeChannels(out, snapshot)
  writeRules(out, snapshot.parts)
  writeActions(out, snapshot.parts)
  writePartFigures(out, snapshot.parts)
  writePlugins(out, snapshot)
  writeProcessFigures(out, snapshot)
  return out.text
}

function writeBuildInfo(out: Exposition, { version, uptime, state, progress, time }: PipelineSnapshot): void {
  out.gauge('sfprocessor_build_info', 'Version of the program and of Node.js.', 1, { version, node: process.versions.node })
  out.gauge('sfprocessor_uptime_seconds', 'Seconds since the endpoint was opened.', uptime)
  out.gauge(
    'process_start_time_seconds',
    'When the endpoint was opened, in seconds since 1970.',
    Date.parse(time) / 1000 - uptime,
  )
  const states = RUN_PHASES.map(one => [{ state: one }, one === state ? 1 : 0] as const)
  out.family('sfprocessor_state', 'gauge', '1 for the current state of the run.', states)
  if (!progress) return
  out.gauge('sfprocessor_input_read_bytes', 'Bytes of the input that were read.', progress.done)
  out.gauge('sfprocessor_input_size_bytes', 'Total bytes of the input.', progress.total)
}

function writeLedgers(out: Exposition, parts: readonly PartSnapshot[]): void {
  const of = (value: (part: PartSnapshot) => number): [Labels, number][] => parts.map(part => [labelsOf(part), value(part)])
  const by = (counts: (part: PartSnapshot) => Counts): [Labels, number][] =>
    parts.flatMap(part =>
      Object.entries(counts(part)).map(([reason, count]): [Labels, number] => [{ ...labelsOf(part), reason }, count]),
    )
  out.family(
    'sfprocessor_records_in_total',
    'counter',
    'Records that a component received.',
    of(part => part.in),
  )
  out.family(
    'sfprocessor_records_created_total',
    'counter',
    'Records that a component created from others.',
    of(({ created = 0 }) => created),
  )
  out.family(
    'sfprocessor_records_out_total',
    'counter',
    'Records that a component sent or delivered.',
    of(({ out }) => out),
  )
  out.family(
    'sfprocessor_records_filtered_total',
    'counter',
    'Records that a component removed by design, for example because no rule matched.',
    of(({ filtered }) => total(filtered)),
  )
  out.family(
    'sfprocessor_records_dropped_total',
    'counter',
    'Records lost because of an error.',
    of(({ dropped }) => total(dropped)),
  )
  out.family(
    'sfprocessor_records_filtered_by_reason_total',
    'counter',
    'The same, by reason.',
    by(({ filtered }) => filtered),
  )
  out.family(
    'sfprocessor_records_dropped_by_reason_total',
    'counter',
    'The same, by reason.',
    by(({ dropped }) => dropped),
  )
  out.family(
    'sfprocessor_records_held',
    'gauge',
    'Records that a component is processing.',
    of(({ held }) => held),
  )
  const lastRecordTimes = parts.flatMap((part): [Labels, number][] =>
    part.lastRecord === null ? [] : [[labelsOf(part), Date.parse(part.lastRecord) / 1000]],
  )
  out.family('sfprocessor_last_record_timestamp_seconds', 'gauge', 'Time of the last record that a driver read.', lastRecordTimes)
}

function writeChannels(out: Exposition, snapshot: PipelineSnapshot): void {
  for (const unit of ['records', 'batches', 'bytes'] as const) {
    const of = (side: 'depth' | 'capacity'): [Labels, number][] =>
      snapshot.channels.map(channel => [{ channel: channel.name, type: channel.type }, channel[side][unit]])
    out.family(`sfprocessor_channel_waiting_${unit}`, 'gauge', `Current content of a channel, in ${unit}.`, of('depth'))
    out.family(`sfprocessor_channel_capacity_${unit}`, 'gauge', `Capacity of a channel, in ${unit}.`, of('capacity'))
  }
}

/** Figures of the rules of each policy engine. */
function writeRules(out: Exposition, parts: readonly PartSnapshot[]): void {
  const by = (key: string, label: string): [Labels, number][] =>
    parts.flatMap(({ name, report }) =>
      numbersIn(report[key]).map(([word, count]): [Labels, number] => [{ part: name, [label]: word }, count]),
    )
  out.family('sfprocessor_rule_matches_total', 'counter', 'Records that matched a rule.', by('byRule', 'rule'))
  out.family('sfprocessor_priority_matches_total', 'counter', 'Rule matches by priority.', by('byPriority', 'priority'))
  const costs = parts.flatMap(({ name, report }) =>
    costsIn(report).map(cost => ({ labels: { part: name, rule: cost.rule }, cost })),
  )
  out.family(
    'sfprocessor_rule_evaluations_total',
    'counter',
    'Evaluations of a rule, estimated from a sample (-perflog).',
    costs.map(({ labels, cost }) => [labels, cost.evaluations]),
  )
  out.family(
    'sfprocessor_rule_seconds_total',
    'counter',
    'Evaluation time of a rule, estimated from a sample (-perflog).',
    costs.map(({ labels, cost }) => [labels, cost.seconds]),
  )
}

/** Results of rule actions. */
function writeActions(out: Exposition, parts: readonly PartSnapshot[]): void {
  const of = (count: 'runs' | 'faults'): [Labels, number][] =>
    parts.flatMap(({ name: part, report }) =>
      actionCountsIn(report).map((action): [Labels, number] => [{ part, action: action.name }, action[count]]),
    )
  out.family('sfprocessor_action_runs_total', 'counter', 'Runs of a rule action.', of('runs'))
  out.family('sfprocessor_action_faults_total', 'counter', 'Failed runs of a rule action.', of('faults'))
}

/** All other numbers in the report of a component, under the names that they have there. */
function writePartFigures(out: Exposition, parts: readonly PartSnapshot[]): void {
  const samples = parts.flatMap(part =>
    [...numericLeaves(part.report)].map(([figure, value]): [Labels, number] => [{ ...labelsOf(part), figure }, value]),
  )
  out.family('sfprocessor_part_figure', 'gauge', 'Component-specific figures, as in the run summary.', samples)
}

/** Figures of external plugins. */
function writePlugins(out: Exposition, snapshot: PipelineSnapshot): void {
  const of = (value: (plugin: PluginFigures) => number): [Labels, number][] =>
    snapshot.plugins.map(plugin => [{ kind: plugin.kind, name: plugin.name }, value(plugin)])
  out.family(
    'sfprocessor_plugin_info',
    'gauge',
    '1 for each loaded external plugin.',
    of(() => 1),
  )
  out.family(
    'sfprocessor_plugin_faults_total',
    'counter',
    'Reported errors of a plugin. Of repeated errors, the first ones and one final count are reported.',
    of(({ faults }) => faults),
  )
}

function writeProcessFigures(out: Exposition, { process: usage }: PipelineSnapshot): void {
  out.counter('process_cpu_seconds_total', 'CPU time of the process, all threads.', usage.cpuSeconds)
  out.gauge('process_resident_memory_bytes', 'Resident memory of the process.', usage.residentBytes)
  out.gauge('nodejs_heap_size_used_bytes', 'Used heap of the main thread.', usage.heapUsedBytes)
  out.gauge('nodejs_heap_size_total_bytes', 'Total heap of the main thread.', usage.heapTotalBytes)
  out.gauge('nodejs_external_memory_bytes', 'External memory of the main thread.', usage.externalBytes)
  for (const name of ['p50', 'p99', 'max'] as const)
    out.gauge(`nodejs_eventloop_lag_${name}_seconds`, 'Event loop lag during the last second.', usage.loopDelay[name])
  out.gauge('nodejs_eventloop_utilization', 'Event loop utilization during the last second.', usage.loopUse)
  out.counter('nodejs_gc_collections_total', 'Garbage collections of the main thread.', usage.collections.count)
  out.counter('nodejs_gc_seconds_total', 'Time spent in garbage collections.', usage.collections.seconds)
}

type Counts = Readonly<Record<string, number>>

const labelsOf = ({ name, kind }: PartSnapshot): Labels => ({ part: name, kind })

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

const numbersIn = (value: unknown): [string, number][] => Object.entries(countsIn(value))

/** These keys have metric families of their own. */
const EXPORTED_SEPARATELY = new Set(['byRule', 'byPriority', 'costs'])
const ACTION_COUNT = /^actions\.[^.]+\.(runs|faults)$/
const MAX_DEPTH = 4

/** Numbers at every depth, named by the path of their keys: `spool.bytes`. */
function* numericLeaves(report: object, path = '', depth = 1): Generator<readonly [string, number]> {
  for (const [key, value] of Object.entries(report)) {
    if (EXPORTED_SEPARATELY.has(key) || ACTION_COUNT.test(path + key)) continue
    if (typeof value === 'number') yield [path + key, value]
    else if (isObjectOrList(value) && depth < MAX_DEPTH) yield* numericLeaves(value, `${path}${key}.`, depth + 1)
  }
}
