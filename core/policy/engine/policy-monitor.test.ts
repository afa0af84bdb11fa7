// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Batch } from '../../contract/batch.js'
import type { EvaluatedBatch } from '../../contract/evaluated-batch.js'
import { type Host, NONE_DISABLED } from '../../contract/host.js'
import type { Stage } from '../../contract/stage.js'
import { formatFaults } from '../../errors/format-fault.js'
import { componentsOf } from '../../testing/components.js'
import { loadPolicies } from '../language/load.js'
import { FAKE_ADAPTER, FakeBatch, FakeEntity, NO_VALUES } from '../testing/fake-adapter.js'
import { policyEngine } from './plugin.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rule = (name: string): string => `- rule: ${name}\n  desc: d\n  condition: row.number >= 0\n  priority: low\n`
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)

interface TestSetup {
  readonly monitor?: 'local' | 'none'
  readonly interval?: number
  /** Runs after the policies have been read for the `load`th time, before they are activated. */
  readonly afterLoad?: (load: number) => void
}

/** A running engine: records flow continuously, each once, until `stop`. */
class RunningEngine {
  readonly faults: Error[] = []
  readonly lines: string[] = []
  readonly stage: Stage
  /** Numbers of the output records, and the rules that each matched. */
  readonly seen: { readonly number: number; readonly rules: string }[] = []
  readonly #abort = new AbortController()
  readonly #listeners = new Set<() => void>()
  #loads = 0
  #sent = 0
  #stopped = false
  #done: Promise<void> = Promise.resolve()

  constructor(path: string, given: TestSetup = {}) {
    const log = { trace() {}, info: (line: string) => this.lines.push(line), warn() {}, error() {}, health() {} }
    const reportFault = (error: Error): number => this.faults.push(error)
    const host: Host = {
      log,
      stage: 'e',
      directory: '.',
      inputType: 'fakechan',
      outputType: 'eventchan',
      disabledOptimizations: NONE_DISABLED,
      records: () => [],
      reportFault,
      onReload: listener => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
    const plugin = policyEngine(componentsOf([FAKE_ADAPTER]), (paths, attributes, recordTypes) => {
      this.#loads++
      const loaded = loadPolicies(paths, attributes, recordTypes)
      given.afterLoad?.(this.#loads)
      return loaded
    })
    const { monitor = 'local', interval = 3600 } = given
    this.stage = plugin.create({ policies: path, mode: 'enrich', monitor, 'monitor.interval': interval }, host)
  }

  get loads(): number {
    return this.#loads
  }

  async start(): Promise<this> {
    await this.stage.open?.()
    this.#done = this.stage.run(this.#records(), { send: batch => this.#take(batch), close() {} }, this.#abort.signal)
    return this
  }

  /** Requests a reload, as a signal does. */
  ask(): void {
    for (const listener of this.#listeners) listener()
  }

  /** Resolves when output records match exactly these rules. Otherwise the test's time limit ends the wait. */
  async until(rules: string): Promise<void> {
    await this.untilSo(() => this.seen.at(-1)?.rules === rules)
  }

  async untilSo(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause()
  }

  /** Ends the input. Every record has been output once, in order. */
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
    const { records, rows, matches } = batch as EvaluatedBatch<FakeBatch>
    for (const [index, row] of rows.entries()) {
      const rules = matches[index]?.rules.map(({ name }) => name).join('+') ?? ''
      this.seen.push({ number: records.row(row).values.number, rules })
    }
    batch.release()
  }
}

const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))
const LIMIT = { timeout: 60_000 }

test('check 85: a changed rule takes effect while records flow; none is lost or doubled', LIMIT, async () => {
  write('a.yaml', rule('one'))
  const running = await new RunningEngine(folder).start()
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

test('check 86: an invalid file leaves the old rules in effect and is reported once with its place', LIMIT, async () => {
  write('a.yaml', rule('one'))
  const running = await new RunningEngine(folder).start()
  await running.until('one')
  write('a.yaml', rule('two').replace('row.number', 'row.nonsense'))
  await running.untilSo(() => running.faults.length > 0)
  await running.until('one')
  const text = running.faults.map(formatFaults).join('\n')
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
  const running = await new RunningEngine(folder).start()
  await running.until('one')
  write('a.yaml', rule('one'))
  write('notes.txt', 'not a policy')
  // A later change of content is detected, and it is the only one.
  await new Promise(resolve => setTimeout(resolve, 600))
  write('a.yaml', rule('two'))
  await running.until('two')
  await running.stop()
  assert.equal(running.loads, 2)
})

test('a single file that an editor replaces is reloaded', LIMIT, async () => {
  write('a.yaml', rule('one'))
  write('b.yaml', rule('other'))
  const running = await new RunningEngine(join(folder, 'a.yaml')).start()
  await running.until('one')
  write('a.yaml.new', rule('two'))
  renameSync(join(folder, 'a.yaml.new'), join(folder, 'a.yaml'))
  await running.until('two')
  await running.stop()
})

/** Ways to replace policies. Each is detected although the next check is due in an hour. */
const REPLACEMENTS: readonly Replacement[] = [
  {
    name: 'an editor that removes the file and writes it again',
    change: name => {
      rmSync(join(folder, 'p/a.yaml'))
      write('p/a.yaml', rule(name))
    },
  },
  {
    name: 'an editor that writes beside the file and renames',
    change: name => {
      write('p/.a.yaml.swp', rule(name))
      renameSync(join(folder, 'p/.a.yaml.swp'), join(folder, 'p/a.yaml'))
    },
  },
  {
    name: 'an editor that keeps the old file beside the new one',
    change: name => {
      renameSync(join(folder, 'p/a.yaml'), join(folder, 'p/a.yaml~'))
      write('p/a.yaml', rule(name))
    },
  },
  {
    name: 'a writer that empties the file and fills it in pieces',
    change: name => {
      write('p/a.yaml', '')
      for (const piece of rule(name).split(/(?<=\n)/)) appendFileSync(join(folder, 'p/a.yaml'), piece)
    },
  },
  {
    name: 'a file in a folder that was made for it',
    change: name => {
      rmSync(join(folder, 'p/a.yaml'), { force: true })
      rmSync(join(folder, 'p/deep'), { recursive: true, force: true })
      mkdirSync(join(folder, 'p/deep/er'), { recursive: true })
      write('p/deep/er/b.yml', rule(name))
    },
  },
  {
    name: 'a folder that is replaced by another',
    change: name => {
      mkdirSync(join(folder, 'q'))
      write('q/a.yaml', rule(name))
      renameSync(join(folder, 'p'), join(folder, `old ${name}`))
      renameSync(join(folder, 'q'), join(folder, 'p'))
    },
  },
  {
    name: 'a folder that vanishes and comes back',
    change: name => {
      rmSync(join(folder, 'p'), { recursive: true })
      mkdirSync(join(folder, 'p'))
      write('p/a.yaml', rule(name))
    },
  },
  {
    name: 'a file that is renamed',
    change: name => {
      write('p/a.yaml', rule(name))
      renameSync(join(folder, 'p/a.yaml'), join(folder, `p/${name}.yml`))
      for (const other of ['one', 'two', 'three', 'four'])
        if (other !== name) rmSync(join(folder, `p/${other}.yml`), { force: true })
    },
  },
  {
    name: 'Kubernetes, which turns a link beside the files to another folder',
    prepare: () => {
      rmSync(join(folder, 'p/a.yaml'))
      mount('one')
      symlinkSync('..data/a.yaml', join(folder, 'p/a.yaml'))
    },
    change: mount,
  },
  {
    name: 'a folder that is a link to another, turned to a third',
    prepare: () => {
      rmSync(join(folder, 'p'), { recursive: true })
      link('one')
    },
    change: link,
  },
]

interface Replacement {
  readonly name: string
  prepare?(): void
  change(name: string): void
}

function mount(name: string): void {
  mkdirSync(join(folder, `p/..${name}`))
  write(`p/..${name}/a.yaml`, rule(name))
  symlinkSync(`..${name}`, join(folder, 'p/..new'))
  renameSync(join(folder, 'p/..new'), join(folder, 'p/..data'))
  for (const other of readdirSync(join(folder, 'p'))) {
    if (other.startsWith('..') && other !== '..data' && other !== `..${name}`)
      rmSync(join(folder, 'p', other), { recursive: true })
  }
}

function link(name: string): void {
  mkdirSync(join(folder, name))
  write(`${name}/a.yaml`, rule(name))
  symlinkSync(name, join(folder, 'new'))
  renameSync(join(folder, 'new'), join(folder, 'p'))
}

for (const { name, prepare, change } of REPLACEMENTS) {
  for (const kind of ['folder', 'file'] as const) {
    if (kind === 'file' && /for it|is renamed/.test(name)) continue
    test(`${name}: reloaded three times in a row, where "policies" names a ${kind}`, LIMIT, async () => {
      mkdirSync(join(folder, 'p'))
      write('p/a.yaml', rule('one'))
      prepare?.()
      const running = await new RunningEngine(join(folder, kind === 'folder' ? 'p' : 'p/a.yaml')).start()
      await running.until('one')
      for (const next of ['two', 'three', 'four']) {
        change(next)
        await running.until(next)
      }
      await running.stop()
    })
  }
}

test('a change in a folder that replaced another is reloaded', LIMIT, async () => {
  for (const name of ['p', 'q']) mkdirSync(join(folder, name))
  write('p/a.yaml', rule('one'))
  write('q/a.yaml', rule('two'))
  const running = await new RunningEngine(join(folder, 'p')).start()
  await running.until('one')
  renameSync(join(folder, 'p'), join(folder, 'old'))
  renameSync(join(folder, 'q'), join(folder, 'p'))
  await running.until('two')
  write('p/b.yaml', rule('three'))
  await running.until('two+three')
  await running.stop()
})

test('if a folder is missing, the old rules stay in effect until it exists again', LIMIT, async () => {
  const inner = join(folder, 'inner')
  mkdirSync(inner)
  write('inner/a.yaml', rule('one'))
  const running = await new RunningEngine(inner).start()
  await running.until('one')
  rmSync(inner, { recursive: true })
  await running.untilSo(() => running.faults.length > 0)
  await running.until('one')
  mkdirSync(inner)
  write('inner/a.yaml', rule('two'))
  await running.until('two')
  await running.stop()
})

test('a change without a file system event is found after the interval', LIMIT, async () => {
  const far = join(folder, 'far')
  mkdirSync(join(far, 'near/p'), { recursive: true })
  write('far/near/p/a.yaml', rule('one'))
  const running = await new RunningEngine(join(far, 'near/p'), { interval: 1 }).start()
  await running.until('one')
  mkdirSync(join(folder, 'other/near/p'), { recursive: true })
  write('other/near/p/a.yaml', rule('two'))
  renameSync(far, join(folder, 'gone'))
  renameSync(join(folder, 'other'), far)
  await running.until('two')
  await running.stop()
})

test('a reload request loads changed policies without watching, and reports if nothing changed', LIMIT, async () => {
  write('a.yaml', rule('one'))
  const running = await new RunningEngine(folder, { monitor: 'none' }).start()
  await running.until('one')
  running.ask()
  await running.untilSo(() => running.lines.some(line => /have not changed/.test(line)))
  write('a.yaml', rule('two'))
  running.ask()
  await running.until('two')
  write('a.yaml', 'nonsense: [')
  running.ask()
  await running.untilSo(() => running.faults.length > 0)
  await running.until('two')
  await running.stop()
  assert.deepEqual([running.stage.report?.()?.reloads, running.loads], [1, 3])
})

test('rules that change during a load take effect in one consistent version', LIMIT, async () => {
  write('a.yaml', rule('a1'))
  write('b.yaml', rule('b1'))
  const afterLoad = (load: number): void => {
    if (load === 2) write('b.yaml', rule('b2'))
  }
  const running = await new RunningEngine(folder, { monitor: 'none', afterLoad }).start()
  await running.until('a1+b1')
  write('a.yaml', rule('a2'))
  running.ask()
  await running.until('a2+b2')
  await running.stop()
  assert.deepEqual([...new Set(running.seen.map(({ rules }) => rules))], ['a1+b1', 'a2+b2'])
  assert.deepEqual([running.stage.report?.()?.reloads, running.loads], [1, 3])
})

test('the report shows the active rules, and its digest changes with their content', LIMIT, async () => {
  write('a.yaml', rule('one'))
  const running = await new RunningEngine(folder).start()
  const before = running.stage.report?.()?.ruleSet
  write('a.yaml', rule('two'))
  await running.until('two')
  const after = running.stage.report?.()?.ruleSet
  assert.match(String(before), /^[0-9a-f]{16}$/)
  assert.notEqual(before, after)
  write('a.yaml', rule('one'))
  await running.until('one')
  assert.equal(running.stage.report?.()?.ruleSet, before)
  await running.stop()
})

test('two hundred reloads use no more memory than one', LIMIT, async () => {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  const recordsIn = (): number => {
    assert.ok(typeof collect === 'function')
    collect()
    return process.memoryUsage().heapUsed / 1e6
  }
  /** About a megabyte of plan. */
  const large = (name: string): string => {
    const words = Array.from({ length: 2000 }, (_, word) => `word_of_${name}_${word}`).join(', ')
    return `${rule(name)}- rule: many ${name}\n  desc: d\n  condition: row.text in (${words})\n  priority: low\n`
  }
  write('a.yaml', large('set0'))
  const running = await new RunningEngine(folder, { monitor: 'none' }).start()
  const reload = async (set: number): Promise<void> => {
    write('a.yaml', large(`set${set}`))
    running.ask()
    await running.until(`set${set}`)
  }
  await running.until('set0')
  for (let set = 1; set <= 10; set++) await reload(set)
  const before = recordsIn()
  for (let set = 11; set <= 210; set++) await reload(set)
  const after = recordsIn()
  await running.stop()
  assert.equal(running.stage.report?.()?.reloads, 210)
  assert.ok(after - before < 10, `${Math.round(after - before)} MB more after 200 reloads`)
})
