// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, ruleMatches, runEncoder } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The plugin contract: every row becomes one record, a record is one line, ... */
conformanceSuite(plugin)

const SCENARIO = `
processes: { shell: { exe: /bin/sh } }
events:
  - { by: shell, mkdir: /tmp/out }
`

test('a line has the type, the program, the operation and the matching rule', async () => {
  const evaluate = () => ruleMatches('Folder made')
  const { lines } = await runEncoder(plugin, {
    options: { 'sample.separator': ', ' },
    records: { scenario: SCENARIO, evaluate },
  })
  assert.deepEqual(lines, ['FE, /bin/sh, MKDIR, Folder made'])
})
