// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RuleMetadata } from '../../contract/evaluated-batch.js'
import type { Host, Logger } from '../../contract/host.js'
import type { RecordView } from '../../contract/record-view.js'
import { componentsOf } from '../../testing/components.js'
import { FAKE_ADAPTER } from '../testing/fake-adapter.js'
import { LogAction, logAction } from './log.js'
import { tagAction } from './tag.js'

const RULE: RuleMetadata = { name: 'Shell', description: '', priority: 'warning', tags: [] }

function recordOf(values: Readonly<Record<string, string>>): RecordView {
  const text = (name: string): string => values[name] ?? ''
  return { value: name => values[name], text, snapshot: () => new Map(), matches: null }
}

class RecordedLines implements Logger {
  readonly lines: string[] = []
  trace = (text: string): number => this.lines.push(`trace ${text}`)
  info = (text: string): number => this.lines.push(`info ${text}`)
  warn = (text: string): number => this.lines.push(`warn ${text}`)
  error = (text: string): number => this.lines.push(`error ${text}`)
  health = (text: string): number => this.lines.push(`health ${text}`)
}

const contextOf = (argument = '', record = recordOf({ exe: '/bin/sh' }), tags: string[] = []) => ({
  record,
  rule: RULE,
  argument,
  addTag: (tag: string) => void tags.push(tag),
  addField() {},
})

test('tag adds its argument, for any text, and requires one', () => {
  const tags: string[] = []
  const tag = tagAction.create({}, {} as Host)
  tag.check?.('mitre:T1059')
  tag.run(contextOf('mitre:T1059', recordOf({}), tags))
  assert.deepEqual(tags, ['mitre:T1059'])
  assert.throws(() => tag.check?.(''), { message: 'the tag is missing', hint: 'write tag:TEXT' })
})

test('log writes a line with the rule, its priority and the summary fields of the record', () => {
  const log = new RecordedLines()
  const action = new LogAction(['exe', 'args', 'pid', 'long', 'none'], 10, log)
  action.run(contextOf('', recordOf({ exe: '/bin/sh', args: '-c "a\nb"', pid: '0', long: 'x'.repeat(300) })))
  assert.deepEqual(log.lines, [`info Shell (warning) exe=/bin/sh args="-c \\"a\\nb\\"" long=${'x'.repeat(200)}…`])
})

test('the level of a line follows the colon; an invalid level is refused with a suggestion', () => {
  const log = new RecordedLines()
  const action = new LogAction([], 10, log)
  for (const level of ['', 'trace', 'info', 'warn', 'error']) {
    action.check(level)
    action.run(contextOf(level))
  }
  assert.deepEqual(
    log.lines,
    ['info', 'trace', 'info', 'warn', 'error'].map(level => `${level} Shell (warning)`),
  )
  assert.throws(() => action.check('wran'), {
    message: '"wran" is not a level',
    hint: /^did you mean warn\? There are info, warn/,
  })
})

test('the number of lines per minute is limited; a suppression is reported with the number of lines', async () => {
  const log = new RecordedLines()
  let now = 0
  const action = new LogAction([], 2, log, () => now)
  const flood = (times: number): void => {
    for (let time = 0; time < times; time++) action.run(contextOf())
  }
  flood(2)
  assert.deepEqual(action.report(), {})
  flood(5)
  now = 60_000
  flood(1)
  now = 119_999
  flood(3)
  await action.close()
  const line = 'info Shell (warning)'
  const full = 'warn action log: more than 2 lines per minute; further lines are counted'
  assert.deepEqual(log.lines, [
    ...[line, line, full],
    ...['warn action log: 5 lines were omitted', line, line, full],
    'warn action log: 2 lines were omitted',
  ])
  assert.deepEqual(action.report(), { leftOut: 7 })
})

test('a line shows the attributes in the settings, which must be known, or the summary fields of the adapter', () => {
  const adapter = { ...FAKE_ADAPTER, summaryFields: ['row.text'] }
  const plugin = logAction(componentsOf([adapter]))
  const lineWith = (options: Record<string, unknown>): string => {
    const log = new RecordedLines()
    const host = { log, inputType: FAKE_ADAPTER.channel } as unknown as Host
    plugin.create(options, host).run(contextOf('', recordOf({ 'row.text': 'a', 'actor.text': 'b' })))
    return log.lines.join()
  }
  assert.equal(lineWith({}), 'info Shell (warning) row.text=a')
  assert.equal(lineWith({ 'log.attributes': ['actor.text', 'row.text'] }), 'info Shell (warning) actor.text=b row.text=a')
  assert.throws(() => lineWith({ 'log.attributes': ['nothing'] }), { code: 'SFP_ENGINE_UNKNOWN_ATTRIBUTE' })
})
