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
import { type Circumstances, lawsFor, tryLaw, verifyDrain } from 'sfprocessor/testing'
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
const arrived = (folder: string): string[] => readFileSync(join(folder, 'sample.log'), 'utf8').trimEnd().split('\n')

/** Law → a plugin that breaks it. */
type Breakers = Readonly<Record<string, Plugin | readonly [Plugin, Circumstances]>>

const withOptions = (options: object): Plugin => ({ ...action, options: { ...action.options, ...options } })
const withProperties = (properties: object): Plugin => withOptions({ properties })

const NEVER = new Promise<never>(() => {})
const SHORT = { patience: 200 }

/** An action whose parts are others. */
const acts = (parts: Partial<Action>): ActionPlugin => ({
  ...action,
  create: (options, host) => ({ ...action.create(options, host), ...parts }),
})

/** A processor that is run as this says. */
const runs = (
  run: (stage: Stage, ...rest: Parameters<Stage['run']>) => Promise<void>,
  facts: Partial<ProcessorPlugin> = {},
): ProcessorPlugin => ({
  ...processor,
  create(options, host) {
    const stage = processor.create(options, host)
    return { ...stage, run: (...rest) => run(stage, ...rest) }
  },
  ...facts,
})

const FOR_ALL: Breakers = {
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
      const made = transport.create(options, host)
      let isOpen = false
      return {
        ...made,
        async open() {
          await made.open()
          isOpen = true
        },
        async close() {
          if (!isOpen) throw new Error('it is not open')
          await made.close()
        },
      }
    },
  } satisfies TransportPlugin,
  'it can be closed twice': {
    ...transport,
    create(options, host) {
      const made = transport.create(options, host)
      let closed = 0
      return {
        ...made,
        async close() {
          if (++closed === 2) throw new Error('it is closed already')
          await made.close()
        },
      }
    },
  } satisfies TransportPlugin,
  'nothing of it stays open once it is closed': [
    acts({
      async open() {
        setTimeout(() => {}, 3000)
      },
    }),
    SHORT,
  ],
  'its health is nothing or a text, told soon': [
    runs((stage, ...rest) => stage.run(...rest), {
      create: (options, host) => ({ ...processor.create(options, host), check: () => NEVER }),
    }),
    SHORT,
  ],
  'its report is plain JSON, whenever it is asked for': acts({ report: () => ({ since: new Date() }) }),
}

/** Passes every batch on as `send` says, with books that are right. */
const passes = (send: (batch: Batch, output: Parameters<Stage['run']>[1], number: number) => Promise<void>): ProcessorPlugin =>
  runs(async ({ ledger }, input, output) => {
    let number = 0
    for await (const batch of input) {
      ledger.taken += batch.length
      ledger.passed += batch.length
      await send(batch, output, number++)
    }
  })

const PROCESSOR: Breakers = {
  'its books balance': runs(async ({ ledger }, input, output) => {
    for await (const batch of input) {
      ledger.taken += batch.length
      await output.send(batch)
    }
  }),
  'at the end of its input everything has been sent on': runs(async ({ ledger }, input) => {
    for await (const batch of input) {
      ledger.taken += batch.length
      ledger.held += batch.length
      batch.release()
    }
  }),
  'every batch is released exactly once': runs(async ({ ledger }, input) => {
    for await (const batch of input) {
      ledger.taken += batch.length
      ledger.use('looked at', batch.length)
    }
  }),
  'an input without records is fine': runs(async (stage, input, output, abort) => {
    const before = stage.ledger.taken
    await stage.run(input, output, abort)
    if (stage.ledger.taken === before) throw new Error('division by zero')
  }),
  'it waits until there is room': runs(async ({ ledger }, input, output) => {
    const sends: Promise<void>[] = []
    for await (const batch of input) {
      ledger.taken += batch.length
      ledger.passed += batch.length
      sends.push(output.send(batch))
    }
    await Promise.all(sends)
  }),
  'what comes out does not depend on how records were cut into batches': runs(async ({ ledger }, input, output) => {
    let number = 0
    for await (const batch of input) {
      ledger.taken += batch.length
      if (number++ === 0) {
        ledger.use('first', batch.length)
        batch.release()
      } else {
        ledger.passed += batch.length
        await output.send(batch)
      }
    }
  }),
  'records leave in the order in which they came': runs(async ({ ledger }, input, output) => {
    const all: Batch[] = []
    for await (const batch of input) all.unshift(batch)
    for (const batch of all) {
      ledger.taken += batch.length
      ledger.passed += batch.length
      await output.send(batch)
    }
  }),
  'run ends soon when it is aborted': [passes(async () => NEVER), SHORT],
  'where it is said to keep nothing between traces, it does not': (() => {
    const before = new WeakSet<object>()
    return runs(
      async ({ ledger }, input, output) => {
        for await (const batch of input) {
          ledger.taken += batch.length
          if (before.has(ledger)) {
            ledger.use('again', batch.length)
            batch.release()
          } else {
            ledger.passed += batch.length
            await output.send(batch)
          }
        }
        before.add(ledger)
      },
      { perTrace: true },
    )
  })(),
  'it offers no other channel types than it says': { ...processor, offersWith: () => ['eventchan'] },
}

/** A driver that is run as this says. */
const drives = (run: (driver: Driver, ...rest: Parameters<Driver['run']>) => Promise<void>): DriverPlugin => ({
  ...driver,
  create(options, paths, host) {
    const made = driver.create(options, paths, host)
    return { ...made, run: (...rest) => run(made, ...rest) }
  },
})

/** It goes on for longer than a law waits, and not for ever. */
const LONG = { options: { count: 50_000 }, patience: 50 }

const DRIVER: Breakers = {
  'its books balance': drives(async (made, output, stop, abort) => {
    await made.run(output, stop, abort)
    made.ledger.taken += 2
  }),
  'it sends something': drives(async () => {}),
  'it stops soon when it is told to': [drives((made, output, _stop, abort) => made.run(output, abort, abort)), LONG],
  'a driver that is stopped before it begins ends at once': [
    drives(async (made, output, stop, abort) => {
      if (stop.aborted) await NEVER
      await made.run(output, stop, abort)
    }),
    SHORT,
  ],
  'it waits until there is room': drives(async (made, output, stop, abort) => {
    const sends: Promise<void>[] = []
    const impatient = { ...output, send: async (batch: Batch) => void sends.push(output.send(batch)) }
    await made.run(impatient, stop, abort)
    await Promise.all(sends)
  }),
  'run ends soon when it is aborted': [
    drives(async (made, output, stop) => {
      await made.run(output, stop, stop).catch(() => NEVER)
    }),
    LONG,
  ],
  'it sends nothing once run has resolved': drives(async (made, output, stop, abort) => {
    await made.run(output, stop, abort)
    const { ListBatch } = await import('sfprocessor/plugin')
    setImmediate(() => setImmediate(() => output.send(new ListBatch([])).catch(() => {})))
  }),
}

/** A handler whose parts are others. */
const handles = (parts: Handler, facts: Partial<HandlerPlugin> = {}): HandlerPlugin => ({
  ...handler,
  ...facts,
  create: () => parts,
})

const HANDLER: Breakers = {
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

const ACTION: Breakers = {
  'it answers at once': acts({ run: (async () => {}) as unknown as Action['run'] }),
  'it throws nothing, whatever is matched': acts({
    run({ record }) {
      if (record.text('sf.type') === 'NF') throw new Error('no file')
    },
  }),
  'its tags are texts on one line': acts({ run: ({ tag }) => tag('two\nlines') }),
  'its fields are texts, numbers or booleans under a name': acts({ run: ({ field }) => field('share', Number.NaN) }),
  'it looks at a record only until it has answered': acts({
    run: ({ record }) => void setImmediate(() => record.text('sf.type')),
  }),
  'it says nothing of a record once it has answered': acts({ run: ({ tag }) => void setImmediate(() => tag('late')) }),
}

/** An encoder that writes as this says. */
const encodes = (
  encode: (made: Encoder<never>, ...rest: Parameters<Encoder<never>['encode']>) => void,
  format = 'sample',
): EncoderPlugin => ({
  ...encoder,
  create(options, host) {
    const made = encoder.create(options, host)
    return { ...made, format, encode: (...rest) => encode(made, ...rest) }
  },
})

const ENCODER: Breakers = {
  'its format is its name': encodes((made, ...rest) => made.encode(...rest), 'other'),
  'it throws nothing, whatever the record says': encodes(() => {
    throw new Error('no such attribute')
  }),
  'every row gives one record': encodes((made, batch, from, to, into) => {
    made.encode(batch, from, to, into)
    into.finishRecord()
  }),
  'a record holds no line feed but the one behind it': encodes((made, batch, from, to, into) => {
    into.text('head\n')
    made.encode(batch, from, to, into)
  }),
  'the same records give the same bytes, however they are cut': encodes((made, batch, from, to, into) => {
    into.text(`${to - from} `)
    made.encode(batch, from, to, into)
  }),
  'it keeps no hold on a batch': encodes((made, batch, from, to, into) => {
    ;(batch as Batch).retain()
    made.encode(batch, from, to, into)
  }),
}

/** A transport whose parts are others. */
const carries = (parts: (made: Transport) => Partial<Transport>, facts: Partial<TransportPlugin> = {}): TransportPlugin => ({
  ...transport,
  ...facts,
  create(options, host) {
    const made = transport.create(options, host)
    return { ...made, ...parts(made) }
  },
})

const TRANSPORT: Breakers = {
  'its transport has its name': carries(() => ({ name: 'other' })),
  'what was sent has arrived, whole and in order': [
    carries(made => ({
      send: (page, abort) => (page.length > 1 ? made.send(page, abort) : Promise.resolve(undefined)),
    })),
    { arrived },
  ],
  'what it says of a page is about records of that page': carries(() => ({
    send: async page => ({ refused: [{ record: page.length, reason: 'too long' }], again: [] }),
  })),
  'sending ends soon when it is aborted': [carries(() => ({ send: () => NEVER })), SHORT],
  'what cannot start says so when it is opened, and is closed like any other': [carries(() => ({ open: () => NEVER })), SHORT],
  'finish never rejects': carries(() => ({
    async finish() {
      throw new Error('not yet')
    },
  })),
  'what it wants at once is a whole number of at least 1': carries(() => ({}), { gathers: () => ({ records: 0.5 }) }),
}

const BREAKERS: Readonly<Record<PluginKind, Breakers>> = {
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
      lawsFor(kind).filter(({ name }) => !known.has(name)),
      [],
      kind,
    )
  }
})

for (const kind of PLUGIN_KINDS)
  test(`a good ${kind} holds to every law`, async () => {
    for (const law of lawsFor(kind)) await tryLaw(law, GOOD[kind], kind === 'transport' ? { arrived } : {})
  })

for (const [kind, breakers] of [...Object.entries(BREAKERS), ['action', FOR_ALL] as const])
  for (const [name, breaker] of Object.entries(breakers))
    test(`a ${kind} can break the law "${name}"`, async () => {
      const [plugin, circumstances] = Array.isArray(breaker) ? (breaker as [Plugin, Circumstances]) : [breaker as Plugin, {}]
      const law = lawsFor(plugin.kind).find(law => law.name === name)
      assert.ok(law)
      await assert.rejects(tryLaw(law, plugin, circumstances), (error: unknown) => {
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
