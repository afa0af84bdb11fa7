// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyValue } from '../../../core/contract/any-value.js'
import { RowView } from '../../../core/contract/record-view.js'
import { Actor, Container, Header, NO_CONTAINER, NO_POD, NO_PROCESS, Pod, Process } from '../entities/entities.js'
import { EventColumns, FE, FF, KE, NF, PE } from '../reader/event-columns.js'
import { fileEntity } from '../testing/file-entity.js'
import { ATTRIBUTES, SYSFLOW_ATTRIBUTES } from './attributes.js'
import { DEPRECATED_NAMES, UNSUPPORTED_ATTRIBUTES } from './rows/foreign-names.js'
import { SYSFLOW_ADAPTER } from './sysflow-adapter.js'

const pod = new Pod(
  true,
  1,
  2,
  'pod-1',
  'web-0',
  'node-1',
  ['10.0.0.1', '10.0.0.2'],
  ['172.17.0.5'],
  'shop',
  2,
  new Map(),
  new Map(),
  [
    {
      name: 'web',
      id: 'svc-1',
      namespace: 'shop',
      portList: [{ port: 80, targetPort: 8080, nodePort: 30080, proto: 'TCP' }],
      clusterIps: ['10.96.0.20'],
    },
  ],
)
const container = new Container(true, 'c0ffee000001', 'web', 'registry:5000/team/web:1.2@sha256:ab', 'sha-1', 8, true, 'pod-1')
const process = (pid: number, exe: string, args = '', more: Partial<Process> = {}) =>
  Object.assign(
    new Process(true, 1, 0, 0, pid, true, 7, 8, 1, 0, 0, exe, args, 1000, 'ann', 100, 'users', true, false, null, '/home', [
      'A=1',
    ]),
    more,
  )
const init = new Actor(process(1, '/sbin/init', '', { uid: 0, hasParent: false, tty: false }), null, NO_CONTAINER, NO_POD)
const shell = new Actor(process(100, '/bin/sh', '-c ls'), init, NO_CONTAINER, NO_POD)
const inPod = new Actor(process(200, '/usr/bin/curl', '-s x', { entry: true }), shell, container, pod)
const nobody = new Actor(NO_PROCESS, null, NO_CONTAINER, NO_POD)
const file = (path: string, type = 'f') => fileEntity({ path, type, state: 2, oid: 'aa'.repeat(20) })

type Cells = { -readonly [K in keyof EventColumns]?: EventColumns[K] extends ArrayLike<infer V> ? V : never }

function row(cells: Cells): EventColumns {
  const columns = new EventColumns(1)
  columns.length = 1
  columns.header = new Header(true, 5, 'node-1', '10.0.0.1', '/var/log/sysflow/1700000000')
  // Columns of other record types hold values of earlier rows, which must not appear.
  for (const column of [
    columns.ret,
    columns.fd,
    columns.openFlags,
    columns.sourceIp,
    columns.sourcePort,
    columns.protocol,
    columns.readBytes,
  ])
    column[0] = 4097
  for (const [name, value] of Object.entries(cells)) (columns[name as keyof EventColumns] as unknown as unknown[])[0] = value
  return columns
}

const read = (cells: Cells, name: string): AnyValue | undefined => new RowView(SYSFLOW_ADAPTER, row(cells)).value(name)

const FLOW = {
  type: FF,
  opFlags: 128 + 256 + 1024,
  actor: inPod,
  file: file('/etc/passwd'),
  openFlags: 4097,
  fd: 5,
  readBytes: 80,
  readOps: 2,
} satisfies Cells
const CONNECTION = {
  type: NF,
  opFlags: 64 + 512,
  actor: shell,
  sourceIp: 83890604,
  sourcePort: 43210,
  targetIp: -939524086,
  targetPort: 443,
  protocol: 6,
  fd: 9,
} satisfies Cells

test('check 21: a record of an unknown process has the name ".", empty strings and zero numbers', () => {
  const cells = { type: PE, opFlags: 4, actor: nobody, tid: 9, ret: 1 }
  assert.equal(read(cells, 'sf.proc.name'), '.')
  assert.equal(read(cells, 'sf.proc.exe'), '')
  assert.equal(read(cells, 'sf.proc.pid'), 0)
  assert.equal(read(cells, 'sf.proc.oid'), '392abdfb220ee462')
  assert.deepEqual(read(cells, 'sf.proc.aname'), [])
  assert.equal(read(cells, 'sf.proc.tid'), 9)
  assert.equal(read(cells, 'sf.ret'), 1)
})

test('check 22: a file flow of an unknown file has an empty path and the directory "."', () => {
  const cells = { type: FF, opFlags: 128, actor: shell }
  assert.equal(read(cells, 'sf.file.path'), '')
  assert.equal(read(cells, 'sf.file.directory'), '.')
  assert.equal(read(cells, 'fd.name'), '')
})

test('check 30: operation names say READ for files and RECV for connections, in either order', () => {
  const bits = 128 + 256 + 1024
  for (const types of [
    [FF, NF],
    [NF, FF],
  ]) {
    for (const type of types)
      assert.deepEqual(read({ type, opFlags: bits }, 'sf.opflags'), ['OPEN', 'CLOSE', type === NF ? 'RECV' : 'READ'])
  }
})

test('check 31: open flags are listed by name, for file flows only', () => {
  assert.deepEqual(read(FLOW, 'sf.file.openflags'), ['RDONLY', 'CLOEXEC'])
  assert.deepEqual(read({ ...FLOW, openFlags: 0 }, 'sf.file.openflags'), ['NONE'])
  assert.deepEqual(read({ ...FLOW, openFlags: 3 }, 'sf.file.openflags'), ['RDONLY', 'WRONLY', 'RDWR'])
  assert.deepEqual(read({ ...CONNECTION }, 'sf.file.openflags'), ['NONE'])
})

test('check 33: addresses are dotted, lowest byte first', () => {
  assert.equal(read(CONNECTION, 'sf.net.sip'), '172.17.0.5')
  assert.equal(read(CONNECTION, 'sf.net.dip'), '10.0.0.200')
})

test('check 34: a command line without arguments ends with a space, that of the parent does not', () => {
  const child = new Actor(process(300, '/bin/ls'), init, NO_CONTAINER, NO_POD)
  assert.equal(read({ type: PE, actor: child }, 'sf.proc.cmdline'), '/bin/ls ')
  assert.equal(read({ type: PE, actor: child }, 'sf.pproc.cmdline'), '/sbin/init')
})

test('check 35: sf.proc.tty is true or false, and separate from the parent, like proc.tty', () => {
  assert.equal(read({ type: PE, actor: shell }, 'sf.proc.tty'), true)
  assert.equal(read({ type: PE, actor: shell }, 'sf.pproc.tty'), false)
  assert.equal(read({ type: PE, actor: shell }, 'proc.tty'), 1)
  assert.equal(read({ type: PE, actor: init }, 'proc.tty'), 0)
})

test('check 36: a socket path is separated from its kernel addresses and preserved', () => {
  const socket = { ...FLOW, file: file('ffff8bfb4fd28800->ffff8bfb4fd29800 /run/my sock', 'u') }
  assert.equal(read(socket, 'sf.file.path'), '/run/my sock')
  assert.equal(read(socket, 'sf.file.symlink'), 'ffff8bfb4fd28800->ffff8bfb4fd29800')
  assert.equal(read(socket, 'sf.file.name'), 'my sock')
})

test('check 37: flow counters are the recorded ones', () => {
  assert.equal(read(FLOW, 'sf.flow.rbytes'), 80)
  assert.equal(read(FLOW, 'sf.flow.rops'), 2)
})

test('check 38: a field that a record type does not have is empty, even if an earlier row set the column', () => {
  assert.equal(read(FLOW, 'sf.net.sip'), '')
  assert.deepEqual(read(FLOW, 'sf.net.port'), [])
  assert.equal(read(FLOW, 'sf.net.proto'), 0)
  assert.equal(read(CONNECTION, 'sf.file.is_open_read'), false)
  assert.equal(read(CONNECTION, 'sf.ret'), 0)
  assert.equal(read({ type: PE, opFlags: 2, actor: shell }, 'sf.flow.rbytes'), 0)
  assert.equal(read({ type: PE, opFlags: 2, actor: shell }, 'sf.endts'), 0n)
  assert.equal(read(FLOW, 'sf.ke.kind'), '')
})

test('check 39: the container type of a process on the host is "host"', () => {
  assert.equal(read({ type: PE, actor: shell }, 'sf.container.type'), 'host')
  assert.equal(read(FLOW, 'sf.container.type'), 'CRIO')
  assert.equal(read(FLOW, 'container.type'), 'cri-o')
})

test('check 40: without a file its type is empty', () => {
  assert.equal(read({ type: FF, actor: shell }, 'sf.file.type'), '')
  assert.equal(read(FLOW, 'sf.file.type'), 'f')
})

test('check 41: pod addresses and services are JSON', () => {
  assert.deepEqual(JSON.parse(String(read(FLOW, 'sf.pod.hostip'))), ['10.0.0.1', '10.0.0.2'])
  assert.equal(
    read(FLOW, 'sf.pod.services'),
    '[{"clusterip":["10.96.0.20"],"name":"web","id":"svc-1","namespace":"shop","portList":[{"port":80,"targetPort":8080,"nodePort":30080,"proto":"TCP"}]}]',
  )
  assert.equal(read({ type: PE, actor: shell }, 'sf.pod.services'), '')
})

test('check 43: the trace name is the last element of the header’s file name', () => {
  assert.equal(read(FLOW, 'sf.meta.tracename'), '1700000000')
})

test('check 44: every alias finds the attribute of its SysFlow name', () => {
  for (const attribute of ATTRIBUTES)
    for (const alias of attribute.aliases) assert.equal(SYSFLOW_ATTRIBUTES.find(alias), attribute)
  for (const [alias, name] of Object.entries({
    'user.name': 'sf.proc.user',
    'fd.num': 'sf.file.fd',
    'proc.puid': 'sf.pproc.uid',
    'container.image.id': 'sf.container.imageid',
    'evt.rawtime': 'sf.ts',
  }))
    assert.equal(SYSFLOW_ATTRIBUTES.find(alias)?.name, name)
})

test('Falco names have the meaning that Falco documents, not that of the reference', () => {
  assert.equal(read(FLOW, 'fd.name'), '/etc/passwd')
  assert.equal(read(FLOW, 'fd.filename'), 'passwd')
  assert.equal(read(FLOW, 'fd.directory'), '/etc')
  assert.equal(read(CONNECTION, 'fd.name'), '172.17.0.5:43210->10.0.0.200:443')
  assert.equal(read(CONNECTION, 'fd.typechar'), '4')
  assert.equal(read(CONNECTION, 'fd.l4proto'), 'tcp')
  assert.equal(read(CONNECTION, 'fd.sip'), '10.0.0.200')
  assert.equal(read(CONNECTION, 'fd.sport'), 443)
  assert.equal(read(CONNECTION, 'fd.rport'), 443)
  assert.equal(read({ ...CONNECTION, opFlags: 32 }, 'fd.lport'), 443)
  assert.equal(read(FLOW, 'proc.cmdline'), 'curl -s x')
  assert.equal(read(FLOW, 'proc.pcmdline'), 'sh -c ls')
  assert.equal(read(FLOW, 'proc.vpid'), 1)
  assert.equal(read(CONNECTION, 'container.id'), 'host')
  assert.equal(read(FLOW, 'container.image.repository'), 'registry:5000/team/web')
  assert.equal(read(FLOW, 'container.image.tag'), '1.2')
  assert.equal(read({ type: PE, opFlags: 8, actor: shell, callArgs: ['0'] }, 'evt.arg.uid'), 0)
  assert.equal(read({ type: PE, opFlags: 8, actor: shell, callArgs: [] }, 'evt.arg.uid'), 1000)
  assert.equal(read({ type: FE, opFlags: 32768, actor: shell, file: file('/tmp/x'), ret: -2 }, 'evt.res'), 'ENOENT')
  assert.equal(
    read({ type: FE, opFlags: 1048576, actor: shell, file: file('/a'), secondFile: file('/b') }, 'evt.arg.newpath'),
    '/b',
  )
  assert.equal(read({ type: FE, opFlags: 1048576, actor: shell, file: file('/a'), secondFile: file('/b') }, 'sf.res'), '/a, /b')
})

test('proc.aname and related fields are the ancestors only; index 0 is the process and 1 its parent', () => {
  const attribute = SYSFLOW_ATTRIBUTES.find('proc.aname')
  assert(attribute?.type === 'texts')
  assert.deepEqual(attribute.read(row(FLOW), 0), ['sh', 'init'])
  assert.deepEqual(attribute.indexed?.(row(FLOW), 0), ['curl', 'sh', 'init'])
  assert.deepEqual(read(FLOW, 'proc.apid'), [100, 1])
  assert.deepEqual(read(FLOW, 'proc.acmdline'), ['sh -c ls', 'init'])
  assert.deepEqual(read({ type: PE, actor: nobody }, 'proc.aname'), [])
})

test('evt.type lists operations and their system calls, so that rules for either match', () => {
  const exec = read({ type: PE, opFlags: 2, actor: shell }, 'evt.type') as readonly string[]
  for (const name of ['EXEC', 'execve', 'execveat']) assert.ok(exec.includes(name), name)
  const open = read(FLOW, 'evt.type') as readonly string[]
  for (const name of ['OPEN', 'open', 'openat', 'openat2', 'creat', 'READ', 'read', 'close']) assert.ok(open.includes(name), name)
  assert.ok((read(CONNECTION, 'evt.type') as readonly string[]).includes('sendto'))
})

test('clocks are exact beyond 2^53', () => {
  assert.equal(read({ type: PE, actor: shell, tsHigh: 0x3fffffff, tsLow: 0xfffffffe }, 'sf.ts'), 0x3ffffffffffffffen)
  assert.equal(read({ type: PE, actor: shell, tsHigh: -1, tsLow: 0xffffffff }, 'sf.ts'), -1n)
  assert.equal(read({ type: NF, actor: shell, endHigh: 1, endLow: 5 }, 'sf.endts'), 4294967301n)
  assert.equal(read({ type: KE, tsHigh: 1, tsLow: 6 }, 'sf.endts'), 4294967302n)
})

test('no name is defined twice, and none is both known and unsupported', () => {
  const names = ATTRIBUTES.flatMap(attribute => [attribute.name, ...attribute.aliases])
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
  assert.deepEqual(
    [...UNSUPPORTED_ATTRIBUTES.keys(), ...DEPRECATED_NAMES.keys()].filter(name => SYSFLOW_ATTRIBUTES.find(name)),
    [],
  )
  assert.deepEqual(
    [...DEPRECATED_NAMES.values()].filter(name => !SYSFLOW_ATTRIBUTES.find(name)),
    [],
  )
})

test('an attribute depends only on what it declares: group attributes on type and flags, entity attributes on their entity', () => {
  const base: Cells = {
    type: FE,
    opFlags: 1048576,
    actor: inPod,
    file: file('/a/b'),
    secondFile: file('/c'),
    tsHigh: 3,
    tsLow: 4,
    tid: 7,
    ret: -2,
  }
  const other: Cells = {
    ...base,
    tsHigh: 9,
    tid: 1,
    ret: 5,
    secondFile: file('/z'),
    callArgs: ['1'],
    openFlags: 3,
    fd: 77,
    k8s: { kind: 1, action: 1, message: 'x' },
  }
  for (const attribute of ATTRIBUTES) {
    if (attribute.dependsOn === 'row') continue
    const changed = {
      ...other,
      ...(attribute.dependsOn !== 'actor' && { actor: shell }),
      ...(attribute.dependsOn !== 'file' && { file: file('/q', 'd') }),
    }
    if (attribute.dependsOn !== 'group') Object.assign(changed, { type: FF, opFlags: 128 })
    assert.deepEqual(read(changed, attribute.name), read(base, attribute.name), attribute.name)
    if (attribute.dependsOn === 'group') assert.equal(SYSFLOW_ADAPTER.group(row(changed), 0), SYSFLOW_ADAPTER.group(row(base), 0))
  }
})

test('within a group an attribute depends only on what it declares', () => {
  const files = [file('/a/b'), file('/c', 'd')] as const
  for (const attribute of ATTRIBUTES) {
    for (const [type, opFlags] of [
      [PE, 8],
      [PE, 2],
      [NF, 64],
      [NF, 32],
      [FF, 128],
      [FE, 1048576],
      [FE, 524288],
      [FE, 131072],
      [KE, 0],
    ] as const) {
      const hasFile = type === FF || type === FE
      const one: Cells = {
        type,
        opFlags,
        ...(type !== KE && { actor: inPod }),
        ...(hasFile && { file: files[0] }),
        ...(type === FE && { secondFile: files[1] }),
        tsHigh: 3,
        tid: 7,
        ret: -2,
      }
      const two: Cells = {
        ...one,
        tsHigh: 9,
        tid: 1,
        ret: 5,
        fd: 77,
        openFlags: 3,
        callArgs: ['1'],
        sourceIp: 1,
        sourcePort: 2,
        targetPort: 3,
        protocol: 17,
        readOps: 9,
        k8s: { kind: 1, action: 1, message: '{}' },
      }
      const dependence = attribute.dependsOnWithinGroup?.(SYSFLOW_ADAPTER.group(row(one), 0)) ?? attribute.dependsOn
      if (dependence === 'row') continue
      if (dependence !== 'actor' && type !== KE) two.actor = shell
      if (dependence !== 'file' && hasFile) two.file = files[1]
      if (type === FE) two.secondFile = files[0]
      assert.deepEqual(
        read(two, attribute.name),
        read(one, attribute.name),
        `${attribute.name} of ${type}, ${opFlags}: ${dependence}`,
      )
    }
  }
})

test('a row view reads any row by name or alias, and a snapshot remains valid after the batch', () => {
  const columns = row(FLOW)
  const record = new RowView(SYSFLOW_ADAPTER, columns)
  const kept = record.snapshot()
  columns.fd[0] = 99
  assert.equal(kept.get('sf.file.fd'), 5)
  assert.equal(record.value('fd.num'), 99)
  assert.equal(record.text('sf.opflags'), 'OPEN,CLOSE,READ')
  assert.equal(record.value('no.such'), undefined)
  assert.equal(kept.has('sf.net.sip'), false)
})
