// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { appendixATrace } from '../../plugins/sysflow/testing/appendix-a-trace.js'
import { programRoot } from '../process/package.js'

const folder = mkdtempSync(join(tmpdir(), 'program-'))
after(() => rmSync(folder, { recursive: true }))

const inFolder = (name: string): string => join(folder, name)

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''

interface Ended {
  readonly exit: number | null
  readonly out: string
  readonly error: string
}

function start(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
  return spawn(process.execPath, [...flags, MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...environment },
  })
}

function ended(child: ChildProcess): Promise<Ended> {
  let [out, error] = ['', '']
  child.stdout?.on('data', chunk => {
    out += String(chunk)
  })
  child.stderr?.on('data', chunk => {
    error += String(chunk)
  })
  return new Promise(resolve => child.on('close', exit => resolve({ exit, out, error })))
}

const run = (args: readonly string[], environment?: Record<string, string>): Promise<Ended> => ended(start(args, environment))

const TRACE = inFolder('a.sf')
writeFileSync(TRACE, writeTrace(appendixATrace()))
/** Events of the trace: all records except headers, containers, pods, processes and files. */
const EVENTS = appendixATrace().filter(({ branch }) => ['PE', 'NF', 'FF', 'FE', 'KE'].includes(branch)).length

function pipelineFile(name: string, ...changes: readonly (readonly [string, string])[]): string {
  const text = `{ "pipeline": [
    { "processor": "sysflowreader", "handler": "flattener", "in": "sysflow sysflowchan", "out": "flat flattenerchan" },
    { "processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan", "mode": "enrich" },
    { "processor": "exporter", "in": "events eventchan", "export": "terminal", "format": "json" }
  ] }`
  writeFileSync(
    inFolder(name),
    changes.reduce((changed, [from, to]) => changed.replace(from, to), text),
  )
  return name
}
const ENRICH = pipelineFile('enrich.json')

const parsed = (out: string): unknown[] =>
  out
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))

test('check 109: -version prints one line and exits 0', async () => {
  const { exit, out } = await run(['-version'])
  assert.match(out, /^Version: \d+\.\d+\.\d+\S*\+1, Avro Schema Version: 5, Export Schema Version: 5 \(JSON\), 8\.2 \(ECS\)\n$/)
  assert.equal(exit, 0)
})

test('check 109: no path exits 1 with the usage, an unknown option exits 2 with a suggestion', async () => {
  const without = await run(['-config', ENRICH])
  assert.equal(without.exit, 1)
  assert.match(without.out, /^Usage: sfprocessor/)
  const unknown = await run(['-confg', ENRICH, 'a.sf'])
  assert.equal(unknown.exit, 2)
  assert.match(unknown.error, /unknown option '--confg'\n\(Did you mean --config\?\)/)
  assert.equal(unknown.out, '')
})

test('check 110: -test exits 0 for a good pipeline, 1 for a bad one, and needs no path', async () => {
  const good = await run(['-test', '-config', ENRICH])
  assert.equal(good.exit, 0)
  assert.match(good.error, /^\[Health\] .* Health checks: passed$/m)
  const bad = await run(['-test', '-config', pipelineFile('bad.json', ['"exporter"', '"exprter"'])])
  assert.equal(bad.exit, 1)
  assert.match(bad.error, /bad\.json:4:20 {2}SFP_PIPELINE_UNKNOWN_PROCESSOR[\s\S]*did you mean "exporter"\?/)
})

test('check 106: load errors exit 1 and are no crash', async () => {
  for (const [from, to] of [
    ['flat flattenerchan', 'flat'],
    ['"in": "events eventchan", ', ''],
    ['{ "pipeline"', '{{'],
    ['"enrich"', '"alert"'],
    ['"terminal"', '"terminl"'],
    ['"json"', '"jsn"'],
  ] as const) {
    const { exit, error } = await run(['-config', pipelineFile('faulty.json', [from, to]), 'a.sf'])
    assert.equal(exit, 1, to)
    assert.match(error, /SFP_[A-Z_]+/, to)
    assert.doesNotMatch(error, /\n {4}at |fault of the program/, to)
  }
})

test('check 112: with export terminal, standard output contains only records', async () => {
  const { exit, out, error } = await run(['-config', ENRICH, '-log', 'trace', '-perflog', 'a.sf'])
  assert.equal(exit, 0)
  assert.equal(parsed(out).length, EVENTS)
  assert.match(error, /\[Info\] .* Initializing 1 driver\n/)
  assert.match(error, /exporter +(\d+) in, \1 out/)
})

test('check 111: -log error shows errors and health only', async () => {
  const { error } = await run(['-config', ENRICH, '-log', 'error', '-summary', 'none', 'a.sf'])
  assert.match(error, /^\[Health\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Health checks: passed\n$/)
})

test('-quiet prints only records; -summary json prints one line of JSON', async () => {
  const quiet = await run(['-config', ENRICH, '-quiet', 'a.sf'])
  assert.deepEqual([quiet.exit, quiet.error, parsed(quiet.out).length], [0, '', EVENTS])
  const { error } = await run(['-config', ENRICH, '-log', 'quiet', '-summary', 'json', 'a.sf'])
  const [summary] = parsed(error)
  assert.ok(typeof summary === 'object' && summary !== null && 'records' in summary && 'complete' in summary)
  assert.deepEqual([summary.records, summary.complete], [appendixATrace().length, true])
})

test('EXPORTER_TYPE=file switches the transport', async () => {
  const { exit, out } = await run(['-config', ENRICH, 'a.sf'], {
    EXPORTER_TYPE: 'file',
    EXPORTER_PATH: inFolder('switched.json'),
  })
  assert.deepEqual([exit, out], [0, ''])
  assert.equal(parsed(readFileSync(inFolder('switched.json'), 'utf8')).length, EVENTS)
})

test('check 105: a tee and a second engine receive every record, each with its own state', async () => {
  writeFileSync(inFolder('all.yaml'), '- rule: any\n  desc: any\n  condition: sf.type = PE\n  priority: low\n')
  const config = pipelineFile(
    'tee.json',
    ['"out": "flat flattenerchan"', '"out": ["flat flattenerchan", "flat2 flattenerchan"]'],
    ['"events eventchan", "mode"', '["events eventchan", "copy eventchan"], "mode"'],
    [
      '{ "processor": "exporter"',
      '{ "processor": "exporter", "in": "copy eventchan", "export": "file", "file.path": "copy.json" },\n{ "processor": "exporter"',
    ],
    [
      '{ "processor": "exporter"',
      '{ "processor": "policyengine", "in": "flat2 flattenerchan", "out": "alerts eventchan", "policies": "all.yaml" },\n{ "processor": "exporter"',
    ],
    [
      '{ "processor": "exporter"',
      '{ "processor": "exporter", "in": "alerts eventchan", "export": "file", "file.path": "alerts.json" },\n{ "processor": "exporter"',
    ],
  )
  const { exit, out, error } = await run(['-config', config, 'a.sf'])
  assert.equal(exit, 0, error)
  assert.equal(parsed(out).length, EVENTS)
  assert.equal(readFileSync(inFolder('copy.json'), 'utf8'), out)
  const alerts = parsed(readFileSync(inFolder('alerts.json'), 'utf8'))
  assert.equal(alerts.length, appendixATrace().filter(({ branch }) => branch === 'PE').length)
  assert.doesNotMatch(out, /"policies"/)
})

test('a missing input and a damaged one exit 1, and readable input is read', async () => {
  const missing = await run(['-config', ENRICH, 'missing.sf'])
  assert.deepEqual([missing.exit, missing.out], [1, ''])
  assert.match(missing.error, /SFP_INPUT_PATH: cannot read "missing\.sf"/)
  writeFileSync(inFolder('text.sf'), 'no trace')
  const damaged = await run(['-config', ENRICH, 'text.sf', 'a.sf'])
  assert.equal(damaged.exit, 1)
  assert.equal(parsed(damaged.out).length, EVENTS)
  assert.match(damaged.error, /\[Error\] .* file: text\.sf/)
})

test('config prints the effective configuration with origins, and can be read as a pipeline again', async () => {
  const { exit, out } = await run(['-config', ENRICH, 'config'], { EXPORTER_BUFFER: '7', EXPORTER_ES_PASSWORD: 'hunter2' })
  assert.equal(exit, 0)
  assert.match(out, /"buffer": 7, {2}# environment EXPORTER_BUFFER\n/)
  assert.match(out, /"mode": "enrich", {2}# enrich\.json:3:\d+\n/)
  assert.match(out, /"monitor": "none", {2}# default\n/)
  assert.doesNotMatch(out, /hunter2/)
  writeFileSync(inFolder('again.json'), out)
  assert.equal((await run(['-test', '-config', 'again.json'])).exit, 0)
  const json = await run(['config', '-json', '-config', ENRICH])
  assert.match(JSON.stringify(JSON.parse(json.out)), /"mode":\{"value":"enrich","origin":"enrich\.json:3:\d+"\}/)
})

test('without -config the pipeline.json of the current folder is used, otherwise the shipped one', async () => {
  const shipped = await run(['config'])
  assert.match(shipped.out, /resources\/pipelines\/default\.json/)
  pipelineFile('pipeline.json')
  const own = await run(['config'])
  rmSync(inFolder('pipeline.json'))
  assert.match(own.out, /# pipeline\.json:3:/)
})

test('every shipped pipeline starts', async () => {
  const pipelines = join(programRoot(), 'resources', 'pipelines')
  for (const name of readdirSync(pipelines)) {
    const environment = {
      ...(SERVERS.has(name) ? { EXPORTER_EXPORT: 'null' } : {}),
      ...(INSTALLED.has(name) ? { POLICYENGINE_POLICIES: ATTACK } : {}),
    }
    const { exit, error } = await run(['-test', '-quiet', '-config', join(pipelines, name)], environment)
    assert.deepEqual([name, exit, error], [name, 0, ''])
  }
})

/** Pipelines that need a server, and pipelines that need the rules of an installation. */
const SERVERS: ReadonlySet<string> = new Set([
  'distribution.json',
  'elk.json',
  'es.json',
  'local.json',
  'otel.json',
  'syslog.json',
])
const INSTALLED: ReadonlySet<string> = new Set(['distribution.json', 'elk.json', 'local.json'])
const ATTACK = join(programRoot(), 'policies', 'attack')

test('profiles are written', async () => {
  const { exit, error } = await run([
    '-config',
    ENRICH,
    '-cpuprofile',
    'p.cpu',
    '-memprofile',
    'p.heap',
    '-traceprofile',
    'p.trace',
    'a.sf',
  ])
  assert.equal(exit, 0, error)
  for (const [file, key] of [
    ['p.cpu', 'samples'],
    ['p.heap', 'head'],
    ['p.trace', 'traceEvents'],
  ] as const) {
    assert.ok(key in JSON.parse(readFileSync(inFolder(file), 'utf8')), file)
  }
})

/** Longer than the capacity of all channels, so that an unread output stops the driver. */
function longTrace(): string {
  const records = appendixATrace()
  const event = records.find(({ branch }) => branch === 'PE') ?? assert.fail()
  writeFileSync(
    inFolder('long.sf'),
    writeTrace([...records, ...Array.from({ length: 80_000 }, () => event)], { codec: 'null', blockSize: 8192 }),
  )
  return 'long.sf'
}

test('check 113: SIGTERM during a file run drains and exits 0', async () => {
  const child = start(['-config', ENRICH, '-log', 'quiet', '-summary', 'json', longTrace()])
  await new Promise(resolve => child.stdout?.once('readable', resolve))
  child.kill('SIGTERM')
  const { exit, out, error } = await ended(child)
  assert.equal(exit, 0, error)
  const [summary] = parsed(error) as [{ stopped: boolean; complete: boolean; parts: { name: string; in: number; out: number }[] }]
  const exporter = summary.parts.find(({ name }) => name === 'exporter')
  assert.deepEqual([summary.stopped, summary.complete], [true, true])
  assert.equal(parsed(out).length, exporter?.out)
  assert.ok((exporter?.out ?? 0) < 80_000)
})

test('a second signal does not wait for the drain', async () => {
  const child = start(['-config', ENRICH, '-log', 'error', longTrace()])
  await new Promise(resolve => child.stdout?.once('readable', resolve))
  // Signals that arrive at the same time count as one.
  const impatience = setInterval(() => child.kill('SIGINT'), 100)
  const exit = await new Promise(resolve => child.on('exit', resolve))
  clearInterval(impatience)
  assert.equal(exit, 1)
  child.stdout?.destroy()
})

test('a drain that takes too long is aborted, and undelivered records are counted', async () => {
  const child = start(['-config', ENRICH, '-log', 'error', '-drain', '0', '-summary', 'json', longTrace()])
  await new Promise(resolve => child.stdout?.once('readable', resolve))
  child.kill('SIGTERM')
  const exit = await new Promise(resolve => child.on('exit', resolve))
  assert.equal(exit, 1)
  child.stdout?.destroy()
})

test('when the reader closes the pipe, the run ends', async () => {
  const child = start(['-config', ENRICH, '-log', 'quiet', '-summary', 'none', longTrace()])
  await new Promise(resolve => child.stdout?.once('readable', resolve))
  child.stdout?.destroy()
  assert.deepEqual(await new Promise(resolve => child.on('close', resolve)), 0)
})
