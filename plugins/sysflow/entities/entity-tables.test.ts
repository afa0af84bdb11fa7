// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataViewOf } from '../avro/avro-scanner.js'
import { fileEntity } from '../testing/file-entity.js'
import { MAX_ANCESTRY, MAX_PARENT_CYCLE } from './actor-chains.js'
import { type Actor, Container, type FileEntity, Header, NO_CONTAINER, NO_POD, Pod, Process } from './entities.js'
import { EntityTables } from './entity-tables.js'

const CREATED = 0
const MODIFIED = 1
const REUP = 2

interface ProcessSpec {
  readonly pid: number
  readonly parent?: number
  readonly state?: number
  readonly exe?: string
  readonly container?: string
}

const processOf = ({ pid, parent, state = CREATED, exe = `/bin/${pid}`, container }: ProcessSpec): Process =>
  new Process(
    true,
    state,
    -7,
    4000000000,
    pid,
    parent !== undefined,
    -7,
    4000000000,
    parent ?? 0,
    0,
    0,
    exe,
    '',
    0,
    '',
    0,
    '',
    false,
    false,
    container ?? null,
    '',
    [],
  )
const containerOf = (id: string, podId: string | null = null): Container => new Container(true, id, id, '', '', 0, false, podId)
const podOf = (id: string): Pod => new Pod(true, 0, 0, id, id, '', [], [], '', 0, new Map(), new Map(), [])
const fileOf = (path: string, oid: Buffer): FileEntity => fileEntity({ path, oid: oid.toString('hex') })
const actorOf = (tables: EntityTables, pid: number): Actor => tables.actor(-7, 4000000000 | 0, pid)

function tablesWith(...processes: ProcessSpec[]): EntityTables {
  const tables = new EntityTables()
  for (const facts of processes) tables.storeProcess(processOf(facts))
  return tables
}

function ancestry(actor: Actor): string[] {
  const names: string[] = []
  for (let next: Actor | null = actor; next !== null; next = next.parent) names.push(next.process.exe)
  return names
}

test('check 21: an event of an unknown process has the unknown actor, and is counted', () => {
  const tables = tablesWith({ pid: 1 })
  assert.equal(actorOf(tables, 2), tables.unknownActor)
  assert.equal(tables.unknownActor.process.isKnown, false)
  assert.equal(tables.misses.processes, 1)
})

test('a process that is known as a parent only is unknown until its record arrives', () => {
  const tables = tablesWith({ pid: 2, parent: 1 })
  const before = actorOf(tables, 2)
  assert.equal(actorOf(tables, 1), tables.unknownActor)
  tables.storeProcess(processOf({ pid: 1 }))
  assert.deepEqual(ancestry(actorOf(tables, 2)), ['/bin/2', '/bin/1'])
  assert.notEqual(actorOf(tables, 2), before)
})

test('check 22: an unknown file is the empty file of the tables, and is counted', () => {
  const tables = new EntityTables()
  const oid = Buffer.alloc(20, 7)
  assert.equal(tables.file(dataViewOf(oid), 0), tables.noFile)
  assert.equal(tables.misses.files, 1)
  const file = fileOf('/x', oid)
  tables.storeFile(file)
  assert.equal(tables.file(dataViewOf(Buffer.concat([Buffer.alloc(3), oid])), 3), file)
})

test('check 23: a MODIFIED process record takes precedence over a CREATED one, which takes precedence over a REUP one, in any order', () => {
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const tables = new EntityTables()
    const seen: number[] = []
    for (const state of order) {
      tables.storeProcess(processOf({ pid: 1, state, exe: `state ${state}` }))
      seen.push(state)
      const best = seen.includes(MODIFIED) ? MODIFIED : seen.includes(CREATED) ? CREATED : REUP
      assert.equal(actorOf(tables, 1).process.exe, `state ${best}`, `${seen}`)
    }
  }
})

test('within one state the latest process record is used', () => {
  const tables = tablesWith({ pid: 1, exe: '/old' }, { pid: 1, exe: '/new' })
  assert.equal(actorOf(tables, 1).process.exe, '/new')
})

test('check 24: the ancestry starts with the process itself and ends before the first unknown parent', () => {
  const tables = tablesWith({ pid: 3, parent: 2 }, { pid: 2, parent: 1 }, { pid: 4 })
  assert.deepEqual(ancestry(actorOf(tables, 3)), ['/bin/3', '/bin/2'])
  assert.deepEqual(ancestry(actorOf(tables, 4)), ['/bin/4'])
})

test('check 25: circles of parents end at the process where they start', () => {
  const tables = tablesWith(
    { pid: 1, parent: 1 },
    { pid: 2, parent: 4 },
    { pid: 3, parent: 2 },
    { pid: 4, parent: 3 },
    { pid: 5, parent: 4 },
  )
  assert.deepEqual(ancestry(actorOf(tables, 1)), ['/bin/1'])
  assert.deepEqual(ancestry(actorOf(tables, 5)), ['/bin/5', '/bin/4', '/bin/3', '/bin/2'])
  assert.deepEqual(ancestry(actorOf(tables, 2)), ['/bin/2', '/bin/4', '/bin/3'])
  assert.deepEqual(ancestry(actorOf(tables, 3)), ['/bin/3', '/bin/2', '/bin/4'])
  assert.deepEqual(ancestry(actorOf(tables, 4)), ['/bin/4', '/bin/3', '/bin/2'])
})

test('check 25: actors in a circle are unchanged while nothing changes, and change when a member changes', () => {
  const tables = tablesWith({ pid: 1, parent: 2 }, { pid: 2, parent: 1 })
  const before = actorOf(tables, 1)
  tables.storePod(podOf('unrelated'))
  assert.equal(actorOf(tables, 1), before)
  tables.storeProcess(processOf({ pid: 2, parent: 1, exe: '/changed' }))
  assert.deepEqual(ancestry(actorOf(tables, 1)), ['/bin/1', '/changed'])
  tables.storeProcess(processOf({ pid: 2, exe: '/free' }))
  assert.deepEqual(ancestry(actorOf(tables, 1)), ['/bin/1', '/free'])
  assert.deepEqual(ancestry(actorOf(tables, 2)), ['/free'])
})

test('check 26: after an exec the process and its descendants show the new image', () => {
  const tables = tablesWith({ pid: 1 }, { pid: 2, parent: 1 })
  assert.deepEqual(ancestry(actorOf(tables, 2)), ['/bin/2', '/bin/1'])
  tables.storeProcess(processOf({ pid: 2, parent: 1, state: MODIFIED, exe: '/bin/new' }))
  assert.deepEqual(ancestry(actorOf(tables, 2)), ['/bin/new', '/bin/1'])
  tables.storeProcess(processOf({ pid: 1, state: MODIFIED, exe: '/sbin/init' }))
  assert.deepEqual(ancestry(actorOf(tables, 2)), ['/bin/new', '/sbin/init'])
})

test('an actor is one object for as long as nothing in its chain changes', () => {
  const tables = tablesWith({ pid: 1 }, { pid: 2, parent: 1, container: 'c' }, { pid: 3 })
  tables.storeContainer(containerOf('c', 'p'))
  tables.storePod(podOf('p'))
  const before = actorOf(tables, 2)
  assert.equal(before.parent, actorOf(tables, 1))
  tables.storeProcess(processOf({ pid: 3, exe: '/other' }))
  tables.storeProcess(processOf({ pid: 9, parent: 3 }))
  tables.storeContainer(containerOf('another'))
  tables.storePod(podOf('another'))
  tables.storeProcess(processOf({ pid: 2, parent: 1, state: REUP }))
  assert.equal(actorOf(tables, 2), before)
  tables.storePod(podOf('p'))
  const after = actorOf(tables, 2)
  assert.notEqual(after, before)
  assert.equal(after.parent, before.parent)
  assert.equal(after.process, before.process)
})

test('container and pod are those of the process, each found by its id', () => {
  const tables = tablesWith({ pid: 1, container: 'c' }, { pid: 2 })
  assert.equal(actorOf(tables, 1).container, NO_CONTAINER)
  assert.equal(tables.misses.containers, 1)
  tables.storeContainer(containerOf('c', 'p'))
  assert.equal(actorOf(tables, 1).container.id, 'c')
  assert.equal(actorOf(tables, 1).pod, NO_POD)
  tables.storePod(podOf('p'))
  assert.equal(actorOf(tables, 1).pod.id, 'p')
  assert.equal(actorOf(tables, 2).container, NO_CONTAINER)
})

test('check 12: a header clears all tables', () => {
  const tables = tablesWith({ pid: 1, container: 'c' })
  const oid = Buffer.alloc(20, 1)
  tables.storeContainer(containerOf('c'))
  tables.storeFile(fileOf('/x', oid))
  actorOf(tables, 1)
  const header = new Header(true, 5, 'host', '', '')
  tables.storeHeader(header)
  assert.equal(tables.header, header)
  assert.equal(actorOf(tables, 1), tables.unknownActor)
  assert.equal(tables.file(dataViewOf(oid), 0), tables.noFile)
  tables.storeProcess(processOf({ pid: 1, container: 'c' }))
  assert.equal(actorOf(tables, 1).container, NO_CONTAINER)
  assert.deepEqual(tables.sizes, { processes: 1, files: 0, containers: 0, pods: 0 })
})

test('tables find each of 100,000 processes and files', () => {
  const tables = new EntityTables()
  const oid = Buffer.alloc(20)
  for (let n = 0; n < 100_000; n++) {
    oid.writeUInt32LE(n, (n % 5) * 4)
    tables.storeFile(fileOf(`/${n}`, oid))
    tables.storeProcess(processOf({ pid: n, exe: `/${n}` }))
    oid.fill(0)
  }
  for (let n = 99_999; n >= 0; n -= 7) {
    oid.fill(0).writeUInt32LE(n, (n % 5) * 4)
    assert.equal(tables.file(dataViewOf(oid), 0).path, n === 0 ? '/0' : `/${n}`)
    assert.equal(actorOf(tables, n).process.exe, `/${n}`)
  }
})

test('chains and circles of thousands of ancestors are cut, for any order of access', () => {
  const many = 20_000
  const upwards = new EntityTables()
  const downwards = new EntityTables()
  const circle = new EntityTables()
  for (let pid = 0; pid < many; pid++) {
    upwards.storeProcess(processOf({ pid, parent: pid + 1 }))
    downwards.storeProcess(processOf(pid === 0 ? { pid } : { pid, parent: pid - 1 }))
    circle.storeProcess(processOf({ pid, parent: (pid + 1) % 500 }))
  }
  assert.equal(ancestry(actorOf(upwards, 0)).length, MAX_ANCESTRY)
  for (let pid = 0; pid < many; pid += 13)
    for (const tables of [upwards, downwards]) assert.ok(ancestry(actorOf(tables, pid)).length <= MAX_ANCESTRY)
  for (let pid = 0; pid < 500; pid++) assert.equal(ancestry(actorOf(circle, pid)).length, MAX_PARENT_CYCLE)
})

const SMALL = { processesBeforeSweep: 8, processes: 16, files: 10, containers: 4 }
const oidOf = (n: number): Buffer => {
  const oid = Buffer.alloc(20)
  oid.writeUInt32LE(n)
  return oid
}

test('if there are too many files, used ones are retained; the others are evicted and counted', () => {
  const tables = new EntityTables(undefined, SMALL)
  for (let n = 0; n < 1000; n++) {
    tables.storeFile(fileOf(`/${n}`, oidOf(n)))
    assert.equal(tables.file(dataViewOf(oidOf(0)), 0).path, '/0')
    assert.ok(tables.sizes.files <= 20)
  }
  assert.equal(tables.file(dataViewOf(oidOf(500)), 0).isKnown, false)
  const { files, forgotten = 0 } = tables.sizes
  assert.equal(files + forgotten, 1000)
})

test('a file that was evicted and arrives again has its new content', () => {
  const tables = new EntityTables(undefined, SMALL)
  for (let n = 0; n < 12; n++) tables.storeFile(fileOf(`/${n}`, oidOf(n)))
  tables.storeFile(fileOf('/new', oidOf(1)))
  assert.equal(tables.file(dataViewOf(oidOf(1)), 0).path, '/new')
})

test('ended processes are evicted before running ones, and not at once', () => {
  const tables = new EntityTables(undefined, SMALL)
  tables.storeProcess(processOf({ pid: 0, exe: '/bin/daemon' }))
  for (let pid = 1; pid < 10_000; pid++) {
    tables.storeProcess(processOf({ pid, parent: 0 }))
    actorOf(tables, pid)
    tables.endProcess(-7, 4000000000 | 0, pid)
    assert.equal(actorOf(tables, pid).process.exe, `/bin/${pid}`)
    assert.deepEqual(ancestry(actorOf(tables, pid)), [`/bin/${pid}`, '/bin/daemon'])
    assert.ok(tables.sizes.processes <= 32)
  }
  assert.equal(actorOf(tables, 0).process.exe, '/bin/daemon')
  assert.equal(tables.sizes.forgotten, undefined)
  assert.equal(actorOf(tables, 5).process.isKnown, false)
})

test('if there are too many running processes, active ones are retained, with their ancestors', () => {
  const tables = new EntityTables(undefined, SMALL)
  tables.storeProcess(processOf({ pid: 0 }))
  tables.storeProcess(processOf({ pid: 1, parent: 0 }))
  for (let pid = 2; pid < 500; pid++) {
    tables.storeProcess(processOf({ pid }))
    assert.deepEqual(ancestry(actorOf(tables, 1)), ['/bin/1', '/bin/0'])
    assert.ok(tables.sizes.processes <= 32)
  }
  // A new record of a promoted ancestor is visible to its descendants.
  tables.storeProcess(processOf({ pid: 0, state: MODIFIED, exe: '/bin/other' }))
  assert.equal(actorOf(tables, 1).parent?.process.exe, '/bin/other')
  assert.ok((tables.sizes.forgotten ?? 0) > 400)
})

test('if there are too many containers, used ones are retained', () => {
  const tables = new EntityTables(undefined, SMALL)
  tables.storeContainer(containerOf('kept'))
  tables.storeProcess(processOf({ pid: 1, container: 'kept' }))
  for (let n = 0; n < 100; n++) {
    tables.storeContainer(containerOf(`c${n}`))
    assert.equal(actorOf(tables, 1).container.id, 'kept')
    assert.ok(tables.sizes.containers <= 8)
  }
})
