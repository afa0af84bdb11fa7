// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import type { ProcessorPlugin } from '../../../contract/plugin.js'
import { NEVER_ABORTED } from '../../../contract/stage.js'
import { adapterFor } from '../adapter-for.js'
import { batchStream } from '../batches.js'
import { Sink } from '../sink.js'
import { TrackedBatch } from '../tracked-batch.js'
import { type ConformanceTest, ensure, type PluginUnderTest, withUnit } from './conformance-test.js'
import { endlessReceiver, fullSender, waitTurns } from './fake-channels.js'

export const PROCESSOR_TESTS: readonly ConformanceTest<'processor'>[] = [
  {
    name: 'its books balance',
    rationale:
      'Every record that was taken is passed on, used, dropped or made of others; the program fails a run whose books do not.',
    check: subject =>
      forEachType(subject, async type => {
        const { stage, received, sink } = await runTracked(subject, type)
        const { ledger } = stage
        ensure(ledger.in === received, `${withUnit(received, 'record')} came in, and ${ledger.in} were taken`)
        ensure(ledger.difference === 0, `${withUnit(ledger.difference, 'record')} cannot be explained`)
        const sent = sink.records.length
        if (subject.plugin.offers.length > 0) ensure(ledger.out === sent, `${sent} were sent, and ${ledger.out} passed on`)
      }),
  },
  {
    name: 'at the end of its input everything has been sent on',
    isDrainTest: true,
    rationale: 'A run that is stopped drains: what was read arrives.',
    check: subject =>
      forEachType(subject, async type => {
        const { held } = (await runTracked(subject, type)).stage.ledger
        ensure(held === 0, `${withUnit(held, 'record')} are still held when run has resolved`)
      }),
  },
  {
    name: 'every batch is released exactly once',
    isDrainTest: true,
    rationale:
      'The last release says that records are safe: too few, and nothing is ever acknowledged; too many, and records are lost.',
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
    name: 'an input without records is fine',
    rationale: 'Filters before it may leave nothing.',
    check: subject =>
      forEachType(subject, async type => {
        await runLifecycle(subject, type, stage => stage.run(batchStream([]), new Sink(), NEVER_ABORTED))
      }),
  },
  {
    name: 'it waits until there is room',
    rationale: 'Each send is awaited: a slow target slows the reader down instead of filling the memory.',
    check: subject =>
      forEachType(subject, async type => {
        const { unawaitedSends } = (await runTracked(subject, type, 4)).sink
        ensure(unawaitedSends === 0, `it sent ${unawaitedSends} times before the batch before had been taken`)
      }),
  },
  {
    name: 'what comes out does not depend on how records were cut into batches',
    rationale: 'Batches are as large as they happen to be, on one machine or another.',
    check: subject =>
      forEachType(subject, async type => {
        if (type === 'sysflowchan') return
        const [one, other] = [await runTracked(subject, type, 1), await runTracked(subject, type, 7)]
        ensure(
          isDeepStrictEqual(one.sink.records, other.sink.records),
          `${withUnit(one.sink.records.length, 'record')} from batches of 1, ${other.sink.records.length} from batches of 7, or others`,
        )
      }),
  },
  {
    name: 'records leave in the order in which they came',
    rationale: 'Alerts are read, and files are written, in the order of what happened.',
    check: subject =>
      forEachType(subject, async type => {
        const outputType = offersOf(subject)[0]
        if (outputType === undefined || adapterFor(type, subject.plugin) !== adapterFor(outputType, subject.plugin)) return
        if (adapterFor(type, subject.plugin) === undefined) return
        const input = new Sink(type, subject.plugin)
        for (const batch of await subject.batches(type)) await input.send(batch)
        const { records } = (await runTracked(subject, type)).sink
        let at = 0
        for (const [index, record] of records.entries()) {
          while (at < input.records.length && !isDeepStrictEqual(input.records[at], record)) at++
          ensure(
            at++ < input.records.length,
            `record ${index + 1} that was sent is older than the one before it, or is no record that came in`,
          )
        }
      }),
  },
  {
    name: 'run ends soon when it is aborted',
    rationale: 'A second signal ends the program at once.',
    check: subject =>
      forEachType(subject, async type => {
        for (const waits of ['for records', 'for room'] as const) {
          const abort = new AbortController()
          const batches = await subject.batches(type)
          const sink = new Sink(offersOf(subject)[0], subject.plugin)
          const output = waits === 'for room' ? fullSender(abort.signal) : sink
          await runLifecycle(subject, type, async stage => {
            const run = stage.run(
              endlessReceiver(waits === 'for room' ? batches : batches.slice(0, 1), abort.signal),
              output,
              abort.signal,
            )
            const settled = run.then(
              () => {},
              () => {},
            )
            await waitTurns()
            abort.abort(new Error('aborted by a law'))
            await subject.beforeTimeout(settled, `to be aborted while it waited ${waits}`)
          })
        }
      }),
  },
  {
    name: 'where it is said to keep nothing between traces, it does not',
    rationale: 'Its traces are shared out among threads (perTrace).',
    check(subject) {
      if (!subject.plugin.isPartitionable) return 'it is not perTrace'
      return forEachType(subject, async type => {
        const sink = new Sink(offersOf(subject)[0], subject.plugin)
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
          'the second run over the same records sent others than the first',
        )
      })
    },
  },
  {
    name: 'it offers no other channel types than it says',
    rationale: 'The pipeline is checked before anything is made.',
    check({ plugin, options }) {
      if (!plugin.offersWith) return 'what it offers does not depend on its options'
      const other = plugin.offersWith(options).find(type => !plugin.offers.includes(type))
      ensure(other === undefined, `"${other}" is not among its "offers"`)
      return undefined
    },
  },
]

type Stage = ReturnType<ProcessorPlugin['create']>

/** Every type for which there are records. */
async function forEachType(
  subject: PluginUnderTest<ProcessorPlugin>,
  check: (type: string) => Promise<void>,
): Promise<string | undefined> {
  const { accepts } = subject.plugin
  const types = subject.testableTypes(accepts)
  if (types.length === 0) return `there are no records for ${accepts.join(', ')}: give some under "input"`
  for (const type of types) await check(type)
  return undefined
}

const offersOf = ({ plugin, options }: PluginUnderTest<ProcessorPlugin>): readonly string[] =>
  plugin.offersWith?.(options) ?? plugin.offers

interface TrackedRun {
  readonly stage: Stage
  readonly tracked: readonly TrackedBatch[]
  /** Records that went in. */
  readonly received: number
  readonly sink: Sink
}

/** A whole life over all records. */
async function runTracked(subject: PluginUnderTest<ProcessorPlugin>, type: string, rows?: number): Promise<TrackedRun> {
  const tracked = (await subject.batches(type, rows)).map(batch => new TrackedBatch(batch))
  const received = tracked.reduce((sum, { batch }) => sum + batch.length, 0)
  const sink = new Sink(offersOf(subject)[0], subject.plugin)
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
    await subject.beforeTimeout(stage.open?.(), 'opening')
    await subject.beforeTimeout(run(stage), 'run')
  } finally {
    await stage.close?.()
  }
  const [lost] = host.faults.filter(({ lostData }) => lostData)
  if (lost) throw lost.fault
  return stage
}
