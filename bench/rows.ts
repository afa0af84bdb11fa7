// SPDX-License-Identifier: Apache-2.0

import type { InputPaths } from './inputs/input-paths.js'
import { processCreations } from './inputs/process-creations.js'
import { repeatedTrace, repeatedTraceFolder, repetitionsFor } from './inputs/repeated-trace.js'
import { sigmaRules } from './inputs/sigma-rules.js'
import type { PerformanceTarget } from './runs/performance-target.js'
import type { Row } from './runs/row.js'

const ENRICH = { mode: 'enrich' }
const NULL = { export: 'null' }
const FILE = { export: 'file' }
const rate = (floor: number, goal: number): PerformanceTarget => ({ figure: 'recordsPerSecond', floor, goal })
const startTime = (floor: number, goal: number): PerformanceTarget => ({ figure: 'seconds', floor, goal })
const DECODE = rate(1.5e6, 4e6)
const RULES = rate(700e3, 2.5e6)
const SOCKET = rate(200e3, 500e3)
const MANY_RULES = rate(100e3, 250e3)
const EVENTS = rate(150e3, 1e6)
const MEMORY: PerformanceTarget = { figure: 'peakMegabytes', floor: 200, goal: 120 }

/** Otherwise, reading runs take a fraction of a second, and the start time is a large part of it. */
const LONG_INPUT_FACTOR = 5
/** Encoding is so much faster than its reference that a shorter run would measure the start of Node.js. */
export const ENCODE_REPEAT_FACTOR = 10

export interface RowInputs {
  readonly paths: InputPaths
  /** 1 for the table; smaller values shorten the runs. */
  readonly scale: number
  /** Folder with the loadable rules of Falco. */
  readonly falco?: string
  /** Output of the program for every record of the container trace, one line each. */
  readonly lines: string
}

/** All runs of the table, in its order. The targets are from section 7 of the architecture. */
export async function benchRows({ paths, scale, falco, lines }: RowInputs): Promise<readonly Row[]> {
  const records = (count: number) => Math.max(1, count * scale)
  const times = repetitionsFor(paths.container, records(1_760_000))
  const container = await repeatedTrace(paths.container, times)
  const longContainer = await repeatedTrace(paths.container, times * LONG_INPUT_FACTOR)
  const longWeb = await repeatedTrace(paths.web, repetitionsFor(paths.web, records(1_340_000)) * LONG_INPUT_FACTOR)
  const small = await repeatedTrace(paths.small, 1)
  const alerts = { mode: 'alert', policies: paths.rules }
  const starts = await processCreations(Math.round(records(100_000)))
  const manyRules = { mode: 'alert', policies: await sigmaRules(3_000) }
  const fewerRules = { mode: 'alert', policies: await sigmaRules(300) }
  const logRounds = Math.max(1, Math.round(30 * scale))
  return [
    { id: 'inflate', name: 'read and inflate only', input: longContainer, script: ['subjects/inflate-only.js', longContainer.path] },
    { id: 'flatten', name: 'read, inflate, decode and flatten only', input: longContainer, script: ['subjects/decode-flatten.js', longContainer.path] },
    { id: 'decode', name: 'the whole program, no rules → null', input: longContainer, engine: ENRICH, exporter: NULL, target: DECODE },
    { id: 'inflate-web', name: 'read and inflate only, web trace', input: longWeb, script: ['subjects/inflate-only.js', longWeb.path] },
    { id: 'flatten-web', name: 'read, inflate, decode and flatten only, web trace', input: longWeb, script: ['subjects/decode-flatten.js', longWeb.path] },
    { id: 'decode-web', name: 'the whole program, web trace', input: longWeb, engine: ENRICH, exporter: NULL, target: DECODE },
    { id: 'rules', name: 'runtimeintegrity, alert → null', input: longContainer, engine: alerts, exporter: NULL, target: RULES },
    { id: 'rules-web', name: 'runtimeintegrity, web trace', input: longWeb, engine: alerts, exporter: NULL, target: RULES },
    { id: 'alerts', name: 'runtimeintegrity, alert → JSON file', input: container, engine: alerts, exporter: FILE, hasOutput: true },
    ...(falco === undefined ? [] : falcoRows(falco)),
    { id: 'sigma-300', name: '300 generated rules → null', input: starts, engine: fewerRules, exporter: NULL },
    { id: 'sigma', name: '3 000 generated rules → null', input: starts, engine: manyRules, exporter: NULL, target: MANY_RULES },
    { id: 'sigma-container', name: '3 000 generated rules, container trace', input: container, engine: manyRules, exporter: NULL, target: MANY_RULES },
    { id: 'events-30', name: '30 rules on log records in memory', script: ['subjects/log-rules.js', '30', `${logRounds}`] },
    { id: 'events', name: '3 000 rules on log records in memory', script: ['subjects/log-rules.js', '3000', `${logRounds}`], target: EVENTS },
    { id: 'json', name: 'every record → JSON file', input: container, engine: ENRICH, exporter: FILE, hasOutput: true, target: rate(250e3, 800e3) },
    { id: 'json-discarded', name: 'every record → JSON, /dev/null', input: container, engine: ENRICH, exporter: { ...FILE, 'file.path': '/dev/null' } },
    { id: 'encode', name: 'JSON of the same records, encoded again and again', script: ['subjects/encode.js', paths.container, `${times * ENCODE_REPEAT_FACTOR}`] },
    { id: 'stringify', name: 'JSON.stringify of the same objects', script: ['subjects/stringify.js', lines, `${times}`] },
    { id: 'ecs', name: 'every record → ECS file', input: container, engine: ENRICH, exporter: { ...FILE, format: 'ecs' }, hasOutput: true },
    { id: 'socket', name: 'socket → runtimeintegrity → null, with the sender', input: longContainer, script: ['subjects/socket.js', longContainer.path, paths.rules], target: SOCKET },
    ...(await workerRows()),
    ...(await memoryRows()),
    { id: 'version', name: '-version', args: ['-version'], target: startTime(0.15, 0.06) },
    { id: 'small-first', name: 'one small trace, runtimeintegrity → null, first start ever', input: small, engine: alerts, exporter: NULL, isFirstStart: true, target: startTime(0.3, 0.12) },
    { id: 'small', name: 'one small trace, repeated start', input: small, engine: alerts, exporter: NULL, target: startTime(0.3, 0.12) },
  ] // biome-ignore format: a table

  function falcoRows(policies: string): Row[] {
    const engine = { mode: 'alert', policies }
    const target = rate(400e3, 1e6)
    return [
      { id: 'falco', name: 'Falco rules → null', input: longContainer, engine, exporter: NULL, target },
      { id: 'falco-web', name: 'Falco rules, web trace', input: longWeb, engine, exporter: NULL, target },
    ]
  }

  async function workerRows(): Promise<Row[]> {
    const folder = (repetitions: number) => repeatedTraceFolder(paths.container, 4, Math.max(1, Math.round(repetitions / 4)))
    const withWorkers = (row: Row, workers: number): Row => ({
      ...row,
      id: `${row.id}-workers-${workers}`,
      name: `${row.name}, folder of 4, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
      args: ['-workers', `${workers}`],
      ...(workers > 1 && { sameOutputAs: `${row.id}-workers-1` }),
    })
    const some: Row = {
      id: 'alerts',
      name: 'alert → JSON file',
      input: await folder(times * LONG_INPUT_FACTOR),
      engine: alerts,
      exporter: FILE,
      hasOutput: true,
    }
    const every: Row = {
      id: 'json',
      name: 'every record → JSON file',
      input: await folder(times),
      engine: ENRICH,
      exporter: FILE,
      hasOutput: true,
    }
    return [some, every].flatMap(row => [1, 2].map(workers => withWorkers(row, workers)))
  }

  async function memoryRows(): Promise<Row[]> {
    const found: Row[] = []
    for (const growth of [1, 10, 100]) {
      const input = await repeatedTrace(paths.container, repetitionsFor(paths.container, records(53_000 * growth)))
      found.push({
        id: `memory-${growth}x`,
        name: `memory, ${growth}x input, rules → null`,
        input,
        engine: alerts,
        exporter: NULL,
        target: MEMORY,
      })
    }
    return found
  }
}

/** Rows of the short run. */
export const QUICK: ReadonlySet<string> = new Set([
  'inflate',
  'decode',
  'rules',
  'alerts',
  'falco',
  'sigma',
  'json',
  'version',
  'small',
])
