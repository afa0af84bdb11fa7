// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Input, repeated } from './input.js'
import { measure, median, type Run } from './measure.js'

/**
 * `make bench`: whole runs of the built program, each several times, medians in a table. Only ratios hold on shared machines:
 * name another `sfprocessor` that takes the same flags in SF_PEER to run both in turn. BENCH_RUNS (3) and BENCH_SCALE (1)
 * set how often and how large.
 */
const RUNS = Number(process.env.BENCH_RUNS ?? 3)
const SCALE = Number(process.env.BENCH_SCALE ?? 1)
const PEER = process.env.SF_PEER
const SHARED = process.env.SF_SHARED ?? resolve('..', 'shared')
const OURS = [process.execPath, resolve('dist/driver/main.js')]

interface Row {
  readonly name: string
  readonly input?: Input
  /** Settings of the two stages behind the reader. */
  readonly engine?: object
  readonly exporter?: object
  readonly args?: readonly string[]
  readonly floor: string
  readonly goal: string
}

const scratch = mkdtempSync(join(tmpdir(), 'sfprocessor-bench-'))
const rules = join(SHARED, 'policies/runtimeintegrity')
const times = (n: number) => Math.max(1, Math.round(n * SCALE))
const container = repeated(join(SHARED, 'traces/processor/1621959914'), times(200))
const web = repeated(join(SHARED, 'traces/processor/mon.1531776742.sf'), times(60))
const growth = [5, 50, 500].map(n => repeated(join(SHARED, 'traces/processor/1621959914'), times(n)))
const NULL = { export: 'null' }
const toFile = (name: string) => ({ export: 'file', 'file.path': join(scratch, name) })

const ROWS: readonly Row[] = [
  {
    name: 'decode and flatten, no rules → null',
    input: container,
    engine: { mode: 'enrich' },
    exporter: NULL,
    floor: '1.5 M/s',
    goal: '4 M/s',
  },
  { name: 'the same, web trace', input: web, engine: { mode: 'enrich' }, exporter: NULL, floor: '1.5 M/s', goal: '4 M/s' },
  {
    name: 'runtimeintegrity, alert → null',
    input: container,
    engine: { mode: 'alert', policies: rules },
    exporter: NULL,
    floor: '700 k/s',
    goal: '2.5 M/s',
  },
  {
    name: 'the same, web trace',
    input: web,
    engine: { mode: 'alert', policies: rules },
    exporter: NULL,
    floor: '700 k/s',
    goal: '2.5 M/s',
  },
  {
    name: 'runtimeintegrity, alert → JSON file',
    input: container,
    engine: { mode: 'alert', policies: rules },
    exporter: toFile('alerts.json'),
    floor: '',
    goal: '',
  },
  {
    name: 'every record → JSON file',
    input: container,
    engine: { mode: 'enrich' },
    exporter: toFile('records.json'),
    floor: '250 k/s',
    goal: '800 k/s',
  },
  {
    name: 'every record → ECS file',
    input: container,
    engine: { mode: 'enrich' },
    exporter: { ...toFile('ecs.json'), format: 'ecs' },
    floor: '',
    goal: '',
  },
  ...growth.map((input, index) => ({
    name: `memory, ${['1x', '10x', '100x'][index]} input, rules → null`,
    input,
    engine: { mode: 'alert', policies: rules },
    exporter: NULL,
    floor: '200 MB, flat',
    goal: '120 MB',
  })),
  { name: '-version', args: ['-version'], floor: '150 ms', goal: '60 ms' },
  {
    name: 'one small trace, runtimeintegrity → null',
    input: repeated(join(SHARED, 'traces/processor/tcp.sf'), 1),
    engine: { mode: 'alert', policies: rules },
    exporter: NULL,
    floor: '300 ms',
    goal: '120 ms',
  },
]

interface Result {
  readonly name: string
  readonly records: number
  readonly seconds: number
  readonly fastest: number
  readonly slowest: number
  readonly cpuSeconds: number
  readonly recordsPerSecond: number
  readonly peakMegabytes: number
  readonly peerSeconds?: number
  readonly ratio?: number
  readonly floor: string
  readonly goal: string
}

const results: Result[] = []
for (const [index, row] of ROWS.entries()) {
  const args = row.args ?? ['-config', pipeline(index, row), '-log', 'error', row.input?.path ?? '']
  const ours: Run[] = []
  const theirs: Run[] = []
  await measure([...OURS, ...(row.args ?? ['-quiet', ...args])])
  for (let n = 0; n < RUNS; n++) {
    clean()
    ours.push(await measure([...OURS, ...(row.args ?? ['-quiet', ...args])]))
    if (PEER) {
      clean()
      theirs.push(await measure([PEER, ...args]))
    }
  }
  for (const run of ours) if (run.status !== 0) throw new Error(`${row.name}: exit status ${run.status}`)
  const seconds = median(ours.map(run => run.seconds))
  const records = row.input?.records ?? 0
  const result: Result = {
    name: row.name,
    records,
    seconds,
    fastest: Math.min(...ours.map(run => run.seconds)),
    slowest: Math.max(...ours.map(run => run.seconds)),
    cpuSeconds: median(ours.map(run => run.cpuSeconds)),
    recordsPerSecond: Math.round(records / seconds),
    peakMegabytes: Math.round(Math.max(...ours.map(run => run.peakMegabytes))),
    ...(PEER && {
      peerSeconds: median(theirs.map(run => run.seconds)),
      ratio: median(theirs.map((run, n) => run.seconds / (ours[n]?.seconds ?? 1))),
    }),
    floor: row.floor,
    goal: row.goal,
  }
  results.push(result)
  process.stdout.write(`${line(result)}\n`)
}
rmSync(scratch, { recursive: true })

const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
const table = [
  `${machine}; median of ${RUNS} whole runs after one that is not counted.`,
  '',
  header(),
  ...results.map(line),
].join('\n')
if (SCALE === 1) {
  mkdirSync('bench/results', { recursive: true })
  writeFileSync('bench/results/latest.json', `${JSON.stringify({ machine, runs: RUNS, results }, null, 2)}\n`)
  const page = readFileSync('bench/README.md', 'utf8')
  writeFileSync(
    'bench/README.md',
    page.replace(/<!-- table -->[\s\S]*<!-- end -->/, () => `<!-- table -->\n${table}\n<!-- end -->`),
  )
}

function pipeline(index: number, row: Row): string {
  const path = join(scratch, `${index}.json`)
  const stages = [
    { processor: 'sysflowreader', handler: 'flattener', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', in: 'flat flattenerchan', out: 'evt eventchan', ...row.engine },
    { processor: 'exporter', in: 'evt eventchan', ...row.exporter },
  ]
  writeFileSync(path, JSON.stringify({ pipeline: stages }))
  return path
}

/** Output files are appended to, so each run begins without them. */
function clean(): void {
  for (const name of ['alerts.json', 'records.json', 'ecs.json']) rmSync(join(scratch, name), { force: true })
}

function header(): string {
  const peer = PEER ? ' peer s | times faster |' : ''
  return `| run | records | s (fastest–slowest) | records/s | CPU s | peak MB |${peer} floor | goal |\n|---|---:|---:|---:|---:|---:|${PEER ? '---:|---:|' : ''}---|---|`
}

function line(result: Result): string {
  const rate = result.records > 1000 ? thousands(result.recordsPerSecond) : ''
  const peer = PEER ? ` ${result.peerSeconds?.toFixed(2)} | ${result.ratio?.toFixed(1)} |` : ''
  const span = `${result.seconds.toFixed(2)} (${result.fastest.toFixed(2)}–${result.slowest.toFixed(2)})`
  return `| ${result.name} | ${thousands(result.records)} | ${span} | ${rate} | ${result.cpuSeconds.toFixed(2)} | ${result.peakMegabytes} |${peer} ${result.floor} | ${result.goal} |`
}

function thousands(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', ' ')
}
