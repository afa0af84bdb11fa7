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
  Handler,
  HandlerPlugin,
  Plugin,
  PluginKind,
  ProcessorPlugin,
  Stage,
  Transport,
  TransportPlugin,
} from 'sfprocessor/plugin'
import { type ConformanceSetup, conformanceTestsFor, runConformanceTest, verifyDrain } from 'sfprocessor/testing'
import { plugin as action } from '../../../../resources/templates/action/src/index.js'
import { plugin as driver } from '../../../../resources/templates/driver/src/index.js'
import { plugin as encoder } from '../../../../resources/templates/encoder/src/index.js'
import { plugin as handler } from '../../../../resources/templates/handler/src/index.js'
import { plugin as processor } from '../../../../resources/templates/processor/src/index.js'
import { plugin as transport } from '../../../../resources/templates/transport/src/index.js'
import { PLUGIN_KINDS } from '../../../contract/plugin.js'

/** Plugins that hold to every law, and what each law is to be broken by. */

const GOOD: Readonly<Record<PluginKind, Plugin>> = { driver, processor, handler, action, encoder, transport }

/** What a transport of the template has written. */
const readDelivered = (folder: string): string[] => readFileSync(join(folder, 'sample.log'), 'utf8').trimEnd().split('\n')

/** Law → a plugin that breaks it. */
type ViolatingPlugins = Readonly<Record<string, Plugin | readonly [Plugin, ConformanceSetup]>>

const withOptions = (options: object): Plugin => ({ ...action, options: { ...action.options, ...options } })
const withProperties = (properties: object): Plugin => withOptions({ properties })

const NEVER = new Promise<never>(() => {})
const SHORT_TIMEOUT = { timeout: 200 }

/** An action whose parts are others. */
const actionWith = (parts: Partial<Action>): ActionPlugin => ({
  ...action,
  create: (options, host) => ({ ...action.create(options, host), ...parts }),
})

/** A processor that is run as this says. */
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
  'its name is a word of letters, digits, - and _': { ...action, name: '../up' },
  'it is written for this contract': { ...action, contract: 2 as 1 },
  'its summary is one line': { ...action, summary: 'two\nlines' },
  'its options are a schema that refuses unknown keys': withOptions({ additionalProperties: true }),
  'every setting is described': withProperties({ 'sample.prefix': { type: 'string', description: '' } }),
  'every default is a value that its setting may have': withProperties({
    'sample.prefix': { type: 'string', description: 'x', enum: ['a'], default: 'b' },
  }),
  'every example is accepted by its schema': withOptions({ examples: [{ 'sample.prefix': 7 }] }),
  'its settings begin with its name and a point': withProperties({ prefix: { type: 'string', description: 'x' } }),
  'create opens nothing': {
    ...action,
    create(options, host) {
      writeFileSync(join(host.directory, 'log'), '')
      return action.create(options, host)
    },
  } satisfies ActionPlugin,
  'create makes a new one each time and leaves its options alone': {
    ...action,
    create: (() => {
      const one: Action = { run() {} }
      return () => one
    })(),
  },
  'it can be closed whether it was opened or not': {
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
  'it can be closed twice': {
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
  'nothing of it stays open once it is closed': [
    actionWith({
      async open() {
        setTimeout(() => {}, 3000)
      },
    }),
    SHORT_TIMEOUT,
  ],
  'its health is nothing or a text, told soon': [
    processorRunning((stage, ...rest) => stage.run(...rest), {
      create: (options, host) => ({ ...processor.create(options, host), check: () => NEVER }),
    }),
    SHORT_TIMEOUT,
  ],
  'its report is plain JSON, whenever it is asked for': actionWith({ report: () => ({ since: new Date() }) }),
}

/** Passes every batch on as `send` says, with books that are right. */
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
  'its books balance': processorRunning(async ({ ledger }, input, output) => {
    for await (const batch of input) {
      ledger.in += batch.length
      await output.send(batch)
    }
  }),
  'at the end of its input everything has been sent on': processorRunning(async ({ ledger }, input) => {
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
  'an input without records is fine': processorRunning(async (stage, input, output, abort) => {
    const before = stage.ledger.in
    await stage.run(input, output, abort)
    if (stage.ledger.in === before) throw new Error('division by zero')
  }),
  'it waits until there is room': processorRunning(async ({ ledger }, input, output) => {
    const sends: Promise<void>[] = []
    for await (const batch of input) {
      ledger.in += batch.length
      ledger.out += batch.length
      sends.push(output.send(batch))
    }
    await Promise.all(sends)
  }),
  'what comes out does not depend on how records were cut into batches': processorRunning(async ({ ledger }, input, output) => {
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
  'records leave in the order in which they came': processorRunning(async ({ ledger }, input, output) => {
    const all: Batch[] = []
    for await (const batch of input) all.unshift(batch)
    for (const batch of all) {
      ledger.in += batch.length
      ledger.out += batch.length
      await output.send(batch)
    }
  }),
  'run ends soon when it is aborted': [forwarding(async () => NEVER), SHORT_TIMEOUT],
  'where it is said to keep nothing between traces, it does not': (() => {
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
  'it offers no other channel types than it says': { ...processor, offersWith: () => ['eventchan'] },
}

/** A driver that is run as this says. */
const driverRunning = (run: (driver: Driver, ...rest: Parameters<Driver['run']>) => Promise<void>): DriverPlugin => ({
  ...driver,
  create(options, paths, host) {
    const created = driver.create(options, paths, host)
    return { ...created, run: (...rest) => run(created, ...rest) }
  },
})

/** It goes on for longer than a law waits, and not for ever. */
const SHORT_TIMEOUT_LONG_INPUT = { options: { count: 50_000 }, timeout: 50 }

const DRIVER: ViolatingPlugins = {
  'its books balance': driverRunning(async (created, output, stop, abort) => {
    await created.run(output, stop, abort)
    created.ledger.in += 2
  }),
  'it sends something': driverRunning(async () => {}),
  'it stops soon when it is told to': [
    driverRunning((created, output, _stop, abort) => created.run(output, abort, abort)),
    SHORT_TIMEOUT_LONG_INPUT,
  ],
  'a driver that is stopped before it begins ends at once': [
    driverRunning(async (created, output, stop, abort) => {
      if (stop.aborted) await NEVER
      await created.run(output, stop, abort)
    }),
    SHORT_TIMEOUT,
  ],
  'it waits until there is room': driverRunning(async (created, output, stop, abort) => {
    const sends: Promise<void>[] = []
    const impatient = { ...output, send: async (batch: Batch) => void sends.push(output.send(batch)) }
    await created.run(impatient, stop, abort)
    await Promise.all(sends)
  }),
  'run ends soon when it is aborted': [
    driverRunning(async (created, output, stop) => {
      await created.run(output, stop, stop).catch(() => NEVER)
    }),
    SHORT_TIMEOUT_LONG_INPUT,
  ],
  'it sends nothing once run has resolved': driverRunning(async (created, output, stop, abort) => {
    await created.run(output, stop, abort)
    const { ListBatch } = await import('sfprocessor/plugin')
    setImmediate(() => setImmediate(() => output.send(new ListBatch([])).catch(() => {})))
  }),
}

/** A handler whose parts are others. */
const handles = (parts: Handler, properties: Partial<HandlerPlugin> = {}): HandlerPlugin => ({
  ...handler,
  ...properties,
  create: () => parts,
})

const HANDLER: ViolatingPlugins = {
  'it throws nothing, whatever is read': handles({
    events() {
      throw new Error('no such attribute')
    },
  }),
  'every batch is passed on or released exactly once': handles({ events: () => undefined }),
  'it passes on only what it says that it offers': handles({ events: batch => batch }, { offers: [] }),
  'the books of its reader balance': handles({
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
  'what comes out does not depend on how records were cut into batches': handles({
    events(batch) {
      if (batch.length > 1) return batch
      batch.release()
      return undefined
    },
  }),
}

const ACTION: ViolatingPlugins = {
  'it answers at once': actionWith({ run: (async () => {}) as unknown as Action['run'] }),
  'it throws nothing, whatever is matched': actionWith({
    run({ record }) {
      if (record.text('sf.type') === 'NF') throw new Error('no file')
    },
  }),
  'its tags are texts on one line': actionWith({ run: ({ addTag }) => addTag('two\nlines') }),
  'its fields are texts, numbers or booleans under a name': actionWith({ run: ({ addField }) => addField('share', Number.NaN) }),
  'it looks at a record only until it has answered': actionWith({
    run: ({ record }) => void setImmediate(() => record.text('sf.type')),
  }),
  'it says nothing of a record once it has answered': actionWith({
    run: ({ addTag }) => void setImmediate(() => addTag('late')),
  }),
}

/** An encoder that writes as this says. */
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
  'its format is its name': encoderEncoding((created, ...rest) => created.encode(...rest), 'other'),
  'it throws nothing, whatever the record says': encoderEncoding(() => {
    throw new Error('no such attribute')
  }),
  'every row gives one record': encoderEncoding((created, batch, from, to, into) => {
    created.encode(batch, from, to, into)
    into.finishRecord()
  }),
  'a record holds no line feed but the one behind it': encoderEncoding((created, batch, from, to, into) => {
    into.text('head\n')
    created.encode(batch, from, to, into)
  }),
  'the same records give the same bytes, however they are cut': encoderEncoding((created, batch, from, to, into) => {
    into.text(`${to - from} `)
    created.encode(batch, from, to, into)
  }),
  'it keeps no hold on a batch': encoderEncoding((created, batch, from, to, into) => {
    ;(batch as Batch).retain()
    created.encode(batch, from, to, into)
  }),
}

/** A transport whose parts are others. */
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
  'its transport has its name': transportWith(() => ({ name: 'other' })),
  'what was sent has arrived, whole and in order': [
    transportWith(created => ({
      send: (chunk, abort) => (chunk.length > 1 ? created.send(chunk, abort) : Promise.resolve(undefined)),
    })),
    { readDelivered },
  ],
  'what it says of a page is about records of that page': transportWith(() => ({
    send: async chunk => ({ rejected: [{ recordIndex: chunk.length, reason: 'too long' }], retryable: [] }),
  })),
  'sending ends soon when it is aborted': [transportWith(() => ({ send: () => NEVER })), SHORT_TIMEOUT],
  'what cannot start says so when it is opened, and is closed like any other': [
    transportWith(() => ({ open: () => NEVER })),
    SHORT_TIMEOUT,
  ],
  'finish never rejects': transportWith(() => ({
    async finish() {
      throw new Error('not yet')
    },
  })),
  'what it wants at once is a whole number of at least 1': transportWith(() => ({}), { batching: () => ({ records: 0.5 }) }),
}

const BREAKERS: Readonly<Record<PluginKind, ViolatingPlugins>> = {
  driver: DRIVER,
  processor: PROCESSOR,
  handler: HANDLER,
  action: ACTION,
  encoder: ENCODER,
  transport: TRANSPORT,
}

test('every law is broken by a plugin here', () => {
  for (const kind of PLUGIN_KINDS) {
    const known = new Set([...Object.keys(FOR_ALL), ...Object.keys(BREAKERS[kind])])
    assert.deepEqual(
      conformanceTestsFor(kind).filter(({ name }) => !known.has(name)),
      [],
      kind,
    )
  }
})

for (const kind of PLUGIN_KINDS)
  test(`a good ${kind} holds to every law`, async () => {
    for (const conformanceTest of conformanceTestsFor(kind))
      await runConformanceTest(conformanceTest, GOOD[kind], kind === 'transport' ? { readDelivered } : {})
  })

for (const [kind, breakers] of [...Object.entries(BREAKERS), ['action', FOR_ALL] as const])
  for (const [name, breaker] of Object.entries(breakers))
    test(`a ${kind} can break the law "${name}"`, async () => {
      const [plugin, setup] = Array.isArray(breaker) ? (breaker as [Plugin, ConformanceSetup]) : [breaker as Plugin, {}]
      const conformanceTest = conformanceTestsFor(plugin.kind).find(conformanceTest => conformanceTest.name === name)
      assert.ok(conformanceTest)
      await assert.rejects(runConformanceTest(conformanceTest, plugin, setup), (error: unknown) => {
        assert.ok(error instanceof Error)
        const { kind, name: called } = plugin
        assert.ok(error.message.startsWith(`${kind} "${called}" breaks the law "${name}": `), error.message)
        return true
      })
    })

test('draining alone can be verified, within a test of its own', async () => {
  await verifyDrain(processor)
  await verifyDrain(driver)
  const holding = PROCESSOR['at the end of its input everything has been sent on'] as ProcessorPlugin
  await assert.rejects(verifyDrain(holding), /records are still held when run has resolved/)
  const careless = DRIVER['its books balance'] as DriverPlugin
  await assert.rejects(verifyDrain(careless), /2 records cannot be explained/)
})
