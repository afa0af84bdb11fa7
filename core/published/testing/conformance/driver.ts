// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { DriverPlugin } from '../../../contract/plugin.js'
import { type Driver, NEVER_ABORTED, type Sender } from '../../../contract/stage.js'
import type { TestHost } from '../host.js'
import { Sink } from '../sink.js'
import { type ConformanceTest, ensure, type PluginUnderTest, withUnit } from './conformance-test.js'
import { discardingSender, fullSender, waitTurns } from './fake-channels.js'

export const DRIVER_TESTS: readonly ConformanceTest<'driver'>[] = [
  {
    name: 'its books balance',
    isDrainTest: true,
    rationale: 'Every record that was read is passed on or dropped; the program fails a run whose books do not balance.',
    async check(subject) {
      const { ledger, sink } = await runLifecycle(subject, stopAfter(RECORDS_BEFORE_STOP))
      const sent = sink.batchSizes.reduce((sum, size) => sum + size, 0)
      ensure(ledger.difference === 0, `${withUnit(ledger.difference, 'record')} cannot be explained`)
      ensure(ledger.held === 0, `${withUnit(ledger.held, 'record')} are still held when run has resolved`)
      ensure(ledger.out === sent, `${withUnit(sent, 'record')} were sent, and ${ledger.out} passed on`)
      return undefined
    },
  },
  {
    name: 'it sends something',
    rationale: 'A law that sees no record says nothing: give it options or paths with which it has some.',
    async check(subject) {
      const { sink } = await runLifecycle(subject, stopAfter(1))
      ensure(sink.batchSizes.length > 0, 'nothing was sent')
      return undefined
    },
  },
  {
    name: 'it stops soon when it is told to',
    isDrainTest: true,
    rationale: 'A signal stops the drivers; the run ends when what they have read has arrived.',
    async check(subject) {
      await runLifecycle(subject, stopAfter(1))
      return undefined
    },
  },
  {
    name: 'a driver that is stopped before it begins ends at once',
    rationale: 'A signal may come while the pipeline is being opened.',
    async check(subject) {
      await runLifecycle(subject, (sink, stop) => {
        stop.abort()
        return sink
      })
      return undefined
    },
  },
  {
    name: 'it waits until there is room',
    rationale: 'Each send is awaited: a slow target slows the reader down instead of filling the memory.',
    async check(subject) {
      const { sink } = await runLifecycle(subject, stopAfter(RECORDS_BEFORE_STOP))
      ensure(sink.unawaitedSends === 0, `it sent ${sink.unawaitedSends} times before the batch before had been taken`)
      return undefined
    },
  },
  {
    name: 'run ends soon when it is aborted',
    rationale: 'A second signal ends the program at once.',
    async check(subject) {
      for (const waits of [false, true]) {
        const abort = new AbortController()
        const host = hostOf(subject)
        const driver = subject.plugin.create(subject.options, subject.paths, host)
        try {
          await subject.beforeTimeout(driver.open?.(), 'opening')
          const output = waits ? fullSender(abort.signal) : discardingSender(abort.signal)
          const settled = driver.run(output, NEVER_ABORTED, abort.signal).then(
            () => {},
            () => {},
          )
          await waitTurns()
          abort.abort(new Error('aborted by a law'))
          await subject.beforeTimeout(settled, `to be aborted while it waited ${waits ? 'for room' : 'for its input'}`)
        } finally {
          await driver.close?.()
        }
      }
      return undefined
    },
  },
  {
    name: 'it sends nothing once run has resolved',
    isDrainTest: true,
    rationale: 'The channel behind it has ended.',
    async check(subject) {
      const { sink } = await runLifecycle(subject, stopAfter(1))
      const before = sink.batchSizes.length
      await waitTurns()
      ensure(sink.batchSizes.length === before && sink.sendsAfterClose === 0, 'it sent more')
      return undefined
    },
  },
]

/** Records after which a driver that would go on is stopped. */
const RECORDS_BEFORE_STOP = 1000

type PrepareOutput = (sink: Sink, stop: AbortController) => Sender<Batch>

/** Stops the driver when so many records have come. */
const stopAfter =
  (records: number): PrepareOutput =>
  (sink, stop) => {
    sink.onBatch = () => {
      if (sink.batchSizes.reduce((sum, size) => sum + size, 0) >= records) stop.abort()
    }
    return sink
  }

async function runLifecycle(
  subject: PluginUnderTest<DriverPlugin>,
  prepareOutput: PrepareOutput,
): Promise<{ readonly ledger: Driver['ledger']; readonly sink: Sink }> {
  const host = hostOf(subject)
  const sink = new Sink(subject.plugin.offers[0], subject.plugin)
  const stop = new AbortController()
  const output = prepareOutput(sink, stop)
  const driver = subject.plugin.create(subject.options, subject.paths, host)
  try {
    await subject.beforeTimeout(driver.open?.(), 'opening')
    await subject.beforeTimeout(driver.run(output, stop.signal, NEVER_ABORTED), 'run')
    sink.close()
    await waitTurns()
  } finally {
    await driver.close?.()
  }
  const [lost] = host.faults.filter(({ lostData }) => lostData)
  if (lost) throw lost.fault
  return { ledger: driver.ledger, sink }
}

const hostOf = (subject: PluginUnderTest<DriverPlugin>): TestHost => subject.host({ outputType: subject.plugin.offers[0] })
