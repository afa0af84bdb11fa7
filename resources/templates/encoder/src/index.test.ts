// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, ruleMatches, runEncoder } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The laws that every encoder keeps: one record a row, one line a record, the same bytes however cut, ... */
conformanceSuite(plugin)

const SCENARIO = `
processes: { shell: { exe: /bin/sh } }
events:
  - { by: shell, mkdir: /tmp/out }
`

test('a line says what was done by whom, and which rule matched', async () => {
  const judge = () => ruleMatches('Folder made')
  const { lines } = await runEncoder(plugin, {
    options: { 'sample.separator': ', ' },
    records: { scenario: SCENARIO, evaluate: judge },
  })
  assert.deepEqual(lines, ['FE, /bin/sh, MKDIR, Folder made'])
})
