// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { NONE_DISABLED, silentLogger } from '../../core/contract/host.js'
import { Ledger } from '../../core/contract/ledger.js'
import type { Plugin } from '../../core/contract/plugin.js'
import type { Driver, Receiver, Sender, Stage } from '../../core/contract/stage.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { Validator } from '../config/options/validate.js'
import { parseSettings } from '../config/pipeline-file/parse-settings.js'
import { auditLedgers } from '../pipeline/audit.js'
import { buildPipeline, type Pipeline } from '../pipeline/build.js'
import { planPipeline } from '../pipeline/plan.js'
import { type RunOutcome, runPipeline } from '../pipeline/run.js'
import { NumberBatch, NumberDriver } from '../testing/number-driver.js'
import { numbersPlugin, PassStage, passPlugin, sinkPlugin } from '../testing/number-plugins.js'
import { SinkStage } from '../testing/sink-stage.js'
import { Registry } from './registry.js'

/** Seconds to wait for a component that does not answer. */
const GRACE = 0.05

interface Ended extends Partial<RunOutcome> {
  /** Faults at startup, at the end of the run, and in the record counts: code and text. */
  readonly reported: readonly string[]
  readonly counted: readonly Fault[]
  readonly values: readonly number[]
  /** Closed components. */
  readonly closed: readonly string[]
  /** First numbers of the batches that are no longer referenced. */
  readonly acknowledged: readonly number[]
  readonly ledgers: readonly Ledger[]
}

/** A real pipeline with one external component: numbers → `mine` → sink, or `mine` as the driver. */
async function ended(
  mine: Plugin,
  {
    stop = new AbortController().signal,
    count = 100,
    onError,
    sinkError,
  }: { stop?: AbortSignal; count?: number; onError?: 'stop' | 'continue'; sinkError?: Error } = {},
): Promise<Ended> {
  const closed: string[] = []
  const sink = Object.assign(new SinkStage(), { close: async () => void closed.push('sink') })
  if (sinkError)
    sink.run = async input => {
      for await (const _ of input) throw sinkError
    }
  const acknowledged: number[] = []
  const numbers = Object.assign(new NumberDriver(count), {
    onAcknowledged: (first: number) => acknowledged.push(first),
    close: async () => void closed.push('numbers'),
  })
  const registry = new Registry([numbersPlugin(() => numbers), passPlugin(), { ...sinkPlugin(), create: () => sink }])
  registry.add(mine, '/plugins/mine.js')
  const driver = mine.kind === 'driver' ? 'mine' : 'numbers'
  const processor = mine.kind === 'processor' ? 'mine' : 'pass'
  const text = `{"drivers": [{"driver": "${driver}", "out": "a numberchan"}], "pipeline": [
    {"processor": "${processor}", "in": "a numberchan", "out": "b numberchan"${onError ? `, "onError": "${onError}"` : ''}},
    {"processor": "sink", "in": "b numberchan"}]}`
  const context = { validator: new Validator(), globals: {}, directories: [], currentDirectory: '.' }
  const wiring = planPipeline(parseSettings(text, 'p.json'), registry, { driver: undefined, paths: [] }, context)
  const reported: Fault[] = []
  const fault = (error: Error): void => void reported.push(error as Fault)
  const host = { log: silentLogger, directory: '.', disabledOptimizations: NONE_DISABLED, reportFault: fault }
  let pipeline: Pipeline | undefined
  const ending = (outcome?: RunOutcome): Ended => ({
    ...outcome,
    reported: reported.map(({ code, message }) => `${code} ${message}`),
    counted: reported.filter(({ details }) => details.plugin === 'mine'),
    values: sink.values,
    closed,
    acknowledged,
    ledgers: pipeline?.stages.map(built => built.stage.ledger) ?? [],
  })
  try {
    const options = { opensDrivers: true, stop, graceSeconds: GRACE }
    pipeline = await buildPipeline(wiring, (stage, types) => ({ ...host, stage, ...types }), options)
    const outcome = await runPipeline(pipeline, { stop, drainSeconds: GRACE, graceSeconds: GRACE })
    reported.push(...outcome.faults, ...(outcome.isComplete ? auditLedgers(pipeline, outcome.endedEarly) : []))
    return ending(outcome)
  } catch (error) {
    assert.ok(error instanceof Faults, `what is thrown at start are faults, and not ${error}`)
    reported.push(...error.faults)
    return ending()
  }
}

const processor = (create: () => unknown): Plugin => ({ ...passPlugin(create as () => Stage), name: 'mine' })
const driver = (create: () => unknown): Plugin => ({ ...numbersPlugin(create as () => Driver), name: 'mine' })
const stage = (members: Partial<Stage>): Plugin => processor(() => Object.assign(new PassStage(), members))
const source = (members: Partial<Driver>): Plugin => driver(() => Object.assign(new NumberDriver(100), members))
const broken = (): never => {
  throw new Error('out of order')
}
const never = (): Promise<never> => new Promise(() => {})
const soon = (): AbortSignal => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 5)
  return stop.signal
}
const all = Array.from({ length: 100 }, (_, number) => number)
/** The input of a stage of numbers. */
type Numbers = Receiver<NumberBatch>
type Output = Sender<NumberBatch>

const STARTS: readonly (readonly [string, Plugin, string])[] = [
  ['a processor that throws when it is made', processor(broken), 'processor "mine" failed in create: out of order'],
  ['a processor that makes nothing', processor(() => undefined), 'processor "mine" failed in create: it returned nothing'],
  ['a processor whose open throws', stage({ open: broken }), 'processor "mine" failed in open: out of order'],
  ['a processor whose open rejects', stage({ open: async () => broken() }), 'processor "mine" failed in open: out of order'],
  ['a driver that throws when it is made', driver(broken), 'driver "mine" failed in create: out of order'],
  ['a driver whose open rejects', source({ open: async () => broken() }), 'driver "mine" failed in open: out of order'],
]

for (const [what, plugin, reported] of STARTS)
  test(`${what} stops the start, is reported by name, and the other components are closed`, async () => {
    const ending = await ended(plugin)
    assert.deepEqual(ending.reported, [`SFP_PLUGIN_FAILED ${reported}`])
    assert.equal(ending.counted.length, 1)
    assert.deepEqual(ending.values, [])
    assert.ok(ending.closed.includes('sink'))
  })

test('a component whose open never resolves is reported by name soon after the stop signal', async () => {
  for (const [kind, plugin] of [
    ['stage', stage({ open: never })],
    ['driver', source({ open: never })],
  ] as const) {
    const { reported, counted, closed } = await ended(plugin, { stop: soon() })
    assert.deepEqual(reported, [`SFP_RUN_STUCK ${kind} "mine" did not stop within ${GRACE} s after the stop request`])
    assert.equal(counted.length, 1)
    assert.ok(closed.includes('sink'))
  }
})

test('a failed start does not wait for a close that never resolves', async () => {
  const { reported } = await ended(stage({ open: async () => broken(), close: never }))
  assert.deepEqual(reported, ['SFP_PLUGIN_FAILED processor "mine" failed in open: out of order'])
})

const RUNS: readonly (readonly [string, Partial<Stage>])[] = [
  ['throws at once', { run: broken }],
  ['rejects at the first record', { run: input => first(input as Numbers).then(broken) }],
  [
    'rejects at the end of its input',
    {
      async run(input: Numbers, output: Output) {
        await new PassStage().run(input, output)
        broken()
      },
    },
  ],
  [
    'releases a batch twice',
    {
      async run(input: Numbers) {
        for await (const batch of input) {
          batch.release()
          batch.release()
        }
      },
    },
  ],
]

for (const [what, members] of RUNS)
  test(`with onError stop, a processor that ${what} ends the run, is reported by name, and everything is closed`, async () => {
    const { reported, counted, isComplete, closed } = await ended(stage(members), { onError: 'stop' })
    assert.equal(reported.length, 1)
    assert.match(
      reported[0] ?? '',
      /^SFP_PLUGIN_FAILED processor "mine" failed in run: (out of order|a batch was released more often)/,
    )
    assert.deepEqual([counted.length, isComplete, closed], [1, false, ['sink', 'numbers']])
  })

/** Forwards numbers; throws at those that are `isBad`, after it has received and counted their batch. */
function failingStage(isBad: (number: number) => boolean, events: string[] = []): Stage {
  const ledger = new Ledger()
  return {
    ledger,
    open: async () => void events.push('open'),
    close: async () => void events.push('close'),
    report: () => ({ records: ledger.out }),
    async run(input: Numbers, output: Output) {
      events.push('run')
      for await (const batch of input) {
        ledger.in += batch.length
        if (batch.values.some(isBad)) throw new Error('out of order')
        ledger.out += batch.length
        await output.send(batch)
      }
    },
  }
}

const without = (isBad: (batch: number) => boolean): number[] => all.filter(number => !isBad(Math.floor(number / 10)))
const dropped = ({ ledgers }: Ended): unknown => Object.fromEntries(ledgers[0]?.dropped ?? [])

test('a processor that throws loses the current batch; the fault is reported and the run continues with a new instance', async () => {
  const events: string[] = []
  const ending = await ended(processor(() => failingStage(number => number === 35 || number === 57, events)))
  assert.deepEqual(ending.reported, Array(2).fill('SFP_PLUGIN_FAILED processor "mine" failed in run: out of order'))
  assert.deepEqual(
    ending.values,
    without(batch => batch === 3 || batch === 5),
  )
  assert.deepEqual([ending.isComplete, ending.counted.length, dropped(ending)], [true, 2, { 'plugin "mine" failed': 20 }])
  assert.deepEqual([ending.ledgers[0]?.in, ending.ledgers[0]?.out], [100, 80])
  assert.deepEqual(events, ['open', 'run', 'close', 'open', 'run', 'close', 'open', 'run', 'close'])
  assert.deepEqual(
    ending.acknowledged.toSorted((a, b) => a - b),
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
  )
})

test('if run may be called again, the same instance continues', async () => {
  const events: string[] = []
  const plugin = { ...processor(() => failingStage(number => number === 35, events)), isPartitionable: true } as Plugin
  const ending = await ended(plugin)
  assert.deepEqual(
    ending.values,
    without(batch => batch === 3),
  )
  assert.deepEqual([ending.reported.length, ending.isComplete, dropped(ending)], [1, true, { 'plugin "mine" failed': 10 }])
  assert.deepEqual(events, ['open', 'run', 'run', 'close'])
})

test('a processor that throws for every batch loses all records, and its first ten faults are reported', async () => {
  const ending = await ended(
    processor(() => failingStage(() => true)),
    { count: 200 },
  )
  assert.deepEqual([ending.values, ending.isComplete, dropped(ending)], [[], true, { 'plugin "mine" failed': 200 }])
  assert.equal(ending.reported.length, 11)
  assert.equal(ending.reported.at(-1), 'SFP_RUN_MORE_FAULTS 10 more errors of processor "mine"')
  assert.equal(ending.acknowledged.length, 20)
})

test('a processor that throws after the end of its input has lost nothing, and the run is complete', async () => {
  const run = async (input: Numbers, output: Output): Promise<void> => {
    const pass = new PassStage()
    await pass.run(input, output)
    broken()
  }
  const ending = await ended(stage({ run }))
  assert.deepEqual(ending.reported, ['SFP_PLUGIN_FAILED processor "mine" failed in run: out of order'])
  assert.deepEqual([ending.values, ending.isComplete, ending.ledgers[0]?.out], [all, true, 100])
})

test('a processor that throws repeatedly without receiving records ends the run', async () => {
  let runs = 0
  const run = async (): Promise<void> => {
    runs++
    broken()
  }
  const { reported, isComplete, closed } = await ended(stage({ run }))
  assert.equal(runs, 4)
  assert.deepEqual(reported, Array(4).fill('SFP_PLUGIN_FAILED processor "mine" failed in run: out of order'))
  assert.deepEqual([isComplete, closed], [false, ['sink', 'numbers']])
})

test('a processor that cannot be created again ends the run, and is reported by name', async () => {
  let made = 0
  const { reported, isComplete } = await ended(processor(() => (made++ === 0 ? failingStage(number => number === 5) : broken())))
  assert.deepEqual(reported, [
    'SFP_PLUGIN_FAILED processor "mine" failed in run: out of order',
    'SFP_PLUGIN_FAILED processor "mine" failed in create: out of order',
  ])
  assert.equal(isComplete, false)
})

test('a stage that releases its batch before it throws, or twice, is counted, and its batches are not reused', async () => {
  for (const releases of [1, 2]) {
    const run = async (input: Numbers): Promise<void> => {
      for await (const batch of input) {
        for (let release = 0; release < releases; release++) batch.release()
        broken()
      }
    }
    const ending = await ended(processor(() => Object.assign(new PassStage(), { run })))
    assert.deepEqual([ending.isComplete, dropped(ending)], [true, { 'plugin "mine" failed': 100 }])
    assert.equal(ending.acknowledged.length, 10)
  }
})

test('output sent before the exception is preserved, and the batch is acknowledged at the end of the run', async () => {
  const create = (): Stage => {
    const ledger = new Ledger()
    return {
      ledger,
      async run(input: Numbers, output: Output) {
        for await (const batch of input) {
          ledger.in += batch.length
          ledger.filter('copied', batch.length)
          ledger.created++
          ledger.out++
          await output.send(new NumberBatch([batch.values[0] ?? -1]))
          if (batch.values[0] === 30) broken()
          batch.release()
        }
      },
    }
  }
  const ending = await ended(processor(create))
  assert.deepEqual(ending.values, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
  assert.deepEqual([ending.reported.length, ending.isComplete, dropped(ending)], [1, true, {}])
  assert.equal(ending.acknowledged.length, 10)
})

test('an intended fault of a built-in stage ends the run as before', async () => {
  const refused = new Fault('SFP_EXPORT_CLOSED', { target: 'x' })
  const { reported, isComplete } = await ended(source({}), { sinkError: refused })
  assert.deepEqual([reported.length, isComplete], [0, true])
  const stopped = await ended(source({}), { sinkError: new Fault('SFP_PLUGIN_SAYS', { what: 'target is gone' }) })
  assert.deepEqual([stopped.reported, stopped.isComplete], [['SFP_PLUGIN_SAYS target is gone'], false])
  const bug = await ended(source({}), { sinkError: new TypeError('x is undefined') })
  assert.deepEqual([bug.reported[0], bug.isComplete], ['SFP_PLUGIN_FAILED processor "sink" failed in run: x is undefined', true])
})

test('"onError" is continue or stop', async () => {
  await assert.rejects(ended(stage({}), { onError: 'halt' as 'stop' }), /invalid value "halt" for "onError"/)
  const { values } = await ended(stage({}), { onError: 'continue' })
  assert.deepEqual(values, all)
})

test('a processor that returns without reading its input stops the drivers; its remaining input is counted and reported', async () => {
  const { reported, counted, isComplete, values } = await ended(stage({ run: async () => {} }), { count: 1000 })
  assert.match(reported[0] ?? '', /^SFP_RUN_LEFT stage "mine" ended before its input: \d+ records were dropped$/)
  assert.deepEqual([reported.length, counted.length, isComplete, values], [1, 1, true, []])
})

test('a stage that never releases its batches ends with its input, and its record counts are correct', async () => {
  const plugin = processor(() => {
    const { ledger } = new PassStage()
    return {
      ledger,
      async run(input: Numbers) {
        for await (const batch of input) {
          ledger.in += batch.length
          ledger.filter('kept', batch.length)
        }
      },
    }
  })
  const { reported, isComplete } = await ended(plugin)
  assert.deepEqual([reported, isComplete], [[], true])
})

test('the audit reports a stage with wrong counts by name', async () => {
  const plugin = processor(() => {
    const pass = new PassStage()
    return Object.assign(pass, {
      async run(input: Numbers, output: Output) {
        await PassStage.prototype.run.call(pass, input, output)
        pass.ledger.in -= 2
      },
    })
  })
  const { reported, counted, values } = await ended(plugin)
  assert.deepEqual(values, all)
  assert.match(reported[0] ?? '', /^SFP_RUN_LEDGER the record counts of stage "mine" do not add up/)
  assert.equal(counted.length, reported.length)
})

test('a batch that is sent after the end of the run is refused, and not delivered', async () => {
  let refusal: unknown
  let late: Promise<void> | undefined
  const plugin = processor(() => {
    const pass = new PassStage()
    return Object.assign(pass, {
      async run(input: Numbers, output: Output) {
        await PassStage.prototype.run.call(pass, input, output)
        late = nextTurn()
          .then(() => output.send(new NumberBatch([1000])))
          .catch(error => {
            refusal = error
          })
      },
    })
  })
  const { reported, values } = await ended(plugin)
  await late
  assert.match(String(refusal), /channel b: a batch was sent after the sender had closed/)
  assert.deepEqual([reported, values], [[], all])
})

test('a stage that continues after an abort is reported once after the grace time, and the others are closed', async () => {
  const { reported, counted, closed } = await ended(stage({ run: never, close: never }), { stop: soon(), count: 10_000 })
  assert.match(reported[0] ?? '', /^SFP_RUN_DRAIN_DEADLINE/)
  assert.deepEqual(reported.slice(1), [`SFP_RUN_STUCK stage "mine" did not stop within ${GRACE} s after the stop request`])
  assert.deepEqual([counted.length, closed], [1, ['sink', 'numbers']])
})

test('a close that throws or never resolves is reported by name, loses no record, and the others are closed', async () => {
  for (const [close, reported] of [
    [broken, 'SFP_PLUGIN_FAILED processor "mine" failed in close: out of order'],
    [async () => broken(), 'SFP_PLUGIN_FAILED processor "mine" failed in close: out of order'],
    [never, `SFP_RUN_STUCK stage "mine" did not stop within ${GRACE} s after the stop request`],
  ] as const) {
    const ending = await ended(stage({ close }))
    assert.deepEqual([ending.reported, ending.values, ending.closed], [[reported], all, ['sink', 'numbers']])
    assert.equal(ending.counted.length, 1)
  }
})

const INPUTS: readonly (readonly [string, () => unknown, number])[] = [
  ['throws at once', () => Object.assign(new NumberDriver(), { run: broken }), 0],
  ['rejects in the middle', () => new NumberDriver(100, new Error('out of order')), 50],
  [
    'rejects when all has been sent',
    () => {
      const numbers = new NumberDriver(100)
      const run = async (output: Output, stop: AbortSignal): Promise<void> => {
        await NumberDriver.prototype.run.call(numbers, output, stop)
        broken()
      }
      return Object.assign(numbers, { run })
    },
    100,
  ],
]

for (const [what, create, sent] of INPUTS)
  test(`a driver that ${what} ends its input and is reported by name; its sent records are delivered`, async () => {
    const { reported, counted, isComplete, values } = await ended(driver(create))
    assert.deepEqual(reported, ['SFP_PLUGIN_FAILED driver "mine" failed in run: out of order'])
    assert.deepEqual([values, isComplete, counted.length], [all.slice(0, sent), true, 1])
  })

test('the audit reports a driver that sends more than it counts', async () => {
  const create = (): Driver => {
    const numbers = new NumberDriver(0)
    return Object.assign(numbers, { run: (output: Output) => output.send(new NumberBatch([1, 2])) })
  }
  const { reported, counted } = await ended(driver(create))
  assert.deepEqual(reported, ['SFP_RUN_LEDGER the record counts of driver "mine" do not add up: 0 out, but 2 sent'])
  assert.equal(counted.length, 1)
})

test('a driver that continues after stop and abort is reported by name, and the others are closed', async () => {
  const { reported, closed } = await ended(source({ run: never }), { stop: soon() })
  assert.deepEqual(reported.slice(1), [`SFP_RUN_STUCK driver "mine" did not stop within ${GRACE} s after the stop request`])
  assert.ok(closed.includes('sink'))
})

async function first(input: Numbers): Promise<void> {
  for await (const batch of input) return batch.release()
}
