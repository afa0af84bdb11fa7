// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../../core/contract/batch.js'
import { ListBatch } from '../../../core/contract/batch.js'
import type { DriverPlugin } from '../../../core/contract/plugin.js'
import type { TypedAttribute } from '../../../core/contract/record-adapter.js'
import { Fault, type Faults } from '../../../core/errors/fault.js'
import { logRecord, resourceLogs } from '../../../core/exporter/otlp/testing/log-data.js'
import { PLAIN_ATTRIBUTE, plainAdapter } from '../../../core/testing/plain-adapter.js'
import { OtelBatch } from '../../../plugins/otel/otel-batch.js'
import { adminSettings } from '../../config/admin-options.js'
import { adaptersInUse, type Wiring } from '../../pipeline/wiring.js'
import { wiringOf } from '../../testing/wiring-of.js'
import { parseTapQuery } from './query.js'
import { TapSession } from './session.js'

/** A tap works for every channel type that has an adapter. */

interface Line {
  readonly text: string
  readonly number: number
}

type Lines = ListBatch<Line>
const row = (batch: Lines, index: number): Line => batch.records[index] ?? assert.fail()
const ATTRIBUTES: readonly TypedAttribute<Lines>[] = [
  { ...PLAIN_ATTRIBUTE, name: 'line.text', aliases: ['text'], type: 'text', read: (batch, index) => row(batch, index).text },
  { ...PLAIN_ATTRIBUTE, name: 'line.number', type: 'number', read: (batch, index) => row(batch, index).number },
]
const LINES = plainAdapter('linechan', 'linematchchan', ATTRIBUTES)
const lineDriver: DriverPlugin = {
  kind: 'driver',
  name: 'lines',
  contract: 2,
  summary: 'reads lines',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: ['linechan'],
  adapters: [LINES],
  create: () => assert.fail('it is never run'),
}

function planned(driver: string, type: string, admin: object = {}): Promise<Wiring> {
  const settings = {
    inside: admin,
    drivers: [{ driver, path: 'x', out: `in ${type}` }],
    pipeline: [{ processor: 'exporter', in: `in ${type}`, export: 'null', format: 'json' }],
  }
  return wiringOf(JSON.stringify(settings), { plugins: [lineDriver] })
}

async function tapped(wiring: Wiring, batch: Batch, parameters: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
  const { redacted } = adminSettings(wiring.admin?.options ?? {}, adaptersInUse(wiring))
  const session = new TapSession(await parseTapQuery('in', new URLSearchParams(parameters), wiring, redacted))
  session.offer(batch)
  return session
    .takeLines()
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
}

function logs(): OtelBatch {
  const batch = new OtelBatch()
  const records = [
    logRecord({ user: 'ann', tries: 3n, tags: ['a', 'b'], raw: new Uint8Array([1, 2]) }, { body: 'login' }),
    logRecord({ user: 'bob', http: { entries: [{ key: 'status', value: 404n }] } }),
  ]
  batch.append([resourceLogs({ 'service.name': 'shop' }, ...records)], 1)
  return batch
}

test('log records of OpenTelemetry show all their attributes, and conditions and fields accept any attribute', async () => {
  const wiring = await planned('otelfile', 'otelchan')
  assert.deepEqual(await tapped(wiring, logs()), [
    { 'service.name': 'shop', 'scope.name': 'test', user: 'ann', tries: 3, tags: ['a', 'b'], raw: 'AQI=', body: 'login' },
    { 'service.name': 'shop', 'scope.name': 'test', user: 'bob', http: { status: 404 } },
  ])
  assert.deepEqual(await tapped(wiring, logs(), { where: 'user = bob', fields: 'user,status,missing' }), [
    { user: 'bob', status: 404 },
  ])
})

test('attributes of any channel type are redacted, in the requested fields and in all', async () => {
  const wiring = await planned('otelfile', 'otelchan', { tap: true, redact: ['user', 'tags'] })
  for (const parameters of [{}, { fields: 'user,tags' }] as const) {
    const [first = {}, second = {}] = (await tapped(wiring, logs(), parameters)) as Record<string, unknown>[]
    assert.match(String(first.user), /^~[\w-]{12}$/)
    assert.notEqual(first.user, second.user)
    assert.match(String(first.tags), /^~[\w-]{12},~[\w-]{12}$/)
  }
  await assert.rejects(
    tapped(wiring, logs(), { where: 'user = bob' }),
    error => error instanceof Fault && error.code === 'SFP_TAP_REDACTED',
  )
})

test('records of a plugin without record types show all attributes once', async () => {
  const wiring = await planned('lines', 'linechan', { redact: ['text'] })
  const batch = new ListBatch<Line>([
    { text: 'first', number: 1 },
    { text: 'second', number: 2 },
  ])
  const [, second] = (await tapped(wiring, batch)) as Record<string, unknown>[]
  assert.deepEqual(Object.keys(second ?? {}), ['line.text', 'line.number'])
  assert.match(String(second?.['line.text']), /^~/, 'an alias redacts the attribute')
  assert.deepEqual(await tapped(wiring, batch, { where: 'line.number > 1', fields: 'line.number' }), [{ 'line.number': 2 }])
  await assert.rejects(
    tapped(wiring, batch, { fields: 'line.txt' }),
    error => error instanceof Fault && error.code === 'SFP_TAP_FIELD' && error.details.nearest === 'line.text',
  )
})

test('a redacted name that no record of the pipeline has is an error, even if other channel types have it', async () => {
  await assert.rejects(planned('lines', 'linechan', { redact: ['sf.proc.args'] }), (faults: Faults) => {
    assert.deepEqual(
      faults.faults.map(({ code }) => code),
      ['SFP_ADMIN_REDACT'],
    )
    return true
  })
})
