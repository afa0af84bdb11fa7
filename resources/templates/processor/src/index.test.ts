// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformanceSuite, runProcessor } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** The plugin contract: the ledger accounts for every record, records keep their order, ... */
conformanceSuite(plugin)

const SCENARIO = `
processes:
  shell: { exe: /bin/sh }
  shop: { exe: /app/shop }
events:
  - { by: shop, read: /data/orders, received: 10 }
  - { by: shop, connect: "203.0.113.7:443", sent: 10 }
  - { by: shell, read: /etc/passwd, received: 10 }
`

test('the program with the most records is logged', async () => {
  const { host, sent } = await runProcessor(plugin, { options: { top: 1 }, records: { scenario: SCENARIO } })
  assert.deepEqual(
    host.logged.map(({ text }) => text),
    ['2 records of /app/shop'],
  )
  assert.equal(sent.length, 3)
})
