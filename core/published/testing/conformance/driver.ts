// SPDX-License-Identifier: Apache-2.0

import type { Batch } from '../../../contract/batch.js'
import type { DriverPlugin } from '../../../contract/plugin.js'
import type { Driver } from '../../../contract/stage.js'
import { NEVER_ABORTED, type Sender } from '../../../contract/stage.js'
import { discardingSender, fullSender, waitTurns } from '../fake-channels.js'
import type { TestHost } from '../host.js'
import type { CollectingSender } from '../sink.js'
import { type ConformanceTest, ensure, type PluginUnderTest, withUnit } from './conformance-test.js'

export const DRIVER_TESTS: readonly ConformanceTest<'driver'>[] = [
  {
    name: 'the ledger accounts for every record',
    isDrainTest: true,
    rationale: 'Every record that was read is sent or dropped. The program fails a run whose record counts do not add up.',
    async check(subject) {
      const { ledger, sink } = await runLifecycle(subject, stopAfter(RECORDS_BEFORE_STOP))
      const sent = sink.batchSizes.reduce((sum, size) => sum + size, 0)
      ensure(ledger.difference === 0, `${withUnit(ledger.difference, 'record')} are not accounted for`)
      ensure(ledger.held === 0, `${withUnit(ledger.held, 'record')} are still held after run has resolved`)
      ensure(ledger.out === sent, `${withUnit(sent, 'record')} were sent, but out is ${ledger.out}`)
      return undefined
    },
  },
  {
    name: 'the driver sends at least one record',
    rationale: 'The other tests need records: set options or paths in the test setup so that the driver reads some.',
    async check(subject) {
      const { sink } = await runLifecycle(subject, stopAfter(1))
      ensure(sink.batchSizes.length > 0, 'no batch was sent')
      return undefined
    },
  },
  {
    name: 'run ends soon after stop',
    isDrainTest: true,
    rationale: 'A signal stops the drivers. The run ends when the records that were read have been delivered.',
    async check(subject) {
      await runLifecycle(subject, stopAfter(1))
      return undefined
    },
  },
  {
    name: 'run ends at once if stop has fired before',
    rationale: 'A signal can arrive while the pipeline is being opened.',
    async check(subject) {
      await runLifecycle(subject, (sink, stop) => {
        stop.abort()
        return sink
      })
      return undefined
    },
  },
  {
    name: 'each send is awaited',
    rationale: 'A slow target slows the driver down (backpressure) instead of filling the memory.',
    async check(subject) {
      const { sink } = await runLifecycle(subject, stopAfter(RECORDS_BEFORE_STOP))
      ensure(
        sink.unawaitedSends === 0,
        `send was called ${withUnit(sink.unawaitedSends, 'time')} before the previous call had resolved`,
      )
      return undefined
    },
  },
  {
    name: 'run ends soon after abort',
    rationale: 'A second signal ends the program at once.',
    async check(subject) {
      for (const waits of [false, true]) {
        const abort = new AbortController()
        const host = hostOf(subject)
        const driver = subject.plugin.create(subject.options, subject.paths, host)
        try {
          await subject.beforeTimeout(driver.open?.(), 'open')
          const output = waits ? fullSender(abort.signal) : discardingSender(abort.signal)
          const settled = driver.run(output, NEVER_ABORTED, abort.signal).then(
            () => {},
            () => {},
          )
          await waitTurns()
          abort.abort(new Error('aborted by a conformance test'))
          await subject.beforeTimeout(settled, `run after abort, while ${waits ? 'the output was full' : 'waiting for input'},`)
        } finally {
          await driver.close?.()
        }
      }
      return undefined
    },
  },
  {
    name: 'nothing is sent after run has resolved',
    isDrainTest: true,
    rationale: 'The output channel is closed.',
    async check(subject) {
      const { sink } = await runLifecycle(subject, stopAfter(1))
      const before = sink.batchSizes.length
      await waitTurns()
      ensure(sink.batchSizes.length === before && sink.sendsAfterClose === 0, 'another batch was sent')
      return undefined
    },
  },
]

/** Number of records after which the driver is stopped. */
const RECORDS_BEFORE_STOP = 1000

type PrepareOutput = (sink: CollectingSender, stop: AbortController) => Sender<Batch>

/** Stops the driver after so many records. */
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
): Promise<{ readonly ledger: Driver['ledger']; readonly sink: CollectingSender }> {
  const host = hostOf(subject)
  const sink = subject.sink(subject.plugin.offers[0])
  const stop = new AbortController()
  const output = prepareOutput(sink, stop)
  const driver = subject.plugin.create(subject.options, subject.paths, host)
  try {
    await subject.beforeTimeout(driver.open?.(), 'open')
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
