// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { TraceRecord } from '../../avro/trace-record.js'
import { writeTrace } from '../../avro/trace-writer.js'
import { readScenario } from '../read-scenario.js'
import { DURATION, TIMESTAMP } from '../values.js'
import { expandCounters } from './counters.js'
import { simulate } from './simulate.js'

const START = 1_704_103_200_000_000_000n
const MS = 1_000_000n

const traceOf = (text: string): TraceRecord[] => [...simulate(readScenario(text, 's.yaml'))]
const branches = (records: readonly TraceRecord[]): string => records.map(record => record.branch).join(' ')

/** The records of one branch. */
const only = <B extends TraceRecord['branch']>(records: readonly TraceRecord[], branch: B) =>
  records.flatMap(record => (record.branch === branch ? [record.record as Extract<TraceRecord, { branch: B }>['record']] : []))

const CAST = `
containers: { web: { image: "shop/web:1", pod: web-0 } }
pods: { web-0: { namespace: shop, ips: [172.17.0.5] } }
users: { www-data: 33 }
processes:
  php: { parent: init, exe: /usr/sbin/php-fpm, user: www-data, container: web, cwd: /srv, env: [A=1, B=2] }
  init: { exe: /sbin/init, pid: 1 }
`

test('every entity is written before the first record that refers to it, and once', () => {
  const records = traceOf(`${CAST}events:
  - { by: php, read: /etc/passwd }
  - { by: php, read: /etc/passwd }
  - { by: php, rename: /a, to: /b }
`)
  assert.equal(branches(records), 'H P PD C P F FF FF F F FE')
  const [init, php] = only(records, 'P')
  assert.equal(init?.oid.hpid, 1)
  assert.deepEqual(php?.poid, init?.oid)
  assert.equal(php?.state, 'REUP')
  assert.deepEqual([php?.cwd, php?.env, php?.uid, php?.userName], ['/srv', ['A=1', 'B=2'], 33, 'www-data'])
  assert.equal(only(records, 'C')[0]?.podId, only(records, 'PD')[0]?.id)
})

test('a spawn is recorded by parent and child, and the program that it runs gives a new record of the process', () => {
  const records = traceOf(`${CAST}events:\n  - { by: php, spawn: sh, exe: /bin/sh, args: -c id }\n`)
  assert.equal(branches(records), 'H P PD C P PE P PE P PE')
  const [, parent, created, modified] = only(records, 'P')
  const [cloning, cloned, executed] = only(records, 'PE')
  assert.deepEqual([created?.state, created?.exe], ['CREATED', '/usr/sbin/php-fpm'])
  assert.deepEqual([modified?.state, modified?.exe, modified?.exeArgs], ['MODIFIED', '/bin/sh', '-c id'])
  assert.deepEqual(created?.poid, parent?.oid)
  assert.deepEqual(
    [cloning?.opFlags, cloning?.ret, cloned?.opFlags, cloned?.ret, executed?.opFlags],
    [1, created?.oid.hpid, 1, 0, 2],
  )
  assert.deepEqual([cloning?.procOID, cloned?.procOID, executed?.procOID], [parent?.oid, created?.oid, created?.oid])
})

test('a change of user gives a new record of the process unless it fails', () => {
  const records = traceOf(`${CAST}events:\n  - { by: php, setuid: root, ret: -1 }\n  - { by: php, setuid: root }\n`)
  assert.deepEqual(
    only(records, 'P').map(process => [process.state, process.uid]),
    [
      ['REUP', 0],
      ['REUP', 33],
      ['MODIFIED', 0],
    ],
  )
  assert.deepEqual(
    only(records, 'PE').map(event => [event.opFlags, event.ret, event.args]),
    [
      [8, -1, ['root']],
      [8, 0, ['root']],
    ],
  )
})

test('the id of a file is the SHA-1 of its path and container', () => {
  const [file] = only(traceOf(`${CAST}events:\n  - { by: php, read: /etc/passwd }\n`), 'F')
  assert.deepEqual(
    file?.oid,
    createHash('sha1')
      .update('/etc/passwd')
      .update(file?.containerId ?? '')
      .digest(),
  )
  assert.equal(file?.restype, 'f'.charCodeAt(0))
})

test('a flow is written when it ends, or when its process exits', () => {
  const records = traceOf(`${CAST}events:
  - { by: php, read: /long, for: 1h }
  - { by: php, read: /short }
  - { by: php, exit: 3 }
`)
  assert.equal(branches(records).slice(-11), 'F FF FF PE'.padStart(11))
  const flows = only(records, 'FF')
  const [exit] = only(records, 'PE')
  assert.equal(flows[1]?.endTs, exit?.ts)
  assert.deepEqual([exit?.opFlags, exit?.ret], [4, 3])
})

test('the actions of a file flow determine its operation and open flags', () => {
  const flows = only(
    traceOf(`${CAST}events:
  - { by: php, open: /a }
  - { by: php, read: /a, received: 20000 }
  - { by: php, write: /a }
  - { by: php, mmap: /a, received: 832 }
  - { by: php, setns: /proc/7/ns/net }
  - { by: php, write: /a, opened: no, closed: no }
  - { by: php, open: /a, received: 1, sent: 1, flags: RDWR|SYNC }
`),
    'FF',
  )
  assert.deepEqual(
    flows.map(flow => [flow.opFlags, flow.openFlags]),
    [
      [128 | 1024, 4097],
      [128 | 256 | 1024, 4097],
      [128 | 512 | 1024, 2 | 4 | 256 | 4096],
      [128 | 256 | 8192 | 1024, 4097],
      [128 | 16 | 1024, 4097],
      [512 | 2048, 0],
      [128 | 256 | 512 | 1024, 3 | 128],
    ],
  )
  assert.deepEqual([flows[1]?.numRRecvOps, flows[1]?.numRRecvBytes], [2, 20000])
})

test('check 33: the source of a connection is its initiator, and addresses are written lowest byte first', () => {
  const [out, into, datagram] = only(
    traceOf(`${CAST}events:
  - { by: php, connect: "10.0.0.200:443", sent: 10 }
  - { by: php, accept: "10.0.0.200:50000", on: 8080, received: 10 }
  - { by: php, send: "10.0.0.53:53", received: 90, from: "10.0.0.200:999" }
`),
    'NF',
  )
  assert.deepEqual([out?.sip, out?.dip, out?.dport, out?.opFlags], [83890604, -939524086, 443, 64 | 512 | 1024])
  assert.deepEqual(
    [into?.sip, into?.sport, into?.dip, into?.dport, into?.opFlags],
    [-939524086, 50000, 83890604, 8080, 32 | 256 | 1024],
  )
  assert.deepEqual([datagram?.proto, datagram?.sip, datagram?.sport, datagram?.opFlags], [17, -939524086, 999, 256 | 512 | 1024])
})

test('check 36: a Unix socket has two kernel addresses before its path', () => {
  const [file] = only(traceOf(`${CAST}events:\n  - { by: php, connect: /run/my sock, sent: 8 }\n`), 'F')
  assert.match(file?.path ?? '', /^[0-9a-f]{16}->[0-9a-f]{16} \/run\/my sock$/)
  assert.equal(file?.restype, 'u'.charCodeAt(0))
})

test('a Kubernetes event has its message in the format of collectors', () => {
  const [event] = only(traceOf('events:\n  - { k8s: pods, action: added, message: { kind: Pod, items: [{ name: a }] } }\n'), 'KE')
  assert.deepEqual([event?.kind, event?.action], ['K8S_PODS', 'K8S_COMPONENT_ADDED'])
  assert.equal(event?.message, '{"kind":"Pod","items":[{"name":"a"}]}\n\0')
})

test('a thread of a process has its own id in its records', () => {
  const records = traceOf(`${CAST}events:\n  - { by: php, clone: 4711 }\n  - { by: php, read: /a, thread: 4711 }\n`)
  assert.equal(only(records, 'PE')[0]?.tid, 4711)
  assert.equal(only(records, 'FF')[0]?.tid, 4711)
  assert.equal(only(records, 'P').length, 2)
})

test('every program opens the configured libraries', () => {
  const records = traceOf(`libraries: [/lib/libc.so.6]\n${CAST}events:\n  - { by: php, exec: /usr/bin/id }\n`)
  const paths = only(records, 'F').map(file => file.path)
  assert.deepEqual(paths, ['/etc/ld.so.cache', '/lib/libc.so.6'])
  assert.deepEqual(
    only(records, 'FF').map(flow => flow.opFlags),
    [9344, 9600],
  )
})

test('tracks run concurrently, repeats start when they are due, and counters are incremented', () => {
  const records = traceOf(`${CAST}events:
  a:
    - repeat: 3
      every: 10ms
      as: n
      events:
        - { by: php, open: "/a\${n+1}" }
  b:
    - { at: 5ms, by: php, open: /b }
    - { after: 10ms, by: php, open: /b }
`)
  const paths = new Map(only(records, 'F').map(file => [file.oid.toString('hex'), file.path]))
  assert.deepEqual(
    only(records, 'FF').map(flow => [paths.get(flow.fileOID.toString('hex')), Number((flow.ts - START) / MS)]),
    [
      ['/a1', 1],
      ['/b', 5],
      ['/a2', 11],
      ['/b', 15],
      ['/a3', 21],
    ],
  )
})

test('a process can be spawned again with its name, and no two processes share an id', () => {
  const records = traceOf(`${CAST}events:
  - repeat: 50
    events: [{ by: php, spawn: sh, exe: /bin/sh }, { by: sh, exit: 0 }]
`)
  const created = only(records, 'P').filter(process => process.state === 'CREATED')
  assert.equal(new Set(created.map(process => process.oid.hpid)).size, 50)
})

test('the same scenario gives the same bytes', () => {
  const text = `${CAST}events:\n  - repeat: 20\n    events: [{ by: php, connect: "10.0.0.1:\${i+1}", sent: 5 }, { by: php, connect: /run/x, sent: 1 }]\n`
  assert.deepEqual(writeTrace(simulate(readScenario(text, 'a'))), writeTrace(simulate(readScenario(text, 'b'))))
})

test('a scenario of many events is generated incrementally', () => {
  const scenario = readScenario(
    `${CAST}events:\n  - repeat: 1000000000\n    events: [{ by: php, read: "/f\${i%10}" }]\n`,
    's.yaml',
  )
  let records = 0
  for (const _ of simulate(scenario)) if (++records === 10_000) break
  assert.equal(records, 10_000)
})

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are meant as they stand
test('counter expressions are evaluated from left to right, and other text is preserved', () => {
  const counters = new Map([['i', 10]])
  assert.equal(expandCounters('${i} ${i+1} ${i*3%7} ${i/3} ${i-11} ${i%0} ${j} ${HOME}', counters), '10 11 2 3 -1 0 ${j} ${HOME}')
})

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are meant as they stand

test('durations and times are exact', () => {
  assert.equal(DURATION.parse('1m30s'), 90_000_000_000n)
  assert.equal(DURATION.parse('2ms5us'), 2_005_000n)
  assert.equal(DURATION.parse('5'), undefined)
  assert.equal(TIMESTAMP.parse('2024-01-01T10:00:00Z'), START)
  assert.equal(TIMESTAMP.parse('1553543280704111050'), 1553543280704111050n)
  assert.equal(TIMESTAMP.parse('2024-13-01T10:00:00Z'), undefined)
})
