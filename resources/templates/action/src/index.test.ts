// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, runAction } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The laws that every action keeps: it answers at once, its tags are texts, ... */
conformanceSuite(plugin)

const SCENARIO = `
processes: { shell: { exe: /bin/sh } }
events:
  - { by: shell, read: /etc/passwd, received: 10 }
`

test('an alert has the attribute that the rule names as a tag', async () => {
  const { results } = await runAction(plugin, { argument: 'sf.file.path', records: { scenario: SCENARIO } })
  assert.deepEqual(results, [{ tags: ['seen:/etc/passwd'], fields: { 'sample.rule': 'a rule' } }])
})

test('what is no attribute is refused with the rules', async () => {
  await assert.rejects(runAction(plugin, { argument: 'no attribute' }), /"no attribute" is no attribute/)
})
