// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, runHandler } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The plugin contract: every batch is passed on or released, nothing is thrown, ... */
conformanceSuite(plugin)

const SCENARIO = `
processes: { shell: { exe: /bin/sh } }
events:
  - { by: shell, read: /etc/passwd, received: 10 }
  - { by: shell, mkdir: /tmp/out }
`

test('events of the selected type are logged, and all events are passed on', async () => {
  const { host, sent } = await runHandler(plugin, { options: { 'sample.type': 'FE' }, records: { scenario: SCENARIO } })
  assert.deepEqual(
    host.logged.map(({ text }) => text),
    ['MKDIR by /bin/sh'],
  )
  assert.equal(sent.length, 2)
})
