// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util'
import type { ProcessorPlugin } from '../../../contract/plugin.js'
import { each } from '../batches.js'
import { Sink } from '../sink.js'
import { sourceOf } from '../sources.js'
import { Watched } from '../watched.js'
import { endless, full, NEVER, turns } from './channel-ends.js'
import { counted, hold, type Law, type Subject } from './law.js'

export const PROCESSOR_LAWS: readonly Law<'processor'>[] = [
  {
    name: 'its books balance',
    because:
      'Every record that was taken is passed on, used, dropped or made of others; the program fails a run whose books do not.',
    check: subject =>
      forEachType(subject, async type => {
        const { stage, taken, sink } = await observed(subject, type)
        const { ledger } = stage
        hold(ledger.taken === taken, `${counted(taken, 'record')} came in, and ${ledger.taken} were taken`)
        hold(ledger.difference === 0, `${counted(ledger.difference, 'record')} cannot be explained`)
        const sent = sink.records.length
        if (subject.plugin.offers.length > 0) hold(ledger.passed === sent, `${sent} were sent, and ${ledger.passed} passed on`)
      }),
  },
  {
    name: 'at the end of its input everything has been sent on',
    isAboutDraining: true,
    because: 'A run that is stopped drains: what was read arrives.',
    check: subject =>
      forEachType(subject, async type => {
        const { held } = (await observed(subject, type)).stage.ledger
        hold(held === 0, `${counted(held, 'record')} are still held when run has resolved`)
      }),
  },
  {
    name: 'every batch is released exactly once',
    isAboutDraining: true,
    because:
      'The last release says that records are safe: too few, and nothing is ever acknowledged; too many, and records are lost.',
    check: subject =>
      forEachType(subject, async type => {
        const { watched } = await observed(subject, type)
        const held = watched.filter(({ holds }) => holds > 0).length
        hold(held === 0, `${counted(held, 'batch')} of ${watched.length} were never released`.replace('batchs', 'batches'))
        hold(
          watched.every(({ surplus }) => surplus === 0),
          'a batch was released after its last release',
        )
      }),
  },
  {
    name: 'an input without records is fine',
    because: 'Filters before it may leave nothing.',
    check: subject =>
      forEachType(subject, async type => {
        await life(subject, type, stage => stage.run(each([]), new Sink(), NEVER))
      }),
  },
  {
    name: 'it waits until there is room',
    because: 'Each send is awaited: a slow target slows the reader down instead of filling the memory.',
    check: subject =>
      forEachType(subject, async type => {
        const { impatient } = (await observed(subject, type, 4)).sink
        hold(impatient === 0, `it sent ${impatient} times before the batch before had been taken`)
      }),
  },
  {
    name: 'what comes out does not depend on how records were cut into batches',
    because: 'Batches are as large as they happen to be, on one machine or another.',
    check: subject =>
      forEachType(subject, async type => {
        if (type === 'sysflowchan') return
        const [one, other] = [await observed(subject, type, 1), await observed(subject, type, 7)]
        hold(
          isDeepStrictEqual(one.sink.records, other.sink.records),
          `${counted(one.sink.records.length, 'record')} from batches of 1, ${other.sink.records.length} from batches of 7, or others`,
        )
      }),
  },
  {
    name: 'records leave in the order in which they came',
    because: 'Alerts are read, and files are written, in the order of what happened.',
    check: subject =>
      forEachType(subject, async type => {
        const outputType = offersOf(subject)[0]
        if (outputType === undefined || sourceOf(type, subject.plugin) !== sourceOf(outputType, subject.plugin)) return
        if (sourceOf(type, subject.plugin) === undefined) return
        const input = new Sink(type, subject.plugin)
        for (const batch of await subject.batches(type)) await input.send(batch)
        const { records } = (await observed(subject, type)).sink
        let at = 0
        for (const [index, record] of records.entries()) {
          while (at < input.records.length && !isDeepStrictEqual(input.records[at], record)) at++
          hold(
            at++ < input.records.length,
            `record ${index + 1} that was sent is older than the one before it, or is no record that came in`,
          )
        }
      }),
  },
  {
    name: 'run ends soon when it is aborted',
    because: 'A second signal ends the program at once.',
    check: subject =>
      forEachType(subject, async type => {
        for (const waits of ['for records', 'for room'] as const) {
          const abort = new AbortController()
          const batches = await subject.batches(type)
          const sink = new Sink(offersOf(subject)[0], subject.plugin)
          const output = waits === 'for room' ? full(abort.signal) : sink
          await life(subject, type, async stage => {
            const run = stage.run(
              endless(waits === 'for room' ? batches : batches.slice(0, 1), abort.signal),
              output,
              abort.signal,
            )
            const settled = run.then(
              () => {},
              () => {},
            )
            await turns()
            abort.abort(new Error('aborted by a law'))
            await subject.soon(settled, `to be aborted while it waited ${waits}`)
          })
        }
      }),
  },
  {
    name: 'where it is said to keep nothing between traces, it does not',
    because: 'Its traces are shared out among threads (perTrace).',
    check(subject) {
      if (!subject.plugin.perTrace) return 'it is not perTrace'
      return forEachType(subject, async type => {
        const sink = new Sink(offersOf(subject)[0], subject.plugin)
        const halves: number[] = []
        await life(subject, type, async stage => {
          for (let run = 0; run < 2; run++) {
            await stage.run(each(await subject.batches(type)), sink, NEVER)
            halves.push(sink.records.length)
          }
        })
        const [half = 0] = halves
        hold(
          isDeepStrictEqual(sink.records.slice(0, half), sink.records.slice(half)),
          'the second run over the same records sent others than the first',
        )
      })
    },
  },
  {
    name: 'it offers no other channel types than it says',
    because: 'The pipeline is checked before anything is made.',
    check({ plugin, options }) {
      if (!plugin.offersWith) return 'what it offers does not depend on its options'
      const other = plugin.offersWith(options).find(type => !plugin.offers.includes(type))
      hold(other === undefined, `"${other}" is not among its "offers"`)
      return undefined
    },
  },
]

type Stage = ReturnType<ProcessorPlugin['create']>

/** Every type for which there are records. */
async function forEachType(
  subject: Subject<ProcessorPlugin>,
  check: (type: string) => Promise<void>,
): Promise<string | undefined> {
  const { accepts } = subject.plugin
  const types = subject.typesOf(accepts)
  if (types.length === 0) return `there are no records for ${accepts.join(', ')}: give some under "input"`
  for (const type of types) await check(type)
  return undefined
}

const offersOf = ({ plugin, options }: Subject<ProcessorPlugin>): readonly string[] =>
  plugin.offersWith?.(options) ?? plugin.offers

interface Observed {
  readonly stage: Stage
  readonly watched: readonly Watched[]
  /** Records that went in. */
  readonly taken: number
  readonly sink: Sink
}

/** A whole life over all records. */
async function observed(subject: Subject<ProcessorPlugin>, type: string, rows?: number): Promise<Observed> {
  const watched = (await subject.batches(type, rows)).map(batch => new Watched(batch))
  const taken = watched.reduce((sum, { batch }) => sum + batch.length, 0)
  const sink = new Sink(offersOf(subject)[0], subject.plugin)
  const stage = await life(subject, type, running => running.run(each(watched.map(({ batch }) => batch)), sink, NEVER))
  return { stage, watched, taken, sink }
}

async function life(subject: Subject<ProcessorPlugin>, inputType: string, run: (stage: Stage) => Promise<void>): Promise<Stage> {
  const host = subject.host({ inputType, outputType: offersOf(subject)[0] })
  const stage = subject.plugin.create(subject.options, host)
  try {
    await subject.soon(stage.open?.(), 'opening')
    await subject.soon(run(stage), 'run')
  } finally {
    await stage.close?.()
  }
  const [lost] = host.faults.filter(({ lostData }) => lostData)
  if (lost) throw lost.fault
  return stage
}
