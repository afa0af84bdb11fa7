// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { runCommandLine } from '../command-line.js'

const folder = mkdtempSync(join(tmpdir(), 'policy-cache-'))
after(() => rmSync(folder, { recursive: true }))

const CONFIG = join(folder, 'pipeline.json')
writeFileSync(
  CONFIG,
  JSON.stringify({
    pipeline: [
      { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
      { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', policies: resolve('policies/attack') },
      { processor: 'exporter', in: 'events eventchan', export: 'terminal', format: 'json' },
    ],
  }),
)

async function run(environment: Record<string, string>, ...options: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const never = new AbortController().signal
  const context = { stdout, stderr, environment, directory: folder, stop: never, abort: never }
  const running = runCommandLine(
    ['-summary', 'none', ...options, '-config', CONFIG, resolve('resources/traces/webshell.sf')],
    context,
  )
  const texts = Promise.all([textOf(stdout), textOf(stderr)])
  const exit = await running
  stdout.end()
  stderr.end()
  const [out, log] = await texts
  return { exit, out, log }
}

async function textOf(stream: PassThrough): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

test('alerts are the same with the cache off, cold and warm; only the trace log differs', async () => {
  const cache = join(folder, 'cache')
  const off = await run({ SFPROCESSOR_CACHE: 'off', HOME: folder })
  assert.equal(off.exit, 0)
  assert.ok(off.out.split('\n').length > 10)
  assert.ok(!existsSync(join(folder, '.cache')))
  const cold = await run({ SFPROCESSOR_CACHE: cache }, '-log', 'trace')
  assert.equal(cold.out, off.out)
  assert.match(cold.log, /\[Trace\] .* policyengine: policy cache not used: ENOENT/)
  assert.equal(readdirSync(join(cache, 'policies')).length, 1)
  const warm = await run({ SFPROCESSOR_CACHE: cache }, '-log', 'trace')
  assert.equal(warm.out, off.out)
  assert.doesNotMatch(warm.log, /cache/)
})

test('the cache is in the home folder of the user, and can be disabled like other optimizations', async () => {
  const home = join(folder, 'home')
  await run({ HOME: home }, '-disable', 'policy-cache')
  assert.ok(!existsSync(home))
  await run({ HOME: home })
  assert.equal(readdirSync(join(home, '.cache', 'sfprocessor', 'policies')).length, 1)
})
