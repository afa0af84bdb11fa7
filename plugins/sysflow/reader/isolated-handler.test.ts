// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Acknowledgement, type Batch, ListBatch } from '../../../core/contract/batch.js'
import { NONE_DISABLED, silentLogger } from '../../../core/contract/host.js'
import { Fault } from '../../../core/errors/fault.js'
import { dataViewOf } from '../avro/avro-scanner.js'
import { SCHEMA_V5 } from '../avro/schema-v5.js'
import type { TraceRecord } from '../avro/trace-record.js'
import { encodeRecord } from '../avro/trace-writer.js'
import { parseWriterSchema } from '../avro/writer-schema.js'
import { BRANCH_KINDS } from '../entities/branch-kinds.js'
import { SharedTraceState } from '../entities/entity-tables.js'
import { ObservedTables } from '../entities/observed-tables.js'
import type { SysFlowEntity } from '../entities/sysflow-entity.js'
import { appendixATrace } from '../testing/appendix-a-trace.js'
import { fileEntity } from '../testing/file-entity.js'
import { Decoder } from './decoder.js'
import { EventColumns } from './event-columns.js'
import type { Handler } from './handler.js'
import { IsolatedHandler } from './isolated-handler.js'
import { SysFlowBlock } from './sysflow-block.js'
import { SysFlowReader } from './sysflow-reader.js'

const decoder = new Decoder(parseWriterSchema(JSON.stringify(SCHEMA_V5)))
const TRACE = {}
/** A handler that reads the columns of its batches. */
interface Handling extends Omit<Handler, 'events'> {
  events?(rows: EventColumns): Batch | undefined | Promise<Batch | undefined>
}

const HOST = {
  log: silentLogger,
  stage: 'reader',
  directory: '.',
  inputType: undefined,
  outputType: undefined,
  disabledOptimizations: NONE_DISABLED,
  records: () => [],
}

interface Handled {
  readonly reader: SysFlowReader
  readonly sent: readonly Batch[]
  readonly faults: readonly Fault[]
  /** Codes and messages of faults that lost data. */
  readonly losses: readonly string[]
  /** Blocks that have been released completely. */
  readonly done: readonly number[]
}

/** Reads one block for each list of records, with batches of at most `capacity` rows. The test holds the sent batches. */
async function handled(
  handler: Handling,
  blocks: readonly (readonly TraceRecord[])[],
  { capacity = 100, abort = new AbortController().signal }: { capacity?: number; abort?: AbortSignal } = {},
): Promise<Handled> {
  const faults: Fault[] = []
  const losses: string[] = []
  const done: number[] = []
  const fault = (error: Error, lostData: boolean): void => {
    assert.ok(error instanceof Fault)
    faults.push(error)
    if (lostData) losses.push(`${error.code} ${error.message}`)
  }
  const sent: Batch[] = []
  const host = { ...HOST, reportFault: fault }
  const reader = new SysFlowReader(
    { columns: () => new EventColumns(capacity) },
    host,
    new IsolatedHandler('mine', handler, host),
  )
  async function* input(): AsyncGenerator<SysFlowBlock> {
    for (const [number, records] of blocks.entries()) {
      const receipt = new Acknowledgement(() => done.push(number))
      yield new SysFlowBlock(decoder, Buffer.concat(records.map(encodeRecord)), records.length, 'test', TRACE, {
        acknowledgement: receipt,
      })
    }
  }
  const send = async (batch: Batch): Promise<void> => {
    sent.push(batch)
  }
  await reader.open()
  await reader.run(input(), { send, close() {} }, abort)
  await reader.close()
  assert.deepEqual([reader.ledger.difference, reader.ledger.held], [0, 0])
  return { reader, sent, faults, losses, done }
}

const event = (ts: bigint): TraceRecord => ({
  branch: 'PE', record: { procOID: { createTS: 1n, hpid: 1 }, ts, tid: 1, opFlags: 4, args: [], ret: 0 },
}) // biome-ignore format: short
const events = (count: number): TraceRecord[] => Array.from({ length: count }, (_, number) => event(BigInt(number)))
const typesOf = (rows: EventColumns): string[] =>
  [...rows.type.subarray(0, rows.length)].map(type => BRANCH_KINDS[type] as string)
const released = (rows: EventColumns): undefined => {
  rows.release()
  return undefined
}
const BRANCH_OF = { header: 'H', container: 'C', pod: 'PD', process: 'P', file: 'F' } as const

test('a handler that wants entities receives every record in the order of the trace', async () => {
  for (const capacity of [1, 2, 100]) {
    const told: string[] = []
    const handler: Handling = {
      events(rows) {
        told.push(...typesOf(rows))
        rows.release()
        return undefined
      },
      entity: entity => void told.push(BRANCH_OF[entity.kind]),
    }
    const trace = [...appendixATrace(), ...appendixATrace()]
    await handled(handler, [trace], { capacity })
    assert.deepEqual(
      told,
      trace.map(({ branch }) => branch),
      `batches of ${capacity}`,
    )
  }
})

test('a handler that wants no entities receives as many events at once as fit', async () => {
  const sizes: number[] = []
  const handler: Handling = {
    events(rows) {
      sizes.push(rows.length)
      return released(rows)
    },
  }
  const { reader } = await handled(handler, [appendixATrace()])
  assert.deepEqual(sizes, [6])
  assert.deepEqual(Object.fromEntries(reader.ledger.filtered), { handled: 6, entity: 8 })
})

test('an entity arrives with the entities that it refers to', async () => {
  const told: SysFlowEntity[] = []
  await handled({ entity: entity => void told.push(entity) }, [appendixATrace()])
  const [header, pod, container, init, shell, passwd] = told
  assert.ok(header?.kind === 'header' && header.exporter === 'node-1' && header.version === 5)
  assert.ok(pod?.kind === 'pod' && pod.time === 1_700_000_000_000_000_000n && pod.labels.get('app') === 'web')
  assert.deepEqual(container, {
    kind: 'container',
    id: container?.kind === 'container' ? container.id : '',
    name: 'web',
    image: 'repo/web:1',
    imageId: 'sha-1',
    type: 'CONTAINERD',
    isPrivileged: true,
    podId: 'pod-1',
  })
  assert.ok(init?.kind === 'process' && init.ancestors.length === 0 && init.container === null && init.pod === null)
  assert.ok(shell?.kind === 'process' && shell.exe === '/bin/sh' && shell.isEntry)
  assert.deepEqual([shell.ancestors.map(({ exe }) => exe), shell.container, shell.pod], [['/sbin/init'], container, pod])
  assert.ok(passwd?.kind === 'file')
  assert.deepEqual([passwd.path, passwd.type, passwd.state, passwd.container], ['/etc/passwd', 'f', 'REUP', container])
})

test('a file that is carried over from a full table does not arrive again', () => {
  const told: string[] = []
  const room = { processesBeforeSweep: 10, processes: 10, files: 2, containers: 10 }
  const tell = (entity: SysFlowEntity): void => void told.push(entity.kind === 'file' ? entity.path : entity.kind)
  const tables = new ObservedTables(new SharedTraceState(), tell, room)
  const oid = (byte: number): string => byte.toString(16).padStart(40, '0')
  for (const byte of [1, 2, 3]) tables.storeFile(fileEntity({ path: `/${byte}`, oid: oid(byte) }))
  assert.equal(tables.file(dataViewOf(Buffer.from(oid(1), 'hex')), 0).path, '/1')
  assert.deepEqual(told, ['/1', '/2', '/3'])
})

test('without a function events the rows are passed on unchanged, and entities arrive all the same', async () => {
  let entities = 0
  const { sent, reader } = await handled({ entity: () => void entities++ }, [appendixATrace()])
  assert.deepEqual([entities, reader.ledger.out, reader.ledger.created], [8, 6, 0])
  assert.deepEqual((sent as EventColumns[]).flatMap(typesOf), ['PE', 'FF', 'FE', 'FF', 'NF', 'KE'])
})

test('a handler can create more or fewer records than events, and the ledger counts both', async () => {
  for (const [copies, made] of [
    [3, 12],
    [1, 4],
  ] as const) {
    const handler: Handling = {
      async events(rows) {
        await nextTurn()
        const batch = new ListBatch(Array.from({ length: rows.length * copies }, (_, copy) => copy))
        rows.release()
        return batch
      },
    }
    const { reader, sent } = await handled(handler, [events(4)], { capacity: 2 })
    const { ledger } = reader
    assert.deepEqual(
      [ledger.in, ledger.created, ledger.out, ledger.filtered.get('handled')],
      [4, made, made, 4],
      `${copies} of each`,
    )
    assert.equal(
      sent.reduce((sum, { length }) => sum + length, 0),
      made,
    )
  }
})

test('input is acknowledged after the release of the records created from it, if the handler declares it', async () => {
  const handler: Handling = {
    events(rows) {
      const receipt = new Acknowledgement(() => rows.release())
      const batch = new ListBatch([rows.length], receipt)
      receipt.release()
      return batch
    },
  }
  const { sent, done } = await handled(handler, [events(1)])
  assert.deepEqual(done, [])
  sent[0]?.release()
  assert.deepEqual(done, [0])
})

const broken = (): never => {
  throw new Error('out of paper')
}
const FAILURES: readonly (readonly [string, NonNullable<Handling['events']>])[] = [
  ['throws', broken],
  ['throws what is no error', () => Promise.reject('out of paper')],
  ['rejects', async () => broken()],
  [
    'throws after it has released them',
    rows => {
      rows.release()
      return broken()
    },
  ],
  [
    'rejects after it has released them',
    async rows => {
      rows.release()
      await nextTurn()
      return broken()
    },
  ],
]

for (const [what, fail] of FAILURES)
  test(`a handler that ${what} loses those rows, is reported by name, and receives the next ones`, async () => {
    let calls = 0
    const handler: Handling = { events: rows => (++calls === 2 ? fail(rows) : rows) }
    const { reader, sent, losses, done } = await handled(handler, [events(2), events(2), events(2)], { capacity: 2 })
    assert.deepEqual(losses, ['SFP_PLUGIN_FAILED handler "mine" failed in events: out of paper'])
    assert.equal(reader.ledger.dropped.get('handler "mine" failed'), 2)
    assert.deepEqual([sent.length, reader.ledger.out], [2, 4])
    for (const batch of sent) batch.release()
    assert.deepEqual([...done].sort(), [0, 1, 2], 'what was lost is not waited for')
  })

test('a handler that returns something else than a batch is reported by name, and those rows are lost', async () => {
  // A plugin in JavaScript may return any value.
  for (const answer of [[1, 2], null, 5, 'rows', {}]) {
    const handler = { events: () => answer } as unknown as Handling
    const { losses, reader } = await handled(handler, [events(2)])
    assert.deepEqual(losses, ['SFP_PLUGIN_FAILED handler "mine" failed in events: it returned no batch'])
    assert.equal(reader.ledger.dropped.get('handler "mine" failed'), 2)
  }
})

test('a report that is not JSON affects only itself, and the error is reported once', async () => {
  const { reader, faults } = await handled({ report: () => ({ count: 1n }) }, [events(2)])
  assert.equal(reader.report().handler, undefined)
  assert.ok(reader.report().records)
  assert.equal(faults.length, 1)
  assert.match(faults[0]?.message ?? '', /handler "mine" failed in report/)
})

test('an exception in entity is reported and loses no record', async () => {
  const { losses, reader } = await handled({ entity: broken }, [appendixATrace()])
  assert.equal(losses.length, 8)
  assert.equal(losses[0], 'SFP_PLUGIN_FAILED handler "mine" failed in entity: out of paper')
  assert.deepEqual([reader.ledger.out, reader.ledger.dropped.size], [6, 0])
})

test('of many faults the first few are reported individually', async () => {
  const { faults } = await handled({ events: broken }, [events(30)], { capacity: 1 })
  assert.equal(faults.length, 11)
  assert.match(faults[10]?.message ?? '', /20 more/)
})

test('a handler that cannot be opened is reported by name', async () => {
  await assert.rejects(
    handled({ open: broken }, []),
    error => error instanceof Fault && error.message === 'handler "mine" failed in open: out of paper',
  )
})

test('open, close, check and report call the functions of the handler', async () => {
  const calls: string[] = []
  const handler: Handling = {
    open: async () => void calls.push('open'),
    close: async () => void calls.push('close'),
    check: async () => 'no paper',
    report: () => ({ pages: 3 }),
  }
  const { reader } = await handled(handler, [])
  await reader.close()
  assert.deepEqual(calls, ['open', 'close'])
  assert.equal(await reader.check(), 'no paper')
  assert.deepEqual(reader.report().handler, { pages: 3 })
})

test('a handler that never resolves is reported by name at the abort, and blocks nothing', async () => {
  const abort = new AbortController()
  const handler: Handling = {
    events() {
      abort.abort(new Error('too late'))
      return new Promise(() => {})
    },
  }
  const faults: Error[] = []
  const host = { ...HOST, reportFault: (fault: Error) => void faults.push(fault) }
  const reader = new SysFlowReader({ columns: () => new EventColumns(1) }, host, new IsolatedHandler('mine', handler, host))
  async function* input(): AsyncGenerator<SysFlowBlock> {
    yield new SysFlowBlock(decoder, encodeRecord(event(1n)), 1, 'test', TRACE)
  }
  await assert.rejects(reader.run(input(), { async send() {}, close() {} }, abort.signal), /too late/)
  assert.match(faults[0]?.message ?? '', /handler "mine" failed in events: no answer/)
})

test('a handler that does not close is reported by name before its stage times out', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const faults: Error[] = []
  const handler = new IsolatedHandler(
    'mine',
    { close: () => new Promise(() => {}) },
    { ...HOST, reportFault: fault => void faults.push(fault) },
  )
  handler.close()
  t.mock.timers.tick(3999)
  assert.equal(faults.length, 0)
  t.mock.timers.tick(1)
  assert.match(faults[0]?.message ?? '', /handler "mine" failed in close: no answer for 4 s/)
})
