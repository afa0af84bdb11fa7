// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { after, test } from 'node:test'
import { shared, withoutShared } from '../../core/testing/shared.js'
import type { TraceRecord } from '../../plugins/sysflow/avro/trace-record.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { appendixATrace } from '../../plugins/sysflow/testing/appendix-a-trace.js'
import type { RunSummary } from '../cli/report/summarize.js'
import { runCommandLine } from '../command-line.js'
import { programRoot } from '../process/package.js'
import { MAX_UNWRITTEN_BYTES } from './chunk-relay.js'

/** Compares runs of the whole program with one thread and with several: output and log must be the same. */

const folder = mkdtempSync(join(tmpdir(), 'workers-'))
after(() => rmSync(folder, { recursive: true }))
const inFolder = (...names: string[]): string => join(folder, ...names)

/** Threads start from compiled code. The time limit is longer than any test takes on a slow machine. */
const isCompiled = existsSync(new URL('./worker.js', import.meta.url))
const BOUND = { timeout: 60_000, skip: isCompiled ? false : 'worker threads need compiled code' }

interface Ended {
  readonly exit: number
  readonly summary: RunSummary
  /** Lines of the log. */
  readonly log: readonly string[]
  /** All of standard error. */
  readonly reported: string
  /** The written output by file; the key of standard output is "out". */
  readonly written: Readonly<Record<string, Buffer>>
}

interface Circumstances {
  readonly stdout?: Writable
  readonly stop?: AbortSignal
  readonly abort?: AbortSignal
}

let runs = 0

/** Runs the program without a process of its own, in a folder of its own. */
async function run(args: readonly string[], circumstances: Circumstances = {}): Promise<Ended> {
  const directory = inFolder(`run ${++runs}`)
  mkdirSync(directory)
  const never = new AbortController().signal
  const out: Buffer[] = []
  const collector = new Writable({
    write(bytes: Buffer, _encoding, done) {
      out.push(Buffer.from(bytes))
      done()
    },
  })
  const stderr = new PassThrough()
  const exit = await runCommandLine(['-summary', 'json', '-log', 'warn', ...args], {
    stdout: circumstances.stdout ?? collector,
    stderr,
    environment: {},
    directory,
    stop: circumstances.stop ?? never,
    abort: circumstances.abort ?? never,
  })
  stderr.end()
  const reported = Buffer.concat(await stderr.toArray()).toString()
  const files = readdirSync(directory).map(name => [name, readFileSync(join(directory, name))] as const)
  return {
    exit,
    summary: JSON.parse(/^\{.*$/m.exec(reported)?.[0] ?? '{}'),
    // Without times and order: the time at which a stage logs is not fixed.
    log: reported
      .split('\n')
      .filter(line => line.startsWith('['))
      .map(line => line.replace(/\] \S+ \S+ /, '] '))
      .sort(),
    reported,
    written: { out: Buffer.concat(out), ...Object.fromEntries(files) },
  }
}

const digests = ({ written }: Ended): Record<string, string> =>
  Object.fromEntries(Object.entries(written).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]))

/** Without the values that depend on the clock. */
const timeless = ({ seconds: _, recordsPerSecond: __, ...rest }: RunSummary): object => rest

function pipelineFile(name: string, stages: readonly object[]): string {
  writeFileSync(inFolder(name), JSON.stringify({ pipeline: stages }))
  return inFolder(name)
}

const reader = (options: object = {}): object => ({
  processor: 'sysflowreader',
  in: 'sysflow sysflowchan',
  out: ['all flattenerchan', 'judged flattenerchan'],
  ...options,
})

const RULES = join(programRoot(), 'policies', 'attack')

/** Every record to standard output and to two files, alerts to a third. */
const tee = (batch: number, policies = RULES): string =>
  pipelineFile(`tee ${batch}.json`, [
    reader({ batch }),
    {
      processor: 'policyengine',
      name: 'enrich',
      in: 'all flattenerchan',
      out: ['screen eventchan', 'json eventchan', 'ecs eventchan', 'nowhere eventchan'],
      mode: 'enrich',
    },
    { processor: 'policyengine', name: 'alert', in: 'judged flattenerchan', out: 'alerts eventchan', mode: 'alert', policies },
    { processor: 'exporter', name: 'screen', in: 'screen eventchan', export: 'terminal' },
    { processor: 'exporter', name: 'json', in: 'json eventchan', export: 'file', 'file.path': 'records.json' },
    { processor: 'exporter', name: 'ecs', in: 'ecs eventchan', export: 'file', format: 'ecs', 'file.path': 'records.ecs' },
    { processor: 'exporter', name: 'nowhere', in: 'nowhere eventchan', export: 'null' },
    { processor: 'exporter', name: 'alerts', in: 'alerts eventchan', export: 'file', 'file.path': 'alerts.json' },
  ])

const ENRICH = pipelineFile('enrich.json', [
  reader({ out: 'all flattenerchan' }),
  { processor: 'policyengine', in: 'all flattenerchan', out: 'events eventchan', mode: 'enrich' },
  { processor: 'exporter', in: 'events eventchan', export: 'terminal' },
])

/** One event repeated, at times that count from `from`. */
function trace(from: number, events: number): Buffer {
  const records = appendixATrace()
  const event = records.find(({ branch }) => branch === 'PE') ?? assert.fail()
  const all = Array.from({ length: events }, (_, index) => ({ ...event, record: { ...event.record, ts: BigInt(from + index) } }))
  return writeTrace([...records, ...(all as TraceRecord[])], { codec: 'null', blockSize: 4096 })
}

const eventsOf = (records: readonly TraceRecord[]): number =>
  records.filter(({ branch }) => ['PE', 'NF', 'FF', 'FE', 'KE'].includes(branch)).length

const timesIn = (out: Buffer): number[] =>
  out
    .toString()
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line).ts)

/** Traces of very different sizes with ascending times; all are different. */
function traces(name: string, sizes: readonly number[]): string {
  mkdirSync(inFolder(name))
  for (const [index, events] of sizes.entries()) writeFileSync(inFolder(name, `trace.${index}`), trace(index * 1_000_000, events))
  return inFolder(name)
}

const MIXED = traces('mixed', [30, 0, 4000, 1, 7, 900, 2, 0, 90, 1200, 3, 4])
cpSync(join(programRoot(), 'resources', 'traces'), MIXED, { recursive: true })
// Truncated, not a trace, empty, and damaged inside.
truncateSync(inFolder('mixed', 'trace.5'), 10_000)
writeFileSync(inFolder('mixed', 'trace.6'), 'no trace')
writeFileSync(inFolder('mixed', 'trace.7'), '')
const flipped = readFileSync(inFolder('mixed', 'trace.9'))
flipped.fill(255, 20_000, 20_200)
writeFileSync(inFolder('mixed', 'trace.9'), flipped)

async function sameAsOne(args: readonly string[], numbers: readonly (number | string)[]): Promise<Ended> {
  const one = await run(args)
  for (const workers of numbers) {
    const several = await run(['-workers', String(workers), ...args])
    assert.deepEqual(several.log, one.log)
    assert.deepEqual(digests(several), digests(one))
    assert.deepEqual(timeless(several.summary), timeless(one.summary))
    assert.deepEqual(several.log, one.log)
    assert.equal(several.exit, one.exit)
  }
  return one
}

// The first test, so that no memory of other tests is released meanwhile.
test('a slow target blocks the threads: their read-ahead is bounded, and everything arrives in order', BOUND, async () => {
  const before = process.memoryUsage().external
  let held = 0
  const stdout = new Target(async writes => {
    if (writes !== 3) return
    // Long enough for the threads to read everything without a limit.
    await new Promise(resolve => setTimeout(resolve, 2000))
    held = process.memoryUsage().external - before
  })
  const { exit } = await run(['-workers', '2', '-config', ENRICH, LONG], { stdout })
  assert.equal(exit, 0)
  assert.ok(stdout.text.length > 4 * MAX_UNWRITTEN_BYTES)
  assert.ok(held > MAX_UNWRITTEN_BYTES && held < 2.5 * MAX_UNWRITTEN_BYTES, `${held} bytes`)
  const alone = new Target(async () => {})
  await run(['-config', ENRICH, LONG], { stdout: alone })
  assert.ok(stdout.text.equals(alone.text))
})

for (const [batch, numbers] of [[1, [2]], [7, [3]], [4096, [2, 4]]] as const) // biome-ignore format: a table
  test(`output, summary and errors are those of one thread, with damaged traces, in batches of ${batch}`, BOUND, async () => {
    const one = await sameAsOne(['-config', tee(batch), MIXED], numbers)
    assert.equal(one.exit, 1)
    assert.ok((one.written['alerts.json']?.length ?? 0) > 0)
    assert.deepEqual(one.written.out, one.written['records.json'])
  })

test('without optimizations several threads write the same output as one', BOUND, async () => {
  await sameAsOne(['-disable', 'all', '-config', tee(1024), MIXED], [2])
})

test('more threads than traces, and as many threads as cores', BOUND, async () => {
  await sameAsOne(['-config', ENRICH, traces('few', [3, 4, 5])], [9, 'auto'])
})

test('lookups without a result are reported once by each thread, and added', BOUND, async () => {
  const strangers = inFolder('strangers')
  mkdirSync(strangers)
  const event = appendixATrace().filter(({ branch }) => branch === 'H' || branch === 'PE')
  for (const name of ['1', '2', '3', '4', '5']) writeFileSync(join(strangers, name), writeTrace(event))
  const missed = ({ log }: Ended): number[] => log.flatMap(line => /(\d+) of processes/.exec(line)?.[1] ?? []).map(Number)
  const one = missed(await run(['-config', ENRICH, strangers]))
  const two = missed(await run(['-workers', '2', '-config', ENRICH, strangers]))
  assert.equal(one.length, 1)
  assert.ok(two.length <= 2, two.join())
  assert.equal(
    two.reduce((sum, count) => sum + count, 0),
    one[0],
  )
})

test('the recorded traces give the same alerts and records', { ...BOUND, skip: BOUND.skip || withoutShared }, async () => {
  const paths = ['apis/setuid', 'collector/nginx', 'processor', 'apis/namespaces'].map(name => shared('traces', name))
  await sameAsOne(['-config', tee(1024, shared('policies', 'runtimeintegrity')), ...paths], [2])
})

test('rotated files end at the same records', BOUND, async () => {
  const rotating = pipelineFile('rotating.json', [
    reader({ out: 'all flattenerchan' }),
    { processor: 'policyengine', in: 'all flattenerchan', out: 'events eventchan', mode: 'enrich' },
    { processor: 'exporter', in: 'events eventchan', export: 'file', 'file.path': 'records.json', 'file.rotate.size': 500_000 },
  ])
  const one = await sameAsOne(['-config', rotating, MIXED], [2])
  assert.ok(Object.keys(one.written).length > 5)
})

test('input that cannot be partitioned is read by one thread, with a warning; auto gives no warning', BOUND, async () => {
  writeFileSync(
    inFolder('two drivers.json'),
    JSON.stringify({
      drivers: [MIXED, traces('other', [5])].map(path => ({ driver: 'file', path, out: 'sysflow sysflowchan' })),
      pipeline: JSON.parse(readFileSync(ENRICH, 'utf8')).pipeline,
    }),
  )
  const insisting = await run(['-workers', '2', '-config', inFolder('two drivers.json')])
  assert.match(insisting.log.join('\n'), /SFP_RUN_WORKERS: cannot use 2 threads: the pipeline has several drivers/)
  assert.equal(insisting.exit, 1)
  const auto = await run(['-workers', 'auto', '-config', inFolder('two drivers.json')])
  assert.doesNotMatch(auto.log.join('\n'), /SFP_RUN_WORKERS/)
  assert.equal(auto.summary.records, insisting.summary.records)
})

test('rules that cannot be read stop the start, reported once', BOUND, async () => {
  writeFileSync(inFolder('bad.yaml'), '- rule: bad\n  desc: bad\n  condition: sf.proc.exee = x\n  priority: low\n')
  const args = ['-workers', '2', '-config', tee(3, inFolder('bad.yaml')), MIXED]
  const { exit, reported } = await run(args)
  assert.equal(exit, 1)
  assert.equal(reported.match(/SFP_POLICY_UNKNOWN_ATTRIBUTE/g)?.length, 1)
})

const LONG = traces('long', [30_000, 30_000, 30_000, 30_000])
const LONG_EVENTS = 4 * (30_000 + eventsOf(appendixATrace()))

/** Standard output that records its input; `before` each write may wait or fail. */
class Target extends Writable {
  readonly chunks: Buffer[] = []
  readonly #before: (writes: number) => Promise<void>

  constructor(before: (writes: number) => Promise<void>) {
    super()
    this.#before = before
  }

  override async _write(bytes: Buffer, _encoding: string, done: (error?: Error) => void): Promise<void> {
    try {
      await this.#before(this.chunks.length)
      this.chunks.push(Buffer.from(bytes))
      done()
    } catch (error) {
      done(error instanceof Error ? error : undefined)
    }
  }

  get text(): Buffer {
    return Buffer.concat(this.chunks)
  }
}

/** Every record that a component sent was received by the next one. */
function assertBalanced({ parts }: RunSummary): void {
  for (const { in: received, out, held, filtered, dropped } of parts) {
    const counts = [...Object.values(filtered), ...Object.values(dropped)].reduce((sum, count) => sum + count, out + held)
    assert.equal(received, counts)
  }
  for (const [index, part] of parts.entries()) if (index > 0) assert.equal(part.in, parts[index - 1]?.out)
}

test('the first signal: read records are written in order, and the record counts add up', BOUND, async () => {
  const stop = new AbortController()
  const stdout = new Target(async writes => {
    if (writes === 20) stop.abort()
    await new Promise(resolve => setTimeout(resolve, 1))
  })
  const { exit, summary } = await run(['-workers', '2', '-config', ENRICH, LONG], { stdout, stop: stop.signal })
  const written = stdout.text.toString().split('\n').length - 1
  assert.deepEqual([exit, summary.complete, summary.stopped], [0, true, true])
  assert.equal(written, summary.parts.at(-1)?.out)
  assert.ok(written > 0 && written < LONG_EVENTS)
  assertBalanced(summary)
})

test('the second signal ends everything at once', BOUND, async () => {
  const [stop, abort] = [new AbortController(), new AbortController()]
  const stdout = new Target(async writes => {
    if (writes < 2) return
    stop.abort()
    setTimeout(() => abort.abort(new Error('second signal')), 50)
    await new Promise(() => {})
  })
  const begin = performance.now()
  const { exit, summary } = await run(['-workers', '2', '-config', ENRICH, LONG], {
    stdout,
    stop: stop.signal,
    abort: abort.signal,
  })
  assert.deepEqual([exit, summary.complete], [1, false])
  assert.ok(performance.now() - begin < 20_000)
})

test('when the reader of standard output closes the pipe, the run ends without an error', BOUND, async () => {
  const stdout = new Target(async writes => {
    if (writes === 3) throw Object.assign(new Error('gone'), { code: 'EPIPE' })
  })
  const { exit, summary, log } = await run(['-workers', '2', '-config', ENRICH, LONG], { stdout })
  assert.deepEqual([exit, summary.complete, log], [0, true, ['[Health] Health checks: passed']])
  assertBalanced(summary)
})

test('a target that fails during the run loses the rejected records, and the exit status is 1', BOUND, async () => {
  const stdout = new Target(async writes => {
    if (writes === 3) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
  })
  const { exit, summary, log } = await run(['-workers', '2', '-config', ENRICH, LONG], { stdout })
  assert.equal(exit, 1)
  assert.match(log.join('\n'), /exporter: SFP_EXPORT_TERMINAL/)
  const exporter = summary.parts.at(-1)
  assert.equal(stdout.text.toString().split('\n').length - 1, exporter?.out)
  assert.ok((exporter?.dropped['not written'] ?? 0) > 0)
  assertBalanced(summary)
})

/** A folder with a processor that forwards blocks, and runs `burn` in the middle of trace 2. */
function fuse(burn: string): string {
  const plugins = mkdtempSync(inFolder('plugins-'))
  writeFileSync(
    join(plugins, 'fuse.mjs'),
    `import { Ledger } from 'sfprocessor/plugin'
    export const plugin = {
      kind: 'processor', name: 'fuse', contract: 2, summary: 'burns', isPartitionable: true,
      options: { type: 'object', additionalProperties: false, properties: {} },
      accepts: ['sysflowchan'], offers: ['sysflowchan'],
      create: () => {
        const ledger = new Ledger()
        return { ledger, async run(input, output) {
          for await (const batch of input) {
            if (Number(/trace\\.2, block at byte (\\d+)/.exec(batch.origin)?.[1]) > 100000) { ${burn} }
            ledger.in += batch.length
            ledger.out += batch.length
            await output.send(batch)
          }
        } }
      },
    }`,
  )
  return plugins
}

const FUSED_REST = [
  reader({ in: 'checked sysflowchan', out: 'all flattenerchan' }),
  { processor: 'policyengine', in: 'all flattenerchan', out: 'events eventchan', mode: 'enrich' },
  { processor: 'exporter', in: 'events eventchan', export: 'terminal' },
]

const FUSED = pipelineFile('fused.json', [
  { processor: 'fuse', in: 'sysflow sysflowchan', out: 'checked sysflowchan', onError: 'stop' },
  ...FUSED_REST,
])

for (const [how, burn, reported] of [
  ['ends', 'process.exit(7)', /trace\.2 {2}SFP_RUN_WORKER_LOST: a worker thread failed: it ended with status 7/],
  ['has a stage that fails', 'throw new Error("burnt")', /SFP_PLUGIN_FAILED: processor "fuse" failed in run: burnt/],
] as const) // biome-ignore format: a table
  test(`a thread that ${how} is reported, output before its trace is written, and nothing after it`, BOUND, async () => {
    const { exit, summary, log, written } = await run(['-workers', '2', '-plugdir', fuse(burn), '-config', FUSED, LONG])
    assert.deepEqual([exit, summary.complete], [1, false])
    assert.match(log.join('\n'), reported)
    const times = timesIn(written.out ?? Buffer.alloc(0))
    assert.ok(times.length >= LONG_EVENTS / 2 && times.length < (LONG_EVENTS * 3) / 4, `${times.length}`)
    assert.ok(times.every(time => time < 3_000_000 || time > 1e15))
  })

test(
  'a stage of a thread that fails continues with the next batch; its lost records are counted, and the ledgers add up',
  BOUND,
  async () => {
    const resilient = pipelineFile('resilient.json', [
      { processor: 'fuse', in: 'sysflow sysflowchan', out: 'checked sysflowchan' },
      ...FUSED_REST,
    ])
    const plugins = fuse('throw new Error("burnt")')
    const { exit, summary, log, written } = await run(['-workers', '2', '-plugdir', plugins, '-config', resilient, LONG])
    assert.deepEqual([exit, summary.complete], [1, true])
    assert.match(log.join('\n'), /SFP_PLUGIN_FAILED: processor "fuse" failed in run: burnt/)
    assert.ok((summary.parts.find(({ name }) => name === 'fuse')?.dropped['plugin "fuse" failed'] ?? 0) > 0)
    assertBalanced(summary)
    assert.ok(timesIn(written.out ?? Buffer.alloc(0)).length > LONG_EVENTS / 2)
  },
)

test('an uncaught error of a plugin in a thread is reported as its fault, and all records are written', BOUND, async () => {
  const fused = fuse('if (!globalThis.isBurnt) setTimeout(() => { throw new Error("burnt") }); globalThis.isBurnt = true')
  const { exit, summary, log, written } = await run(['-workers', '2', '-plugdir', fused, '-config', FUSED, LONG])
  assert.deepEqual([exit, summary.complete], [1, true])
  assert.match(log.join('\n'), /SFP_PLUGIN_UNCAUGHT: uncaught error of processor "fuse": burnt/)
  assert.equal(timesIn(written.out ?? Buffer.alloc(0)).length, LONG_EVENTS)
})

test('a processor that is not partitionable receives all traces', BOUND, async () => {
  const plugins = fuse('')
  const file = join(plugins, 'fuse.mjs')
  writeFileSync(file, readFileSync(file, 'utf8').replace('isPartitionable: true,', ''))
  const { log, exit } = await run(['-workers', '2', '-plugdir', plugins, '-config', FUSED, traces('small', [2, 3])])
  assert.match(log.join('\n'), /SFP_RUN_WORKERS: .* stage "fuse" may keep state between traces/)
  assert.equal(exit, 0)
})

/** A driver without files: PATH is the number of its partitions, each of a thousand numbers. Its records are log records. */
const PARTS_PLUGIN = `import { Ledger, ListBatch } from 'sfprocessor/plugin'
const ADAPTER = {
  channel: 'numberchan', evaluatedChannel: 'numbermatchchan', recordTypes: [], group: () => 0, entities: [],
  attributes: {
    names: ['number'], unsupportedReason: () => undefined, currentName: () => undefined,
    find: name => name === 'number' ? ATTRIBUTE : undefined,
  },
}
const ATTRIBUTE = {
  name: 'number', aliases: [], type: 'number', dependsOn: 'row', recordTypes: [], description: 'A number.',
  read: (batch, row) => batch.records[row],
}
class Parts {
  ledger = new Ledger()
  constructor(count, host) { this.count = count; this.host = host }
  async partitions() {
    this.host.reportFault(new Error('one part is missing'), true)
    // Not in order: the positions count.
    return Array.from({ length: this.count }, (_, position) => ({ position, label: 'part ' + position, size: 10, first: position * 1000 })).reverse()
  }
  async runPartition({ first }, output, stop) {
    for (let at = first; at < first + 1000 && !stop.aborted; at += 100) {
      const numbers = Array.from({ length: 100 }, (_, index) => at + index)
      this.ledger.in += 100
      this.ledger.out += 100
      await output.send(new ListBatch(numbers))
    }
  }
  async run(output, stop) {
    const parts = await this.partitions()
    for (const part of parts.reverse()) await this.runPartition(part, output, stop)
  }
}
export const plugin = {
  kind: 'driver', name: 'parts', contract: 2, summary: 'numbers in parts', offers: ['numberchan'], adapters: [ADAPTER],
  options: { type: 'object', additionalProperties: false, properties: { whole: { type: 'boolean', description: 'One thread.' } } },
  unpartitionableReason: ({ whole }) => whole === true ? 'its numbers are wanted as a whole' : undefined,
  create: (options, [count], host) => new Parts(Number(count), host),
}`

function partsPipeline(options: object = {}): string[] {
  const plugins = mkdtempSync(inFolder('plugins-'))
  writeFileSync(join(plugins, 'parts.mjs'), PARTS_PLUGIN)
  const config = join(plugins, 'pipeline.json')
  const drivers = [{ driver: 'parts', path: '7', out: 'numbers numberchan', ...options }]
  const pipeline = [{ processor: 'exporter', in: 'numbers numberchan', export: 'terminal', format: 'json' }]
  writeFileSync(config, JSON.stringify({ drivers, pipeline }))
  return ['-plugdir', plugins, '-config', config]
}

test(
  'a driver of a plugin partitions its input, and several threads write the same as one, in the order of positions',
  BOUND,
  async () => {
    const one = await sameAsOne(partsPipeline(), [2, 3])
    const numbers = one.written.out?.toString().trim().split('\n').map(line => JSON.parse(line).number) // biome-ignore format: one thought
    assert.deepEqual(
      numbers,
      Array.from({ length: 7000 }, (_, index) => index),
    )
    assert.equal(one.exit, 1)
    assert.match(one.log.join('\n'), /one part is missing/)
  },
)

test('a driver gives the reason why its input is read by one thread', BOUND, async () => {
  const whole = await run(['-workers', '2', ...partsPipeline({ whole: true })])
  assert.match(whole.log.join('\n'), /SFP_RUN_WORKERS: .*: its numbers are wanted as a whole/)
  writeFileSync(
    inFolder('checkpoint.json'),
    JSON.stringify({
      drivers: [{ driver: 'file', path: MIXED, out: 'sysflow sysflowchan', checkpoint: inFolder('checkpoint') }],
      pipeline: JSON.parse(readFileSync(ENRICH, 'utf8')).pipeline,
    }),
  )
  const kept = await run(['-workers', '2', '-config', inFolder('checkpoint.json')])
  assert.match(kept.log.join('\n'), /SFP_RUN_WORKERS: .*: a checkpoint is kept/)
})
