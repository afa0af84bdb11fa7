// SPDX-License-Identifier: Apache-2.0
import type { FileRecord, ObjectId, ProcessRecord, TraceRecord } from '../avro/trace-record.js'

/** The hand-made trace of the specification's worked examples (Appendix A): 14 records. */
export function appendixATrace(): TraceRecord[] {
  return [
    {
      branch: 'H',
      record: { version: 5, exporter: 'node-1', ip: '10.0.0.1', filename: '/var/log/sysflow/1700000000' },
    },
    {
      branch: 'PD',
      record: {
        ts: 1700000000000000000n,
        id: 'pod-1',
        name: 'web-0',
        nodeName: 'node-1',
        hostIP: [address(10, 0, 0, 1)],
        internalIP: [address(172, 17, 0, 5)],
        namespace: 'shop',
        restartCount: 2,
        labels: { app: 'web' },
        selectors: {},
        services: [
          {
            name: 'web',
            id: 'svc-1',
            namespace: 'shop',
            portList: [{ port: 80, targetPort: 8080, nodePort: 30080, proto: 'TCP' }],
            clusterIP: [address(10, 96, 0, 20)],
          },
        ],
      },
    },
    {
      branch: 'C',
      record: {
        id: CONTAINER,
        name: 'web',
        image: 'repo/web:1',
        imageid: 'sha-1',
        type: 'CT_CONTAINERD',
        privileged: true,
        podId: 'pod-1',
      },
    },
    { branch: 'P', record: process(INIT, { exe: '/sbin/init' }) },
    {
      branch: 'P',
      record: process(SHELL, { poid: INIT, exe: '/bin/sh', exeArgs: '-c "run <a&b>"', containerId: CONTAINER, entry: true }),
    },
    {
      branch: 'PE',
      record: { procOID: SHELL, ts: 1700000001000000000n, tid: 100, opFlags: 2, args: [], ret: 0 },
    },
    { branch: 'F', record: file(PASSWD, { state: 'REUP', ts: 1n, path: '/etc/passwd', containerId: CONTAINER }) },
    { branch: 'F', record: file(COPY, { state: 'CREATED', ts: 2n, path: '/tmp/p', containerId: CONTAINER }) },
    {
      branch: 'F',
      record: file(SOCKET, {
        state: 'REUP',
        ts: 3n,
        restype: 'u'.charCodeAt(0),
        path: 'ffff8bfb4fd28800->ffff8bfb4fd29800 /run/my sock',
      }),
    },
    {
      branch: 'FF',
      record: {
        procOID: SHELL,
        ts: 1700000002000000000n,
        tid: 101,
        opFlags: 1408,
        openFlags: 4097,
        endTs: 1700000003500000000n,
        fileOID: PASSWD,
        fd: 5,
        numRRecvOps: 2,
        numWSendOps: 0,
        numRRecvBytes: 1024,
        numWSendBytes: 0,
      },
    },
    {
      branch: 'FE',
      record: {
        procOID: SHELL,
        ts: 1700000004000000000n,
        tid: 100,
        opFlags: 1048576,
        fileOID: PASSWD,
        ret: 0,
        newFileOID: COPY,
      },
    },
    {
      branch: 'FF',
      record: {
        procOID: INIT,
        ts: 1700000004500000000n,
        tid: 1,
        opFlags: 256,
        openFlags: 0,
        endTs: 1700000005000000000n,
        fileOID: SOCKET,
        fd: 7,
        numRRecvOps: 1,
        numWSendOps: 0,
        numRRecvBytes: 10,
        numWSendBytes: 0,
      },
    },
    {
      branch: 'NF',
      record: {
        procOID: SHELL,
        ts: 1700000006000000000n,
        tid: 100,
        opFlags: 1856,
        endTs: 1700000007000000000n,
        sip: address(172, 17, 0, 5),
        sport: 43210,
        dip: address(93, 184, 216, 34),
        dport: 443,
        proto: 6,
        fd: 9,
        numRRecvOps: 3,
        numWSendOps: 4,
        numRRecvBytes: 300,
        numWSendBytes: 400,
      },
    },
    {
      branch: 'KE',
      record: {
        kind: 'K8S_PODS',
        action: 'K8S_COMPONENT_ADDED',
        ts: 1700000008000000000n,
        message: '{"kind":"Pod","type":"ADDED","items":[{"name":"web-0","namespace":"shop"}]}\n\0',
      },
    },
  ]
}

/** The further records of the appendix: an unknown process, an unknown file, an unknown parent. */
export function appendixAFurtherRecords(): TraceRecord[] {
  const cat: ObjectId = { createTS: 5n, hpid: 200 }
  return [
    {
      branch: 'PE',
      record: { procOID: { createTS: 9n, hpid: 9 }, ts: 1700000009000000000n, tid: 9, opFlags: 4, args: [], ret: 1 },
    },
    {
      branch: 'FF',
      record: {
        procOID: INIT,
        ts: 1700000010000000000n,
        tid: 1,
        opFlags: 256,
        openFlags: 0,
        endTs: 1700000010500000000n,
        fileOID: objectId(0xdd),
        fd: 7,
        numRRecvOps: 1,
        numWSendOps: 0,
        numRRecvBytes: 10,
        numWSendBytes: 0,
      },
    },
    { branch: 'P', record: process(cat, { poid: { createTS: 4n, hpid: 199 }, exe: '/bin/cat', exeArgs: 'a\tb' }) },
    { branch: 'PE', record: { procOID: cat, ts: 1700000011000000000n, tid: 200, opFlags: 1, args: [], ret: 0 } },
  ]
}

const CONTAINER = 'c0ffee000001'
const INIT: ObjectId = { createTS: 0n, hpid: 1 }
const SHELL: ObjectId = { createTS: 1700000000000000001n, hpid: 100 }

const objectId = (first: number): Buffer => Buffer.concat([Buffer.from([first])], 20)
const PASSWD = objectId(0xaa)
const COPY = objectId(0xbb)
const SOCKET = objectId(0xcc)

const address = (a: number, b: number, c: number, d: number): number => a | (b << 8) | (c << 16) | (d << 24)

const process = (oid: ObjectId, given: Partial<ProcessRecord>): ProcessRecord => ({
  state: 'REUP',
  oid,
  poid: null,
  ts: 1000n,
  exe: '',
  exeArgs: '',
  uid: 0,
  userName: 'root',
  gid: 0,
  groupName: 'root',
  tty: false,
  containerId: null,
  entry: false,
  cwd: '/',
  env: [],
  ...given,
})

const file = (oid: Buffer, given: Partial<FileRecord>): FileRecord => ({
  state: 'REUP',
  oid,
  ts: 0n,
  restype: 'f'.charCodeAt(0),
  path: '',
  containerId: null,
  ...given,
})
