// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { Sender } from '../../../contract/channel.js'
import type { DriverPlugin } from '../../../contract/plugin.js'
import type { Driver } from '../../../contract/stage.js'
import type { TestHost } from '../host.js'
import { Sink } from '../sink.js'
import { full, NEVER, open, turns } from './channel-ends.js'
import { counted, hold, type Law, type Subject } from './law.js'

export const DRIVER_LAWS: readonly Law<'driver'>[] = [
  {
    name: 'its books balance',
    isAboutDraining: true,
    because: 'Every record that was read is passed on or dropped; the program fails a run whose books do not balance.',
    async check(subject) {
      const { ledger, sink } = await life(subject, stopAfter(ENOUGH))
      const sent = sink.sizes.reduce((sum, size) => sum + size, 0)
      hold(ledger.difference === 0, `${counted(ledger.difference, 'record')} cannot be explained`)
      hold(ledger.held === 0, `${counted(ledger.held, 'record')} are still held when run has resolved`)
      hold(ledger.passed === sent, `${counted(sent, 'record')} were sent, and ${ledger.passed} passed on`)
      return undefined
    },
  },
  {
    name: 'it sends something',
    because: 'A law that sees no record says nothing: give it options or paths with which it has some.',
    async check(subject) {
      const { sink } = await life(subject, stopAfter(1))
      hold(sink.sizes.length > 0, 'nothing was sent')
      return undefined
    },
  },
  {
    name: 'it stops soon when it is told to',
    isAboutDraining: true,
    because: 'A signal stops the drivers; the run ends when what they have read has arrived.',
    async check(subject) {
      await life(subject, stopAfter(1))
      return undefined
    },
  },
  {
    name: 'a driver that is stopped before it begins ends at once',
    because: 'A signal may come while the pipeline is being opened.',
    async check(subject) {
      await life(subject, (sink, stop) => {
        stop.abort()
        return sink
      })
      return undefined
    },
  },
  {
    name: 'it waits until there is room',
    because: 'Each send is awaited: a slow target slows the reader down instead of filling the memory.',
    async check(subject) {
      const { sink } = await life(subject, stopAfter(ENOUGH))
      hold(sink.impatient === 0, `it sent ${sink.impatient} times before the batch before had been taken`)
      return undefined
    },
  },
  {
    name: 'run ends soon when it is aborted',
    because: 'A second signal ends the program at once.',
    async check(subject) {
      for (const waits of [false, true]) {
        const abort = new AbortController()
        const host = hostOf(subject)
        const driver = subject.plugin.create(subject.options, subject.paths, host)
        try {
          await subject.soon(driver.open?.(), 'opening')
          const output = waits ? full(abort.signal) : open(abort.signal)
          const settled = driver.run(output, NEVER, abort.signal).then(
            () => {},
            () => {},
          )
          await turns()
          abort.abort(new Error('aborted by a law'))
          await subject.soon(settled, `to be aborted while it waited ${waits ? 'for room' : 'for its input'}`)
        } finally {
          await driver.close?.()
        }
      }
      return undefined
    },
  },
  {
    name: 'it sends nothing once run has resolved',
    isAboutDraining: true,
    because: 'The channel behind it has ended.',
    async check(subject) {
      const { sink } = await life(subject, stopAfter(1))
      const before = sink.sizes.length
      await turns()
      hold(sink.sizes.length === before && sink.late === 0, 'it sent more')
      return undefined
    },
  },
]

/** Records after which a driver that would go on is stopped. */
const ENOUGH = 1000

type Prepare = (sink: Sink, stop: AbortController) => Sender<Batch>

/** Stops the driver when so many records have come. */
const stopAfter =
  (records: number): Prepare =>
  (sink, stop) => {
    sink.onBatch = () => {
      if (sink.sizes.reduce((sum, size) => sum + size, 0) >= records) stop.abort()
    }
    return sink
  }

async function life(
  subject: Subject<DriverPlugin>,
  prepare: Prepare,
): Promise<{ readonly ledger: Driver['ledger']; readonly sink: Sink }> {
  const host = hostOf(subject)
  const sink = new Sink(subject.plugin.offers[0], subject.plugin)
  const stop = new AbortController()
  const output = prepare(sink, stop)
  const driver = subject.plugin.create(subject.options, subject.paths, host)
  try {
    await subject.soon(driver.open?.(), 'opening')
    await subject.soon(driver.run(output, stop.signal, NEVER), 'run')
    sink.close()
    await turns()
  } finally {
    await driver.close?.()
  }
  const [lost] = host.faults.filter(({ lostData }) => lostData)
  if (lost) throw lost.fault
  return { ledger: driver.ledger, sink }
}

const hostOf = (subject: Subject<DriverPlugin>): TestHost => subject.host({ outputType: subject.plugin.offers[0] })
