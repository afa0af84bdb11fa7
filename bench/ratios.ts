// SPDX-License-Identifier: Apache-2.0
import { ENCODE_REPEAT_FACTOR } from './rows.js'
import type { PerformanceTarget } from './runs/performance-target.js'
import type { Ratio, RunFigures } from './runs/row.js'

type FiguresOf = (row: string) => RunFigures

const atMost = (floor: number): PerformanceTarget => ({ figure: 'ratio at most', floor })
const atLeast = (floor: number): PerformanceTarget => ({ figure: 'ratio at least', floor })
const time = (above: string, below: string) => (of: FiguresOf) => of(above).seconds / of(below).seconds

/** Targets for one run relative to another. */
export const RATIOS: readonly Ratio[] = [
  { name: 'time of decode and flatten / inflate only', of: ['flatten', 'inflate'], value: time('flatten', 'inflate'), target: atMost(2) },
  { name: 'the same, web trace', of: ['flatten-web', 'inflate-web'], value: time('flatten-web', 'inflate-web'), target: atMost(2) },
  { name: 'records/s with runtimeintegrity / without rules', of: ['decode', 'rules'], value: time('decode', 'rules'), target: atLeast(0.4) },
  { name: 'the same, web trace', of: ['decode-web', 'rules-web'], value: time('decode-web', 'rules-web'), target: atLeast(0.4) },
  {
    name: 'time of JSON.stringify / encoding the same records again and again',
    of: ['stringify', 'encode'],
    value: of => (ENCODE_REPEAT_FACTOR * of('stringify').seconds) / of('encode').seconds,
    target: atLeast(10),
  },
  { name: 'time of JSON.stringify / every record → JSON file, whole', of: ['stringify', 'json'], value: time('stringify', 'json') },
  { name: 'time with 3 000 generated rules / 300', of: ['sigma', 'sigma-300'], value: time('sigma', 'sigma-300') },
  { name: 'log records: time with 3 000 rules / 30', of: ['events', 'events-30'], value: time('events', 'events-30'), target: atMost(1.5) },
  { name: 'alert → JSON file: time with 1 worker / 2', of: ['alerts-workers-1', 'alerts-workers-2'], value: time('alerts-workers-1', 'alerts-workers-2') },
  { name: 'every record → JSON file: time with 1 worker / 2', of: ['json-workers-1', 'json-workers-2'], value: time('json-workers-1', 'json-workers-2') },
  {
    name: 'peak memory, 100x input less 1x',
    of: ['memory-100x', 'memory-1x'],
    value: of => of('memory-100x').peakMegabytes - of('memory-1x').peakMegabytes,
    unit: 'MB',
    target: { figure: 'peakMegabytes', floor: 20 },
  },
] // biome-ignore format: a table
