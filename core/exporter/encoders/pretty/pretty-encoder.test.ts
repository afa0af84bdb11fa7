// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OtelBatch } from '../../../../plugins/otel/otel-batch.js'
import { prettyLogRecord } from '../../../../plugins/otel/pretty-log-record.js'
import { prettySysFlowRecord } from '../../../../plugins/sysflow/encoders/pretty-sysflow-record.js'
import { Actor, Container, Header, NO_CONTAINER, NO_POD } from '../../../../plugins/sysflow/entities/entities.js'
import { EventColumns, FE, FF, NF, PE } from '../../../../plugins/sysflow/reader/event-columns.js'
import { addRow, appendixA, evaluatedColumns, testProcess } from '../../../../plugins/sysflow/testing/appendix-a.js'
import { fileEntity } from '../../../../plugins/sysflow/testing/file-entity.js'
import { faultCollectingHost } from '../../../../plugins/sysflow/testing/flatten-trace.js'
import type { AnyValue } from '../../../contract/any-value.js'
import type { Batch } from '../../../contract/batch.js'
import {
  type ActionFieldValue,
  EvaluatedBatch,
  type RuleMatches,
  type RuleMetadata,
  unevaluated,
} from '../../../contract/evaluated-batch.js'
import type { EncoderHost, Options, Screen } from '../../../contract/plugin.js'
import { displayWidth } from '../../../terminal/width.js'
import { ChunkBuffer } from '../../chunk-buffer.js'
import { Attributes } from '../../otlp/log-records.js'
import { createPrettyEncoder } from './pretty-encoder.js'
import type { PrettyRecord } from './pretty-record.js'

const UTC = { 'pretty.time': 'utc' }
const screen = (columns: number, hasColor = false): Screen => ({ isTerminal: true, columns, hasColor })

const hostOf = (host: Partial<EncoderHost> = {}): EncoderHost => ({
  ...faultCollectingHost(),
  version: '1',
  inputType: 'eventchan',
  ...host,
})

/** Descriptions that families supply, by channel type; records of other types are shown by their attributes. */
const DESCRIPTIONS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['eventchan', prettySysFlowRecord],
  ['otelchan', prettyLogRecord],
])

function shown<B extends Batch>(batch: EvaluatedBatch<B>, options: Options = UTC, host: Partial<EncoderHost> = {}): string {
  const chunk = new ChunkBuffer()
  const { inputType } = hostOf(host)
  const describe = DESCRIPTIONS.get(inputType ?? '') as ((records: B, row: number) => PrettyRecord) | undefined
  createPrettyEncoder(options, hostOf(host), describe).encode(batch, 0, batch.length, chunk)
  assert.equal(chunk.length, batch.length)
  return Buffer.from(chunk.chunk().bytes).toString()
}

const rule = (name: string, facts: Partial<RuleMetadata> = {}): RuleMetadata => ({
  name,
  description: '',
  priority: 'high',
  tags: [],
  ...facts,
})

const matches = (...rules: RuleMetadata[]): RuleMatches => ({ rules, contextTags: [] })

test('an alert has a headline and one line each for what, who, where, why, techniques, tags and fields of actions', () => {
  const fields = new Map<string, ActionFieldValue>([
    ['now_in_nanos', 1700000000000000001n],
    ['a rather long name of a field', true],
  ])
  const evaluation: RuleMatches = {
    rules: [
      rule('Shell started', { description: 'A shell was started. It may be harmless.', tags: ['mitre:T1059', 'shell'] }),
      rule('Child of init', { priority: 'critical', tags: ['mitre:T1059', 'mitre:TA0002'] }),
    ],
    contextTags: ['night'],
    fields,
  }
  const [alert] = shown(evaluatedColumns(appendixA(), { 0: evaluation })).split('\n\n')
  assert.equal(
    alert,
    [
      '2023-11-14 22:13:21.000Z  CRITICAL  Shell started + Child of init   in web on node-1',
      '  started    /bin/sh -c "run <a&b>"  (root, pid 100)',
      '  parents    init',
      '  on         node-1, container web, pod shop/web-0, image repo/web:1  (privileged)',
      '  why        A shell was started.',
      '  ATT&CK     T1059 TA0002',
      '  tags       night, shell',
      '  now_in_nanos  1700000000000000001',
      '  a rather long name of a…  true',
    ].join('\n'),
  )
})

test('records without a matching rule have one line each, for every type', () => {
  assert.deepEqual(
    shown(unevaluated(appendixA()), { ...UTC, 'pretty.width': 120 })
      .trimEnd()
      .split('\n'),
    [
      '2023-11-14 22:13:21.000Z  started    /bin/sh -c "run <a&b>"  (root, pid 100)  from init in web on node-1',
      '2023-11-14 22:13:22.000Z  read       /etc/passwd  (1.0 kB)  sh in web on node-1',
      '2023-11-14 22:13:24.000Z  renamed    /etc/passwd → /tmp/p  sh in web on node-1',
      '2023-11-14 22:13:24.500Z  read       /run/my sock  (10 B)  init on node-1',
      '2023-11-14 22:13:26.000Z  connected  172.17.0.5:43210 → 93.184.216.34:443  (tcp, 400 B out, 300 B in)  sh in web on nod…',
      '2023-11-14 22:13:28.000Z  cluster    pods added  on node-1',
      '2023-11-14 22:13:29.000Z  ended      an unknown process  (exit status 1)  on node-1',
      '2023-11-14 22:13:30.000Z  read       an unknown file  (10 B)  init on node-1',
      '2023-11-14 22:13:31.000Z  forked     /bin/cat a\\tb  (root, pid 200)  on node-1',
    ],
  )
})

/** One record of the type, of a process that tries to control the terminal. */
function hostile(type: number): EventColumns {
  const evil = '\u001B[2J\u001B]0;owned\u0007\r\n\u009B31m\u202Etxt.exe\u2028'
  const columns = new EventColumns(1)
  columns.header = new Header(true, 5, `host${evil}`, '10.0.0.1', '')
  const container = new Container(true, 'c', `web${evil}`, evil, evil, 7, true, null)
  const init = new Actor(testProcess({ pid: 1, exe: `/sbin/${evil}` }), null, NO_CONTAINER, NO_POD)
  const facts = { pid: 2, exe: `/bin/${evil}`, args: evil.repeat(40_000), userName: evil, parent: { pid: 1, createTs: 0n } }
  addRow(columns, {
    type,
    ts: 1700000001000000000n,
    actor: new Actor(testProcess(facts), init, container, NO_POD),
    tid: 2,
    opFlags: 128,
    file: fileEntity({ path: `/tmp/${evil}` }),
    secondFile: fileEntity({ path: evil }),
    message: `{"x":"${evil}"}`,
  })
  return columns
}

for (const [name, type] of Object.entries({ PE, NF, FF, FE, KE: 11 }))
  test(`no text of a record of type ${name} or of a rule controls the terminal, adds a line or exceeds the width`, () => {
    const evil = '\u001B[31m\nfake line\u0000'
    const bad: RuleMatches = {
      rules: [rule(`rule${evil}`, { description: evil.repeat(9), tags: [evil, `mitre:T1${evil}`] })],
      contextTags: [evil],
      fields: new Map([[evil, evil]]),
    }
    for (const columns of [40, 80, 133]) {
      for (const evaluation of [bad, null]) {
        const text = shown(new EvaluatedBatch(hostile(type), Uint32Array.of(0), [evaluation]), UTC, { screen: screen(columns) })
        assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u)
        const lines = text.split('\n')
        assert.ok(evaluation ? lines.length <= 12 : lines.length === 2, text)
        for (const line of lines) assert.ok(displayWidth(line) <= columns, `${displayWidth(line)} of ${columns}: ${line}`)
      }
    }
  })

test('colors are used if the terminal supports them, and take no width', () => {
  const plainly = shown(evaluatedColumns(appendixA(), { 0: matches(rule('Shell started')) }), UTC, { screen: screen(60) })
  const inColour = shown(evaluatedColumns(appendixA(), { 0: matches(rule('Shell started')) }), UTC, { screen: screen(60, true) })
  assert.doesNotMatch(plainly, /\[\d/)
  assert.ok(inColour.includes('\u001B[31;1mHIGH\u001B[0m'))
  assert.equal(withoutStyles(inColour), plainly)
})

const withoutStyles = (text: string): string =>
  text
    .split('\u001B[')
    .map((part, index) => (index === 0 ? part : part.replace(/^[\d;]*m/, '')))
    .join('')

test('a failed call is marked, and amounts are shown in the most readable unit', () => {
  const columns = new EventColumns(2)
  columns.header = new Header(true, 5, '', '', '')
  const actor = new Actor(testProcess({ pid: 7, exe: '/bin/x' }), null, NO_CONTAINER, NO_POD)
  const file = fileEntity({ path: '/a' })
  addRow(columns, { type: FE, ts: 0n, actor, tid: 7, opFlags: 262144, ret: -13, file })
  addRow(columns, { type: FF, ts: 1_999_999n, end: 0n, actor, tid: 7, opFlags: 512, file, counters: [0, 0, 1, 999_600] })
  const [deleted = '', written = ''] = shown(unevaluated(columns)).split('\n')
  assert.match(deleted, /^1970-01-01 00:00:00\.000Z {2}deleted {4}\/a {2}failed: EACCES {2}x$/)
  assert.match(written, /^1970-01-01 00:00:00\.001Z {2}wrote {6}\/a {2}\(1\.0 MB\)/)
})

test('time is local unless UTC is requested, and the terminal width is the current one', () => {
  const [line = ''] = shown(unevaluated(appendixA()), { 'pretty.time': 'local' }).split('\n')
  const at = new Date(1700000001000)
  const two = (number: number): string => String(number).padStart(2, '0')
  assert.ok(line.startsWith(`2023-11-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:21.000  `), line)
  let columns = 200
  const encoder = createPrettyEncoder(
    UTC,
    hostOf({
      screen: {
        isTerminal: true,
        hasColor: false,
        get columns() {
          return columns
        },
      },
    }),
    prettySysFlowRecord,
  )
  const widths = [200, 50].map(now => {
    columns = now
    const chunk = new ChunkBuffer()
    encoder.encode(unevaluated(appendixA()), 4, 5, chunk)
    return displayWidth(Buffer.from(chunk.chunk().bytes).toString().trimEnd())
  })
  assert.deepEqual(widths, [122, 50])
})

test('log records of OpenTelemetry show their body, attributes and resource', () => {
  const batch = new OtelBatch()
  const entry = (key: string, value: string) => ({ key, value })
  const resource = new Attributes([entry('service.name', 'shop'), entry('host.name', 'node-1')])
  const scope = { name: '', version: '', attributes: new Attributes([]), dropped: 0, schemaUrl: '' }
  const record = {
    time: 1700000001000000000n, observed: 0n, severity: 17, severityText: 'ERROR', body: 'payment refused\nfor good',
    attributes: new Attributes([entry('order', '17')]), dropped: 0, flags: 0, traceId: '', spanId: '', eventName: '',
  } // biome-ignore format: one record
  batch.append([{ resource: { attributes: resource, dropped: 0, schemaUrl: '' }, scopes: [{ scope, records: [record] }] }], 1)
  const text = shown(new EvaluatedBatch(batch, Uint32Array.of(0), [matches(rule('Payments fail'))]), UTC, {
    inputType: 'otelchan',
  })
  assert.equal(
    text,
    [
      '2023-11-14 22:13:21.000Z  HIGH      Payments fail   on node-1',
      '  logged     payment refused\\nfor good  (ERROR)',
      '  with       order=17',
      '  from       service.name=shop host.name=node-1',
      '',
      '',
    ].join('\n'),
  )
})

test('records of an unknown type show their attributes', () => {
  const view = {
    value: () => undefined,
    text: () => '',
    matches: null,
    snapshot: () =>
      new Map<string, AnyValue>([
        ['beats', 72],
        ['nothing', ''],
      ]),
  }
  const batch = evaluatedColumns(appendixA(), { 0: matches(rule('Pulse')) })
  const text = shown(new EvaluatedBatch(batch.records, Uint32Array.of(0), [matches(rule('Pulse'))]), UTC, {
    inputType: 'pulsechan',
    records: () => [view],
  })
  assert.equal(text, '--:--:--.---  HIGH      Pulse\n  beats      72\n\n')
})
