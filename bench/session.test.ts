// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type MeasuredProgram, measuredProgram } from './runs/measured-program.js'
import type { Row } from './runs/row.js'
import { Sampler } from './runs/sampler.js'
import { runSession } from './session.js'

const folder = mkdtempSync(join(tmpdir(), 'session-'))
after(() => rmSync(folder, { recursive: true }))

/** A program that reports as many records as the file in its last argument has bytes; `extra`: source that changes `summary`. */
function fake(name: string, extra = ''): MeasuredProgram {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(
    path,
    `import { appendFileSync, readFileSync } from 'node:fs'
    if (process.argv.includes('-h')) console.log('--summary <name>')
    else {
      const settings = JSON.parse(readFileSync(process.argv[process.argv.indexOf('-config') + 1]))
      const records = readFileSync(process.argv.at(-1)).length
      const summary = { records, parts: [] }
      let output = 'x'.repeat(records)
      ${extra}
      const file = settings.pipeline[2]['file.path']
      if (file) appendFileSync(file, output)
      console.error(JSON.stringify(summary))
    }`,
  )
  return measuredProgram(name, [process.execPath, path], join(folder, `cache-${name}`))
}

const once = join(folder, 'once')
const thrice = join(folder, 'thrice')
writeFileSync(once, 'ab')
writeFileSync(thrice, 'ababab')
const input = { path: thrice, bytes: 6, records: 6, repeats: { trace: once, times: 3 } }
const ROW: Row = { id: 'copy', name: 'every record', input, hasOutput: true }

function run(ours: MeasuredProgram, peer?: MeasuredProgram, rows: readonly Row[] = [ROW]) {
  const sampler = new Sampler(folder, folder)
  return runSession({ rows, ratios: [], ours, ...(peer && { peer }), runs: 2, sampler, log() {} })
}

test('runs with equal results give one result with all samples and facts', async () => {
  const { rows } = await run(fake('steady'), fake('peer'))
  assert.equal(rows.length, 1)
  assert.equal(rows[0]?.samples.length, 2)
  assert.equal(rows[0]?.peer?.samples.length, 2)
  assert.equal(rows[0]?.facts.records, 6)
  assert.equal(rows[0]?.facts['output bytes'], 6)
  assert.ok((rows[0]?.peakMegabytes.median ?? 0) > 10)
})

test('a run whose counts are not the expected multiple of the original is an error', async () => {
  const forgetful = fake('forgetful', 'summary.records = Math.min(5, summary.records)')
  await assert.rejects(run(forgetful), /run "copy" of forgetful, round 0: records: 5 instead of 6 as expected/)
})

test('a later run with different output is an error', async () => {
  const count = join(folder, 'count')
  writeFileSync(count, '')
  const fickle = fake('fickle', `appendFileSync('${count}', '.'); if (readFileSync('${count}').length > 2) output = 'yyyyyy'`)
  await assert.rejects(run(fickle), /run "copy" of fickle, round 1: output sha256: .* in the first run/)
  assert.equal(readFileSync(count, 'utf8').length, 3)
})

test('a peer with different output is an error; for a peer without a summary, the difference is only reported', async () => {
  await assert.rejects(run(fake('ours'), fake('other', "output = 'yyyyyy'")), /run "copy" of other, round 0: output sha256/)
  const silent = { ...fake('silent', "output = 'yyyyyy'; summary.records = 0"), hasSummary: false }
  assert.deepEqual((await run(fake('ours'), silent)).notes, ['silent writes something else: every record'])
})

test('rows that must write the same output are compared', async () => {
  const settings = fake('settings', "if (process.argv[2] === 'twice') output += output")
  const second: Row = { ...ROW, id: 'second', args: ['twice'], sameOutputAs: 'copy' }
  await assert.rejects(run(settings, undefined, [ROW, second]), /run "second" of settings, round 0: output sha256: .* of copy/)
})

test('a failed run is reported with its name and output', async () => {
  const failing = fake('failing', "console.error('no memory'); process.exit(3)")
  await assert.rejects(run(failing), (error: Error) => /status 3: no memory/.test(`${error.message} ${String(error.cause)}`))
})
