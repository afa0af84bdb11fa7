// SPDX-License-Identifier: Apache-2.0

import { SYSFLOW_ADAPTER } from '../../../../plugins/sysflow/attributes/sysflow-adapter.js'
import type { Action } from '../../../contract/action.js'
import type { Batch } from '../../../contract/batch.js'
import type { ActionFieldValue, RuleMetadata } from '../../../contract/evaluated-batch.js'
import type { ActionPlugin } from '../../../contract/plugin.js'
import { type RecordView, recordsIn } from '../../../contract/record-view.js'
import { adapterFor } from '../adapter-for.js'
import { ruleMatches } from '../batches.js'
import { type ConformanceTest, ensure, type PluginUnderTest } from './conformance-test.js'
import { waitTurns } from './fake-channels.js'

export const ACTION_TESTS: readonly ConformanceTest<'action'>[] = [
  {
    name: 'it answers at once',
    rationale: 'Records wait while it works: what takes time it begins and does not wait for.',
    async check(subject) {
      const { returnValues } = await runLifecycle(subject)
      ensure(
        returnValues.every(returnValue => returnValue === undefined),
        'run returns a promise, or something else',
      )
      return undefined
    },
  },
  {
    name: 'it throws nothing, whatever is matched',
    rationale: 'What it throws is told as its fault, and its tags and fields of that record are lost.',
    async check(subject) {
      await runLifecycle(subject)
      return undefined
    },
  },
  {
    name: 'its tags are texts on one line',
    rationale: 'Tags stand in alerts between commas and in lists.',
    async check(subject) {
      const { tags } = await runLifecycle(subject)
      const other = tags.find(tag => typeof tag !== 'string' || tag === '' || tag.includes('\n'))
      ensure(other === undefined, `a tag is ${JSON.stringify(other)}`)
      return undefined
    },
  },
  {
    name: 'its fields are texts, numbers or booleans under a name',
    rationale: 'Every encoder must be able to write them.',
    async check(subject) {
      const { fields } = await runLifecycle(subject)
      for (const [name, value] of fields) {
        ensure(typeof name === 'string' && name !== '', `a field is called ${JSON.stringify(name)}`)
        ensure(FIELD_TYPES.has(typeof value), `field "${name}" is of type ${typeof value}`)
        ensure(typeof value !== 'number' || Number.isFinite(value), `field "${name}" is ${String(value)}`)
      }
      return undefined
    },
  },
  {
    name: 'it looks at a record only until it has answered',
    rationale: 'The record that it was given has become another one by then: what shall outlive it is copied with snapshot.',
    async check(subject) {
      ensure((await runLifecycle(subject)).afterReturn.reads === 0, 'it looked at a record after run had returned')
      return undefined
    },
  },
  {
    name: 'it says nothing of a record once it has answered',
    rationale: 'The alert has gone.',
    async check(subject) {
      ensure((await runLifecycle(subject)).afterReturn.writes === 0, 'it called tag or field after run had returned')
      return undefined
    },
  },
]

const FIELD_TYPES = new Set(['string', 'number', 'bigint', 'boolean'])

interface ActionRun {
  readonly returnValues: unknown[]
  readonly tags: unknown[]
  readonly fields: (readonly [string, ActionFieldValue])[]
  readonly afterReturn: { reads: number; writes: number }
}

/** The action on every record, as for a rule that matches all of them. */
async function runLifecycle(subject: PluginUnderTest<ActionPlugin>): Promise<ActionRun> {
  const { argument = '' } = subject.setup
  const inputType = SYSFLOW_ADAPTER.channel
  const action = subject.plugin.create(subject.options, subject.host({ inputType, outputType: SYSFLOW_ADAPTER.evaluatedChannel }))
  const run: ActionRun = { returnValues: [], tags: [], fields: [], afterReturn: { reads: 0, writes: 0 } }
  action.check?.(argument)
  try {
    await subject.beforeTimeout(action.open?.(), 'opening')
    for (const batch of await subject.batches(inputType)) {
      for (const record of recordsIn(batch, adapterFor(inputType) as never)) runOnce(action, record, argument, run)
      ;(batch as Batch).release()
    }
    await waitTurns()
  } finally {
    await subject.beforeTimeout(action.close?.(), 'closing')
  }
  return run
}

function runOnce(
  action: Action,
  record: RecordView,
  argument: string,
  { returnValues, tags, fields, afterReturn }: ActionRun,
): void {
  let hasReturned = false
  const trackRead = <T>(read: () => T): T => {
    if (hasReturned) afterReturn.reads++
    return read()
  }
  const trackWrite = (write: () => void): void => {
    if (hasReturned) afterReturn.writes++
    else write()
  }
  const returnValue: unknown = action.run({
    record: {
      value: name => trackRead(() => record.value(name)),
      text: name => trackRead(() => record.text(name)),
      snapshot: () => trackRead(() => record.snapshot()),
      get matches() {
        return trackRead(() => MATCHES)
      },
    },
    rule: RULE,
    argument,
    addTag: tag => trackWrite(() => tags.push(tag)),
    addField: (name, value) => trackWrite(() => fields.push([name, value])),
  })
  returnValues.push(returnValue)
  hasReturned = true
}

/** Nothing yet of what actions add. */
const MATCHES = ruleMatches('a rule', { tags: ['of:rule'] })
const RULE = MATCHES.rules[0] as RuleMetadata
