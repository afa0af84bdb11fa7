// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, runAction } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The plugin contract: run returns at once, tags are texts of one line, ... */
conformanceSuite(plugin)

const SCENARIO = `
processes: { shell: { exe: /bin/sh } }
events:
  - { by: shell, read: /etc/passwd, received: 10 }
`

test('the alert has a tag with the attribute that the rule names', async () => {
  const { results } = await runAction(plugin, { argument: 'sf.file.path', records: { scenario: SCENARIO } })
  assert.deepEqual(results, [{ tags: ['seen:/etc/passwd'], fields: { 'sample.rule': 'a rule' } }])
})

test('an argument that is not an attribute name is rejected', async () => {
  await assert.rejects(runAction(plugin, { argument: 'no attribute' }), /"no attribute" is not an attribute name/)
})
