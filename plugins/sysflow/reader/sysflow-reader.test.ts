// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Acknowledgement, type Batch } from '../../../core/contract/batch.js'
import { type Logger, NONE_DISABLED, silentLogger } from '../../../core/contract/host.js'
import { Fault } from '../../../core/errors/fault.js'
import { SCHEMA_V5 } from '../avro/schema-v5.js'
import type { TraceRecord } from '../avro/trace-record.js'
import { encodeRecord } from '../avro/trace-writer.js'
import { parseWriterSchema } from '../avro/writer-schema.js'
import { appendixATrace } from '../testing/appendix-a-trace.js'
import { varintBytes } from '../testing/container-bytes.js'
import { Decoder } from './decoder.js'
import { EventColumns, KE } from './event-columns.js'
import { SysFlowBlock } from './sysflow-block.js'
import { recordCounts, SysFlowReader } from './sysflow-reader.js'

const decoder = new Decoder(parseWriterSchema(JSON.stringify(SCHEMA_V5)))

const TRACE = {}

const HOST = {
  log: silentLogger,
  stage: 'reader',
  directory: '.',
  inputType: undefined,
  outputType: undefined,
  disabledOptimizations: NONE_DISABLED,
  records: () => [],
}

const blockOf = (records: readonly TraceRecord[], isLive = false, trace = TRACE): SysFlowBlock =>
  new SysFlowBlock(decoder, Buffer.concat(records.map(encodeRecord)), records.length, 'test', trace, { needsFlush: isLive })

interface Sent {
  readonly rows: number
  readonly firstNumber: number
  readonly exporter: string
  readonly types: readonly number[]
}

interface Run {
  readonly sent: Sent[]
  readonly faults: Fault[]
  readonly warnings: string[]
  readonly reader: SysFlowReader
  readonly columns: EventColumns[]
}

async function run(blocks: readonly SysFlowBlock[], capacity = 100): Promise<Run> {
  const warnings: string[] = []
  const faults: Fault[] = []
  const sent: Sent[] = []
  const columns: EventColumns[] = []
  const log: Logger = { ...silentLogger, warn: text => warnings.push(text) }
  const fault = (error: Error): void => {
    assert.ok(error instanceof Fault)
    faults.push(error)
  }
  const handler = {
    columns: () => {
      const fresh = new EventColumns(capacity)
      columns.push(fresh)
      return fresh
    },
  }
  const reader = new SysFlowReader(handler, { ...HOST, log, reportFault: fault })
  async function* input(): AsyncGenerator<SysFlowBlock> {
    yield* blocks
  }
  const send = async (batch: unknown): Promise<void> => {
    assert.ok(batch instanceof EventColumns)
    const { length: rows, firstRecordNumber, header } = batch
    sent.push({ rows, firstNumber: firstRecordNumber, exporter: header.exporter, types: [...batch.type.subarray(0, rows)] })
    batch.release()
  }
  await reader.run(input(), { send, close() {} }, new AbortController().signal)
  await reader.close()
  await reader.close()
  assert.equal(reader.ledger.difference, 0)
  assert.equal(reader.ledger.held, 0)
  for (const each of columns) assert.throws(() => each.release(), /released more often/, 'all columns were given away')
  for (const block of blocks) assert.throws(() => block.release(), /released more often/, 'all blocks were released')
  return { sent, faults, warnings, reader, columns }
}

const header = (exporter: string): TraceRecord => ({ branch: 'H', record: { version: 5, exporter, ip: 'NA', filename: '' } })
const event = (ts: bigint): TraceRecord => ({
  branch: 'PE', record: { procOID: { createTS: 1n, hpid: 1 }, ts, tid: 1, opFlags: 4, args: [], ret: 0 },
}) // biome-ignore format: short
const flow: TraceRecord = {
  branch: 'PF',
  record: {
    procOID: { createTS: 1n, hpid: 1 },
    ts: 1n,
    numThreadsCloned: 0,
    opFlags: 1,
    endTs: 2n,
    numThreadsExited: 0,
    numCloneErrors: 0,
  },
}
const process: TraceRecord = {
  branch: 'P',
  record: { state: 'CREATED', oid: { createTS: 1n, hpid: 1 }, poid: null, ts: 1n, exe: '/x', exeArgs: '', uid: 0, userName: '', gid: 0, groupName: '', tty: false, containerId: null, entry: false, cwd: '', env: [] },
} // biome-ignore format: short

test('check 27, 28: the worked trace gives its events in order, and the ledger accounts for all other records', async () => {
  const { sent, reader } = await run([blockOf([...appendixATrace(), flow])])
  assert.deepEqual(sent, [{ rows: 6, firstNumber: 1, exporter: 'node-1', types: [4, 6, 7, 6, 5, KE] }])
  assert.deepEqual(recordCounts(reader.tables), { H: 1, C: 1, P: 2, F: 3, PE: 1, NF: 1, FF: 2, FE: 1, PF: 1, PD: 1, KE: 1 })
  assert.deepEqual(Object.fromEntries(reader.ledger.filtered), { entity: 8, 'process flow': 1 })
  assert.equal(reader.ledger.in, 15)
  assert.deepEqual(reader.report().entities, { processes: 2, files: 3, containers: 1, pods: 1 })
})

test('check 28: a Kubernetes event has neither process nor file, and its message ends with its text', async () => {
  const { columns } = await run([blockOf(appendixATrace())])
  const [rows] = columns
  assert.equal(rows?.type[5], KE)
  assert.equal(rows?.actor[5]?.process.isKnown, false)
  assert.equal(rows?.file[5]?.isKnown, false)
  assert.ok(rows?.k8s[5]?.message.endsWith('"shop"}]}'))
})

test('check 12, 24: the worked trace resolves process, parent, container, pod and both files', async () => {
  const { columns } = await run([blockOf(appendixATrace())])
  const [rows] = columns
  const actor = rows?.actor[2]
  assert.equal(actor?.process.exe, '/bin/sh')
  assert.equal(actor?.process.args, '-c "run <a&b>"')
  assert.equal(actor?.parent?.process.exe, '/sbin/init')
  assert.equal(actor?.parent?.parent, null)
  assert.equal(actor?.container.name, 'web')
  assert.deepEqual(actor?.pod.internalIps, ['172.17.0.5'])
  assert.deepEqual(actor?.pod.services[0]?.clusterIps, ['10.96.0.20'])
  assert.equal(rows?.file[2]?.path, '/etc/passwd')
  assert.equal(rows?.secondFile[2]?.path, '/tmp/p')
  assert.equal(rows?.actor[1], actor, 'one actor for all events of a process')
})

test('check 29: full columns are sent, the next ones start with the next number', async () => {
  const { sent } = await run([blockOf([1n, 2n, 3n].map(event)), blockOf([4n, 5n].map(event))], 2)
  assert.deepEqual(
    sent.map(({ rows, firstNumber }) => [rows, firstNumber]),
    [
      [2, 1],
      [2, 3],
      [1, 5],
    ],
  )
})

test('blocks share columns, so that small blocks do not give small batches', async () => {
  const { sent } = await run([blockOf([event(1n)]), blockOf([event(2n)]), blockOf([]), blockOf([event(3n)])])
  assert.deepEqual(
    sent.map(({ rows }) => rows),
    [3],
  )
})

test('a header starts new columns, within a block and between two', async () => {
  const { sent } = await run([
    blockOf([header('a'), event(1n), header('b'), header('c'), event(2n)]),
    blockOf([header('d'), event(3n), event(4n)]),
  ])
  assert.deepEqual(
    sent.map(({ rows, exporter, firstNumber }) => [rows, exporter, firstNumber]),
    [
      [1, 'a', 1],
      [1, 'c', 2],
      [2, 'd', 3],
    ],
  )
})

test('events after a header that filled columns belong to the current header', async () => {
  const { sent } = await run([blockOf([header('a'), event(1n), event(2n), event(3n)])], 1)
  assert.deepEqual(
    sent.map(({ exporter }) => exporter),
    ['a', 'a', 'a'],
  )
})

test('a live block is passed on before the next one arrives', async () => {
  const { sent } = await run([blockOf([event(1n)], true), blockOf([event(2n)], true), blockOf([], true)])
  assert.deepEqual(
    sent.map(({ rows }) => rows),
    [1, 1],
  )
})

test('a record that does not decode loses the rest of its block, counted and reported', async () => {
  const bad = new SysFlowBlock(
    decoder,
    Buffer.concat([encodeRecord(event(1n)), varintBytes(99), encodeRecord(event(2n))]),
    3,
    'trace.sf, block at byte 100',
    TRACE,
  )
  const { sent, faults, reader } = await run([bad, blockOf([event(3n)])])
  assert.deepEqual(
    sent.map(({ rows }) => rows),
    [2],
  )
  assert.deepEqual(Object.fromEntries(reader.ledger.dropped), { 'undecodable record': 2 })
  assert.equal(faults[0]?.code, 'SFP_SYSFLOW_UNDECODABLE')
  assert.equal(faults[0]?.where, 'trace.sf, block at byte 100')
  assert.match(faults[0]?.message ?? '', /^cannot decode record 2 of 3 /)
})

test('bytes after the last record of a block are reported', async () => {
  const bytes = Buffer.concat([encodeRecord(event(1n)), Buffer.from('rest')])
  const { faults } = await run([new SysFlowBlock(decoder, bytes, 1, 'test', TRACE)])
  assert.match(faults[0]?.message ?? '', /claims 1 records, but 4 bytes follow/)
})

test('the eleventh error and later ones are only counted', async () => {
  const bad = (): SysFlowBlock => new SysFlowBlock(decoder, Buffer.from([255]), 1, 'test', TRACE)
  const { faults } = await run(Array.from({ length: 25 }, bad))
  assert.equal(faults.length, 11)
  assert.match(faults[10]?.message ?? '', /15 more/)
})

test('check 11: unknown branches and network events are skipped, reported once, and do not affect the tables', async () => {
  const oid = {
    type: 'record',
    name: 'sysflow.type.OID',
    fields: [
      { name: 'createTS', type: 'long' },
      { name: 'hpid', type: 'long' },
    ],
  }
  const schema = {
    type: 'record', name: 'S', fields: [{ name: 'rec', type: [
      { type: 'record', name: 'sysflow.entity.Process', fields: [{ name: 'oid', type: oid }] },
      { type: 'record', name: 'sysflow.event.Later', fields: [{ name: 'text', type: 'string' }] },
      { type: 'record', name: 'sysflow.event.NetworkEvent', fields: [{ name: 'ret', type: 'int' }] },
      { type: 'record', name: 'sysflow.event.ProcessEvent', fields: [{ name: 'procOID', type: 'sysflow.type.OID' }, { name: 'ts', type: 'long' }] },
    ] }],
  } // biome-ignore format: one branch per line
  const by = new Decoder(parseWriterSchema(JSON.stringify(schema)))
  const later = Buffer.concat([varintBytes(1), varintBytes(2), Buffer.from('hi')])
  const bytes = Buffer.concat([
    varintBytes(0),
    varintBytes(1),
    varintBytes(1),
    later,
    varintBytes(2),
    varintBytes(0),
    varintBytes(3),
    varintBytes(1),
    varintBytes(1),
    varintBytes(9),
  ])
  const blocks = [new SysFlowBlock(by, bytes, 4, 'test', TRACE), new SysFlowBlock(by, later, 1, 'test', TRACE)]
  const { columns, warnings, reader } = await run(blocks)
  assert.equal(columns[0]?.actor[0]?.process.isKnown, true)
  assert.deepEqual(Object.fromEntries(reader.ledger.filtered), { entity: 1, 'network event': 1, 'unknown branch': 2 })
  assert.equal(warnings.length, 1, 'and nothing was missed')
  assert.match(warnings[0] ?? '', /sysflow\.event\.Later/)
})

test('a block without a header continues with the entities of the previous block of its trace', async () => {
  const { columns } = await run([blockOf([header('a'), process]), blockOf([event(1n)])])
  assert.equal(columns[0]?.actor[0]?.process.exe, '/x')
  assert.equal(columns[0]?.header.exporter, 'a')
})

test('traces are independent: each starts without entities or header of the previous one, numbered from 1', async () => {
  const before = [header('a'), process, event(1n), event(2n)]
  for (const records of [before, before.slice(0, 2)]) {
    const { sent, columns } = await run([blockOf(records), blockOf([event(3n)], false, {}), blockOf(before, false, {})])
    assert.deepEqual(
      sent.slice(-2).map(({ rows, firstNumber, exporter }) => [rows, firstNumber, exporter]),
      [
        [1, 1, ''],
        [2, 1, 'a'],
      ],
    )
    assert.equal(sent.length, records.length === 4 ? 3 : 2, 'rows of two traces are never in one batch')
    assert.equal(columns.at(-2)?.actor[0]?.process.isKnown, false)
  }
})

test('interleaved traces continue at their position, and are independent', async () => {
  const other = {}
  const { sent, columns } = await run([
    blockOf([header('a'), process, event(1n)]),
    blockOf([header('b')], false, other),
    blockOf([event(2n)]),
    blockOf([event(3n)], false, other),
  ])
  assert.deepEqual(
    sent.map(({ firstNumber, exporter }) => [firstNumber, exporter]),
    [
      [1, 'a'],
      [2, 'a'],
      [1, 'b'],
    ],
  )
  assert.deepEqual(
    columns.map(rows => rows.actor[0]?.process.isKnown),
    [true, true, false],
  )
})

test('check 21: events of unknown processes are passed on; one line at the end reports their number', async () => {
  const { sent, warnings, reader } = await run([blockOf([1n, 2n, 3n].map(event))])
  assert.equal(sent[0]?.rows, 3)
  assert.equal(reader.tables.misses.processes, 3)
  assert.deepEqual(warnings, ['lookups without result: 3 of processes'])
})

test('an abort ends the run at once', async () => {
  const reader = new SysFlowReader({ columns: () => new EventColumns(1) }, {
    log: silentLogger, stage: 'reader', directory: '.', inputType: undefined, outputType: undefined, disabledOptimizations: NONE_DISABLED, records: () => [], reportFault: () => {},
  }) // biome-ignore format: short
  async function* endless(): AsyncGenerator<SysFlowBlock> {
    for (;;) yield blockOf([event(1n)])
  }
  const abort = new AbortController()
  const send = async (): Promise<void> => abort.abort(new Error('stop'))
  await assert.rejects(reader.run(endless(), { send, close() {} }, abort.signal), /stop/)
})

test('records with ends are read one by one: one that does not decode affects no other, and bytes after a record are skipped', async () => {
  const parts = [header('a'), process, event(1n), event(2n)].map(encodeRecord)
  const messages = [...parts.slice(0, 3), Buffer.from([255, 1]), Buffer.concat([parts[3] as Buffer, Buffer.from([7, 7])])]
  let end = 0
  const ends = Uint32Array.from(messages, message => {
    end += message.length
    return end
  })
  const block = new SysFlowBlock(decoder, Buffer.concat(messages), messages.length, 'test', TRACE, { ends })
  const {
    sent,
    faults,
    reader: { ledger },
  } = await run([block])
  assert.deepEqual([sent.length, ledger.dropped.get('undecodable record'), faults.length], [1, 1, 1])
  assert.deepEqual([ledger.out, ledger.difference], [2, 0])
})

test('a truncated record is not completed by the next one', async () => {
  const whole = encodeRecord(event(1n))
  const bytes = Buffer.concat([whole.subarray(0, -3), whole])
  const block = new SysFlowBlock(decoder, bytes, 2, 'test', TRACE, { ends: Uint32Array.of(whole.length - 3, bytes.length) })
  const {
    reader: { ledger },
  } = await run([block])
  assert.deepEqual([ledger.out, ledger.dropped.get('undecodable record')], [1, 1])
})

test('only the entities of a known block are used, and numbers continue after it', async () => {
  const known = [header('a'), process, event(1n)]
  const {
    sent,
    columns,
    reader: { ledger },
  } = await run([
    new SysFlowBlock(decoder, Buffer.concat(known.map(encodeRecord)), 3, 'test', TRACE, { isAlreadySent: true }),
    blockOf([event(2n)]),
  ])
  assert.deepEqual([sent.length, sent[0]?.firstNumber, columns[0]?.actor[0]?.process.isKnown], [1, 2, true])
  assert.deepEqual([ledger.filtered.get('passed on before'), ledger.difference], [1, 0])
})

test('an acknowledgement is released after the last rows of its blocks, and not before', async () => {
  const done: number[] = []
  const piece = (number: number, ...records: TraceRecord[]): SysFlowBlock => {
    const receipt = new Acknowledgement(() => done.push(number))
    return new SysFlowBlock(decoder, Buffer.concat(records.map(encodeRecord)), records.length, 'test', TRACE, {
      acknowledgement: receipt,
    })
  }
  const held: Batch[] = []
  const handler = {
    columns: () => new EventColumns(2),
  }
  const reader = new SysFlowReader(handler, { ...HOST, reportFault() {} })
  const blocks = [piece(1, header('a'), process), piece(2, event(1n)), piece(3, event(2n), event(3n)), piece(4, process)]
  const send = async (batch: Batch): Promise<void> => {
    held.push(batch)
  }
  async function* input(): AsyncGenerator<SysFlowBlock> {
    yield* blocks
  }
  await reader.run(input(), { send, close() {} }, new AbortController().signal)
  assert.deepEqual(done, [1, 4])
  held[1]?.release()
  assert.deepEqual(done, [1, 4])
  held[0]?.release()
  assert.deepEqual(done, [1, 4, 2, 3])
})

test('the exit of a process frees its entry after some time, the exit of one of its threads does not', async () => {
  const exit = (pid: number, tid: number): TraceRecord => ({
    branch: 'PE',
    record: { procOID: { createTS: 0n, hpid: pid }, ts: 1n, tid, opFlags: 4, args: [], ret: 0 },
  })
  const started = (pid: number): TraceRecord => {
    assert.ok(process.branch === 'P')
    return { branch: 'P', record: { ...process.record, oid: { createTS: 0n, hpid: pid }, poid: null } }
  }
  const pids = Array.from({ length: 100_000 }, (_, n) => n + 10)
  const records = (threads: boolean): TraceRecord[] => pids.flatMap(pid => [started(pid), exit(pid, threads ? pid + 1 : pid)])
  for (const [threads, most] of [
    [false, 40_000],
    [true, 200_000],
  ] as const) {
    const { reader } = await run([blockOf([header('a'), ...records(threads)])], 1000)
    const { processes } = reader.tables.sizes
    assert.ok(processes <= most && (!threads || processes === pids.length), `${processes} processes`)
  }
})
