// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util'
import type { HandlerPlugin } from '../../../contract/plugin.js'
import { Flattener } from '../../../../plugins/sysflow/reader/flattener.js'
import { SYSFLOW_SOURCE } from '../../../../plugins/sysflow/attributes/source.js'
import { ContainedHandler } from '../../../../plugins/sysflow/reader/contained-handler.js'
import { SysFlowReader } from '../../../../plugins/sysflow/reader/reader.js'
import { each } from '../batches.js'
import { Sink } from '../sink.js'
import { Watched } from '../watched.js'
import { NEVER } from './channel-ends.js'
import { counted, hold, type Law, type Subject } from './law.js'

export const HANDLER_LAWS: readonly Law<'handler'>[] = [
  {
    name: 'it throws nothing, whatever is read',
    because: 'What it throws costs the rows that it was given.',
    async check(subject) {
      const { fault } = await life(subject)
      if (fault) throw fault.cause ?? fault
      return undefined
    },
  },
  {
    name: 'every batch is passed on or released exactly once',
    because:
      'The last release says that records are safe: too few, and nothing is ever acknowledged; too many, and records are lost.',
    async check(subject) {
      const { watched } = await life(subject)
      const held = watched.filter(({ holds }) => holds > 0).length
      hold(held === 0, `${held} of ${watched.length} batches were never released`)
      hold(
        watched.every(({ surplus }) => surplus === 0),
        'a batch was released after its last release',
      )
      return undefined
    },
  },
  {
    name: 'it passes on only what it says that it offers',
    because: 'The channel behind it has a type, and a handler that offers none ends the pipeline.',
    async check(subject) {
      const { sink } = await life(subject)
      if (subject.plugin.offers.length === 0)
        hold(sink.sizes.length === 0, `it offers nothing, and sent ${counted(sink.sizes.length, 'time')}`)
      return undefined
    },
  },
  {
    name: 'the books of its reader balance',
    because: 'The program fails a run whose books do not.',
    async check(subject) {
      const { ledger, sink } = await life(subject)
      const sent = sink.sizes.reduce((sum, size) => sum + size, 0)
      hold(ledger.difference === 0, `${counted(ledger.difference, 'record')} cannot be explained`)
      hold(ledger.passed === sent, `${counted(sent, 'record')} were sent, and ${ledger.passed} passed on`)
      return undefined
    },
  },
  {
    name: 'what comes out does not depend on how records were cut into batches',
    because: 'Batches are as large as they happen to be, on one machine or another.',
    async check(subject) {
      const [one, other] = [(await life(subject, 1)).sink.records, (await life(subject, 100)).sink.records]
      hold(
        isDeepStrictEqual(one, other),
        `${counted(one.length, 'record')} from batches of 1, ${other.length} from batches of 100, or others`,
      )
      return undefined
    },
  },
]

/** A whole life over all records, in batches of at most so many rows. */
async function life(subject: Subject<HandlerPlugin>, rows = 16) {
  const [outputType] = subject.plugin.offers
  const host = subject.host({ inputType: SYSFLOW_SOURCE.channel, outputType })
  const contained = new ContainedHandler(subject.plugin.name, subject.plugin.create(subject.options, host), host)
  const watched: Watched[] = []
  const flattener = new Flattener(rows, new Set(['batch-pool']))
  const source = {
    columns() {
      const columns = flattener.columns()
      watched.push(new Watched(columns))
      return columns
    },
  }
  const reader = new SysFlowReader(source, host, contained)
  const sink = new Sink(outputType, subject.plugin)
  try {
    await subject.soon(reader.open(), 'opening')
    await subject.soon(reader.run(each(await subject.batches('sysflowchan')), sink, NEVER), 'reading')
  } finally {
    await reader.close()
  }
  return { watched, sink, ledger: reader.ledger, fault: host.faults[0]?.fault }
}
