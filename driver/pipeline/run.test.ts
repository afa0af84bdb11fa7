// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NONE_DISABLED, silentLogger } from '../../core/contract/host.js'
import type { Plugin } from '../../core/contract/plugin.js'
import type { Driver, Receiver, Sender } from '../../core/contract/stage.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { Validator } from '../config/options/validate.js'
import { parseSettings } from '../config/pipeline-file/parse-settings.js'
import { Registry } from '../loader/registry.js'
import { type NumberBatch, NumberDriver } from '../testing/number-driver.js'
import { numbersPlugin, PassStage, passPlugin, sinkPlugin } from '../testing/number-plugins.js'
import { SinkStage } from '../testing/sink-stage.js'
import { auditLedgers } from './audit.js'
import { buildPipeline, type Pipeline } from './build.js'
import { checkHealth } from './check-health.js'
import { planPipeline } from './plan.js'
import { type RunOptions, type RunOutcome, runPipeline } from './run.js'

const PASS = '{"processor": "pass", "in": "a numberchan", "out": "b numberchan"}'
const SINK = '{"processor": "sink", "in": "b numberchan"}'
const NUMBERS = '{"driver": "numbers", "out": "a numberchan"}'
const never = (): AbortSignal => new AbortController().signal
/** Unlike `AbortSignal.timeout`, this timer keeps the process alive. */
function stopSoon(): AbortSignal {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 5)
  return stop.signal
}
const first100 = Array.from({ length: 100 }, (_, number) => number)

async function built(
  stages: readonly string[],
  plugins: readonly Plugin[],
  drivers: readonly string[] = [NUMBERS],
): Promise<Pipeline> {
  const settings = parseSettings(`{"drivers": [${drivers}], "pipeline": [${stages}]}`, 'p.json')
  const context = { validator: new Validator(), globals: {}, directories: [], currentDirectory: '.' }
  const wiring = planPipeline(settings, new Registry(plugins), { driver: undefined, paths: [] }, context)
  const host = { log: silentLogger, directory: '.', disabledOptimizations: NONE_DISABLED, reportFault() {} }
  return buildPipeline(wiring, (stage, types) => ({ ...host, stage, ...types }), { opensDrivers: true })
}

interface Finished extends RunOutcome {
  readonly pipeline: Pipeline
  readonly sinks: readonly SinkStage[]
  readonly mismatches: readonly Fault[]
}

async function finished(
  stages: readonly string[],
  plugins: readonly Plugin[] = [],
  { options = {}, drivers = [NUMBERS] }: { options?: Partial<RunOptions>; drivers?: readonly string[] } = {},
): Promise<Finished> {
  const sinks: SinkStage[] = []
  const names = plugins.map(({ name }) => name)
  const others = [numbersPlugin(), passPlugin(), sinkPlugin(sinks)].filter(({ name }) => !names.includes(name))
  const pipeline = await built(stages, [...plugins, ...others], drivers)
  const outcome = await runPipeline(pipeline, { stop: never(), ...options })
  return { ...outcome, pipeline, sinks, mismatches: auditLedgers(pipeline, outcome.endedEarly) }
}

test('all records of a driver arrive at the end, and the record counts add up', async () => {
  const { sinks, faults, isComplete, mismatches } = await finished([PASS, SINK])
  assert.deepEqual(sinks[0]?.values, first100)
  assert.deepEqual([faults, mismatches, isComplete], [[], [], true])
})

test('check 105: a tee delivers every record to both branches', async () => {
  const tee = PASS.replace('"b numberchan"', '["b numberchan", "c numberchan"]')
  const { sinks, mismatches } = await finished([tee, SINK, SINK.replace('b ', 'c ')])
  assert.deepEqual(
    sinks.map(({ values }) => values),
    [first100, first100],
  )
  assert.deepEqual(mismatches, [])
})

test('several stages that read one channel share its records', async () => {
  const { sinks, mismatches } = await finished([PASS, SINK, SINK])
  const all = sinks.flatMap(({ values }) => values).sort((a, b) => a - b)
  assert.deepEqual(all, first100)
  assert.deepEqual(mismatches, [])
})

test('a stage with several inputs receives the records of all (Q87)', async () => {
  const split = PASS.replace('"b numberchan"', '["b numberchan", "c numberchan"]')
  const { sinks, mismatches } = await finished([split, SINK.replace('"b numberchan"', '["b numberchan", "c numberchan"]')])
  assert.equal(sinks[0]?.values.length, 200)
  assert.deepEqual(mismatches, [])
})

test('two drivers on one channel end when the last one ends (Q15)', async () => {
  const { sinks, faults, mismatches } = await finished([PASS, SINK], [], { drivers: [NUMBERS, NUMBERS] })
  assert.equal(sinks[0]?.values.length, 200)
  assert.deepEqual([faults, mismatches], [[], []])
})

test('a driver that fails ends its input; its sent records are drained (Q12)', async () => {
  const failing = numbersPlugin(() => new NumberDriver(100, new Fault('SFP_PLUGIN_BROKEN', { reason: 'broken' })))
  const { sinks, faults, isComplete, mismatches } = await finished([PASS, SINK], [failing])
  assert.deepEqual(sinks[0]?.values, first100.slice(0, 50))
  assert.deepEqual(
    faults.map(({ message }) => message),
    ['cannot load the plugin: broken'],
  )
  assert.deepEqual([isComplete, mismatches], [true, []])
})

test('a stage that fails aborts its siblings, and only its own fault is reported', async () => {
  class Failing extends SinkStage {
    override async run(): Promise<void> {
      throw new Error('out of order')
    }
  }
  const endless = numbersPlugin(() => new NumberDriver())
  const tee = PASS.replace('"b numberchan"', '["b numberchan", "c numberchan"]')
  const failing = passPlugin(() => new Failing(), { name: 'failing', offers: [] })
  const { faults, isComplete } = await finished([tee, SINK, '{"processor": "failing", "in": "c numberchan"}'], [endless, failing])
  assert.deepEqual(
    faults.map(({ code, message }) => `${code} ${message}`),
    ['SFP_RUN_FAILED stage "failing" failed: out of order'],
  )
  assert.equal(isComplete, false)
})

test('stop ends the drivers and drains everything', async () => {
  const stop = new AbortController()
  class Stopping extends PassStage {
    override async run(input: Receiver<NumberBatch>, output: Sender<NumberBatch>): Promise<void> {
      stop.abort()
      await super.run(input, output)
    }
  }
  const endless = numbersPlugin(() => new NumberDriver())
  const { sinks, faults, isComplete, mismatches, pipeline } = await finished(
    [PASS, SINK],
    [endless, passPlugin(() => new Stopping())],
    {
      options: { stop: stop.signal },
    },
  )
  assert.equal(sinks[0]?.values.length, pipeline.drivers[0]?.driver.ledger.in)
  assert.deepEqual([faults, isComplete, mismatches], [[], true, []])
})

test('a drain that takes too long is aborted, with the number of lost records', async () => {
  class Stuck extends SinkStage {
    override async run(input: Receiver<NumberBatch>): Promise<void> {
      const batches = input[Symbol.asyncIterator]()
      await batches.next()
      await new Promise((_resolve, reject) => setTimeout(reject, 60_000, new Error('never')).unref())
    }
  }
  const { faults, isComplete } = await finished([PASS, SINK], [{ ...sinkPlugin(), create: () => new Stuck() }], {
    options: { stop: stopSoon(), drainSeconds: 0.02, graceSeconds: 0.02 },
  })
  assert.equal(isComplete, false)
  assert.deepEqual(
    faults.map(({ code }) => code),
    ['SFP_RUN_DRAIN_DEADLINE', 'SFP_RUN_STUCK'],
  )
  assert.match(`${faults[0]?.message}; ${faults[0]?.hint}`, /aborted; 90 records were lost/)
})

test('a stage that ends before its input stops the drivers; its remaining input is reported and counted, and the others continue', async () => {
  class Early extends SinkStage {
    override async run(input: Receiver<NumberBatch>): Promise<void> {
      for await (const batch of input) {
        this.ledger.in += batch.length
        this.ledger.out += batch.length
        batch.release()
        return
      }
    }
  }
  const tee = PASS.replace('"b numberchan"', '["b numberchan", "c numberchan"]')
  const early = { ...sinkPlugin(), name: 'early', create: () => new Early() }
  const { sinks, faults, isComplete, mismatches, pipeline } = await finished(
    [tee, SINK, '{"processor": "early", "in": "c numberchan"}'],
    [numbersPlugin(() => new NumberDriver()), early],
  )
  const sent = pipeline.drivers[0]?.driver.ledger.in
  assert.equal(sinks[0]?.values.length, sent)
  const left = (sent ?? 0) - 10
  assert.deepEqual(
    faults.map(({ code, details }) => [code, details.component, details.records]),
    [['SFP_RUN_LEFT', 'stage "early"', left]],
  )
  assert.deepEqual([isComplete, mismatches], [true, []])
  assert.equal(pipeline.stages[2]?.stage.ledger.dropped.get('stage had ended'), left)
})

test('when the reader of standard output closes the pipe, the run ends without an error', async () => {
  class Closed extends SinkStage {
    override async run(): Promise<void> {
      throw new Fault('SFP_EXPORT_CLOSED')
    }
  }
  const { faults, isComplete } = await finished(
    [PASS, SINK],
    [numbersPlugin(() => new NumberDriver()), { ...sinkPlugin(), create: () => new Closed() }],
  )
  assert.deepEqual([faults, isComplete], [[], true])
})

test('record counts that do not add up are reported with all counts', async () => {
  class Forgetful extends PassStage {
    override async run(input: Receiver<NumberBatch>, output: Sender<NumberBatch>): Promise<void> {
      await super.run(input, output)
      this.ledger.out -= 3
      this.ledger.filter('filed', 1)
    }
  }
  const { mismatches } = await finished([PASS, SINK], [passPlugin(() => new Forgetful())])
  assert.deepEqual(
    mismatches.map(({ message }) => message),
    [
      'the record counts of stage "pass" do not add up: 100 in, but 97 out, 1 filtered, 0 dropped, 0 held: 2 unexplained',
      'the record counts of stage "pass" do not add up: 97 out, but 100 sent',
    ],
  )
})

test('records that a stage received and did not count are reported', async () => {
  class Careless extends SinkStage {
    override async run(input: Receiver<NumberBatch>): Promise<void> {
      for await (const batch of input) batch.release()
    }
  }
  const { mismatches } = await finished([PASS, SINK], [{ ...sinkPlugin(), create: () => new Careless() }])
  assert.deepEqual(
    mismatches.map(({ message }) => message),
    ['the record counts of stage "sink" do not add up: 100 received, but 0 in'],
  )
})

test('errors of creation and of opening are reported together, and opened components are closed', async () => {
  const events: string[] = []
  const opening = (name: string, fault?: string): Plugin =>
    passPlugin(
      () => {
        const stage = new PassStage()
        return Object.assign(stage, {
          open: async () => {
            events.push(`open ${name}`)
            if (fault) throw new Fault('SFP_PLUGIN_BROKEN', { reason: fault })
          },
          close: async () => void events.push(`close ${name}`),
        })
      },
      { name },
    )
  const chain = [
    '{"processor": "one", "in": "a numberchan", "out": "b numberchan"}',
    '{"processor": "two", "in": "b numberchan"}',
  ]
  await assert.rejects(
    built(chain, [opening('one', 'no disk'), opening('two', 'no port'), numbersPlugin()]),
    error =>
      error instanceof Faults &&
      error.faults.map(({ message }) => message).join() === 'cannot load the plugin: no port,cannot load the plugin: no disk',
  )
  assert.deepEqual(events, ['open two', 'open one', 'close one', 'close two'])
})

test('health checks: a result, a failure and a timeout are reported', async () => {
  const checking = (check: () => Promise<string | undefined>): Plugin =>
    passPlugin(() => Object.assign(new PassStage(), { check }))
  const faultsOf = async (check: () => Promise<string | undefined>): Promise<string[]> => {
    const pipeline = await built([PASS, SINK], [checking(check), sinkPlugin(), numbersPlugin()])
    return (await checkHealth(pipeline, 0.01)).map(({ message }) => message)
  }
  assert.deepEqual(await faultsOf(async () => undefined), [])
  assert.deepEqual(await faultsOf(async () => 'no disk'), ['the health check of stage "pass" failed: no disk'])
  assert.deepEqual(await faultsOf(() => new Promise(() => {})), ['the health check of stage "pass" timed out after 0.01 s'])
  assert.deepEqual(await faultsOf(() => Promise.reject(new Error('oops'))), ['stage "pass" failed: oops'])
})

test('a driver that ignores stop and abort does not block the program', async () => {
  class Deaf implements Driver {
    readonly ledger = new NumberDriver(0).ledger
    run(): Promise<void> {
      return new Promise(() => {})
    }
  }
  const { faults } = await finished([PASS, SINK], [numbersPlugin(() => new Deaf())], {
    options: { stop: stopSoon(), drainSeconds: 0.01, graceSeconds: 0.01 },
  })
  assert.deepEqual(
    faults.map(({ code, details }) => `${code} ${details.component ?? ''}`),
    ['SFP_RUN_DRAIN_DEADLINE ', 'SFP_RUN_STUCK driver "numbers"'],
  )
})
