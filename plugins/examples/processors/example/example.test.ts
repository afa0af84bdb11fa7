// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { conformanceSuite, runProcessor } from 'sfprocessor/testing'
import { plugin } from './index.js'

/** A recorded trace outside the project, which we may not distribute. */
const TCP = '../shared/traces/processor/tcp.sf'

// The plugin contract.
conformanceSuite(plugin)

const SCENARIO = `
processes:
  shop: { exe: /app/shop, pid: 7 }
events:
  - { by: shop, spawn: sh, exe: /bin/sh, pid: 8 }
  - { by: sh, read: /etc/passwd, received: 10 }
  - { by: sh, exit: 0 }
`

test('only process events are logged, and every record is passed on unchanged', async () => {
  const { host, sent, ledger } = await runProcessor(plugin, { records: { scenario: SCENARIO } })
  assert.deepEqual(
    host.logged.map(({ text }) => text),
    ['Process Event: /app/shop, 7', 'Process Event: /app/shop, 8', 'Process Event: /bin/sh, 8', 'Process Event: /bin/sh, 8'],
  )
  assert.deepEqual(
    sent.map(record => record['sf.type']),
    ['PE', 'PE', 'PE', 'FF', 'PE'],
  )
  assert.deepEqual([ledger.in, ledger.out], [5, 5])
})

test('the recorded connection between a server and its client', {
  skip: existsSync(TCP) ? false : `there is no ${TCP}`,
}, async () => {
  const { host } = await runProcessor(plugin, { records: { trace: TCP } })
  assert.deepEqual(
    host.logged.map(({ text }) => text),
    [
      'Process Event: ./server, 13823',
      'Process Event: ./client, 13824',
      'Process Event: ./client, 13824',
      'Process Event: ./server, 13823',
    ],
  )
})
