// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clockDigits } from '../../../core/contract/clock.js'
import type { RuleMatches } from '../../../core/contract/evaluated-batch.js'
import { ChunkBuffer } from '../../../core/exporter/chunk-buffer.js'
import { openFlagNames, operationNames } from '../attributes/derive/flags.js'
import { baseName, directoryName, splitSocketPath } from '../attributes/derive/paths.js'
import { processOid } from '../attributes/derive/xxh64.js'
import { Actor, Container, Header, NO_CONTAINER, NO_POD, noFile, Pod, type Process } from '../entities/entities.js'
import { EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import { addRow, evaluatedColumns, halves, testProcess } from '../testing/appendix-a.js'
import { fileEntity } from '../testing/file-entity.js'
import { EcsEncoder } from './ecs-encoder.js'
import { FlatJsonEncoder } from './flat-json-encoder.js'
import { JsonEncoder } from './json-encoder.js'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.array(fc.nat(0xffff), { maxLength: 6 }).map(units => String.fromCharCode(...units)),
  fc.constantFrom('', '/', '/a/b/../c', 'ab->cd /run/my sock', '"quoted"', "'"),
)
const clock = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const whole = fc.integer()
const count = fc.maxSafeInteger()
const aProcessOf = fc
  .record({
    pid: whole,
    createTs: clock,
    parent: fc.record({ pid: fc.constantFrom(0, 1, 77), createTs: clock }),
    exe: text,
    args: text,
    userName: text,
    groupName: text,
    uid: whole,
    gid: whole,
    tty: fc.boolean(),
    entry: fc.boolean(),
  })
  .map(testProcess)
const aContainer = fc
  .tuple(text, text, fc.integer({ min: 0, max: 9 }), fc.boolean())
  .map(([id, name, type, privileged]) => new Container(true, id, name, name, id, type, privileged, null))
const aService = fc.record({
  name: text,
  id: text,
  namespace: text,
  clusterIps: fc.array(text, { maxLength: 2 }),
  portList: fc.array(fc.record({ port: whole, targetPort: whole, nodePort: whole, proto: text }), { maxLength: 2 }),
})
const aPod = fc
  .tuple(clock, text, text, fc.array(text, { maxLength: 3 }), whole, fc.array(aService, { maxLength: 2 }))
  .map(
    ([ts, id, name, ips, restarts, services]) =>
      new Pod(true, ...halves(ts), id, name, name, ips, ips, id, restarts, new Map(), new Map(), services),
  )
const anActor = fc
  .tuple(fc.array(aProcessOf, { minLength: 1, maxLength: 3 }), fc.option(aContainer), fc.option(aPod))
  .map(
    ([line, container, pod]) =>
      line.reduceRight<Actor | null>(
        (parent, one) => new Actor(one, parent, container ?? NO_CONTAINER, pod ?? NO_POD),
        null,
      ) as Actor,
  )
const oid = fc.option(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 }), { nil: '' })
const aFile = fc
  .tuple(text, oid, fc.constantFrom(0, 0x66, 0x64, 0x75, 0x70, 0x10ffff))
  .map(([path, oid, type]) => fileEntity({ path, type, oid }))
const someMatches = fc.option(
  fc.record({
    rules: fc.array(
      fc.record({
        name: text,
        description: text,
        priority: fc.constantFrom('high', 'medium', 'low'),
        tags: fc.array(text, { maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
    contextTags: fc.array(text, { maxLength: 2 }),
  }),
)
const octet = fc.nat(255)
const aRow = fc.record({
  type: fc.constantFrom(PE, NF, FF, FE, KE),
  ts: clock,
  end: clock,
  actor: anActor,
  tid: count,
  opFlags: fc.nat(0x1fffff),
  ret: whole,
  fd: whole,
  openFlags: fc.nat(8191),
  file: aFile,
  secondFile: aFile,
  flow: fc.record({
    from: fc.tuple(octet, octet, octet, octet),
    sourcePort: fc.nat(65535),
    to: fc.tuple(octet, octet, octet, octet),
    targetPort: fc.nat(65535),
    protocol: whole,
  }),
  counters: fc.tuple(count, count, count, count),
  message: text,
})
type Row = typeof aRow extends fc.Arbitrary<infer R> ? R : never

test('check 90, 92: JSON of random records equals that of a plain object, key for key and byte for byte', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(aRow, someMatches), { minLength: 1, maxLength: 4 }),
      fc.tuple(text, text, text),
      (rows, [exporter, ip, filename]) => {
        const columns = new EventColumns(rows.length)
        columns.header = new Header(true, 5, exporter, ip, filename)
        const batchMatches: Record<number, RuleMatches> = {}
        for (const [index, [row, matches]] of rows.entries()) {
          addRow(columns, row)
          if (matches) batchMatches[index] = matches
        }
        const chunk = new ChunkBuffer(64)
        const batch = evaluatedColumns(columns, batchMatches)
        new JsonEncoder().encode(batch, 0, rows.length, chunk)
        // An encoded record contains no line feed.
        const lines = Buffer.from(chunk.chunk().bytes).toString().split('\n')
        assert.equal(lines.length, rows.length + 1)
        for (const [index, [row, matches]] of rows.entries())
          assert.equal(lines[index], slowly(plain(row, columns.header, matches)))
        for (const encoder of [new EcsEncoder('0.7.0'), new FlatJsonEncoder()]) {
          chunk.clear()
          encoder.encode(batch, 0, rows.length, chunk)
          for (const line of Buffer.from(chunk.chunk().bytes).toString().trimEnd().split('\n')) JSON.parse(line)
        }
      },
    ),
    { numRuns: 300 },
  )
})

type Plain = Record<string, unknown>

function plain(row: Row, header: Header, matches: RuleMatches | null): Plain {
  const isFlow = row.type === NF || row.type === FF
  const top: Plain = {
    version: 5,
    endts: isFlow ? row.end : row.type === KE ? row.ts : 0,
    opflags: row.type === KE ? [] : operationNames(row.opFlags, row.type === NF),
    ret: row.type === PE || row.type === FE ? row.ret : 0,
    ts: row.ts,
    type: { [PE]: 'PE', [NF]: 'NF', [FF]: 'FF', [FE]: 'FE', [KE]: 'KE' }[row.type],
  }
  const meta = { schema: header.version, tracename: baseName(header.filename) }
  const node = { id: header.exporter, ip: header.ip }
  if (row.type === KE)
    Object.assign(top, { k8s: { action: 'K8S_COMPONENT_ADDED', kind: 'K8S_PODS', message: row.message }, meta, node })
  else {
    const { container, pod, process } = row.actor
    if (container.id !== '') top.container = plainContainer(container)
    if (row.type === FF || row.type === FE) top.file = plainFile(row)
    const [rops, rbytes, wops, wbytes] = row.counters
    if (isFlow) top.flow = { rbytes, rops, wbytes, wops }
    top.meta = meta
    if (row.type === NF) top.net = plainFlow(row.flow)
    top.node = node
    if (pod.id !== '') top.pod = plainPod(pod)
    if (process.parentPid !== 0) top.pproc = plainParent(row.actor)
    top.proc = plainProcess(row.actor, row.tid)
  }
  const rules = matches?.rules ?? []
  const priorities: Readonly<Record<string, number>> = { high: 3, medium: 2, low: 1 }
  if (rules.length > 0)
    top.policies = rules.map(({ name, description, priority }) => ({
      id: name,
      desc: description,
      priority: priorities[priority],
    }))
  const tags = [...(matches?.contextTags ?? []), ...rules.flatMap(rule => rule.tags)]
  if (tags.length > 0) top.tags = tags
  return top
}

const plainContainer = ({ id, image, imageId, name, privileged, type }: Container): Plain => {
  const types = ['DOCKER', 'LXC', 'LIBVIRT_LXC', 'MESOS', 'RKT', 'CUSTOM', 'CRI', 'CONTAINERD', 'CRIO', 'BPM']
  return { id, image, imageid: imageId, name, privileged: Number(privileged), type: types[type] }
}

function plainFile({ type, file, secondFile, fd, openFlags }: Row): Plain {
  const isFlow = type === FF
  const second = isFlow ? noFile() : secondFile
  const [first, other] = [splitSocketPath(file.path), splitSocketPath(second.path)]
  const flags = isFlow ? openFlags : 0
  return {
    directory: directoryName(first.path),
    fd: isFlow ? fd : 0,
    is_open_read: flags % 2 === 1,
    is_open_write: flags % 4 > 1,
    name: baseName(file.path),
    newdirectory: directoryName(other.path),
    newname: baseName(second.path),
    newoid: second.oid,
    newpath: second.path,
    newsymlink: other.link,
    oid: file.oid,
    openflags: openFlagNames(flags),
    path: first.path,
    symlink: first.link,
    type: file.resourceType === 0 ? '' : String.fromCodePoint(file.resourceType),
  }
}

function plainFlow({ from, to, sourcePort, targetPort, protocol }: Row['flow']): Plain {
  const [sip, dip] = [from.join('.'), to.join('.')]
  return { dip, dport: targetPort, ip: [sip, dip], port: [sourcePort, targetPort], proto: protocol, sip, sport: sourcePort }
}

const plainPod = (pod: Pod): Plain => ({
  hostip: pod.hostIps,
  id: pod.id,
  internalip: pod.internalIps,
  name: pod.name,
  namespace: pod.namespace,
  nodename: pod.nodeName,
  restartcnt: pod.restartCount,
  services: pod.services.map(({ id, name, namespace, clusterIps, portList }) => ({
    id,
    name,
    namespace,
    clusterIP: clusterIps,
    ports: portList.map(({ port, targetPort, nodePort, proto }) => ({ port, targetport: targetPort, nodeport: nodePort, proto })),
  })),
  ts: joined(pod.tsHigh, pod.tsLow),
})

function plainParent({ process, parent }: Actor): Plain {
  const {
    args = '',
    exe = '',
    groupName: group = '',
    userName: user = '',
    entry = false,
    tty = false,
    uid = 0,
    gid = 0,
  } = parent?.process ?? {}
  const createts = joined(process.parentCreateHigh, process.parentCreateLow)
  const oid = processOid(process.parentCreateHigh, process.parentCreateLow, process.parentPid)
  const name = parent ? baseName(exe) : ''
  return {
    args,
    cmdline: args ? `${exe} ${args}` : exe,
    createts,
    entry,
    exe,
    gid,
    group,
    name,
    oid,
    pid: process.parentPid,
    tty,
    uid,
    user,
  }
}

function plainProcess(actor: Actor, tid: number): Plain {
  const line: Process[] = []
  for (let one: Actor | null = actor; one; one = one.parent) line.push(one.process)
  const { args, exe, createHigh, createLow, entry, gid, groupName: group, pid, tty, uid, userName: user } = actor.process
  return {
    acmdline: line.map(one => (one.args ? `${one.exe} ${one.args}` : one.exe)),
    aexe: line.map(one => one.exe),
    aname: line.map(one => baseName(one.exe)),
    apid: line.map(one => one.pid),
    args,
    cmdline: `${exe} ${args}`,
    createts: joined(createHigh, createLow),
    entry,
    exe,
    gid,
    group,
    name: baseName(exe),
    oid: processOid(createHigh, createLow, pid),
    pid,
    tid,
    tty,
    uid,
    user,
  }
}

const joined = (high: number, low: number): bigint => BigInt(clockDigits(high, low))

/** JSON.stringify, with bigints as bare digits and the escapes of section 7.4. */
function slowly(value: unknown): string {
  const marked = JSON.stringify(value, (_, each) =>
    typeof each === 'bigint' ? `${MARK}${each}${MARK}` : typeof each === 'string' ? each.replace(/\p{Cs}/gu, '\ufffd') : each,
  )
  return marked
    .replace(new RegExp(`"${MARK}(-?\\d+)${MARK}"`, 'g'), '$1')
    .replace(/\\([\\bf])/g, (whole, which) => (which === 'b' ? '\\u0008' : which === 'f' ? '\\u000c' : whole))
    .replace(/[<>&\u2028\u2029\u007f-\u009f\ufffd]/g, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A private-use character, which no compared text contains. */
const MARK = '\ue000'
