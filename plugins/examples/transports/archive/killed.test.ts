// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { chunkFromRecords } from 'sfprocessor/testing'
import { ArchiveTransport } from './archive-transport.js'
import { filesIn, linesIn } from './finished-files.js'

const archiveIn = (folder: string): ArchiveTransport =>
  new ArchiveTransport({ folder, bytes: 300, seconds: 600, isCompressed: true, isSynced: false, days: 0 }, fault => {
    throw fault
  })

async function losesNothing(t: TestContext): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'archive-killed-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const runs: { first: number; safe: number }[] = []
  for (const [run, chunks] of [1, 40, 7].entries()) {
    const first = run * 1_000_000
    runs.push({ first, safe: await killedAfter(folder, first, chunks) })
  }
  const archive = archiveIn(folder)
  await archive.open()
  await archive.close()
  const found = linesIn(folder).map(line => Number(JSON.parse(line).number))
  for (const { first, safe } of runs) {
    const numbers = found.filter(number => number >= first && number < first + 1_000_000)
    // Records that were in transit at the kill are either complete or absent.
    assert.ok(first + numbers.length >= safe, `${first + numbers.length} of ${safe}`)
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      Array.from(numbers, (_, index) => first + index),
    )
  }
  assert.deepEqual(
    filesIn(folder).filter(name => !name.endsWith('.gz')),
    [],
  )
}

/** Resolves to the first number that was not yet safe when the program was killed. */
async function killedAfter(folder: string, first: number, chunks: number): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, import.meta.filename, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let [safe, seen] = [0, 0]
  if (!child.stdout) throw new Error('the child has no standard output')
  for await (const line of createInterface({ input: child.stdout })) {
    safe = Number(line)
    if (++seen === chunks) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  assert.equal(child.signalCode, 'SIGKILL')
  return safe
}

/**
 * The program that is killed: it sends numbers from `first` on, and after each chunk prints the first number that is not yet
 * safe.
 */
async function writeUntilKilled(folder: string, first: number): Promise<never> {
  const archive = archiveIn(folder)
  await archive.open()
  for (let number = first; ; number += 3) {
    await archive.send(chunkFromRecords([0, 1, 2].map(more => JSON.stringify({ number: number + more }))))
    process.stdout.write(`${number + 3}\n`)
  }
}

// The killed program runs this file too.
const [folder, first] = process.argv.slice(2)
if (folder !== undefined && first !== undefined) await writeUntilKilled(folder, Number(first))
else test('killed at any moment, it loses nothing that counted as safe, and keeps no record in part', losesNothing)
