// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import type { TraceRecord } from '../../plugins/sysflow/avro/trace-record.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { runCommandLine } from '../command-line.js'

const root = mkdtempSync(join(tmpdir(), 'drivers-'))
after(() => rmSync(root, { recursive: true }))

/** One process with the same identity on both hosts, and its events; half of the blocks each. */
function trace(host: string, events: number): Buffer {
  const oid = { createTS: 1n, hpid: 7 }
  const records: TraceRecord[] = [
    { branch: 'H', record: { version: 5, exporter: host, ip: '10.0.0.1', filename: host } },
    {
      branch: 'P',
      record: {
        state: 'CREATED', oid, poid: null, ts: 1n, exe: `/bin/${host}`, exeArgs: '', uid: 0, userName: 'root', gid: 0, groupName: 'root',
        tty: false, containerId: null, entry: false, cwd: '/', env: [],
      },
    },
    ...Array.from({ length: events }, (_, n): TraceRecord => ({
      branch: 'PE', record: { procOID: oid, ts: BigInt(n) + 2n, tid: n, opFlags: 4, args: [], ret: 0 },
    })),
  ] // biome-ignore format: a trace
  return writeTrace(records, { blockSize: 50 })
}

const EVENTS = 3000

for (const channels of [['raw'], ['east', 'west']]) {
  test(`two drivers with ${channels.length === 1 ? 'one channel' : 'a channel each'}: no record is lost or mixed up, and each host keeps its order`, async () => {
    const folder = join(root, channels.join('-'))
    mkdirSync(folder)
    for (const host of ['east', 'west']) writeFileSync(join(folder, `${host}.sf`), trace(host, EVENTS))
    const output = join(folder, 'out.json')
    const pipeline = join(folder, 'pipeline.json')
    const sections = ['east', 'west'].map((host, index) => ({
      driver: 'file', path: join(folder, `${host}.sf`), out: `${channels[index] ?? channels[0]} sysflowchan`,
    })) // biome-ignore format: short
    writeFileSync(
      pipeline,
      JSON.stringify({
        drivers: sections,
        pipeline: [
          { processor: 'sysflowreader', in: channels.map(name => `${name} sysflowchan`), out: 'flat flattenerchan' },
          { processor: 'policyengine', mode: 'enrich', in: 'flat flattenerchan', out: 'evt eventchan' },
          { processor: 'exporter', export: 'file', 'file.path': output, in: 'evt eventchan' },
        ],
      }),
    )
    const stderr = new PassThrough()
    const context = {
      stdout: new PassThrough(), stderr, environment: { SFPROCESSOR_CACHE: 'off' }, directory: folder,
      stop: new AbortController().signal, abort: new AbortController().signal,
    } // biome-ignore format: short
    const exit = await runCommandLine(['-quiet', '-config', pipeline], context)
    assert.equal(exit, 0, String(stderr.read() ?? ''))
    const records = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    for (const host of ['east', 'west']) {
      const own = records.filter(({ node }) => node.id === host)
      assert.deepEqual(
        own.map(({ proc }) => proc.tid),
        Array.from({ length: EVENTS }, (_, n) => n),
      )
      assert.ok(own.every(({ proc }) => proc.exe === `/bin/${host}`))
    }
    assert.equal(records.length, 2 * EVENTS)
  })
}
