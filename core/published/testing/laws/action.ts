// SPDX-License-Identifier: Apache-2.0
import type { Action } from '../../../contract/action.js'
import type { Batch } from '../../../contract/batch.js'
import type { ActionPlugin } from '../../../contract/plugin.js'
import { type RecordView, recordsIn } from '../../../contract/record-view.js'
import type { FieldValue, RuleFacts } from '../../../contract/verdict.js'
import { SYSFLOW_SOURCE } from '../../../../plugins/sysflow/attributes/source.js'
import { verdict } from '../batches.js'
import { sourceOf } from '../sources.js'
import { turns } from './channel-ends.js'
import { hold, type Law, type Subject } from './law.js'

export const ACTION_LAWS: readonly Law<'action'>[] = [
  {
    name: 'it answers at once',
    because: 'Records wait while it works: what takes time it begins and does not wait for.',
    async check(subject) {
      const { answers } = await life(subject)
      hold(
        answers.every(answer => answer === undefined),
        'run returns a promise, or something else',
      )
      return undefined
    },
  },
  {
    name: 'it throws nothing, whatever is matched',
    because: 'What it throws is told as its fault, and its tags and fields of that record are lost.',
    async check(subject) {
      await life(subject)
      return undefined
    },
  },
  {
    name: 'its tags are texts on one line',
    because: 'Tags stand in alerts between commas and in lists.',
    async check(subject) {
      const { tags } = await life(subject)
      const other = tags.find(tag => typeof tag !== 'string' || tag === '' || tag.includes('\n'))
      hold(other === undefined, `a tag is ${JSON.stringify(other)}`)
      return undefined
    },
  },
  {
    name: 'its fields are texts, numbers or booleans under a name',
    because: 'Every encoder must be able to write them.',
    async check(subject) {
      const { fields } = await life(subject)
      for (const [name, value] of fields) {
        hold(typeof name === 'string' && name !== '', `a field is called ${JSON.stringify(name)}`)
        hold(FIELD_TYPES.has(typeof value), `field "${name}" is of type ${typeof value}`)
        hold(typeof value !== 'number' || Number.isFinite(value), `field "${name}" is ${String(value)}`)
      }
      return undefined
    },
  },
  {
    name: 'it looks at a record only until it has answered',
    because: 'The record that it was given has become another one by then: what shall outlive it is copied with snapshot.',
    async check(subject) {
      hold((await life(subject)).late.looks === 0, 'it looked at a record after run had returned')
      return undefined
    },
  },
  {
    name: 'it says nothing of a record once it has answered',
    because: 'The alert has gone.',
    async check(subject) {
      hold((await life(subject)).late.words === 0, 'it called tag or field after run had returned')
      return undefined
    },
  },
]

const FIELD_TYPES = new Set(['string', 'number', 'bigint', 'boolean'])

interface Life {
  readonly answers: unknown[]
  readonly tags: unknown[]
  readonly fields: (readonly [string, FieldValue])[]
  readonly late: { looks: number; words: number }
}

/** The action on every record, as for a rule that matches all of them. */
async function life(subject: Subject<ActionPlugin>): Promise<Life> {
  const { argument = '' } = subject.circumstances
  const inputType = SYSFLOW_SOURCE.channel
  const action = subject.plugin.create(subject.options, subject.host({ inputType, outputType: SYSFLOW_SOURCE.judged }))
  const seen: Life = { answers: [], tags: [], fields: [], late: { looks: 0, words: 0 } }
  action.check?.(argument)
  try {
    await subject.soon(action.open?.(), 'opening')
    for (const batch of await subject.batches(inputType)) {
      for (const record of recordsIn(batch, sourceOf(inputType) as never)) runOnce(action, record, argument, seen)
      ;(batch as Batch).release()
    }
    await turns()
  } finally {
    await subject.soon(action.close?.(), 'closing')
  }
  return seen
}

function runOnce(action: Action, record: RecordView, argument: string, { answers, tags, fields, late }: Life): void {
  let isOver = false
  const looking = <T>(look: () => T): T => {
    if (isOver) late.looks++
    return look()
  }
  const saying = (say: () => void): void => {
    if (isOver) late.words++
    else say()
  }
  const answer: unknown = action.run({
    record: {
      value: name => looking(() => record.value(name)),
      text: name => looking(() => record.text(name)),
      snapshot: () => looking(() => record.snapshot()),
      get verdict() {
        return looking(() => MATCHED)
      },
    },
    rule: RULE,
    argument,
    tag: tag => saying(() => tags.push(tag)),
    field: (name, value) => saying(() => fields.push([name, value])),
  })
  answers.push(answer)
  isOver = true
}

/** Nothing yet of what actions add. */
const MATCHED = verdict('a rule', { tags: ['of:rule'] })
const RULE = MATCHED.rules[0] as RuleFacts
