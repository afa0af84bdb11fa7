// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** The whole program receives a signal to reload rules while it processes records. */

const folder = mkdtempSync(join(tmpdir(), 'reload-'))
after(() => rmSync(folder, { recursive: true }))

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const isCompiled = MAIN.endsWith('.js')
const TRACE = resolve('resources/traces/webshell.sf')
const TRACES = 40
const LIMIT = { timeout: 120_000 }

const RULES = join(folder, 'rules.yaml')
const rule = (name: string): string => `- rule: ${name}\n  desc: d\n  condition: sf.type != nothing\n  priority: low\n`

const CONFIG = join(folder, 'pipeline.json')
writeFileSync(
  CONFIG,
  JSON.stringify({
    pipeline: [
      { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan', batch: 16 },
      { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', policies: RULES, mode: 'enrich' },
      { processor: 'exporter', in: 'events eventchan', export: 'terminal', format: 'json', flat: true },
    ],
  }),
)

writeFileSync(
  join(folder, 'unjudged.json'),
  JSON.stringify({
    pipeline: [
      { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
      { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', mode: 'enrich' },
      { processor: 'exporter', in: 'events eventchan', export: 'terminal', format: 'json', flat: true },
    ],
  }),
)

/** A run whose output is read only on request, so that it cannot end before the test. */
class Busy {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #out = ''
  #error = ''
  #wake = (): void => {}

  constructor(traces: number, ...options: readonly string[]) {
    const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
    const paths = Array<string>(traces).fill(TRACE)
    this.#child = spawn(process.execPath, [...flags, MAIN, '-config', CONFIG, '-summary', 'json', ...options, ...paths], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
    })
    after(() => this.#child.kill('SIGKILL'))
    this.#child.stdout?.setEncoding('utf8').pause()
    this.#child.stderr?.on('data', chunk => {
      this.#error += String(chunk)
      this.#wake()
    })
    this.#ended = new Promise(done => this.#child.on('close', done))
  }

  get error(): string {
    return this.#error
  }

  ask(): void {
    this.#child.kill('SIGHUP')
  }

  /** Reads another piece of the output. */
  async read(): Promise<void> {
    const { stdout } = this.#child
    for (let piece: unknown = null; piece === null; ) {
      piece = stdout?.read() ?? null
      if (piece === null) await new Promise(done => stdout?.once('readable', done))
      else this.#out += String(piece)
    }
  }

  /** Resolves when standard error contains the text `times` times. */
  async tells(text: string, times = 1): Promise<void> {
    while (this.#error.split(text).length <= times) await this.#news()
  }

  /** The same for a message of a worker thread, which comes in the order of traces and so waits for earlier output. */
  async tellsInTime(text: string): Promise<void> {
    while (!this.#error.includes(text)) await Promise.race([this.read(), this.#news()])
  }

  #news(): Promise<void> {
    return new Promise(done => {
      this.#wake = done
    })
  }

  /** Reads to the end. */
  async end(): Promise<{ exit: number | null; sets: number[][]; summary: Summary }> {
    this.#child.stdout?.on('data', chunk => {
      this.#out += String(chunk)
    })
    this.#child.stdout?.resume()
    const exit = await this.#ended
    const sets = this.#out
      .split('\n')
      .slice(0, -1)

      .map(line => (JSON.parse(line).policies ?? []).map(({ id }: { id: string }) => Number(id.slice('set '.length))))
    return { exit, sets, summary: JSON.parse(this.#error.trimEnd().split('\n').at(-1) ?? '') }
  }
}

interface Summary {
  readonly records: number
  readonly parts: readonly { readonly name: string; readonly report: Readonly<Record<string, unknown>> }[]
}

/** Every record was evaluated once, by one rule set, and the engine has counted it so. */
function assertJudgedOnce(sets: readonly number[][], { parts }: Summary): number[] {
  const { report } = parts.find(({ name }) => name === 'policyengine') ?? assert.fail()
  assert.ok(sets.every(({ length }) => length === 1))
  const judged = sets.flat()
  const counts = new Map<number, number>()
  for (const set of judged) counts.set(set, (counts.get(set) ?? 0) + 1)
  const reported = Object.entries(Object(report.byRule)).map(([name, count]) => [Number(name.slice('set '.length)), count])
  assert.deepEqual(new Map(reported as [number, number][]), counts)
  assert.equal(report.alerts, judged.length)
  return judged
}

const isAscending = (numbers: readonly number[]): boolean => numbers.every((number, index) => number >= (numbers[index - 1] ?? 0))

test('a hundred rule changes while records flow: each record is evaluated once, and rule sets never go back', LIMIT, async () => {
  const SWAPS = 100
  writeFileSync(RULES, rule('set 0'))
  const busy = new Busy(TRACES)
  await busy.read()
  for (let set = 1; set <= SWAPS; set++) {
    writeFileSync(RULES, rule(`set ${set}`))
    busy.ask()
    // The program still has records to process while it loads the rules.
    for (let piece = 0; piece < 4; piece++) await busy.read()
    await busy.tells('(ruleset ', set)
  }
  const { exit, sets, summary } = await busy.end()
  assert.equal(exit, 0)
  assert.equal(summary.parts.find(({ name }) => name === 'policyengine')?.report.reloads, SWAPS)
  const judged = assertJudgedOnce(sets, summary)
  assert.equal(judged.length % TRACES, 0)
  assert.ok(isAscending(judged))
  assert.ok(new Set(judged).size > SWAPS / 2, `${new Set(judged).size} sets of rules came to judge`)
})

test(
  'invalid rules are reported with their place once, also with several threads, and the old ones stay in effect',
  LIMIT,
  async () => {
    for (const options of isCompiled ? [[], ['-workers', '2']] : [[]]) {
      writeFileSync(RULES, rule('set 1'))
      const busy = new Busy(TRACES, ...options)
      await busy.read()
      writeFileSync(RULES, rule('set 2').replace('sf.type', 'sf.tipe'))
      busy.ask()
      await busy.tellsInTime('SFP_ENGINE_NOT_RELOADED')
      busy.ask()
      await busy.tellsInTime('have not changed')
      assert.match(busy.error, /rules\.yaml:3:14 {2}SFP_POLICY_UNKNOWN_ATTRIBUTE/)
      await busy.read()
      writeFileSync(RULES, rule('set 3'))
      busy.ask()
      await busy.tellsInTime('(ruleset ')
      const { exit, sets, summary } = await busy.end()
      assert.equal(exit, 0)
      assert.deepEqual([...new Set(assertJudgedOnce(sets, summary))].sort(), [1, 3])
      assert.equal(busy.error.split('SFP_ENGINE_NOT_RELOADED').length, 2)
      assert.equal(busy.error.split('(ruleset ').length, 2)
    }
  },
)

test('without rules SIGHUP does not end the program', LIMIT, async () => {
  const busy = new Busy(TRACES, '-config', 'unjudged.json')
  await busy.read()
  busy.ask()
  await busy.tells('reload requested: looking for changed policies')
  assert.equal((await busy.end()).exit, 0)
})
