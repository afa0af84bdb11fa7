// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import { SYSFLOW_ADAPTER } from '../../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { Flattener } from '../../../../plugins/sysflow/reader/flattener.js'
import { IsolatedHandler } from '../../../../plugins/sysflow/reader/isolated-handler.js'
import { SysFlowReader } from '../../../../plugins/sysflow/reader/sysflow-reader.js'
import type { GenericHandlerPlugin } from '../../../contract/plugin.js'
import { NEVER_ABORTED } from '../../../contract/stage.js'
import { batchStream } from '../batches.js'
import { Sink } from '../sink.js'
import { TrackedBatch } from '../tracked-batch.js'
import { type ConformanceTest, ensure, type PluginUnderTest, withUnit } from './conformance-test.js'

export const HANDLER_TESTS: readonly ConformanceTest<'handler'>[] = [
  {
    name: 'it throws nothing, whatever is read',
    rationale: 'What it throws costs the rows that it was given.',
    async check(subject) {
      const { fault } = await runLifecycle(subject)
      if (fault) throw fault.cause ?? fault
      return undefined
    },
  },
  {
    name: 'every batch is passed on or released exactly once',
    rationale:
      'The last release says that records are safe: too few, and nothing is ever acknowledged; too many, and records are lost.',
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
    name: 'it passes on only what it says that it offers',
    rationale: 'The channel behind it has a type, and a handler that offers none ends the pipeline.',
    async check(subject) {
      const { sink } = await runLifecycle(subject)
      if (subject.plugin.offers.length === 0)
        ensure(sink.batchSizes.length === 0, `it offers nothing, and sent ${withUnit(sink.batchSizes.length, 'time')}`)
      return undefined
    },
  },
  {
    name: 'the books of its reader balance',
    rationale: 'The program fails a run whose books do not.',
    async check(subject) {
      const { ledger, sink } = await runLifecycle(subject)
      const sent = sink.batchSizes.reduce((sum, size) => sum + size, 0)
      ensure(ledger.difference === 0, `${withUnit(ledger.difference, 'record')} cannot be explained`)
      ensure(ledger.out === sent, `${withUnit(sent, 'record')} were sent, and ${ledger.out} passed on`)
      return undefined
    },
  },
  {
    name: 'what comes out does not depend on how records were cut into batches',
    rationale: 'Batches are as large as they happen to be, on one machine or another.',
    async check(subject) {
      const [one, other] = [(await runLifecycle(subject, 1)).sink.records, (await runLifecycle(subject, 100)).sink.records]
      ensure(
        isDeepStrictEqual(one, other),
        `${withUnit(one.length, 'record')} from batches of 1, ${other.length} from batches of 100, or others`,
      )
      return undefined
    },
  },
]

/** A whole life over all records, in batches of at most so many rows. */
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
  const sink = new Sink(outputType, subject.plugin)
  try {
    await subject.beforeTimeout(reader.open(), 'opening')
    await subject.beforeTimeout(reader.run(batchStream(await subject.batches('sysflowchan')), sink, NEVER_ABORTED), 'reading')
  } finally {
    await reader.close()
  }
  return { tracked, sink, ledger: reader.ledger, fault: host.faults[0]?.fault }
}
