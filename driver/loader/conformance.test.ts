// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type {
  Action,
  ActionPlugin,
  Batch,
  Driver,
  DriverPlugin,
  Encoder,
  EncoderPlugin,
  Plugin,
  PluginKind,
  ProcessorPlugin,
  Stage,
  Transport,
  TransportPlugin,
} from 'sfprocessor/plugin'
import type { Handler, HandlerPlugin } from 'sfprocessor/sysflow'
import { type ConformanceSetup, conformanceTestsFor, runConformanceTest, verifyDrain } from 'sfprocessor/testing'
import { PLUGIN_KINDS } from '../../core/contract/plugin.js'
import { plugin as action } from '../../resources/templates/action/src/index.js'
import { plugin as driver } from '../../resources/templates/driver/src/index.js'
import { plugin as encoder } from '../../resources/templates/encoder/src/index.js'
import { plugin as handler } from '../../resources/templates/handler/src/index.js'
import { plugin as processor } from '../../resources/templates/processor/src/index.js'
import { plugin as transport } from '../../resources/templates/transport/src/index.js'

/** Plugins that pass every conformance test. For each test there is a plugin below that fails it. */
const GOOD: Readonly<Record<PluginKind, Plugin>> = { driver, processor, handler, action, encoder, transport }

/** The records that the transport of the template has written. */
const readDelivered = (folder: string): string[] => readFileSync(join(folder, 'sample.log'), 'utf8').trimEnd().split('\n')

/** Conformance test → a plugin that fails it. */
type ViolatingPlugins = Readonly<Record<string, Plugin | readonly [Plugin, ConformanceSetup]>>

const withOptions = (options: object): Plugin => ({ ...action, options: { ...action.options, ...options } })
const withProperties = (properties: object): Plugin => withOptions({ properties })

const NEVER = new Promise<never>(() => {})
const SHORT_TIMEOUT = { timeout: 200 }

/** The action with other functions. */
const actionWith = (parts: Partial<Action>): ActionPlugin => ({
  ...action,
  create: (options, host) => ({ ...action.create(options, host), ...parts }),
})

/** The processor with another `run`. */
const processorRunning = (
  run: (stage: Stage, ...rest: Parameters<Stage['run']>) => Promise<void>,
  properties: Partial<ProcessorPlugin> = {},
): ProcessorPlugin => ({
  ...processor,
  create(options, host) {
    const stage = processor.create(options, host)
    return { ...stage, run: (...rest) => run(stage, ...rest) }
  },
  ...properties,
})

const FOR_ALL: ViolatingPlugins = {
  'the name is a letter followed by letters, digits, - and _': { ...action, name: '../up' },
  'the contract version is the one that the program supports': { ...action, contract: 1 as 2 },
  'the summary is one line of text': { ...action, summary: 'two\nlines' },
  'the options schema rejects unknown keys': withOptions({ additionalProperties: true }),
  'every option has a description': withProperties({ 'sample.prefix': { type: 'string', description: '' } }),
  'every default is a valid value of its option': withProperties({
    'sample.prefix': { type: 'string', description: 'x', enum: ['a'], default: 'b' },
  }),
  'every example is valid': withOptions({ examples: [{ 'sample.prefix': 7 }] }),
  'option names start with the name of the plugin and a dot': withProperties({ prefix: { type: 'string', description: 'x' } }),
  'create opens no resources': {
    ...action,
    create(options, host) {
      writeFileSync(join(host.directory, 'log'), '')
      return action.create(options, host)
    },
  } satisfies ActionPlugin,
  'create returns a new object each time and does not change its options': {
    ...action,
    create: (() => {
      const one: Action = { run() {} }
      return () => one
    })(),
  },
  'close works with and without open before it': {
    ...transport,
    create(options, host) {
      const created = transport.create(options, host)
      let isOpen = false
      return {
        ...created,
        async open() {
          await created.open()
          isOpen = true
        },
        async close() {
          if (!isOpen) throw new Error('it is not open')
          await created.close()
        },
      }
    },
  } satisfies TransportPlugin,
  'close can be called twice': {
    ...transport,
    create(options, host) {
      const created = transport.create(options, host)
      let closed = 0
      return {
        ...created,
        async close() {
          if (++closed === 2) throw new Error('it is closed already')
          await created.close()
        },
      }
    },
  } satisfies TransportPlugin,
  'close frees every resource': [
    actionWith({
      async open() {
        setTimeout(() => {}, 3000)
      },
    }),
    SHORT_TIMEOUT,
  ],
  'check resolves soon, to undefined or a string': [
    processorRunning((stage, ...rest) => stage.run(...rest), {
      create: (options, host) => ({ ...processor.create(options, host), check: () => NEVER }),
    }),
    SHORT_TIMEOUT,
  ],
  'report returns plain JSON at any time': actionWith({ report: () => ({ since: new Date() }) }),
}

/** Sends every batch with `send` and keeps a correct ledger. */
const forwarding = (
  send: (batch: Batch, output: Parameters<Stage['run']>[1], number: number) => Promise<void>,
): ProcessorPlugin =>
  processorRunning(async ({ ledger }, input, output) => {
    let number = 0
    for await (const batch of input) {
      ledger.in += batch.length
      ledger.out += batch.length
      await send(batch, output, number++)
    }
  })

const PROCESSOR: ViolatingPlugins = {
  'the ledger accounts for every record': processorRunning(async ({ ledger }, input, output) => {
    for await (const batch of input) {
      ledger.in += batch.length
      await output.send(batch)
    }
  }),
  'nothing is held after run has resolved': processorRunning(async ({ ledger }, input) => {
    for await (const batch of input) {
      ledger.in += batch.length
      ledger.held += batch.length
      batch.release()
    }
  }),
  'every batch is released exactly once': processorRunning(async ({ ledger }, input) => {
    for await (const batch of input) {
      ledger.in += batch.length
      ledger.filter('looked at', batch.length)
    }
  }),
  'an empty input is accepted': processorRunning(async (stage, input, output, abort) => {
    const before = stage.ledger.in
    await stage.run(input, output, abort)
    if (stage.ledger.in === before) throw new Error('division by zero')
  }),
  'each send is awaited': processorRunning(async ({ ledger }, input, output) => {
    const sends: Promise<void>[] = []
    for await (const batch of input) {
      ledger.in += batch.length
      ledger.out += batch.length
      sends.push(output.send(batch))
    }
    await Promise.all(sends)
  }),
  'the output does not depend on batch sizes': processorRunning(async ({ ledger }, input, output) => {
    let number = 0
    for await (const batch of input) {
      ledger.in += batch.length
      if (number++ === 0) {
        ledger.filter('first', batch.length)
        batch.release()
      } else {
        ledger.out += batch.length
        await output.send(batch)
      }
    }
  }),
  'records keep their order': processorRunning(async ({ ledger }, input, output) => {
    const all: Batch[] = []
    for await (const batch of input) all.unshift(batch)
    for (const batch of all) {
      ledger.in += batch.length
      ledger.out += batch.length
      await output.send(batch)
    }
  }),
  'run ends soon after abort': [forwarding(async () => NEVER), SHORT_TIMEOUT],
  'a partitionable processor keeps no state between runs': (() => {
    const before = new WeakSet<object>()
    return processorRunning(
      async ({ ledger }, input, output) => {
        for await (const batch of input) {
          ledger.in += batch.length
          if (before.has(ledger)) {
            ledger.filter('again', batch.length)
            batch.release()
          } else {
            ledger.out += batch.length
            await output.send(batch)
          }
        }
        before.add(ledger)
      },
      { isPartitionable: true },
    )
  })(),
  'offersWith returns only channel types of offers': { ...processor, offersWith: () => ['eventchan'] },
}

/** The driver with another `run`. */
const driverRunning = (run: (driver: Driver, ...rest: Parameters<Driver['run']>) => Promise<void>): DriverPlugin => ({
  ...driver,
  create(options, paths, host) {
    const created = driver.create(options, paths, host)
    return { ...created, run: (...rest) => run(created, ...rest) }
  },
})

/** The driver runs for longer than the time limit, but not for ever. */
const SHORT_TIMEOUT_LONG_INPUT = { options: { count: 50_000 }, timeout: 50 }

const DRIVER: ViolatingPlugins = {
  'the ledger accounts for every record': driverRunning(async (created, output, stop, abort) => {
    await created.run(output, stop, abort)
    created.ledger.in += 2
  }),
  'the driver sends at least one record': driverRunning(async () => {}),
  'run ends soon after stop': [
    driverRunning((created, output, _stop, abort) => created.run(output, abort, abort)),
    SHORT_TIMEOUT_LONG_INPUT,
  ],
  'run ends at once if stop has fired before': [
    driverRunning(async (created, output, stop, abort) => {
      if (stop.aborted) await NEVER
      await created.run(output, stop, abort)
    }),
    SHORT_TIMEOUT,
  ],
  'each send is awaited': driverRunning(async (created, output, stop, abort) => {
    const sends: Promise<void>[] = []
    const impatient = { ...output, send: async (batch: Batch) => void sends.push(output.send(batch)) }
    await created.run(impatient, stop, abort)
    await Promise.all(sends)
  }),
  'run ends soon after abort': [
    driverRunning(async (created, output, stop) => {
      await created.run(output, stop, stop).catch(() => NEVER)
    }),
    SHORT_TIMEOUT_LONG_INPUT,
  ],
  'nothing is sent after run has resolved': driverRunning(async (created, output, stop, abort) => {
    await created.run(output, stop, abort)
    const { ListBatch } = await import('sfprocessor/plugin')
    setImmediate(() => setImmediate(() => output.send(new ListBatch([])).catch(() => {})))
  }),
}

/** The handler with other functions. */
const handles = (parts: Handler, properties: Partial<HandlerPlugin> = {}): HandlerPlugin => ({
  ...handler,
  ...properties,
  create: () => parts,
})

const HANDLER: ViolatingPlugins = {
  'events and entity never throw': handles({
    events() {
      throw new Error('no such attribute')
    },
  }),
  'every batch is sent or released exactly once': handles({ events: () => undefined }),
  'a handler without channel types sends nothing': handles({ events: batch => batch }, { offers: [] }),
  'the ledger of the reader accounts for every record': handles({
    events(batch) {
      const { length } = batch
      let looks = 0
      return new Proxy(batch, {
        get: (target, name) => {
          const value: unknown = name === 'length' ? length + (looks++ % 2) : Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  }),
  'the output does not depend on batch sizes': handles({
    events(batch) {
      if (batch.length > 1) return batch
      batch.release()
      return undefined
    },
  }),
}

const ACTION: ViolatingPlugins = {
  'run returns undefined immediately': actionWith({ run: (async () => {}) as unknown as Action['run'] }),
  'run never throws': actionWith({
    run({ record }) {
      if (record.text('sf.type') === 'NF') throw new Error('no file')
    },
  }),
  'tags are non-empty strings of one line': actionWith({ run: ({ addTag }) => addTag('two\nlines') }),
  'fields have a name, and strings, numbers or booleans as values': actionWith({
    run: ({ addField }) => addField('share', Number.NaN),
  }),
  'no record is read after run has returned': actionWith({
    run: ({ record }) => void setImmediate(() => record.text('sf.type')),
  }),
  'no tag or field is added after run has returned': actionWith({
    run: ({ addTag }) => void setImmediate(() => addTag('late')),
  }),
}

/** The encoder with another `encode`. */
const encoderEncoding = (
  encode: (created: Encoder<never>, ...rest: Parameters<Encoder<never>['encode']>) => void,
  format = 'sample',
): EncoderPlugin => ({
  ...encoder,
  create(options, host) {
    const created = encoder.create(options, host)
    return { ...created, format, encode: (...rest) => encode(created, ...rest) }
  },
})

const ENCODER: ViolatingPlugins = {
  'the format is the name of the plugin': encoderEncoding((created, ...rest) => created.encode(...rest), 'other'),
  'encode never throws': encoderEncoding(() => {
    throw new Error('no such attribute')
  }),
  'every row becomes one record': encoderEncoding((created, batch, from, to, into) => {
    created.encode(batch, from, to, into)
    into.finishRecord()
  }),
  'an encoded record has only one line feed, at its end': encoderEncoding((created, batch, from, to, into) => {
    into.text('head\n')
    created.encode(batch, from, to, into)
  }),
  'the encoded bytes do not depend on how records are divided into calls': encoderEncoding((created, batch, from, to, into) => {
    into.text(`${to - from} `)
    created.encode(batch, from, to, into)
  }),
  'encode neither retains nor releases a batch': encoderEncoding((created, batch, from, to, into) => {
    ;(batch as Batch).retain()
    created.encode(batch, from, to, into)
  }),
}

/** The transport with other functions. */
const transportWith = (
  parts: (created: Transport) => Partial<Transport>,
  properties: Partial<TransportPlugin> = {},
): TransportPlugin => ({
  ...transport,
  ...properties,
  create(options, host) {
    const created = transport.create(options, host)
    return { ...created, ...parts(created) }
  },
})

const TRANSPORT: ViolatingPlugins = {
  'the transport name is the name of the plugin': transportWith(() => ({ name: 'other' })),
  'all records arrive, complete and in order': [
    transportWith(created => ({
      send: (chunk, abort) => (chunk.length > 1 ? created.send(chunk, abort) : Promise.resolve(undefined)),
    })),
    { readDelivered },
  ],
  'the delivery result refers to records of the chunk': transportWith(() => ({
    send: async chunk => ({ rejected: [{ recordIndex: chunk.length, reason: 'too long' }], retryable: [] }),
  })),
  'send ends soon after abort': [transportWith(() => ({ send: () => NEVER })), SHORT_TIMEOUT],
  'open ends soon, and close works after an open that failed': [transportWith(() => ({ open: () => NEVER })), SHORT_TIMEOUT],
  'finish never rejects': transportWith(() => ({
    async finish() {
      throw new Error('not yet')
    },
  })),
  'batching bounds are integers of at least 1': transportWith(() => ({}), { batching: () => ({ records: 0.5 }) }),
}

const VIOLATIONS: Readonly<Record<PluginKind, ViolatingPlugins>> = {
  driver: DRIVER,
  processor: PROCESSOR,
  handler: HANDLER,
  action: ACTION,
  encoder: ENCODER,
  transport: TRANSPORT,
}

test('every conformance test has a plugin here that violates it', () => {
  for (const kind of PLUGIN_KINDS) {
    const known = new Set([...Object.keys(FOR_ALL), ...Object.keys(VIOLATIONS[kind])])
    assert.deepEqual(
      conformanceTestsFor(kind).filter(({ name }) => !known.has(name)),
      [],
      kind,
    )
  }
})

for (const kind of PLUGIN_KINDS)
  test(`the ${kind} of the template passes every conformance test`, async () => {
    for (const conformanceTest of conformanceTestsFor(kind))
      await runConformanceTest(conformanceTest, GOOD[kind], kind === 'transport' ? { readDelivered } : {})
  })

for (const [kind, violations] of [...Object.entries(VIOLATIONS), ['action', FOR_ALL] as const])
  for (const [name, violation] of Object.entries(violations))
    test(`a ${kind} that violates the contract fails the test "${name}"`, async () => {
      const [plugin, setup] = Array.isArray(violation) ? (violation as [Plugin, ConformanceSetup]) : [violation as Plugin, {}]
      const conformanceTest = conformanceTestsFor(plugin.kind).find(conformanceTest => conformanceTest.name === name)
      assert.ok(conformanceTest)
      await assert.rejects(runConformanceTest(conformanceTest, plugin, setup), (error: unknown) => {
        assert.ok(error instanceof Error)
        const { kind, name: called } = plugin
        assert.ok(error.message.startsWith(`${kind} "${called}" violates the contract "${name}": `), error.message)
        return true
      })
    })

test('draining can be tested separately', async () => {
  await verifyDrain(processor)
  await verifyDrain(driver)
  const holding = PROCESSOR['nothing is held after run has resolved'] as ProcessorPlugin
  await assert.rejects(verifyDrain(holding), /records are still held after run has resolved/)
  const careless = DRIVER['the ledger accounts for every record'] as DriverPlugin
  await assert.rejects(verifyDrain(careless), /2 records are not accounted for/)
})
