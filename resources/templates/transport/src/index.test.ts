// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { conformanceSuite, runTransport } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The plugin contract: all records arrive, send ends soon after abort, ... */
conformanceSuite(plugin, { readDelivered: folder => readFileSync(join(folder, 'sample.log'), 'utf8').trimEnd().split('\n') })

const directory = mkdtempSync(join(tmpdir(), 'sample-'))
after(() => rmSync(directory, { recursive: true }))

test('records are appended to a file that only its owner can read', async () => {
  const options = { 'sample.path': 'alerts.log' }
  const { report } = await runTransport(plugin, { options, directory, chunks: [['{"n":1}', '{"n":2}'], ['{"n":3}']] })
  const path = join(directory, 'alerts.log')
  assert.equal(readFileSync(path, 'utf8'), '{"n":1}\n{"n":2}\n{"n":3}\n')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(report, { path, sent: 3 })
})
