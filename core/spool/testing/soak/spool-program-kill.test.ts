// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Number of kills; larger with SFPROCESSOR_SOAK. */
const KILLS = process.env.SFPROCESSOR_SOAK ? 1000 : 6
const TRACES = 6

const root = mkdtempSync(join(tmpdir(), 'program-kill-'))
after(() => rmSync(root, { recursive: true }))

const MAIN = fileURLToPath(new URL('../../../../driver/main.js', import.meta.url))
const isCompiled = existsSync(MAIN)

/** A folder with traces and a pipeline that sends them to a target. */
function madeFor(name: string, target: object): string {
  const folder = join(root, name)
  mkdirSync(join(folder, 'traces'), { recursive: true })
  for (let trace = 0; trace < TRACES; trace++)
    copyFileSync(resolve('resources/traces/webshell.sf'), join(folder, 'traces', `${trace}.sf`))
  const drivers = [{ driver: 'file', checkpoint: join(folder, 'checkpoint'), 'checkpoint.every': 10, out: 'sysflow sysflowchan' }]
  const pipeline = [
    { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', mode: 'enrich', in: 'flat flattenerchan', out: 'evt eventchan' },
    { processor: 'exporter', in: 'evt eventchan', ...target },
  ]
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify({ drivers, pipeline }))
  return folder
}

/** Runs the program in a folder; resolves to its exit status, undefined if it was killed. */
function run(folder: string, killAfter?: number): Promise<number | undefined> {
  const args = [MAIN, '-config', join(folder, 'pipeline.json'), '-log', 'quiet', join(folder, 'traces')]
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] })
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
  return new Promise(done => {
    child.once('close', status => {
      clearTimeout(timer)
      done(status ?? undefined)
    })
  })
}

const countsOf = (lines: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

test('a program that is killed at any moment between a trace and its target loses no record and damages none', {
  skip: isCompiled ? false : 'the compiled program is needed: build first',
}, async () => {
  const plain = madeFor('plain', { export: 'file', 'file.path': join(root, 'expected.json') })
  const begin = performance.now()
  assert.equal(await run(plain), 0)
  const life = performance.now() - begin
  // In milliseconds from the start of the program; the duration of a run depends on the machine.
  const killTime = (): number => life * (0.25 + Math.random() * 0.8)
  const expected = countsOf(readFileSync(join(root, 'expected.json'), 'utf8').trimEnd().split('\n'))
  let [kills, rounds, repeated] = [0, 0, 0]
  while (kills < KILLS) {
    const received: string[] = []
    const server = await oracle(received)
    const { port } = server.address() as AddressInfo
    const target = { export: 'http', 'http.url': `http://127.0.0.1:${port}/`, 'spool.path': 'spool', 'spool.sync': 'never' }
    const folder = madeFor(`round-${rounds++}`, { ...target, 'spool.drain': 60 })
    for (let status = await run(folder, killTime()); status !== 0; ) {
      assert.equal(status, undefined, 'it ended with a fault')
      kills++
      status = await run(folder, kills < KILLS ? killTime() : undefined)
    }
    server.closeAllConnections()
    server.close()
    const counts = countsOf(received)
    for (const line of counts.keys()) assert.ok(expected.has(line), `a record that is not one: ${line.slice(0, 200)}`)
    for (const [line, count] of expected) assert.ok((counts.get(line) ?? 0) >= count, `missing: ${line.slice(0, 200)}`)
    repeated += received.length - [...expected.values()].reduce((sum, count) => sum + count, 0)
  }
  console.log(`${kills} kills in ${rounds} rounds: all records arrived, ${repeated} a second time`)
})

/** A server that accepts a request only if it is complete. */
async function oracle(received: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('error', () => {})
    request.on('end', () => {
      if (!request.complete) return
      received.push(...Buffer.concat(parts).toString().trimEnd().split('\n'))
      response.end()
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return server
}
