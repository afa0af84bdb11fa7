// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionFieldValue, RuleMatches } from '../../../core/contract/evaluated-batch.js'
import { ChunkBuffer } from '../../../core/exporter/chunk-buffer.js'
import { Actor, Header, NO_CONTAINER, NO_POD } from '../entities/entities.js'
import { EventColumns, FE, NF } from '../reader/event-columns.js'
import { addRow, appendixA, evaluatedColumns, R1_MATCHES, testProcess } from '../testing/appendix-a.js'
import { fileEntity } from '../testing/file-entity.js'
import { JSON_EXAMPLES } from '../testing/worked-examples.js'
import { FlatJsonEncoder } from './flat-json-encoder.js'
import { JsonEncoder } from './json-encoder.js'

function lines(columns: EventColumns, batchMatches?: Readonly<Record<number, RuleMatches>>): string[] {
  const chunk = new ChunkBuffer()
  new JsonEncoder().encode(evaluatedColumns(columns, batchMatches), 0, columns.length, chunk)
  return Buffer.from(chunk.chunk().bytes).toString().trimEnd().split('\n')
}

test('check 89: worked examples 1, 2, 3 and 5 are reproduced byte by byte, with the listed fixes', () => {
  const [processEvent, fileFlow, fileEvent, socketFlow, , kubernetesEvent] = lines(appendixA(), { 0: R1_MATCHES })
  assert.equal(processEvent, JSON_EXAMPLES.processEvent)
  assert.equal(fileFlow, JSON_EXAMPLES.fileFlow)
  assert.equal(fileEvent, JSON_EXAMPLES.fileEvent)
  assert.equal(socketFlow, JSON_EXAMPLES.socketFlow)
  assert.equal(kubernetesEvent, JSON_EXAMPLES.kubernetesEvent)
})

test('check 89: worked example 4, a network flow of an old trace, is reproduced byte by byte', () => {
  const columns = new EventColumns(1)
  columns.header = new Header(true, 1000, 'tests', 'NA', '')
  const ancestry = [
    { pid: 1, exe: '/usr/lib/systemd/systemd', args: '--system --deserialize 23' },
    { pid: 1844, exe: '/usr/sbin/sshd', args: '-D' },
    { pid: 7126, exe: '/usr/sbin/sshd' },
    { pid: 7129, exe: '/usr/sbin/sshd' },
    { pid: 7130, exe: '/usr/bin/bash', userName: 'ccsi', groupName: 'ccsi', uid: 1000, gid: 1000, tty: true },
    {
      pid: 13824,
      exe: './client',
      userName: '',
      groupName: '',
      uid: -1,
      gid: -1,
      tty: true,
      parent: { pid: 7130, createTs: 0n },
    },
  ]
  let actor: Actor | null = null
  for (const facts of ancestry) actor = new Actor(testProcess(facts), actor, NO_CONTAINER, NO_POD)
  addRow(columns, {
    type: NF,
    ts: 1553543282832225890n,
    end: 1553543292823002683n,
    actor: actor as Actor,
    tid: 13824,
    opFlags: 64 + 512 + 256 + 2048,
    flow: { from: [127, 0, 0, 1], sourcePort: 40556, to: [127, 0, 0, 1], targetPort: 8080, protocol: 6 },
    counters: [1, 80, 1, 80],
  })
  assert.deepEqual(lines(columns), [JSON_EXAMPLES.networkFlow])
})

test('Q92, Q22: unknown processes and files give empty lists and strings', () => {
  const further = lines(appendixA()).slice(6)
  const [processEvent, fileFlow] = further.map(line => JSON.parse(line))
  assert.match(
    further[0] ?? '',
    /"proc":\{"acmdline":\[\],"aexe":\[\],"aname":\[\],"apid":\[\],"args":"","cmdline":" ","createts":0,"entry":false,"exe":"","gid":0,"group":"","name":"\.","oid":"392abdfb220ee462","pid":0,"tid":9,/,
  )
  assert.deepEqual([processEvent.ret, processEvent.container, processEvent.pproc], [1, undefined, undefined])
  const { directory, fd, name, oid, openflags, path, symlink, type } = fileFlow.file
  assert.deepEqual([directory, fd, name, oid, openflags, path, symlink, type], ['.', 7, '.', '', ['NONE'], '', '', ''])
})

test('Q93: a parent without a record has only its identity', () => {
  const record = JSON.parse(lines(appendixA())[8] ?? '')
  assert.deepEqual(record.pproc, {
    args: '',
    cmdline: '',
    createts: 4,
    entry: false,
    exe: '',
    gid: 0,
    group: '',
    name: '',
    oid: 'c122c4534791aab7',
    pid: 199,
    tty: false,
    uid: 0,
    user: '',
  })
  assert.equal(record.proc.oid, 'cbfe23b48414377c')
  assert.equal(record.proc.args, 'a\tb')
})

test('a record without a rule can have tags, a rule without tags gives none', () => {
  const [tagged, untagged] = lines(appendixA(), {
    0: { rules: [], contextTags: ['seen', 'seen'] },
    1: { rules: [{ name: 'a "b"', description: 'two\nlines', priority: 'notice', tags: [] }], contextTags: [] },
  })
  assert.match(tagged ?? '', /"user":"root"\},"tags":\["seen","seen"\]\}$/)
  assert.match(untagged ?? '', /"policies":\[\{"id":"a \\"b\\"","desc":"two\\nlines","priority":1\}\]\}$/)
})

test('check 83: tags of actions precede those of the rules, in order, including repetitions', () => {
  const rules = ['a', 'b'].map(name => ({ name, description: '', priority: 'low', tags: [name, 'shared'] }) as const)
  const [line] = lines(appendixA(), { 0: { rules, contextTags: ['first', 'shared', 'second'] } })
  assert.match(line ?? '', /,"tags":\["first","shared","second","a","shared","b","shared"\]\}$/)
})

const FIELDS = new Map<string, ActionFieldValue>([
  ['host.owner', 'a "b"\n<é>'],
  ['2', 18446744073709551615n],
  ['1', -0.5],
  ['"', 1e21],
  ['is new', true],
])
const FIELDS_TEXT =
  '"fields":{"host.owner":"a \\"b\\"\\n\\u003cé\\u003e","2":18446744073709551615,"1":-0.5,"\\"":1e+21,"is new":true}'

test('fields of actions follow the tags in the order in which they were added, numbers with all their digits', () => {
  const rules = [{ name: 'a', description: '', priority: 'low', tags: ['t'] } as const]
  const policies = '"policies":[{"id":"a","desc":"","priority":1}]'
  const records = lines(appendixA(), {
    0: { rules, contextTags: ['seen'], fields: FIELDS },
    1: { rules, contextTags: [], fields: FIELDS },
    2: { rules: [], contextTags: [], fields: FIELDS },
    3: { rules, contextTags: [], fields: new Map() },
    4: { rules, contextTags: [] },
  })
  const ends = [
    `,${policies},"tags":["seen","t"],${FIELDS_TEXT}}`,
    `,${policies},"tags":["t"],${FIELDS_TEXT}}`,
    `,${FIELDS_TEXT}}`,
    `,${policies},"tags":["t"]}`,
    `,${policies},"tags":["t"]}`,
  ]
  for (const [row, end] of ends.entries()) assert.ok(records[row]?.endsWith(end), records[row])
  assert.equal(records[0]?.replace(ends[0] ?? '', '}'), lines(appendixA())[0])
})

test('the flat form has the same fields as the nested form', () => {
  const chunk = new ChunkBuffer()
  const matches = { rules: [], contextTags: ['seen'], fields: FIELDS }
  new FlatJsonEncoder().encode(evaluatedColumns(appendixA(), { 0: matches }), 0, 1, chunk)
  assert.ok(Buffer.from(chunk.chunk().bytes).toString().endsWith(`},"tags":["seen"],${FIELDS_TEXT}}\n`))
})

test('an invalid number of a plugin is null', () => {
  const fields = new Map([['ratio', Number.NaN]])
  assert.match(lines(appendixA(), { 0: { rules: [], contextTags: [], fields } })[0] ?? '', /,"fields":\{"ratio":null\}\}$/)
})

test('the second path of a file event keeps the addresses of its socket', () => {
  const columns = new EventColumns(1)
  const socket = fileEntity({ path: 'ab->cd /run/x y', type: 'u', oid: 'cc' })
  addRow(columns, {
    type: FE,
    ts: 1n,
    actor: new Actor(testProcess({}), null, NO_CONTAINER, NO_POD),
    opFlags: 131072,
    secondFile: socket,
  })
  const { newpath, newsymlink, newname, newdirectory } = JSON.parse(lines(columns)[0] ?? '').file
  assert.deepEqual([newpath, newsymlink, newname, newdirectory], ['ab->cd /run/x y', 'ab->cd', 'x y', '/run'])
})

test('two encoders cache separately in one entity', () => {
  const columns = appendixA()
  const line = (schema: number): string => {
    const chunk = new ChunkBuffer()
    new JsonEncoder(schema).encode(evaluatedColumns(columns), 0, 1, chunk)
    return Buffer.from(chunk.chunk().bytes).toString()
  }
  assert.equal(line(4).replace('"version":4', '"version":5'), line(5))
})

test('the flat form has every attribute of the record type by name at one level', () => {
  const columns = appendixA()
  const chunk = new ChunkBuffer()
  new FlatJsonEncoder().encode(evaluatedColumns(columns, { 0: R1_MATCHES }), 0, columns.length, chunk)
  const records = Buffer.from(chunk.chunk().bytes).toString().trimEnd().split('\n')
  const [processEvent, fileFlow, , , networkFlow, kubernetesEvent] = records.map(record => JSON.parse(record))
  assert.deepEqual(Object.keys(processEvent), ['version', 'record', 'policies', 'tags'])
  assert.deepEqual(Object.keys(fileFlow), ['version', 'record'])
  assert.equal(processEvent.version, 5)
  assert.equal(processEvent.record['sf.proc.exe'], '/bin/sh')
  assert.equal(processEvent.record['sf.proc.entry'], true)
  assert.deepEqual(processEvent.record['sf.proc.apid'], [100, 1])
  assert.equal(processEvent.record['sf.file.path'], undefined)
  assert.equal(fileFlow.record['sf.file.path'], '/etc/passwd')
  assert.deepEqual(networkFlow.record['sf.net.ip'], ['172.17.0.5', '93.184.216.34'])
  assert.equal(kubernetesEvent.record['sf.ke.kind'], 'K8S_PODS')
  assert.equal(kubernetesEvent.record['sf.proc.exe'], undefined)
  assert.match(records[0] ?? '', /"sf\.ts":1700000001000000000,/)
})
