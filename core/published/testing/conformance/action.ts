// SPDX-License-Identifier: Apache-2.0
import type { Action } from '../../../contract/action.js'
import type { ActionFieldValue, RuleMetadata } from '../../../contract/evaluated-batch.js'
import { type ActionPlugin, ANY_CHANNEL } from '../../../contract/plugin.js'
import { type RecordView, recordsIn } from '../../../contract/record-view.js'
import { waitTurns } from '../fake-channels.js'
import { ruleMatches } from '../rule-matches.js'
import { type ConformanceTest, ensure, type PluginUnderTest } from './conformance-test.js'

export const ACTION_TESTS: readonly ConformanceTest<'action'>[] = [
  {
    name: 'run returns undefined immediately',
    rationale: 'Records wait while an action runs. Start slow work in run, and do not wait for it.',
    async check(subject) {
      const { returnValues } = await runLifecycle(subject)
      ensure(
        returnValues.every(returnValue => returnValue === undefined),
        'run returned a promise or another value',
      )
      return undefined
    },
  },
  {
    name: 'run never throws',
    rationale: 'The error is reported as a plugin error. Tags and fields that the action added to this record are lost.',
    async check(subject) {
      await runLifecycle(subject)
      return undefined
    },
  },
  {
    name: 'tags are non-empty strings of one line',
    rationale: 'Alerts show tags in lists, separated by commas.',
    async check(subject) {
      const { tags } = await runLifecycle(subject)
      const invalid = tags.find(tag => typeof tag !== 'string' || tag === '' || tag.includes('\n'))
      ensure(invalid === undefined, `a tag is ${JSON.stringify(invalid)}`)
      return undefined
    },
  },
  {
    name: 'fields have a name, and strings, numbers or booleans as values',
    rationale: 'Every encoder must be able to write them.',
    async check(subject) {
      const { fields } = await runLifecycle(subject)
      for (const [name, value] of fields) {
        ensure(typeof name === 'string' && name !== '', `the name of a field is ${JSON.stringify(name)}`)
        ensure(FIELD_TYPES.has(typeof value), `field "${name}" is of type ${typeof value}`)
        ensure(typeof value !== 'number' || Number.isFinite(value), `field "${name}" is ${String(value)}`)
      }
      return undefined
    },
  },
  {
    name: 'no record is read after run has returned',
    rationale: 'The record view moves on to the next record. Copy what you need later with snapshot.',
    async check(subject) {
      ensure((await runLifecycle(subject)).afterReturn.reads === 0, 'a record was read after run had returned')
      return undefined
    },
  },
  {
    name: 'no tag or field is added after run has returned',
    rationale: 'The alert has already been sent.',
    async check(subject) {
      ensure((await runLifecycle(subject)).afterReturn.writes === 0, 'addTag or addField was called after run had returned')
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

/** Runs the action on the records of every channel type that rules can read, as for a rule that matches all of them. */
async function runLifecycle(subject: PluginUnderTest<ActionPlugin>): Promise<ActionRun> {
  const run: ActionRun = { returnValues: [], tags: [], fields: [], afterReturn: { reads: 0, writes: 0 } }
  const channels = subject.testableTypes([ANY_CHANNEL]).filter(type => subject.adapterFor(type)?.channel === type)
  for (const channel of channels) await runOnChannel(subject, channel, run)
  return run
}

async function runOnChannel(subject: PluginUnderTest<ActionPlugin>, inputType: string, run: ActionRun): Promise<void> {
  const adapter = subject.adapterFor(inputType)
  if (!adapter) return
  const { argument = '' } = subject.setup
  const host = subject.host({ inputType, outputType: adapter.evaluatedChannel })
  const action = subject.plugin.create(subject.options, host)
  action.check?.(argument)
  try {
    await subject.beforeTimeout(action.open?.(), 'open')
    for (const batch of await subject.batches(inputType)) {
      for (const record of recordsIn(batch, adapter)) runOnce(action, record, argument, run)
      batch.release()
    }
    await waitTurns()
  } finally {
    await subject.beforeTimeout(action.close?.(), 'close')
  }
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

/** The matches before any action has added to them. */
const MATCHES = ruleMatches('a rule', { tags: ['of:rule'] })
const RULE = MATCHES.rules[0] as RuleMetadata
