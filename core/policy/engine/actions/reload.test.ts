// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Action } from '../../../contract/action.js'
import type { Batch } from '../../../contract/batch.js'
import type { EvaluatedBatch } from '../../../contract/evaluated-batch.js'
import { NONE_DISABLED } from '../../../contract/host.js'
import type { ActionPlugin } from '../../../contract/plugin.js'
import type { Stage } from '../../../contract/stage.js'
import { componentsOf } from '../../../testing/components.js'
import { loadPolicies } from '../../language/load.js'
import { FAKE_ADAPTER, FakeBatch, FakeEntity, NO_VALUES } from '../../testing/fake-adapter.js'
import { policyEngine } from '../plugin.js'

/** The state of actions when rules change while records flow. */

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actions-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const LIMIT = { timeout: 60_000 }

class Engine {
  readonly messages: string[] = []
  /** The calls of the actions. */
  readonly acts: string[] = []
  readonly tags: string[][] = []
  readonly stage: Stage
  readonly #file = join(folder, 'rules.yaml')
  #ask = (): void => {}

  constructor(actions: string, parts: (name: string) => Partial<Action> = () => ({})) {
    this.write(actions)
    const plugins = ['a', 'b', 'c'].map(name => this.#action(name, parts(name)))
    const say = (text: string): void => void this.messages.push(text)
    this.stage = policyEngine(componentsOf([FAKE_ADAPTER], plugins), loadPolicies).create(
      { policies: this.#file },
      {
        log: { trace() {}, info: say, warn: say, error: say, health() {} },
        stage: 'engine',
        directory: '.',
        inputType: 'fakechan',
        outputType: 'eventchan',
        disabledOptimizations: NONE_DISABLED,
        records: () => [],
        reportFault: fault => say(fault.message),
        onReload: listener => {
          this.#ask = listener
          return () => {}
        },
      },
    )
  }

  write(actions: string): void {
    writeFileSync(this.#file, `- rule: r\n  desc: d\n  condition: row.number >= 0\n  actions: [${actions}]\n`)
  }

  /** Reloads the rules with these actions. Resolves when a matching message has been logged. */
  async reload(actions: string, end: RegExp): Promise<void> {
    this.write(actions)
    const before = this.messages.length
    this.#ask()
    while (!this.messages.slice(before).some(text => end.test(text))) await setTimeout(1)
  }

  async evaluate(): Promise<void> {
    const entity = new FakeEntity(NO_VALUES)
    const batch = new FakeBatch([{ type: 'PE', flags: 0, actor: entity, file: entity, values: NO_VALUES }])
    async function* input(): AsyncGenerator<Batch> {
      yield batch
    }
    const send = async (out: Batch): Promise<void> => {
      for (const matches of (out as EvaluatedBatch<FakeBatch>).matches) this.tags.push([...(matches?.contextTags ?? [])])
      out.release()
    }
    await this.stage.run(input(), { send, close() {} }, new AbortController().signal)
  }

  #action(name: string, parts: Partial<Action>): ActionPlugin {
    const { acts } = this
    return {
      kind: 'action',
      name,
      contract: 2,
      summary: '',
      options: { type: 'object', additionalProperties: false, properties: {} },
      create() {
        acts.push(`create ${name}`)
        return {
          check(argument) {
            if (argument === 'bad') throw new Error('bad')
          },
          open: async () => void acts.push(`open ${name}`),
          run: hit => hit.addTag(`${name} ${hit.argument}`.trim()),
          close: async () => void acts.push(`close ${name}`),
          ...parts,
        }
      },
    }
  }
}

const IN_FORCE = /loaded \d+ rules from .*/

test(
  'after a reload, actions in use are retained, new ones created, others closed; arguments are checked again',
  LIMIT,
  async () => {
    const engine = new Engine('a, b:1')
    await engine.stage.open?.()
    await engine.evaluate()
    await engine.reload('b:2, c, c:bad', IN_FORCE)
    await engine.evaluate()
    assert.deepEqual(engine.tags, [
      ['a', 'b 1'],
      ['b 2', 'c'],
    ])
    assert.ok(engine.messages.includes('invalid use of action "c": bad'))
    assert.deepEqual(engine.acts, ['create a', 'create b', 'open a', 'open b', 'create c', 'open c', 'close a'])
    await engine.stage.close?.()
    assert.deepEqual(engine.acts.slice(-2).sort(), ['close b', 'close c'])
    assert.deepEqual(engine.stage.report?.().actions, {
      a: { runs: 1, faults: 0 },
      b: { runs: 2, faults: 0 },
      c: { runs: 1, faults: 0 },
    })
  },
)

test('an action that is used again is created again, and its counts continue', LIMIT, async () => {
  const engine = new Engine('a')
  await engine.stage.open?.()
  await engine.evaluate()
  await engine.reload('b', IN_FORCE)
  await engine.reload('a', IN_FORCE)
  await engine.evaluate()
  assert.deepEqual(engine.acts, ['create a', 'open a', 'create b', 'open b', 'close a', 'create a', 'open a', 'close b'])
  assert.deepEqual(Object(engine.stage.report?.().actions).a, { runs: 2, faults: 0 })
  await engine.stage.close?.()
})

test('rules whose action cannot be opened do not take effect, and the next attempt creates the action again', LIMIT, async () => {
  let isBroken = true
  const open = async (): Promise<void> => {
    if (isBroken) throw new Error('no target')
  }
  const engine = new Engine('a', name => (name === 'b' ? { open } : {}))
  await engine.stage.open?.()
  await engine.reload('b', /reload of the policies at .* failed/)
  assert.ok(engine.messages.includes('action "b" failed in open: no target'))
  await engine.evaluate()
  isBroken = false
  await engine.reload('b, b', IN_FORCE)
  await engine.evaluate()
  assert.deepEqual(engine.tags, [['a'], ['b', 'b']])
  await engine.stage.close?.()
  assert.deepEqual(engine.acts, ['create a', 'open a', 'create b', 'close b', 'create b', 'close a', 'close b'])
})

test('an action that hangs in close blocks neither records nor a later reload', LIMIT, async () => {
  const engine = new Engine('a', name => (name === 'a' ? { close: () => new Promise(() => {}) } : {}))
  await engine.stage.open?.()
  await engine.reload('b', IN_FORCE)
  await engine.evaluate()
  await engine.reload('c', IN_FORCE)
  await engine.evaluate()
  assert.deepEqual(engine.tags, [['b'], ['c']])
  await engine.stage.close?.()
  assert.equal(engine.messages.filter(text => /action "a" failed in close: it has not ended after 3 s/.test(text)).length, 1)
})
