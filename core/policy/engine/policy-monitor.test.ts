// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { Batch } from '../../contract/batch.js'
import { WITHOUT_NOTHING } from '../../contract/optimisation.js'
import type { Host, Stage } from '../../contract/stage.js'
import type { JudgedBatch } from '../../contract/verdict.js'
import { showAll } from '../../errors/show.js'
import { FAKE_SOURCE, FakeBatch, FakeEntity, NO_VALUES } from '../../testing/fake-source.js'
import { loadPolicies } from '../language/load.js'
import { policyEngine } from './plugin.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rule = (name: string): string => `- rule: ${name}\n  desc: d\n  condition: row.number >= 0\n  priority: low\n`
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)

/** An engine under way: records flow without pause, each once, until `stop`. */
class Running {
  readonly faults: Error[] = []
  readonly stage: Stage
  /** Numbers of the records that came out, and the rules that each matched. */
  readonly seen: { readonly number: number; readonly rules: string }[] = []
  readonly #abort = new AbortController()
  #loads = 0
  #sent = 0
  #stopped = false
  #done: Promise<void> = Promise.resolve()

  constructor(path: string, interval = 3600) {
    const log = { trace() {}, info() {}, warn() {}, error() {}, health() {} }
    const fault = (error: Error): number => this.faults.push(error)
    const host: Host = {
      log,
      stage: 'e',
      directory: '.',
      inputType: 'fakechan',
      outputType: 'eventchan',
      without: WITHOUT_NOTHING,
      fault,
    }
    const plugin = policyEngine([FAKE_SOURCE], (paths, vocabulary, recordTypes) => {
      this.#loads++
      return loadPolicies(paths, vocabulary, recordTypes)
    })
    this.stage = plugin.create({ policies: path, mode: 'enrich', monitor: 'local', 'monitor.interval': interval }, host)
  }

  get loads(): number {
    return this.#loads
  }

  async start(): Promise<this> {
    await this.stage.open?.()
    this.#done = this.stage.run(this.#records(), { send: batch => this.#take(batch), close() {} }, this.#abort.signal)
    return this
  }

  /** Resolves when records come out with just these rules; the test's time limit is the only other end. */
  async until(rules: string): Promise<void> {
    await this.untilSo(() => this.seen.at(-1)?.rules === rules)
  }

  async untilSo(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause()
  }

  /** Ends the flow; every record has come out once, in order. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#done
    await this.stage.close?.()
    assert.deepEqual(
      this.seen.map(({ number }) => number),
      Array.from({ length: this.#sent }, (_, number) => number),
    )
    assert.equal(this.stage.ledger.difference, 0)
  }

  async *#records(): AsyncGenerator<Batch> {
    const entity = new FakeEntity(NO_VALUES)
    while (!this.#stopped) {
      await pause()
      const numbers = [this.#sent++, this.#sent++, this.#sent++]
      yield new FakeBatch(
        numbers.map(number => ({ type: 'PE', flags: 0, actor: entity, file: entity, values: { ...NO_VALUES, number } })),
      )
    }
  }

  async #take(batch: Batch): Promise<void> {
    const { records, rows, verdicts } = batch as JudgedBatch<FakeBatch>
    for (const [index, row] of rows.entries()) {
      const rules = verdicts[index]?.rules.map(({ name }) => name).join('+') ?? ''
      this.seen.push({ number: records.row(row).values.number, rules })
    }
    batch.release()
  }
}

const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))
const LIMIT = { timeout: 60_000 }

test('check 85: a changed rule takes effect while records flow; none is lost or doubled', LIMIT, async () => {
  write('a.yaml', rule('one'))
  const running = await new Running(folder).start()
  await running.until('one')
  write('a.yaml', rule('two'))
  await running.until('two')
  mkdirSync(join(folder, 'deeper'))
  write('deeper/b.yml', rule('three'))
  await running.until('two+three')
  rmSync(join(folder, 'a.yaml'))
  await running.until('three')
  await running.stop()
  const { byRule, reloads, alerts } = running.stage.report?.() ?? {}
  assert.equal(reloads, 3)
  assert.equal(alerts, running.seen.length)
  assert.deepEqual(Object.keys(byRule ?? {}).sort(), ['one', 'three', 'two'])
  assert.deepEqual(running.faults, [])
})

test('check 86: a broken file leaves the old rules in force and is reported with its place, once', LIMIT, async () => {
  write('a.yaml', rule('one'))
  const running = await new Running(folder).start()
  await running.until('one')
  write('a.yaml', rule('two').replace('row.number', 'row.nonsense'))
  await running.untilSo(() => running.faults.length > 0)
  await running.until('one')
  const text = running.faults.map(showAll).join('\n')
  assert.match(text, /a\.yaml:3:14 {2}SFP_POLICY_UNKNOWN_ATTRIBUTE/)
  assert.match(text, /SFP_ENGINE_NOT_RELOADED/)
  assert.equal(running.faults.length, 2)
  write('a.yaml', rule('three'))
  await running.until('three')
  await running.stop()
  assert.equal(running.faults.length, 2)
})

test('check 87: rewriting the same content causes no reload', LIMIT, async () => {
  write('a.yaml', rule('one'))
  const running = await new Running(folder).start()
  await running.until('one')
  write('a.yaml', rule('one'))
  write('notes.txt', 'not a policy')
  // A real change afterwards is noticed, and is the only one that was.
  await new Promise(resolve => setTimeout(resolve, 600))
  write('a.yaml', rule('two'))
  await running.until('two')
  await running.stop()
  assert.equal(running.loads, 2)
})

test('a single file that an editor replaces is noticed', LIMIT, async () => {
  write('a.yaml', rule('one'))
  write('b.yaml', rule('other'))
  const running = await new Running(join(folder, 'a.yaml')).start()
  await running.until('one')
  write('a.yaml.new', rule('two'))
  renameSync(join(folder, 'a.yaml.new'), join(folder, 'a.yaml'))
  await running.until('two')
  await running.stop()
})

test('policies behind links that are turned to another directory, as Kubernetes does, are noticed', LIMIT, async () => {
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, `..${name}`))
    write(`..${name}/a.yaml`, rule(name))
  }
  symlinkSync('..one', join(folder, '..data'))
  symlinkSync('..data/a.yaml', join(folder, 'a.yaml'))
  const running = await new Running(folder, 1).start()
  await running.until('one')
  symlinkSync('..two', join(folder, '..new'))
  renameSync(join(folder, '..new'), join(folder, '..data'))
  await running.until('two')
  await running.stop()
})

test('a directory that vanishes leaves the old rules in force', LIMIT, async () => {
  const inner = join(folder, 'inner')
  mkdirSync(inner)
  write('inner/a.yaml', rule('one'))
  const running = await new Running(inner, 1).start()
  await running.until('one')
  rmSync(inner, { recursive: true })
  await running.untilSo(() => running.faults.length > 0)
  await running.until('one')
  mkdirSync(inner)
  write('inner/a.yaml', rule('two'))
  await running.until('two')
  await running.stop()
})
