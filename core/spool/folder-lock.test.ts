// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Fault } from '../errors/fault.js'
import { lockFolder, lockOwnerOf } from './folder-lock.js'

const root = mkdtempSync(join(tmpdir(), 'owner-'))
after(() => rmSync(root, { recursive: true }))
const newFolder = (): string => mkdtempSync(join(root, 'folder-'))

const isOwned = (error: unknown): boolean => error instanceof Fault && error.code === 'SFP_SPOOL_OWNED'

test('a folder has one owner at a time, and another after its release', async () => {
  const folder = newFolder()
  const release = await lockFolder(folder)
  assert.equal(await lockOwnerOf(folder), process.pid)
  await assert.rejects(lockFolder(folder), isOwned)
  await release()
  assert.equal(await lockOwnerOf(folder), undefined)
  await (await lockFolder(folder))()
  assert.equal(readdirSync(folder).length, 1)
})

test('of many concurrent processes one gets the folder', async () => {
  for (let round = 0; round < 20; round++) {
    const folder = newFolder()
    if (round % 2 === 1) writeFileSync(join(folder, 'owner.7'), '{"pid":4194304,"began":"1","system":"another"}')
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)))
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  }
})

/** Writes the lock file that this process would write, with changes as if by another process. */
async function lockOf(folder: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  await lockFolder(folder)
  const [name = ''] = readdirSync(folder)
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }))
}

for (const [what, changes] of [
  ['that was killed', { pid: 4_194_304 }],
  ['whose number was reused', { began: '1' }],
  ['from before a restart of the machine', { system: 'another' }],
] as const) {
  test(`the folder of a process ${what} is taken over`, async () => {
    const folder = newFolder()
    await lockOf(folder, changes)
    await (await lockFolder(folder))()
  })
}

for (const text of ['', '{', 'null', '{"pid":"x"}']) {
  test(`a lock file with the content ${JSON.stringify(text)} blocks nobody`, async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'owner.3'), text)
    await (await lockFolder(folder))()
  })
}

test('a living process keeps its folder', async () => {
  const folder = newFolder()
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1')
    await lockOf(folder, { pid: child.pid, began: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] })
    await assert.rejects(lockFolder(folder), isOwned)
  } finally {
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))
  }
  await (await lockFolder(folder))()
})
