// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from '../../core/contract/ledger.js'
import type { Plugin } from '../../core/contract/plugin.js'
import { NEVER_ABORTED, type Stage } from '../../core/contract/stage.js'
import { Fault } from '../../core/errors/fault.js'
import { pluginError } from '../../core/errors/plugin-error.js'
import { faultCollectingHost } from '../../plugins/sysflow/testing/flatten-trace.js'
import { passPlugin } from '../testing/number-plugins.js'
import { withPluginErrors } from './with-plugin-errors.js'

const NOTHING = { async *[Symbol.asyncIterator]() {} }
const OUTPUT = { send: async () => {}, close() {} }

function made(stage: unknown, faults: Error[] = []): Stage {
  const plugin = withPluginErrors(passPlugin(() => stage as Stage))
  return plugin.kind === 'processor' ? plugin.create({}, faultCollectingHost(faults)) : assert.fail()
}

const stage = (more: object): object => ({ ledger: new Ledger(), async run() {}, ...more })

const named = (step: string, reason: string) => (error: unknown) => {
  assert.ok(error instanceof Fault)
  assert.deepEqual([error.code, error.message], ['SFP_PLUGIN_FAILED', `processor "pass" failed in ${step}: ${reason}`])
  assert.equal(error.where, 'stage "test"')
  return true
}

test('an error of a stage, thrown or rejected, has the name of its plugin and of the step; its own properties are preserved', async () => {
  class Own {
    readonly ledger = new Ledger()
    #opened = 0
    async open(): Promise<void> {
      if (this.#opened++ > 0) throw new RangeError('twice')
    }
    close(): void {
      throw 'no error'
    }
    async run(): Promise<void> {
      throw new TypeError('no run')
    }
  }
  const own = made(new Own())
  await own.open?.()
  await assert.rejects(async () => own.open?.(), named('open', 'twice'))
  assert.throws(() => own.close?.(), named('close', 'no error'))
  await assert.rejects(own.run(NOTHING, OUTPUT, NEVER_ABORTED), named('run', 'no run'))
  assert.equal(own.check, undefined)
})

test('a plugin error is reported unchanged', async () => {
  const own = made(
    stage({
      async open() {
        throw pluginError('there is no lamp', { hint: 'buy one' })
      },
    }),
  )
  await assert.rejects(async () => own.open?.(), { code: 'SFP_PLUGIN_SAYS', message: 'there is no lamp' })
})

for (const [what, stage, reason] of [
  ['nothing', undefined, 'it returned nothing'],
  ['a promise', Promise.resolve(), 'it returned a promise, but must return a value'],
  ['a stage without a function "run"', { ledger: new Ledger() }, 'the returned value has no function "run"'],
  ['a stage without a ledger', { async run() {} }, 'the returned value has no "ledger"'],
  [
    'a stage with another kind of ledger',
    { async run() {}, ledger: { taken: 0 } },
    'its "ledger" is not a ledger: create it with new Ledger() of sfprocessor/plugin',
  ],
] as const) {
  test(`a processor that creates ${what} is refused at creation`, () => {
    assert.throws(() => made(stage), named('create', reason))
  })
}

test('a report that fails, or is not plain JSON, is reported once and is empty', () => {
  for (const [report, reason] of [
    [() => assert.fail('no report'), 'no report'],
    [() => ({ large: 1n }), 'Do not know how to serialize a BigInt'],
  ] as const) {
    const faults: Error[] = []
    const own = made(stage({ report }), faults)
    assert.deepEqual([own.report?.(), own.report?.()], [{}, {}])
    assert.equal(faults.length, 1)
    named('report', reason)(faults[0])
  }
  assert.deepEqual(made(stage({ report: () => ({ read: 1, at: new Date(0) }) })).report?.(), {
    read: 1,
    at: '1970-01-01T00:00:00.000Z',
  })
})

test('errors of other functions of a processor name the plugin too', () => {
  const plugin = withPluginErrors(
    passPlugin(undefined, {
      offersWith() {
        throw new Error('unsure')
      },
    }) as Plugin,
  )
  assert.throws(() => plugin.kind === 'processor' && plugin.offersWith?.({}), /processor "pass" failed in offersWith: unsure/)
})
