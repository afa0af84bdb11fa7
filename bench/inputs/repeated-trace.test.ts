// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { shared, withoutShared } from '../../core/testing/shared.js'
import type { TraceRecord } from '../../plugins/sysflow/avro/trace-record.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { decodedRecords } from '../../plugins/sysflow/testing/oracle.js'
import { repeatedTrace, repeatedTraceFolder } from './repeated-trace.js'

const folder = mkdtempSync(join(tmpdir(), 'repeated-'))
const before = process.env.TMPDIR
process.env.TMPDIR = folder
after(() => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  rmSync(folder, { recursive: true })
})

const process1 = { createTS: 1_600_000_000_123_456_789n, hpid: 63 }
const parent = { createTS: 1_600_000_000_000_000_000n, hpid: 1 }
const file = Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex')
const event = { procOID: process1, ts: 1_600_000_001_000_000_000n, tid: 64 }
const RECORDS: readonly TraceRecord[] = [
  { branch: 'H', record: { version: 5, exporter: 'e', ip: '', filename: 'f' } },
  { branch: 'C', record: {
    id: '0a1b2c3d4eff', name: 'web', image: 'i', imageid: '0a1b2c3d4eff', type: 'CT_DOCKER', privileged: false, podId: null,
  } },
  { branch: 'P', record: {
    state: 'CREATED', oid: process1, poid: parent, ts: 0n, exe: '/bin/sh', exeArgs: '-c 1', uid: 0, userName: 'root', gid: 0,
    groupName: 'root', tty: false, containerId: '0a1b2c3d4eff', entry: false, cwd: '/', env: ['hpid=63'],
  } },
  { branch: 'F', record: { state: 'CREATED', oid: file, ts: event.ts, restype: 102, path: '/tmp/a', containerId: 'c' } },
  { branch: 'PE', record: { ...event, opFlags: 2, args: ['x'], ret: 63 } },
  { branch: 'FE', record: { ...event, opFlags: 1048576, fileOID: file, ret: 0, newFileOID: Buffer.alloc(20) } },
] // biome-ignore format: short

function written(name: string): string {
  const path = join(folder, name)
  writeFileSync(path, writeTrace(RECORDS))
  return path
}

/** Plain copies, since avsc creates another class for each reading. */
const records = (path: string) => [...decodedRecords(path)].map(({ record }) => structuredClone(record))

test('a trace repeated once is the trace', async () => {
  const trace = written('once.sf')
  const { path, records: count } = await repeatedTrace(trace, 1)
  assert.equal(count, RECORDS.length)
  assert.deepEqual(records(path), records(trace))
})

test('each repetition has its own clocks, pids, file ids and container ids; equal ids stay equal; nothing else changes', async () => {
  const { path, records: count } = await repeatedTrace(written('often.sf'), 300)
  const all = records(path)
  assert.equal(count, 1800)
  assert.equal(all.length, 1800)
  const at = 299 * RECORDS.length
  const [header, container, child, changed, exec, rename] = all.slice(at)
  const later = 299n * 3_600_000_000_000n
  assert.deepEqual(header, all[0])
  assert.deepEqual({ ...container, id: '' }, { ...all[1], id: '' })
  assert.notEqual(container?.id, all[1]?.id)
  assert.match(String(container?.id), /^[0-9a-f]{12}$/)
  const oid = { createTS: process1.createTS + later, hpid: 63n + 299n * 40_000n }
  assert.deepEqual(child, {
    ...all[2],
    oid,
    poid: { 'sysflow.type.OID': { createTS: parent.createTS + later, hpid: 1n } },
    containerId: { string: container?.id },
  })
  assert.deepEqual(exec, { ...all[4], procOID: oid, ts: event.ts + later, tid: 64n + 299n * 40_000n })
  assert.deepEqual(changed?.oid, rename?.fileOID)
  assert.notDeepEqual(changed?.oid, all[3]?.oid)
  assert.deepEqual(rename?.newFileOID, all[5]?.newFileOID)
  const ids = all.flatMap(({ image, id }) => (image === 'i' ? [id] : []))
  assert.equal(new Set(ids).size, 300)
})

test('the files of a folder together contain the same repetitions as one file', async () => {
  const trace = written('folder.sf')
  const whole = await repeatedTrace(trace, 6)
  const parts = await repeatedTraceFolder(trace, 3, 2)
  assert.equal(parts.records, whole.records)
  assert.deepEqual([0, 1, 2].flatMap(file => records(join(parts.path, `trace.${file}`))), records(whole.path))
}) // biome-ignore format: short

test('the recorded traces of the table can be repeated, with every writer schema', {
  skip: withoutShared,
}, async () => {
  for (const name of ['1621959914', 'mon.1531776742.sf', 'tcp.sf']) {
    const trace = shared('traces/processor', name)
    const { path } = await repeatedTrace(trace, 2)
    const [first, all] = [records(trace), records(path)]
    assert.equal(all.length, first.length * 2)
    assert.deepEqual(all.slice(0, first.length), first)
    assert.ok(readFileSync(path).length < readFileSync(trace).length * 2.2)
  }
})
