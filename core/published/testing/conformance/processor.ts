// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import type { ProcessorPlugin } from '../../../contract/plugin.js'
import { NEVER_ABORTED } from '../../../contract/stage.js'
import { batchStream, endlessReceiver, fullSender, waitTurns } from '../fake-channels.js'
import type { CollectingSender } from '../sink.js'
import { TrackedBatch } from '../tracked-batch.js'
import { type ConformanceTest, ensure, type PluginUnderTest, withUnit } from './conformance-test.js'

export const PROCESSOR_TESTS: readonly ConformanceTest<'processor'>[] = [
  {
    name: 'the ledger accounts for every record',
    rationale: 'in + created = out + filtered + dropped + held. The program fails a run whose record counts do not add up.',
    check: subject =>
      forEachType(subject, async type => {
        const { stage, received, sink } = await runTracked(subject, type)
        const { ledger } = stage
        ensure(ledger.in === received, `${withUnit(received, 'record')} were received, but in is ${ledger.in}`)
        ensure(ledger.difference === 0, `${withUnit(ledger.difference, 'record')} are not accounted for`)
        const sent = sink.records.length
        if (subject.plugin.offers.length > 0)
          ensure(ledger.out === sent, `${withUnit(sent, 'record')} were sent, but out is ${ledger.out}`)
      }),
  },
  {
    name: 'nothing is held after run has resolved',
    isDrainTest: true,
    rationale: 'A run that is stopped drains: every record that was read is delivered.',
    check: subject =>
      forEachType(subject, async type => {
        const { held } = (await runTracked(subject, type)).stage.ledger
        ensure(held === 0, `${withUnit(held, 'record')} are still held after run has resolved`)
      }),
  },
  {
    name: 'every batch is released exactly once',
    isDrainTest: true,
    rationale:
      'The last release acknowledges the records. Without it nothing is acknowledged; with one too many, records are lost.',
    check: subject =>
      forEachType(subject, async type => {
        const { tracked } = await runTracked(subject, type)
        const held = tracked.filter(({ references }) => references > 0).length
        ensure(held === 0, `${withUnit(held, 'batch')} of ${tracked.length} were never released`.replace('batchs', 'batches'))
        ensure(
          tracked.every(({ extraReleases }) => extraReleases === 0),
          'a batch was released after its last release',
        )
      }),
  },
  {
    name: 'an empty input is accepted',
    rationale: 'Earlier stages can filter out every record.',
    check: subject =>
      forEachType(subject, async type => {
        await runLifecycle(subject, type, stage => stage.run(batchStream([]), subject.sink(undefined), NEVER_ABORTED))
      }),
  },
  {
    name: 'each send is awaited',
    rationale: 'A slow target slows the input down (backpressure) instead of filling the memory.',
    check: subject =>
      forEachType(subject, async type => {
        const { unawaitedSends } = (await runTracked(subject, type, 4)).sink
        ensure(unawaitedSends === 0, `send was called ${withUnit(unawaitedSends, 'time')} before the previous call had resolved`)
      }),
  },
  {
    name: 'the output does not depend on batch sizes',
    rationale: 'Batch sizes vary with the machine and the load.',
    check: subject =>
      forEachType(subject, async type => {
        const [one, other] = [await runTracked(subject, type, 1), await runTracked(subject, type, 7)]
        ensure(
          isDeepStrictEqual(one.sink.records, other.sink.records),
          `batches of 1 gave ${withUnit(one.sink.records.length, 'record')}, batches of 7 gave ${other.sink.records.length} or other records`,
        )
      }),
  },
  {
    name: 'records keep their order',
    rationale: 'Alerts and files are in the order of events.',
    check: subject =>
      forEachType(subject, async type => {
        const outputType = offersOf(subject)[0]
        if (outputType === undefined || subject.adapterFor(type) !== subject.adapterFor(outputType)) return
        if (subject.adapterFor(type) === undefined) return
        const input = subject.sink(type)
        for (const batch of await subject.batches(type)) await input.send(batch)
        const { records } = (await runTracked(subject, type)).sink
        let at = 0
        for (const [index, record] of records.entries()) {
          while (at < input.records.length && !isDeepStrictEqual(input.records[at], record)) at++
          ensure(at++ < input.records.length, `sent record ${index + 1} is out of order or is not a record of the input`)
        }
      }),
  },
  {
    name: 'run ends soon after abort',
    rationale: 'A second signal ends the program at once.',
    check: subject =>
      forEachType(subject, async type => {
        for (const waitsFor of ['input', 'room'] as const) {
          const abort = new AbortController()
          const batches = await subject.batches(type)
          const sink = subject.sink(offersOf(subject)[0])
          const output = waitsFor === 'room' ? fullSender(abort.signal) : sink
          await runLifecycle(subject, type, async stage => {
            const run = stage.run(
              endlessReceiver(waitsFor === 'room' ? batches : batches.slice(0, 1), abort.signal),
              output,
              abort.signal,
            )
            const settled = run.then(
              () => {},
              () => {},
            )
            await waitTurns()
            abort.abort(new Error('aborted by a conformance test'))
            await subject.beforeTimeout(
              settled,
              `run after abort, while ${waitsFor === 'room' ? 'the output was full' : 'waiting for input'},`,
            )
          })
        }
      }),
  },
  {
    name: 'a partitionable processor keeps no state between runs',
    rationale: 'Partitions of the input are processed by several threads (isPartitionable).',
    check(subject) {
      if (!subject.plugin.isPartitionable) return 'the processor is not partitionable'
      return forEachType(subject, async type => {
        const sink = subject.sink(offersOf(subject)[0])
        const sentCounts: number[] = []
        await runLifecycle(subject, type, async stage => {
          for (let run = 0; run < 2; run++) {
            await stage.run(batchStream(await subject.batches(type)), sink, NEVER_ABORTED)
            sentCounts.push(sink.records.length)
          }
        })
        const [firstCount = 0] = sentCounts
        ensure(
          isDeepStrictEqual(sink.records.slice(0, firstCount), sink.records.slice(firstCount)),
          'a second run over the same records sent other records than the first',
        )
      })
    },
  },
  {
    name: 'offersWith returns only channel types of offers',
    rationale: 'The pipeline is checked before its components are created.',
    check({ plugin, options }) {
      if (!plugin.offersWith) return 'the processor has no offersWith'
      const other = plugin.offersWith(options).find(type => !plugin.offers.includes(type))
      ensure(other === undefined, `"${other}" is not listed in "offers"`)
      return undefined
    },
  },
]

type Stage = ReturnType<ProcessorPlugin['create']>

/** Calls `check` for each accepted channel type of which there are records. */
async function forEachType(
  subject: PluginUnderTest<ProcessorPlugin>,
  check: (type: string) => Promise<void>,
): Promise<string | undefined> {
  const { accepts } = subject.plugin
  const types = subject.testableTypes(accepts)
  if (types.length === 0) return `no sample records for ${accepts.join(', ')}: supply batches in "input" of the test setup`
  for (const type of types) await check(type)
  return undefined
}

const offersOf = ({ plugin, options }: PluginUnderTest<ProcessorPlugin>): readonly string[] =>
  plugin.offersWith?.(options) ?? plugin.offers

interface TrackedRun {
  readonly stage: Stage
  readonly tracked: readonly TrackedBatch[]
  /** Number of records in the input. */
  readonly received: number
  readonly sink: CollectingSender
}

/** A whole life cycle over all records. */
async function runTracked(subject: PluginUnderTest<ProcessorPlugin>, type: string, rows?: number): Promise<TrackedRun> {
  const tracked = (await subject.batches(type, rows)).map(batch => new TrackedBatch(batch))
  const received = tracked.reduce((sum, { batch }) => sum + batch.length, 0)
  const sink = subject.sink(offersOf(subject)[0])
  const stage = await runLifecycle(subject, type, running =>
    running.run(batchStream(tracked.map(({ batch }) => batch)), sink, NEVER_ABORTED),
  )
  return { stage, tracked, received, sink }
}

async function runLifecycle(
  subject: PluginUnderTest<ProcessorPlugin>,
  inputType: string,
  run: (stage: Stage) => Promise<void>,
): Promise<Stage> {
  const host = subject.host({ inputType, outputType: offersOf(subject)[0] })
  const stage = subject.plugin.create(subject.options, host)
  try {
    await subject.beforeTimeout(stage.open?.(), 'open')
    await subject.beforeTimeout(run(stage), 'run')
  } finally {
    await stage.close?.()
  }
  const [lost] = host.faults.filter(({ lostData }) => lostData)
  if (lost) throw lost.fault
  return stage
}
