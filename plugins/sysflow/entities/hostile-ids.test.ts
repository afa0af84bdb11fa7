// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataViewOf } from '../avro/avro-scanner.js'
import { fileEntity } from '../testing/file-entity.js'
import { unknownActor } from './entities.js'
import { FileTable } from './file-table.js'
import { ProcessSlot, ProcessTable } from './process-table.js'

/** Far more than chance puts into one bucket, and far less than all of 16,384. */
const MANY = 1000

/** Identities whose bits cancel each other in hashes that multiply and shift word by word, whatever the seed. */
function chosenIds(): Buffer[] {
  const ids: Buffer[] = []
  for (let first = 0; first < 128; first++)
    for (let second = 0; second < 128; second++) {
      const id = Buffer.alloc(20)
      id.writeUInt32LE(first * 2 ** 25)
      id.writeUInt32LE((second * 2 ** 25 + second * 2 ** 10) >>> 0, 4)
      ids.push(id)
    }
  return ids
}

test('file ids that are chosen to collide do not collide', () => {
  const files = new FileTable()
  for (const id of chosenIds()) files.insert(fileEntity({ oid: id.toString('hex'), path: id.toString('hex') }))
  assert.equal(files.size, 128 * 128)
  assert.ok(files.longestChain < MANY, `${files.longestChain} files in one place`)
  for (const id of chosenIds()) assert.equal(files.find(dataViewOf(id), 0)?.path, id.toString('hex'))
})

const PROCESSES: readonly (readonly [string, (n: number) => readonly [number, number, number]])[] = [
  ['process ids beyond 32 bits', n => [1, 1, n * 2 ** 32]],
  ['negative process ids', n => [1, 1, -n]],
  ['creation times with the same lower half', n => [n, 1, 1]],
  ['creation times that differ in their upper bits', n => [(n & 127) << 25, ((n >> 7) << 25) | ((n >> 7) << 10), 1]],
]

for (const [name, identity] of PROCESSES)
  test(`process ids that are chosen to collide do not collide: ${name}`, () => {
    const processes = new ProcessTable()
    const nobody = unknownActor()
    for (let n = 0; n < 128 * 128; n++) processes.add(new ProcessSlot(...identity(n), nobody))
    assert.ok(processes.longestChain < MANY, `${processes.longestChain} processes in one place`)
    for (let n = 0; n < 128 * 128; n++) {
      const slot = processes.find(...identity(n))
      assert.deepEqual([slot?.high, slot?.low, slot?.pid], [...identity(n)])
    }
  })
