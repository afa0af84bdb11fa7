// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProcessorPlugin } from '../../core/contract/plugin.js'
import { componentsOf } from '../../core/testing/components.js'
import type { PartSummary, Queue } from '../pipeline/pipeline-view.js'
import type { Wiring } from '../pipeline/wiring.js'
import { mergeParts, mergeQueues, type WorkerResult } from './merge-parts.js'

const plugin = (merging: Partial<ProcessorPlugin> = {}): ProcessorPlugin => ({
  kind: 'processor',
  name: 'counter',
  contract: 2,
  summary: '',
  options: { type: 'object', additionalProperties: false, properties: {} },
  accepts: [],
  offers: [],
  create: () => assert.fail(),
  ...merging,
})

function wiringOf(...plugins: readonly ProcessorPlugin[]): Wiring {
  const stages = plugins.map((plugin, index) => ({
    name: `stage ${index}`,
    plugin,
    options: {},
    inputs: [],
    outputs: [],
    wiredBy: { input: '', output: '' },
    origins: new Map(),
    faults: [],
  }))
  return {
    channels: new Map(),
    drivers: [],
    stages: stages as unknown as Wiring['stages'],
    components: componentsOf([]),
    adapter: () => undefined,
    warnings: [],
  }
}

const part = (received: number, report: PartSummary['report'], filtered: PartSummary['filtered'] = {}): PartSummary => ({
  name: '',
  kind: 'stage',
  in: received,
  out: received,
  held: 0,
  filtered,
  dropped: {},
  report,
})

const share = (lastTaken: readonly number[], ...parts: readonly PartSummary[]): WorkerResult => ({
  figures: { parts, progress: undefined, queues: [] },
  lastPartitions: lastTaken,
})

test('ledgers are added, reasons by name, and reports as their processor defines', () => {
  const last = plugin({ mergeReports: reports => reports.at(-1) ?? {} })
  const parts = mergeParts(wiringOf(plugin(), last), [
    share([2, 5], part(10, { records: 1 }, { entity: 2 }), part(3, { of: 'the fifth' })),
    share([4, 1], part(5, { records: 2 }, { entity: 1, other: 4 }), part(4, { of: 'the first' })),
  ])
  assert.deepEqual(
    parts.map(({ name, in: received, filtered, report }) => ({ name, in: received, filtered, report })),
    [
      { name: 'stage 0', in: 15, filtered: { entity: 3, other: 4 }, report: { records: 3 } },
      { name: 'stage 1', in: 7, filtered: {}, report: { of: 'the fifth' } },
    ],
  )
})

test('a stage without a report counts as zero', () => {
  const [only] = mergeParts(wiringOf(plugin()), [share([]), share([0], part(1, { records: 1 }))])
  assert.deepEqual([only?.in, only?.report], [1, { records: 1 }])
})

test('depths and capacities of channels with one name are added', () => {
  const queue = (name: string, count: number): Queue => ({
    name,
    depth: { records: count, batches: 1, bytes: 10 * count },
    capacity: { records: 100, batches: 16, bytes: 1000 },
  })
  assert.deepEqual(mergeQueues([queue('a', 1), queue('b', 2), queue('a', 3)]), [
    {
      name: 'a',
      depth: { records: 4, batches: 2, bytes: 40 },
      capacity: { records: 200, batches: 32, bytes: 2000 },
    },
    queue('b', 2),
  ])
})
