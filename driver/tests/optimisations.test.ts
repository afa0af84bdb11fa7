// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, test } from 'node:test'
import { OPTIMIZATIONS } from '../../core/contract/host.js'
import { shared, withoutShared } from '../../core/testing/shared.js'
import { runCommandLine } from '../command-line.js'

/** Optimizations change no byte of the output. */

const folder = mkdtempSync(join(tmpdir(), 'optimisations-'))
after(() => rmSync(folder, { recursive: true }))

const traces = join(folder, 'traces')
mkdirSync(traces)
for (const name of readdirSync('resources/traces')) copyFileSync(join('resources/traces', name), join(traces, name))
if (!withoutShared)
  for (const name of ['1621959914', 'httpd.sf', 'shellshock.sf', 'tcp.sf'])
    copyFileSync(shared('traces', 'processor', name), join(traces, name))

const OUTPUTS = ['alerts.json', 'records.json', 'records.ecs', 'flat.json']

/** The content of each output file, and the exit status. */
async function outcome(batch: number, ...options: readonly string[]): Promise<Record<string, string>> {
  for (const name of OUTPUTS) rmSync(join(folder, name), { force: true })
  const policies = withoutShared ? resolve('policies/attack') : shared('policies', 'runtimeintegrity')
  const exporter = (name: string, settings: object): object => ({
    ...{ processor: 'exporter', name, in: `${name} eventchan`, export: 'file', 'file.path': join(folder, name), ...settings },
  })
  const records = ['records.json', 'records.ecs', 'flat.json']
  const pipeline = [
    { processor: 'sysflowreader', batch, in: 'sysflow sysflowchan', out: ['one flattenerchan', 'two flattenerchan'] },
    { processor: 'policyengine', mode: 'alert', policies, in: 'one flattenerchan', out: 'alerts.json eventchan' },
    {
      processor: 'policyengine',
      mode: 'enrich',
      policies: resolve('policies/attack'),
      in: 'two flattenerchan',
      out: records.map(name => `${name} eventchan`),
    },
    exporter('alerts.json', {}),
    exporter('records.json', {}),
    exporter('records.ecs', { format: 'ecs' }),
    exporter('flat.json', { flat: true }),
  ]
  const config = join(folder, 'pipeline.json')
  writeFileSync(config, JSON.stringify({ pipeline }))
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const never = new AbortController().signal
  const context = { stdout, stderr, environment: { XDG_CACHE_HOME: folder }, directory: folder, stop: never, abort: never }
  const exit = await runCommandLine(['-quiet', ...options, '-config', config, traces], context)
  assert.equal(exit, 0, String(stderr.read()))
  return Object.fromEntries(
    OUTPUTS.map(name => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  )
}

test('every optimization can be disabled in some part of the program', () => {
  const sources = ['core', 'driver', 'plugins']
    .flatMap(top => readdirSync(top, { recursive: true, encoding: 'utf8' }).map(name => join(top, name)))
    .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map(path => readFileSync(path, 'utf8'))
  for (const name of Object.keys(OPTIMIZATIONS))
    assert.ok(
      sources.some(text => text.includes(`.has('${name}')`)),
      name,
    )
})

let expected: Record<string, string>
before(async () => {
  expected = await outcome(1024)
  for (const name of OUTPUTS) assert.ok(readFileSync(join(folder, name)).length > 1000, `${name} says something`)
})

for (const batch of [1, 7, 4096])
  test(`batches of ${batch} records give the same output`, async () => {
    assert.deepEqual(await outcome(batch), expected)
  })

for (const name of [...Object.keys(OPTIMIZATIONS), 'all'])
  test(`without ${name} the output is the same`, async () => {
    assert.deepEqual(await outcome(1024, '-disable', name), expected)
  })

test('without any optimization, and with batches of odd size, the output is the same', async () => {
  assert.deepEqual(await outcome(13, '-disable', 'all'), expected)
})
