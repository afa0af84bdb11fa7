// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { after, test } from 'node:test'
import { runCommandLine } from '../command-line.js'
import { programRoot } from '../process/package.js'

const folder = mkdtempSync(join(tmpdir(), 'encoder-losses-'))
after(() => rmSync(folder, { recursive: true }))

const isCompiled = existsSync(new URL('./worker.js', import.meta.url))
const BOUND = { timeout: 60_000, skip: isCompiled ? false : 'worker threads need compiled code' }

/** An encoder that writes the type of a record, and cannot encode network flows. */
const PICKY = `
export const plugin = {
  kind: 'encoder', name: 'picky', contract: 2, summary: 'writes no network flows',
  options: { type: 'object', additionalProperties: false, properties: {} },
  accepts: ['eventchan'],
  create: (options, host) => ({
    format: 'picky',
    encode(batch, from, to, into) {
      for (const record of host.records(batch, from, to)) {
        into.text(record.text('sf.type'))
        if (record.text('sf.type') === 'NF') throw new Error('no network flows')
        into.finishRecord()
      }
    },
  }),
}
`
const PIPELINE = {
  plugins: ['./picky.mjs'],
  pipeline: [
    { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', mode: 'enrich', in: 'flat flattenerchan', out: 'evt eventchan' },
    { processor: 'exporter', format: 'picky', in: 'evt eventchan' },
  ],
}

async function run(workers: number) {
  writeFileSync(join(folder, 'picky.mjs'), PICKY)
  writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(PIPELINE))
  const out: Buffer[] = []
  const stdout = new Writable({
    // The memory of the chunk returns to the worker thread.
    write(bytes: Buffer, _encoding, done) {
      out.push(Buffer.from(bytes))
      done()
    },
  })
  const stderr = new PassThrough()
  const never = new AbortController().signal
  const context = { stdout, stderr, environment: { SFPROCESSOR_CACHE: 'off' }, directory: folder, stop: never, abort: never }
  const trace = join(programRoot(), 'resources', 'traces', 'webshell.sf')
  const options = ['-summary', 'json', '-log', 'error', '-workers', String(workers), '-config', join(folder, 'pipeline.json')]
  const exit = await runCommandLine([...options, trace, trace], context)
  const reported = String(stderr.read()).trimEnd().split('\n')
  const { parts, plugins } = JSON.parse(reported.at(-1) ?? '')
  const { report: _, ...ledger } = parts.find(({ name }: { name: string }) => name === 'exporter')
  return { exit, out: String(Buffer.concat(out)), ledger, plugins, reported }
}

test('records that an encoder cannot write are dropped and reported alike by one thread and several', BOUND, async () => {
  const [one, two] = [await run(1), await run(2)]
  assert.equal(two.out, one.out)
  assert.ok(one.out.includes('PE\n') && !one.out.includes('NF'))
  assert.ok(one.ledger.dropped['encoder "picky" failed'] > 0)
  assert.deepEqual(two.ledger, one.ledger)
  assert.deepEqual([one.exit, two.exit], [1, 1])
  assert.deepEqual(two.plugins, one.plugins)
  for (const { reported } of [one, two])
    assert.match(reported.join('\n'), /SFP_PLUGIN_FAILED: encoder "picky" failed in encode: no network flows/)
})
