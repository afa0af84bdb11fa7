// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../../core/contract/batch.js'
import { EvaluatedBatch, type RuleMatches } from '../../../core/contract/evaluated-batch.js'
import { RowView } from '../../../core/contract/record-view.js'
import { Fault, Faults } from '../../../core/errors/fault.js'
import { SYSFLOW_ADAPTER } from '../../../plugins/sysflow/attributes/sysflow-adapter.js'
import { flattenTrace } from '../../../plugins/sysflow/testing/flatten-trace.js'
import { SYSFLOW_PIPELINE, wiringOf } from '../../testing/wiring-of.js'
import { parseTapQuery } from './query.js'
import { Redactor } from './redaction.js'
import { TapSession } from './session.js'

const TRACE = 'resources/traces/webshell.sf'

const WIRING = await wiringOf(SYSFLOW_PIPELINE, { paths: [TRACE] })

async function session(
  parameters: Readonly<Record<string, string>> = {},
  redacted: readonly string[] = [],
  channel = 'flat',
): Promise<TapSession<Batch>> {
  return new TapSession(await parseTapQuery(channel, new URLSearchParams(parameters), WIRING, new Set(redacted)))
}

/** Offers all records of the trace to a session and empties the session after every batch. */
async function shown(to: TapSession<Batch>): Promise<Record<string, unknown>[]> {
  let text = ''
  await flattenTrace(TRACE, rows => {
    to.offer(rows)
    text += to.takeLines()
  })
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
}

const codeOf = (
  parameters: Readonly<Record<string, string>>,
  redacted: readonly string[] = [],
  channel = 'flat',
): Promise<string> =>
  session(parameters, redacted, channel).then(
    () => 'none',
    error => (error instanceof Faults ? (error.faults[0]?.code ?? '') : error instanceof Fault ? error.code : String(error)),
  )

test('a condition selects the matching records only', async () => {
  const to = await session({ where: 'sf.proc.name = sh and sf.type = PE', fields: 'sf.proc.pid,evt.type,sf.type' })
  const expected: unknown[] = []
  await flattenTrace(TRACE, rows => {
    for (let row = 0; row < rows.length; row++) {
      const record = new RowView(SYSFLOW_ADAPTER, rows, row)
      if (record.text('sf.proc.name') === 'sh' && record.text('sf.type') === 'PE') expected.push(record.value('sf.proc.pid'))
    }
  })
  const records = await shown(to)
  assert.ok(expected.length > 0)
  assert.deepEqual(
    records.map(record => record['sf.proc.pid']),
    expected,
  )
  assert.deepEqual([to.counts.matched, to.counts.shown, to.counts.dropped], [expected.length, expected.length, 0])
})

test('without fields, a record shows every non-empty attribute of its type; clocks keep their digits', async () => {
  const to = await session({ where: 'sf.type = NF', limit: '1' })
  let expected: ReadonlyMap<string, unknown> | undefined
  let clock = ''
  let text = ''
  await flattenTrace(TRACE, rows => {
    for (let row = 0; row < rows.length && !expected; row++) {
      const record = new RowView(SYSFLOW_ADAPTER, rows, row)
      if (record.text('sf.type') !== 'NF') continue
      expected = record.snapshot()
      clock = record.text('sf.ts')
    }
    to.offer(rows)
    text += to.takeLines()
  })
  assert.deepEqual(new Set(Object.keys(JSON.parse(text))), new Set(expected?.keys()))
  assert.ok(text.includes(`"sf.ts":${clock},`))
})

test('evaluated records are shown with their rules, and only those that are passed on', async () => {
  const to = await session({ fields: 'sf.type' }, [], 'events')
  const matches: RuleMatches = { rules: [{ name: 'a "rule"', description: '', priority: 'low', tags: [] }], contextTags: [] }
  let text = ''
  await flattenTrace(TRACE, rows => {
    if (text !== '') return
    rows.retain()
    const judged = new EvaluatedBatch(rows, Uint32Array.of(1, 3), [matches, null])
    to.offer(judged)
    text += to.takeLines()
    judged.release()
  })
  const lines = text.split('\n').slice(0, -1)
  assert.deepEqual(
    lines.map(line => JSON.parse(line).rules),
    [['a "rule"'], []],
  )
  assert.deepEqual([to.counts.offered, to.counts.shown], [2, 2])
})

test('redacted attributes show tokens, under any requested name; equal values have equal tokens', async () => {
  const to = await session({ fields: 'proc.name,sf.proc.aname', where: 'sf.type = PE' }, ['sf.proc.name', 'sf.proc.aname'])
  const names: string[] = []
  await flattenTrace(TRACE, rows => {
    for (let row = 0; row < rows.length; row++) {
      const record = new RowView(SYSFLOW_ADAPTER, rows, row)
      if (record.text('sf.type') === 'PE') names.push(record.text('sf.proc.name'))
    }
  })
  const records = await shown(to)
  const tokenOf = new Map<string, unknown>()
  assert.ok(names.length > 10)
  for (const [index, record] of records.entries()) {
    const name = names[index] ?? ''
    const token = record['sf.proc.name']
    assert.match(String(token), /^~[\w-]{12}$/)
    assert.equal(tokenOf.get(name) ?? token, token)
    tokenOf.set(name, token)
    // The first ancestor in the list is the process itself: equal value, equal token.
    assert.equal((record['sf.proc.aname'] as string[])[0], token)
  }
  assert.equal(new Set(tokenOf.values()).size, new Set(names).size)
  const other = await shown(await session({ fields: 'sf.proc.name', where: 'sf.type = PE', limit: '1' }, ['sf.proc.name']))
  assert.notEqual(other[0]?.['sf.proc.name'], records[0]?.['sf.proc.name'])
})

test('a condition cannot read redacted attributes', async () => {
  const redacted = ['sf.proc.args']
  for (const where of ['sf.proc.args contains x', 'not (sf.type = PE and not sf.proc.args exists)', 'proc.args startswith a'])
    assert.equal(await codeOf({ where }, redacted), 'SFP_TAP_REDACTED', where)
  assert.equal(await codeOf({ where: 'sf.proc.exe contains x' }, redacted), 'none')
})

test('errors in a query are reported', async () => {
  assert.equal(await codeOf({}, [], 'flaat'), 'SFP_TAP_UNKNOWN_CHANNEL')
  assert.equal(await codeOf({}, [], 'sysflow'), 'SFP_TAP_CHANNEL_TYPE')
  assert.equal(await codeOf({ fields: 'sf.proc.nme' }), 'SFP_TAP_FIELD')
  assert.equal(await codeOf({ where: 'sf.proc.nme = x' }), 'SFP_POLICY_UNKNOWN_ATTRIBUTE')
  assert.equal(await codeOf({ where: 'sf.proc.name = ' }), 'SFP_POLICY_CONDITION_ENDS')
  assert.equal(await codeOf({ wher: 'x' }), 'SFP_TAP_PARAMETER')
  for (const limit of ['0', '-1', 'x', '1000001', '']) assert.equal(await codeOf({ limit }), 'SFP_TAP_PARAMETER', limit)
})

test('the text of a condition cannot add clauses to the query', async () => {
  for (const where of ['sf.type = PE", "enabled": "false', 'sf.type = PE\n- macro: x\n  condition: true', "sf.type = PE' }"])
    assert.notEqual(await codeOf({ where }), 'none', where)
})

test('without room, records are dropped from the view and counted; the ledger is not affected', async () => {
  const to = await session({ fields: 'sf.type' })
  for (let time = 0; time < 3; time++) await flattenTrace(TRACE, rows => to.offer(rows))
  const waiting = to.takeLines().split('\n').length - 1
  const { offered, matched, shown: sent, dropped, skipped } = to.counts
  assert.equal(waiting, 1024)
  assert.deepEqual([sent, skipped], [1024, 0])
  assert.equal(matched, offered)
  assert.equal(dropped, matched - sent)
})

test('records that were not examined are counted', async () => {
  const to = await session()
  await flattenTrace(TRACE, rows => to.skip(rows))
  assert.equal(to.counts.skipped, to.counts.offered)
  assert.ok(to.counts.skipped > 1000)
  assert.equal(to.takeLines(), '')
})

test('no session stores anything in the entities that it reads', async () => {
  const to = await session({ where: 'sf.proc.exe endswith sh and sf.file.path startswith /etc' })
  await flattenTrace(TRACE, rows => {
    const before = rows.actor.map(actor => actor?.cache)
    to.offer(rows)
    assert.deepEqual(
      rows.actor.map(actor => actor?.cache),
      before,
    )
  })
})

test('tokens reveal nothing about values, preserve empty values, and are applied to lists', () => {
  const redaction = new Redactor()
  assert.equal(redaction.tokenFor(''), '')
  assert.deepEqual(redaction.tokenFor(['a', '', 'a']), [redaction.tokenFor('a'), '', redaction.tokenFor('a')])
  assert.equal(redaction.tokenFor(5), redaction.tokenFor('5'))
  assert.notEqual(redaction.tokenFor('a'), redaction.tokenFor('b'))
  assert.notEqual(redaction.tokenFor('a'), new Redactor().tokenFor('a'))
})
