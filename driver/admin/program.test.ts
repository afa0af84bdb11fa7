// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JsonEntry } from '../process/log-formats.js'
import { parsedExposition } from '../testing/exposition-parser.js'
import { requestHttp } from '../testing/http-request.js'
import type { PipelineSnapshot } from './snapshot.js'

const folder = mkdtempSync(join(tmpdir(), 'inside-program-'))
after(() => rmSync(folder, { recursive: true }))

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const TRACE = resolve('resources/traces/webshell.sf')
const PIPELINE = `{ "pipeline": [
  { "processor": "sysflowreader", "in": "sysflow sysflowchan", "out": "flat flattenerchan" },
  { "processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan", "mode": "enrich" },
  { "processor": "exporter", "in": "events eventchan", "export": "terminal", "format": "json" } ] }`
writeFileSync(join(folder, 'pipeline.json'), PIPELINE)

/** The program with an unread standard output: a pipe holds less than a trace produces, so the run continues until it is read. */
class Program {
  readonly child: ChildProcess
  #said = ''
  #waiting: (() => void)[] = []

  constructor(context: TestContext, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
    this.child = spawn(process.execPath, [...flags, MAIN, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', ...environment },
    })
    this.child.stderr?.on('data', chunk => {
      this.#said += String(chunk)
      for (const wake of this.#waiting.splice(0)) wake()
    })
    this.child.on('close', () => {
      for (const wake of this.#waiting.splice(0)) wake()
    })
    const late = setTimeout(() => this.child.kill('SIGKILL'), 120_000)
    this.child.on('close', () => clearTimeout(late))
    context.after(() => this.child.kill('SIGKILL'))
  }

  get said(): string {
    return this.#said
  }

  /** Resolves with the match as soon as standard error matches the pattern. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#said)
      if (found) return found
      if (this.child.exitCode !== null) assert.fail(`the program ended and did not say ${pattern}: ${this.#said}`)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }

  async port(): Promise<number> {
    return Number((await this.says(/The endpoint listens on http:\/\/127\.0\.0\.1:(\d+)/))[1])
  }

  /** Resolves when the program has written records to standard output; the pipe is then full. */
  async holds(): Promise<void> {
    await once(this.child.stdout ?? assert.fail(), 'readable')
  }

  /** Reads all records and waits for the end. */
  async end(): Promise<{ readonly exit: number | null; readonly out: Buffer }> {
    const chunks: Buffer[] = []
    this.child.stdout?.on('data', chunk => chunks.push(chunk))
    if (this.child.exitCode === null) await once(this.child, 'close')
    return { exit: this.child.exitCode, out: Buffer.concat(chunks) }
  }
}

/** The addresses on which a process listens, from the tables of the kernel: "127.0.0.1:9464", "unix:/path". */
function listenersOf(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map(fd => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      } catch {
        return undefined
      }
    }),
  )
  const rows = (table: string): string[][] =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
  const found: string[] = []
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
    for (const [, local = '', , state, , , , , , inode] of rows(table)) {
      if (inode === undefined || !inodes.has(inode) || (table.startsWith('tcp') && state !== '0A')) continue
      const [address = '', port = ''] = local.split(':')
      const bytes = address.match(/../g)?.map(pair => Number.parseInt(pair, 16)) ?? []
      found.push(`${bytes.length === 4 ? bytes.toReversed().join('.') : address}:${Number.parseInt(port, 16)}`)
    }
  }
  const ACCEPTS_CONNECTIONS = 0x10000
  for (const [, , , flags = '0', , , inode, path = ''] of rows('unix'))
    if (inodes.has(inode) && (Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0) found.push(`unix:${path}`)
  return found
}

const withoutKernelTables = existsSync('/proc/self/net/tcp') ? false : 'the tables of the kernel are not under /proc here'

const withoutWorkers = MAIN.endsWith('.ts') ? 'worker threads need the compiled program' : false

test('a run opens no endpoint by default', { skip: withoutKernelTables }, async context => {
  const program = new Program(context, [TRACE])
  await program.holds()
  assert.deepEqual(listenersOf(program.child.pid ?? 0), [])
  assert.equal((await program.end()).exit, 0)
})

test('with -admin PORT, a run listens on loopback only', { skip: withoutKernelTables }, async context => {
  const program = new Program(context, ['-admin', '0', TRACE])
  const port = await program.port()
  await program.holds()
  assert.deepEqual(listenersOf(program.child.pid ?? 0), [`127.0.0.1:${port}`])
  await program.end()
})

test('a pipeline file and the environment also enable the endpoint, and -admin takes precedence over both', async context => {
  writeFileSync(join(folder, 'with.json'), PIPELINE.replace('{', '{ "admin": { "port": 0, "address": "::1" },'))
  const byFile = new Program(context, ['-config', 'with.json', TRACE])
  await byFile.says(/The endpoint listens on (http:\/\/\[::1\]:\d+|.*)/)
  const byVariable = new Program(context, [TRACE], { ADMIN_PORT: '0' })
  await byVariable.port()
  const path = join(folder, 'in.sock')
  const byOption = new Program(context, ['-config', 'with.json', '-admin', path, TRACE], { ADMIN_PORT: '0' })
  await byOption.says(/The endpoint listens on unix:.*in\.sock/)
  assert.equal((await requestHttp(path, '/healthz')).body, 'ok\n')
  for (const program of [byFile, byVariable, byOption]) await program.end()
  assert.ok(!existsSync(path))
})

test('the output is the same, byte for byte, with and without viewers', async context => {
  const plain = await new Program(context, ['-summary', 'json', TRACE, TRACE]).end()
  const watched = new Program(context, ['-summary', 'json', '-admin', '0', TRACE, TRACE], { ADMIN_TAP: 'true' })
  const port = await watched.port()
  await watched.holds()
  const tapped = requestHttp(port, '/tap/flat?where=sf.type%20%3D%20PE&limit=50').catch(() => undefined)
  const scrapes = Array.from({ length: 10 }, () => requestHttp(port, '/metrics'))
  for (const { body } of await Promise.all(scrapes)) assert.ok(parsedExposition(body).size > 20)
  const { exit, out } = await watched.end()
  await tapped
  assert.equal(exit, 0)
  assert.ok(plain.out.length > 1_000_000)
  assert.ok(out.equals(plain.out))
})

test('a run with a slow target shows where records wait', async context => {
  const program = new Program(context, ['-admin', '0', TRACE])
  const port = await program.port()
  await program.holds()
  const snapshot = JSON.parse((await requestHttp(port, '/pipeline')).body) as PipelineSnapshot
  const exporter = snapshot.parts.find(({ name }) => name === 'exporter')
  const waiting = snapshot.channels.reduce((sum, { depth }) => sum + depth.records, 0)
  assert.ok((exporter?.held ?? 0) + waiting > 0)
  for (const { in: received, out, held, filtered, dropped } of snapshot.parts) {
    const sums = [filtered, dropped].map(counts => Object.values(counts).reduce((sum, count) => sum + count, 0))
    assert.equal(received, out + held + (sums[0] ?? 0) + (sums[1] ?? 0))
  }
  await program.end()
})

test('top -once prints one snapshot, and tap the requested records', async context => {
  const program = new Program(context, ['-admin', '0', ...Array.from({ length: 100 }, () => TRACE)], {
    ADMIN_TAP: 'true',
    ADMIN_REDACT: 'sf.proc.args',
  })
  const port = await program.port()
  await program.holds()
  const top = await new Program(context, ['top', '-at', String(port), '-once']).end()
  assert.equal(top.exit, 0)
  assert.match(top.out.toString(), /^sfprocessor \S+ {2}running .*\n[\s\S]*^sysflowreader +sysflowreader +\d/m)
  assert.ok(!top.out.includes('\u001b'))

  const tap = new Program(context, [
    'tap',
    'flat',
    '-at',
    `127.0.0.1:${port}`,
    '-where',
    'sf.proc.name = sh',
    '-fields',
    'sf.proc.name,sf.proc.args',
    '-limit',
    '3',
  ])
  const taps = tap.end()
  // Records flow as slowly as they are read, until the tap has enough of them.
  const reading = setInterval(() => program.child.stdout?.read(), 5)
  const { exit, out } = await taps
  clearInterval(reading)
  assert.equal(exit, 0, tap.said)
  const records = out
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    records.map(record => Object.keys(record)),
    Array(3).fill(['sf.proc.name', 'sf.proc.args']),
  )
  assert.ok(records.every(record => record['sf.proc.name'] === 'sh' && /^(~[\w-]{12})?$/.test(record['sf.proc.args'])))
})

test('without an endpoint, or with taps disabled, the commands report it', async context => {
  const nothing = new Program(context, ['top', '-at', join(folder, 'nothing.sock'), '-once'])
  assert.equal((await nothing.end()).exit, 1)
  assert.match(nothing.said, /^SFP_ADMIN_UNREACHABLE: cannot connect to unix:.*no such socket; start the process with -admin/)
  const wrong = new Program(context, ['top', '-at', 'ftp://x'])
  assert.equal((await wrong.end()).exit, 1)
  assert.match(wrong.said, /^SFP_ADMIN_AT: invalid address "ftp:\/\/x"/)
  const program = new Program(context, ['-admin', '0', TRACE])
  const tap = new Program(context, ['tap', 'flat', '-at', String(await program.port())])
  assert.equal((await tap.end()).exit, 1)
  assert.match(tap.said, /SFP_TAP_OFF: the tap is disabled; set "tap": true/)
})

test('a tap of a run with worker threads is refused with the reason; metrics are available', {
  skip: withoutWorkers,
}, async context => {
  const program = new Program(context, ['-admin', '0', '-workers', '2', TRACE, TRACE, TRACE], { ADMIN_TAP: 'true' })
  const port = await program.port()
  await program.holds()
  const { status, body } = await requestHttp(port, '/tap/flat')
  assert.equal(status, 400)
  assert.match(body, /SFP_TAP_THREADS/)
  const families = parsedExposition((await requestHttp(port, '/metrics')).body)
  assert.deepEqual(
    families.get('sfprocessor_records_in_total')?.samples.map(({ labels }) => labels.part),
    ['file', 'sysflowreader', 'policyengine', 'exporter'],
  )
  assert.equal((await program.end()).exit, 0)
})

test('with -logformat json every line on standard error is an object, and every entry has every key', async context => {
  const program = new Program(context, ['-logformat', 'json', '-admin', '0', '-perflog', TRACE, join(folder, 'missing')])
  const { exit } = await program.end()
  assert.equal(exit, 1)
  const lines = program.said
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  const summary = lines.pop()
  assert.equal(summary.exit, 1)
  for (const entry of lines)
    assert.deepEqual(Object.keys(entry), ['time', 'level', 'stage', 'code', 'message', 'details', 'where', 'hint'])
  const fault: JsonEntry | undefined = lines.find(({ code }) => code !== null)
  assert.equal(fault?.level, 'error')
  assert.match(fault?.time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('errors at startup have the same form', async context => {
  writeFileSync(
    join(folder, 'bad.json'),
    PIPELINE.replace('"exporter"', '"exprter"').replace('{', '{ "admin": { "prot": 1, "redact": ["sf.proc.nme"] },'),
  )
  const bad = new Program(context, ['-logformat', 'json', '-config', 'bad.json', TRACE])
  assert.equal((await bad.end()).exit, 1)
  const entries: JsonEntry[] = bad.said
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    entries.map(({ level, code, where }) => [level, code, where]),
    [
      ['error', 'SFP_PIPELINE_UNKNOWN_PROCESSOR', 'bad.json:4:18'],
      ['error', 'SFP_CONFIG_UNKNOWN_KEY', 'bad.json:1:14'],
    ],
  )
  assert.deepEqual(entries[0]?.details, { name: 'exprter', nearest: 'exporter', known: entries[0]?.details?.known })
  assert.match(entries[0]?.hint ?? '', /did you mean "exporter"\?/)
  const none = new Program(context, ['-logformat', 'json'])
  assert.equal((await none.end()).exit, 1)
  assert.equal(JSON.parse(none.said).code, 'SFP_PIPELINE_NO_PATH')
})

test('-test opens no endpoint', async context => {
  const program = new Program(context, ['-test', '-admin', '0'])
  assert.equal((await program.end()).exit, 0)
  assert.ok(!program.said.includes('endpoint'))
})
