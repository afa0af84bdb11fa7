// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { numberOf } from './numbered-records.js'

/** Number of kills; with SFPROCESSOR_SOAK the number that the release guarantees. */
const KILLS = process.env.SFPROCESSOR_SOAK ? 1000 : 20

const root = mkdtempSync(join(tmpdir(), 'spool-kill-'))
after(() => rmSync(root, { recursive: true }))

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const WRITER = fileURLToPath(new URL(`./spool-writer.${extension}`, import.meta.url))
const FLAGS = process.execArgv.filter(flag => !flag.startsWith('--test'))

/** The target: counts each complete record, and confirms the end of each chunk. */
class Oracle {
  readonly received = new Map<number, number>()
  readonly strange: string[] = []
  readonly server: Server = createServer(socket => {
    let rest = ''
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('END ')) socket.write(line)
        else this.#take(line)
      }
    })
  })

  #take(line: string): void {
    const number = numberOf(line)
    if (number === undefined) this.strange.push(line)
    else this.received.set(number, (this.received.get(number) ?? 0) + 1)
  }
}

interface Life {
  /** Number of the last record that the spool guarantees. */
  readonly safe: number
  readonly isDone: boolean
  readonly told: readonly string[]
}

/** Runs the writer once, from record `from` on; with `kill`, kills it so many milliseconds after it has opened the spool. */
function live(port: number, folder: string, sync: string, from: number, records: number, kill?: number): Promise<Life> {
  const args = [folder, port, sync, from, records].map(String)
  const child = spawn(process.execPath, [...FLAGS, WRITER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let safe = from - 1
  let isDone = false
  const reported: string[] = []
  createInterface(child.stdout).on('line', line => {
    const [word, number] = line.split(' ')
    if (word === 'OPEN' && kill !== undefined) setTimeout(() => child.kill('SIGKILL'), kill)
    else if (word === 'SAFE') safe = Number(number)
    else if (word === 'DONE') isDone = line === 'DONE 0 0'
    else if (word === 'REPORTED') reported.push(line)
  })
  return new Promise(resolve => child.once('close', () => resolve({ safe, isDone, told: reported })))
}

for (const sync of ['always', 'never']) {
  test(`records in the spool of a killed process (${sync}) all arrive whole`, async () => {
    const oracle = new Oracle()
    await new Promise<void>(resolve => oracle.server.listen(0, '127.0.0.1', resolve))
    const { port } = oracle.server.address() as AddressInfo
    const folder = join(root, sync)
    let safe = -1
    let reported: string[] = []
    for (let kills = 0; kills < KILLS / 2; kills++) {
      const life = await live(port, folder, sync, safe + 1, 1_000_000, Math.random() * 40)
      safe = life.safe
      reported = [...reported, ...life.told]
    }
    const last = await live(port, folder, sync, safe + 1, 100)
    assert.ok(last.isDone, 'the last life did not empty the spool')
    assert.deepEqual(oracle.strange, [])
    const missing = Array.from({ length: last.safe + 1 }, (_, number) => number).filter(number => !oracle.received.has(number))
    assert.deepEqual(missing, [])
    assert.deepEqual(
      reported.filter(line => line.includes('LOST')),
      [],
    )
    const repeated = [...oracle.received.values()].filter(count => count > 1).length
    console.log(`${KILLS / 2} kills: ${last.safe + 1} records, all arrived, ${repeated} more than once`)
    oracle.server.close()
  })
}
