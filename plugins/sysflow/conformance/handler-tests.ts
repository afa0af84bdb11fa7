// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import type { GenericHandlerPlugin } from '../../../core/contract/plugin.js'
import {
  batchStream,
  type ConformanceTest,
  ensure,
  NEVER_ABORTED,
  type PluginUnderTest,
  TrackedBatch,
  withUnit,
} from '../../../core/published/testing.js'
import { SYSFLOW_ADAPTER } from '../attributes/sysflow-adapter.js'
import { Flattener } from '../reader/flattener.js'
import { IsolatedHandler } from '../reader/isolated-handler.js'
import { SysFlowReader } from '../reader/sysflow-reader.js'
import { BLOCK_CHANNEL } from './sysflow-samples.js'

export const HANDLER_TESTS: readonly ConformanceTest<'handler'>[] = [
  {
    name: 'events and entity never throw',
    rationale: 'An error in events drops the batch.',
    async check(subject) {
      const { fault } = await runLifecycle(subject)
      if (fault) throw fault.cause ?? fault
      return undefined
    },
  },
  {
    name: 'every batch is sent or released exactly once',
    rationale:
      'The last release acknowledges the records. Without it nothing is acknowledged; with one too many, records are lost.',
    async check(subject) {
      const { tracked } = await runLifecycle(subject)
      const held = tracked.filter(({ references }) => references > 0).length
      ensure(held === 0, `${held} of ${tracked.length} batches were never released`)
      ensure(
        tracked.every(({ extraReleases }) => extraReleases === 0),
        'a batch was released after its last release',
      )
      return undefined
    },
  },
  {
    name: 'a handler without channel types sends nothing',
    rationale: 'The pipeline ends with such a handler; there is no output channel.',
    async check(subject) {
      const { sink } = await runLifecycle(subject)
      if (subject.plugin.offers.length === 0)
        ensure(
          sink.batchSizes.length === 0,
          `offers is empty, but ${withUnit(sink.batchSizes.length, 'batch').replace('batchs', 'batches')} were passed on`,
        )
      return undefined
    },
  },
  {
    name: 'the ledger of the reader accounts for every record',
    rationale: 'The program fails a run whose record counts do not add up.',
    async check(subject) {
      const { ledger, sink } = await runLifecycle(subject)
      const sent = sink.batchSizes.reduce((sum, size) => sum + size, 0)
      ensure(ledger.difference === 0, `${withUnit(ledger.difference, 'record')} are not accounted for`)
      ensure(ledger.out === sent, `${withUnit(sent, 'record')} were sent, but out is ${ledger.out}`)
      return undefined
    },
  },
  {
    name: 'the output does not depend on batch sizes',
    rationale: 'Batch sizes vary with the machine and the load.',
    async check(subject) {
      const [one, other] = [(await runLifecycle(subject, 1)).sink.records, (await runLifecycle(subject, 100)).sink.records]
      ensure(
        isDeepStrictEqual(one, other),
        `batches of 1 gave ${withUnit(one.length, 'record')}, batches of 100 gave ${other.length} or other records`,
      )
      return undefined
    },
  },
]

/** Runs a complete life cycle over all records. `rows`: maximum number of records in a batch. */
async function runLifecycle(subject: PluginUnderTest<GenericHandlerPlugin>, rows = 16) {
  const [outputType] = subject.plugin.offers
  const host = subject.host({ inputType: SYSFLOW_ADAPTER.channel, outputType })
  const contained = new IsolatedHandler(subject.plugin.name, subject.plugin.create(subject.options, host), host)
  const tracked: TrackedBatch[] = []
  const flattener = new Flattener(rows, new Set(['batch-pool']))
  const columnSource = {
    columns() {
      const columns = flattener.columns()
      tracked.push(new TrackedBatch(columns))
      return columns
    },
  }
  const reader = new SysFlowReader(columnSource, host, contained)
  const sink = subject.sink(outputType)
  try {
    await subject.beforeTimeout(reader.open(), 'open')
    await subject.beforeTimeout(
      reader.run(batchStream(await subject.batches(BLOCK_CHANNEL)), sink, NEVER_ABORTED),
      'run of the reader',
    )
  } finally {
    await reader.close()
  }
  return { tracked, sink, ledger: reader.ledger, fault: host.faults[0]?.fault }
}
