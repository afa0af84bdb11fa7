// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionFieldValue, RuleMatches } from '../../../core/contract/evaluated-batch.js'
import { ChunkBuffer } from '../../../core/exporter/chunk-buffer.js'
import { DocumentIds } from '../attributes/document-id.js'
import { Actor, NO_CONTAINER, NO_POD } from '../entities/entities.js'
import { EventColumns, FE, FF, KE, PE } from '../reader/event-columns.js'
import { addRow, appendixA, evaluatedColumns, R1_MATCHES, testProcess } from '../testing/appendix-a.js'
import { fileEntity } from '../testing/file-entity.js'
import { ECS_EXAMPLES } from '../testing/worked-examples.js'
import { communityId } from './community-id.js'
import { EcsEncoder } from './ecs-encoder.js'

function lines(columns: EventColumns, batchMatches?: Readonly<Record<number, RuleMatches>>): string[] {
  const chunk = new ChunkBuffer()
  new EcsEncoder('0.7.0').encode(evaluatedColumns(columns, batchMatches), 0, columns.length, chunk)
  return Buffer.from(chunk.chunk().bytes).toString().trimEnd().split('\n')
}

test('check 89: worked examples 6 and 7 are reproduced byte by byte, with the listed fixes', () => {
  const [processEvent, fileFlow, , , networkFlow, kubernetesEvent] = lines(appendixA(), { 0: R1_MATCHES })
  assert.equal(processEvent, ECS_EXAMPLES.processEvent)
  assert.equal(fileFlow, ECS_EXAMPLES.fileFlow)
  assert.equal(networkFlow, ECS_EXAMPLES.networkFlow)
  assert.equal(kubernetesEvent, ECS_EXAMPLES.kubernetesEvent)
})

test('check 94: document ids and community ids equal those of the reference', () => {
  const columns = appendixA()
  const ids = new DocumentIds()
  assert.equal(ids.of(columns, 0), '73291fd44c312474')
  assert.equal(ids.of(columns, 1), 'f4220b38fa0a10b9')
  assert.equal(ids.of(columns, 4), 'daae102b710964dd')
  const [source, target] = [address(172, 17, 0, 5), address(93, 184, 216, 34)]
  assert.equal(communityId(source, 43210, target, 443, 6), '1:cWirJJW2wY9qkkCHBkmJ2XILsFY=')
  assert.equal(communityId(target, 443, source, 43210, 6), '1:cWirJJW2wY9qkkCHBkmJ2XILsFY=', 'both directions are one connection')
  // From the published test vectors of the standard.
  assert.equal(
    communityId(address(128, 232, 110, 120), 34855, address(66, 35, 250, 204), 80, 6),
    '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  )
  assert.equal(communityId(address(192, 168, 1, 52), 54585, address(8, 8, 8, 8), 53, 17), '1:d/FP5EW3wiY1vCndhwleRRKHowQ=')
  assert.equal(communityId(0, 0, 0, 0, -1), '1:9m4Vm1nU7hjcnOEo4JGPIffjSFU=')
})

test('check 95: a directory has only directory and type, a file without a path is named after its descriptor', () => {
  const columns = new EventColumns(4)
  const directory = fileEntity({ path: '/etc/ssl', type: 'd', oid: 'aa' })
  const plain = { type: FF, ts: 5n, end: 5n, actor, tid: 7, counters: [0, 0, 0, 0] } as const
  addRow(columns, { ...plain, file: directory })
  addRow(columns, { ...plain, fd: 3 })
  addRow(columns, { ...plain, file: fileEntity({ path: 'memfd', oid: 'aa' }) })
  addRow(columns, { type: FE, ts: 5n, actor, tid: 7, opFlags: 1048576 })
  const files = lines(columns).map(line => JSON.parse(line).file)
  assert.deepEqual(files, [
    { directory: '/etc/ssl', type: 'dir' },
    { directory: '/proc/7/fd', name: '3', path: '/proc/7/fd/3', type: 'unknown' },
    { directory: '.', name: 'memfd', type: 'file' },
    { directory: '/proc/7/fd', name: '0', path: '/proc/7/fd/0', type: 'unknown' },
  ])
})

test('each operation has its category, type and action, and the first of several is used', () => {
  const columns = new EventColumns(20)
  const expected: [category: string, type: string, action: string][] = []
  const row = (facts: Omit<Parameters<typeof addRow>[1], 'ts' | 'actor'>, ...event: [string, string, string]) => {
    addRow(columns, { ts: 5n, actor, ...facts })
    expected.push(event)
  }
  row({ type: PE, tid: 7, opFlags: 4 + 1 }, 'process', 'exit', 'process-exit')
  row({ type: PE, tid: 8, opFlags: 4 }, 'process', 'thread-exit', 'process-thread-exit')
  row({ type: PE, tid: 8, opFlags: 1 }, 'process', 'thread-start', 'process-thread-start')
  row({ type: PE, tid: 8, opFlags: 8 }, 'process', 'change', 'process-change')
  row({ type: PE, tid: 8, opFlags: 0 }, 'process', 'start', 'process-start')
  row({ type: FE, opFlags: 32768 }, 'directory', 'creation', 'directory-create')
  row({ type: FE, opFlags: 65536 }, 'directory', 'deletion', 'directory-delete')
  row({ type: FE, opFlags: 262144 }, 'file', 'deletion', 'file-delete')
  row({ type: FE, opFlags: 524288 }, 'file', 'change', 'file-link')
  row({ type: FE, opFlags: 131072 }, 'file', 'change', 'file-link')
  row({ type: FE, opFlags: 1048576 }, 'file', 'change', 'file-rename')
  row({ type: FE, opFlags: 0 }, 'file', 'change', 'file-change')
  row({ type: FF, opFlags: 768, end: 6n, counters: [1, 0, 0, 1] }, 'file', 'change', 'file-access-read-write')
  row({ type: FF, opFlags: 512, end: 6n, counters: [1, 1, 0, 0] }, 'file', 'access', 'file-access')
  row({ type: FF, opFlags: 768, end: 6n, counters: [0, 0, 1, 1] }, 'file', 'change', 'file-access-write')
  const events = lines(columns).map(line => JSON.parse(line).event)
  assert.deepEqual(
    events.map(event => [event.category, event.type, event.action]),
    expected,
  )
})

test('a link has its target, and a symbolic link has the type symlink', () => {
  const columns = new EventColumns(3)
  const [first, second] = [fileEntity({ path: '/a', oid: 'aa' }), fileEntity({ path: '/b', oid: 'bb' })]
  for (const opFlags of [131072, 524288, 262144])
    addRow(columns, { type: FE, ts: 5n, actor, opFlags, file: first, secondFile: second })
  const files = lines(columns).map(line => JSON.parse(line).file)
  assert.deepEqual(files, [
    { directory: '/', name: 'a', path: '/a', target_path: '/b', type: 'file' },
    { directory: '/', name: 'a', path: '/a', target_path: '/b', type: 'symlink' },
    { directory: '/', name: 'a', path: '/a', type: 'file' },
  ])
})

test('durations are exact, before and after the start of the epoch', () => {
  const columns = new EventColumns(3)
  const flow = { type: FF, actor, counters: [0, 0, 0, 0] } as const
  addRow(columns, { ...flow, ts: 1700000000000000001n, end: 0n })
  addRow(columns, { ...flow, ts: -5n, end: 9223372036854775802n })
  addRow(columns, { ...flow, ts: 7n, end: 4n })
  assert.deepEqual(
    lines(columns).map(line => /"duration":(-?\d+)/.exec(line)?.[1]),
    ['0', '9223372036854775807', '-3'],
  )
})

test('a Kubernetes event whose message is not JSON has no orchestrator', () => {
  const columns = new EventColumns(6)
  const messages = ['', '{', 'null', '[]', '{"items":[null]}', '{"kind":"Pod","items":[{"name":7}]}']
  for (const message of messages) addRow(columns, { type: KE, ts: 5n, actor, message })
  const orchestrators = lines(columns).map(line => JSON.parse(line).orchestrator)
  assert.deepEqual(orchestrators, [
    ...new Array(5).fill(undefined),
    { namespace: '', resource: { name: '', type: 'pod' }, type: 'kubernetes' },
  ])
})

const quiet: RuleMatches = { rules: [{ name: 'a', description: '', priority: 'debug', tags: [] }], contextTags: ['seen'] }

test('Q73: a record is an alert if a rule matched, and has the highest severity', () => {
  const onlyTagged: RuleMatches = { rules: [], contextTags: ['seen'] }
  const [first, second, third] = lines(appendixA(), { 0: quiet, 1: onlyTagged }).map(line => JSON.parse(line))
  assert.deepEqual([first.event.kind, first.event.reason, first.event.severity, first.tags], ['alert', 'a', 1, ['seen']])
  assert.deepEqual([second.event.kind, second.event.severity, second.tags], ['event', undefined, ['seen']])
  assert.deepEqual([third.event.kind, third.tags], ['event', undefined])
})

test('fields of actions are labels: keywords under names of one level', () => {
  const fields = new Map<string, ActionFieldValue>([
    ['host.owner', 'a "b"'],
    ['times', 3],
    ['large', 18446744073709551615n],
    ['is.new', false],
    ['is_new', true],
  ])
  const records = lines(appendixA(), { 0: { ...quiet, fields }, 1: quiet, 5: { rules: [], contextTags: [], fields } })
  const labels = '"labels":{"host_owner":"a \\"b\\"","times":"3","large":"18446744073709551615","is_new":"true"}}'
  assert.ok(records[0]?.endsWith(`,"tags":["seen"],${labels}`), records[0])
  assert.ok(records[1]?.endsWith(',"tags":["seen"]}'), records[1])
  assert.ok(records[5]?.endsWith(`},${labels}`), records[5])
})

const actor = new Actor(testProcess({ pid: 7, exe: '/x' }), null, NO_CONTAINER, NO_POD)
const address = (a: number, b: number, c: number, d: number): number => a | (b << 8) | (c << 16) | (d << 24)
