// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { conformanceSuite, runDriver } from 'sfprocessor/testing'
import { plugin } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'lines-'))
after(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'some.log')
writeFileSync(path, Array.from({ length: 600 }, (_, index) => `line ${index + 1}\n`).join(''))

conformanceSuite(plugin, { paths: [path] })

test('every line is a record, in order, with its file and number', async () => {
  const { sent, ledger } = await runDriver(plugin, { paths: ['some.log'], directory: folder })
  assert.equal(sent.length, 600)
  assert.deepEqual(sent[599], { file: path, number: 600, text: 'line 600' })
  assert.deepEqual([ledger.in, ledger.out], [600, 600])
})

test('the driver stops at the next batch', async () => {
  const { sent } = await runDriver(plugin, { paths: [path], stopAfter: 1 })
  assert.equal(sent.length, 256)
})

test('a file that does not exist is an error', async () => {
  await assert.rejects(runDriver(plugin, { paths: [join(folder, 'missing.log')] }), /ENOENT.*missing\.log/)
})
