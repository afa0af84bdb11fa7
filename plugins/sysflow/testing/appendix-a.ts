// SPDX-License-Identifier: Apache-2.0
import { EvaluatedBatch, type RuleMatches, type RuleMetadata } from '../../../core/contract/evaluated-batch.js'
import {
  Actor,
  Container,
  type FileEntity,
  Header,
  NO_CONTAINER,
  NO_POD,
  NO_PROCESS,
  noFile,
  Pod,
  Process,
} from '../entities/entities.js'
import { EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import { fileEntity } from './file-entity.js'

/**
 * The events of the specification's worked examples (Appendix A) as columns, as a reader produces them: rows 0 to 5 are the
 * process event, the first file flow, the file event, the socket's file flow, the network flow and the Kubernetes event; rows 6
 * to 8 are the three further records: an unknown process, an unknown file, an unknown parent.
 */
export function appendixA(): EventColumns {
  const columns = new EventColumns(16)
  columns.header = new Header(true, 5, 'node-1', '10.0.0.1', '/var/log/sysflow/1700000000')
  const service = {
    name: 'web',
    id: 'svc-1',
    namespace: 'shop',
    portList: [{ port: 80, targetPort: 8080, nodePort: 30080, proto: 'TCP' }],
    clusterIps: ['10.96.0.20'],
  }
  const labels = new Map([['app', 'web']])
  const pod = new Pod(
    true,
    ...halves(1700000000000000000n),
    'pod-1',
    'web-0',
    'node-1',
    ['10.0.0.1'],
    ['172.17.0.5'],
    'shop',
    2,
    labels,
    new Map(),
    [service],
  )
  const container = new Container(true, CONTAINER, 'web', 'repo/web:1', 'sha-1', 7, true, 'pod-1')
  const init = new Actor(testProcess({ pid: 1, exe: '/sbin/init' }), null, NO_CONTAINER, NO_POD)
  const shell = new Actor(
    testProcess({
      pid: 100,
      createTs: 1700000000000000001n,
      parent: { pid: 1, createTs: 0n },
      exe: '/bin/sh',
      args: '-c "run <a&b>"',
      containerId: CONTAINER,
      entry: true,
    }),
    init,
    container,
    pod,
  )
  const cat = new Actor(
    testProcess({ pid: 200, createTs: 5n, parent: { pid: 199, createTs: 4n }, exe: '/bin/cat', args: 'a\tb' }),
    null,
    NO_CONTAINER,
    NO_POD,
  )
  const unknown = new Actor(NO_PROCESS, null, NO_CONTAINER, NO_POD)
  const passwd = testFile('aa', 2, 1n, 'f', '/etc/passwd', CONTAINER)
  const copy = testFile('bb', 0, 2n, 'f', '/tmp/p', CONTAINER)
  const socket = testFile('cc', 2, 3n, 'u', 'ffff8bfb4fd28800->ffff8bfb4fd29800 /run/my sock', null)

  addRow(columns, { type: PE, ts: 1700000001000000000n, actor: shell, tid: 100, opFlags: 2 })
  addRow(columns, {
    type: FF,
    ts: 1700000002000000000n,
    end: 1700000003500000000n,
    actor: shell,
    tid: 101,
    opFlags: 1408,
    openFlags: 4097,
    fd: 5,
    file: passwd,
    counters: [2, 1024, 0, 0],
  })
  addRow(columns, {
    type: FE,
    ts: 1700000004000000000n,
    actor: shell,
    tid: 100,
    opFlags: 1048576,
    file: passwd,
    secondFile: copy,
  })
  addRow(columns, {
    type: FF,
    ts: 1700000004500000000n,
    end: 1700000005000000000n,
    actor: init,
    tid: 1,
    opFlags: 256,
    fd: 7,
    file: socket,
    counters: [1, 10, 0, 0],
  })
  addRow(columns, {
    type: NF,
    ts: 1700000006000000000n,
    end: 1700000007000000000n,
    actor: shell,
    tid: 100,
    opFlags: 1856,
    fd: 9,
    flow: { from: [172, 17, 0, 5], sourcePort: 43210, to: [93, 184, 216, 34], targetPort: 443, protocol: 6 },
    counters: [3, 300, 4, 400],
  })
  addRow(columns, { type: KE, ts: 1700000008000000000n, actor: unknown, message: MESSAGE })
  addRow(columns, { type: PE, ts: 1700000009000000000n, actor: unknown, tid: 9, opFlags: 4, ret: 1 })
  addRow(columns, {
    type: FF,
    ts: 1700000010000000000n,
    end: 1700000010500000000n,
    actor: init,
    tid: 1,
    opFlags: 256,
    fd: 7,
    counters: [1, 10, 0, 0],
  })
  addRow(columns, { type: PE, ts: 1700000011000000000n, actor: cat, tid: 200, opFlags: 1 })
  return columns
}

/** The matches of rule set R1 of the specification for the process event. */
export const R1_MATCHES: RuleMatches = {
  rules: [
    { name: 'Shell started', description: 'a shell was executed', priority: 'high', tags: ['mitre:T1059', 'shell'] },
    { name: 'Child of init', description: 'started by init', priority: 'low', tags: ['shell'] },
  ] satisfies RuleMetadata[],
  contextTags: [],
}

/**
 * All rows of `columns` as an evaluated batch: `matches` by row, null if there are none. It takes over the caller's hold on
 * `columns`.
 */
export function evaluatedColumns(
  columns: EventColumns,
  matches: Readonly<Record<number, RuleMatches>> = {},
): EvaluatedBatch<EventColumns> {
  const rows = Uint32Array.from({ length: columns.length }, (_, row) => row)
  return new EvaluatedBatch(
    columns,
    rows,
    Array.from(rows, row => matches[row] ?? null),
  )
}

/** The high (signed) and low (unsigned) half of a clock. */
export const halves = (clock: bigint): [high: number, low: number] => [
  Number(BigInt.asIntN(64, clock) >> 32n),
  Number(BigInt.asUintN(32, clock)),
]

export interface ProcessFields {
  readonly pid?: number
  readonly createTs?: bigint
  readonly parent?: { readonly pid: number; readonly createTs: bigint }
  readonly exe?: string
  readonly args?: string
  readonly uid?: number
  readonly userName?: string
  readonly gid?: number
  readonly groupName?: string
  readonly tty?: boolean
  readonly containerId?: string
  readonly entry?: boolean
}

/** A process record; missing fields have the values of the appendix. */
export const testProcess = (fields: ProcessFields): Process =>
  new Process(
    true,
    2,
    ...halves(fields.createTs ?? 0n),
    fields.pid ?? 0,
    fields.parent !== undefined,
    ...halves(fields.parent?.createTs ?? 0n),
    fields.parent?.pid ?? 0,
    ...halves(1000n),
    fields.exe ?? '',
    fields.args ?? '',
    fields.uid ?? 0,
    fields.userName ?? 'root',
    fields.gid ?? 0,
    fields.groupName ?? 'root',
    fields.tty ?? false,
    fields.entry ?? false,
    fields.containerId ?? null,
    '/',
    [],
  )

export interface RowFields {
  readonly type: number
  readonly ts: bigint
  readonly end?: bigint
  readonly actor: Actor
  readonly tid?: number
  readonly opFlags?: number
  readonly ret?: number
  readonly fd?: number
  readonly openFlags?: number
  readonly file?: FileEntity
  readonly secondFile?: FileEntity
  readonly flow?: {
    readonly from: readonly [number, number, number, number]
    readonly sourcePort: number
    readonly to: readonly [number, number, number, number]
    readonly targetPort: number
    readonly protocol: number
  }
  /** Read operations and bytes, write operations and bytes. */
  readonly counters?: readonly [number, number, number, number]
  readonly message?: string
}

/** Adds a row. Columns that are not valid for its type have arbitrary values, as in a reused batch. */
export function addRow(columns: EventColumns, fields: RowFields): void {
  const row = columns.length++
  const [tsHigh, tsLow] = halves(fields.ts)
  const [endHigh, endLow] = halves(fields.end ?? GARBAGE)
  const counters = fields.counters ?? [GARBAGE_NUMBER, GARBAGE_NUMBER, GARBAGE_NUMBER, GARBAGE_NUMBER]
  columns.type[row] = fields.type
  columns.tsHigh[row] = tsHigh
  columns.tsLow[row] = tsLow
  columns.endHigh[row] = endHigh
  columns.endLow[row] = endLow
  columns.tid[row] = fields.tid ?? GARBAGE_NUMBER
  columns.opFlags[row] = fields.opFlags ?? 0
  columns.ret[row] = fields.ret ?? (fields.type === PE || fields.type === FE ? 0 : GARBAGE_NUMBER)
  columns.fd[row] = fields.fd ?? GARBAGE_NUMBER
  columns.openFlags[row] = fields.openFlags ?? (fields.type === FF ? 0 : GARBAGE_NUMBER)
  columns.sourceIp[row] = dotted(fields.flow?.from)
  columns.sourcePort[row] = fields.flow?.sourcePort ?? GARBAGE_NUMBER
  columns.targetIp[row] = dotted(fields.flow?.to)
  columns.targetPort[row] = fields.flow?.targetPort ?? GARBAGE_NUMBER
  columns.protocol[row] = fields.flow?.protocol ?? GARBAGE_NUMBER
  columns.readOps[row] = counters[0]
  columns.readBytes[row] = counters[1]
  columns.writeOps[row] = counters[2]
  columns.writeBytes[row] = counters[3]
  columns.actor[row] = fields.actor
  columns.file[row] = fields.file ?? noFile()
  columns.secondFile[row] = fields.secondFile ?? noFile()
  columns.k8s[row] = { kind: 2, action: 0, message: fields.message ?? '' }
}

const CONTAINER = 'c0ffee000001'
const MESSAGE = '{"kind":"Pod","type":"ADDED","items":[{"name":"web-0","namespace":"shop"}]}'
const GARBAGE = 0x1234567890n
const GARBAGE_NUMBER = 4097

const dotted = (octets: readonly [number, number, number, number] = [1, 16, 0, 0]): number =>
  octets[0] | (octets[1] << 8) | (octets[2] << 16) | (octets[3] << 24)

const testFile = (first: string, state: number, ts: bigint, type: string, path: string, containerId: string | null): FileEntity =>
  fileEntity({ path, type, oid: first, state, ts: halves(ts), containerId })
