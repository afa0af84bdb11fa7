// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** The whole program writes a chain, is killed, continues; `verify` reports which records are valid. */

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const FLAGS = process.execArgv.filter(flag => !flag.startsWith('--test'))
const TRACE = resolve('resources/traces/webshell.sf')
const LIMIT = { timeout: 120_000 }

/** A folder with a pipeline that writes every record to `out`. */
function place(t: TestContext, options: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sfp-evidence-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const exporter = { processor: 'exporter', in: 'events eventchan', export: 'file', 'file.path': 'out', 'evidence.chain': true }
  const pipeline = [
    { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan', batch: 16 },
    { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', mode: 'enrich' },
    { ...exporter, ...options },
  ]
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify({ pipeline }))
  return folder
}

const program = (folder: string, ...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [...FLAGS, MAIN, ...args], { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH ?? '' } })

const run = (folder: string, traces: number, ...options: readonly string[]): SpawnSyncReturns<string> =>
  program(folder, '-quiet', ...options, ...Array<string>(traces).fill(TRACE))

/** Number of valid records in all files, as reported by `verify`. */
const held = (out: string): number =>
  [...out.matchAll(/^intact .*: (\d+) records?,/gm)].reduce((sum, [, count]) => sum + Number(count), 0)

const linesIn = (path: string): number => readFileSync(path, 'utf8').split('\n').length - 1

test('the output of a run verifies, with one thread or several; a changed record does not', LIMIT, t => {
  for (const options of MAIN.endsWith('.js') ? [[], ['-workers', '2']] : [[]]) {
    const folder = place(t)
    assert.equal(run(folder, 2, ...options).status, 0)
    const { status, stdout } = program(folder, 'verify', 'out', '--strict')
    assert.deepEqual([status, held(stdout)], [0, linesIn(join(folder, 'out'))], stdout)
    assert.match(stdout, /signatures not verified: no key given\nthe chain is intact\n$/)
    appendFileSync(join(folder, 'out'), '{}\n')
    const broken = program(folder, 'verify', 'out')
    assert.equal(broken.status, 1)
    assert.match(
      broken.stdout,
      /broken .*out, record \d+, byte \d+: these bytes were added[^\n]*\n[^\n]*\nTHE CHAIN IS BROKEN\n$/,
    )
  }
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test('keys are created and used as the page describes', {
  ...LIMIT,
  skip: hasOpenssl ? false : 'openssl is not installed',
}, t => {
  const folder = place(t, { 'evidence.key': 'evidence.key' })
  const page = readFileSync('docs/evidence.md', 'utf8')
  const [, commands = ''] = /```sh[^\n]*\n(openssl [\s\S]*?)```/.exec(page) ?? []
  assert.equal(spawnSync('sh', ['-ec', commands], { cwd: folder }).status, 0)
  assert.equal(statSync(join(folder, 'evidence.key')).mode & 0o777, 0o600)
  const { status, stderr } = run(folder, 1)
  assert.deepEqual([status, stderr], [0, ''])
  const good = program(folder, 'verify', 'out', '-key', 'evidence.pub', '--strict')
  assert.equal(good.status, 0, good.stdout)
  assert.match(good.stdout, /^2 signatures verified\nthe chain is intact\n/m)
  const wrong = program(folder, 'verify', 'out', '-key', 'pipeline.json')
  assert.equal(wrong.status, 1)
  assert.match(wrong.stderr, /SFP_EVIDENCE_KEY.*holds no public key/)
})

test('a program that is killed repeatedly leaves nothing that does not verify', LIMIT, async t => {
  const folder = place(t, { 'file.rotate.size': 500_000, 'file.rotate.gzip': true })
  const out = join(folder, 'out')
  for (let kill = 1; kill <= 6; kill++) {
    const child = spawn(process.execPath, [...FLAGS, MAIN, '-quiet', ...Array<string>(200).fill(TRACE)], { cwd: folder })
    const ended = new Promise(done => child.on('close', done))
    // At any time after it has begun to write.
    const before = chainSize(folder)
    while (chainSize(folder) === before) await new Promise(done => setTimeout(done, 5))
    await new Promise(done => setTimeout(done, kill * 13))
    child.kill('SIGKILL')
    await ended
    const { status, stdout } = program(folder, 'verify', out)
    // A program that was killed before its first chunk has written nothing.
    assert.equal(status, 0, `${stdout}\n${readdirSync(folder)}`)
  }
  assert.equal(run(folder, 1).status, 0)
  const { status, stdout } = program(folder, 'verify', out)
  assert.equal(status, 0, stdout)
  assert.doesNotMatch(stdout, /not closed/)
  assert.match(stdout, /the writer before this line was killed/)
})

const chainSize = (folder: string): number =>
  readdirSync(folder)
    .filter(name => name.endsWith('.chain'))
    .reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
