// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { conformanceSuite, runHandler } from 'sfprocessor/testing'
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
  - { by: sh, mkdir: /tmp/x }
  - { by: sh, read: /etc/passwd, received: 10, fd: 4 }
  - { by: sh, connect: "203.0.113.7:443", sent: 1 }
  - { by: sh, exit: 0 }
  - { k8s: pods, action: added, message: '{}' }
`

const linesOf = async (setup: Parameters<typeof runHandler>[1]): Promise<readonly string[]> =>
  (await runHandler(plugin, setup)).host.logged.map(({ text }) => text)

test('every kind of event has its line, in the order of the trace', async () => {
  assert.deepEqual(await linesOf({ records: { scenario: SCENARIO } }), [
    'ProcEvt /app/shop, 7',
    'ProcEvt /app/shop, 8',
    'ProcEvt /bin/sh, 8',
    'FileEvt /bin/sh, 8',
    'FileFlow /bin/sh, 4',
    'NetworkFlow /bin/sh, 443',
    'ProcEvt /bin/sh, 8',
    'K8sEvt K8S_PODS, K8S_COMPONENT_ADDED',
  ])
})

test('nothing is passed on, and the ledger counts every event as filtered', async () => {
  const { sent, ledger } = await runHandler(plugin, { records: { scenario: SCENARIO } })
  assert.deepEqual(sent, [])
  assert.equal(ledger.filtered.get('handled'), 8)
  assert.equal(ledger.difference, 0)
})

test('the recorded connection between a server and its client', {
  skip: existsSync(TCP) ? false : `there is no ${TCP}`,
}, async () => {
  assert.deepEqual(await linesOf({ records: { trace: TCP } }), [
    'ProcEvt ./server, 13823',
    'FileFlow ./server, 3',
    'FileFlow ./server, 3',
    'ProcEvt ./client, 13824',
    'FileFlow ./client, 3',
    'FileFlow ./client, 3',
    'NetworkFlow ./client, 8080',
    'ProcEvt ./client, 13824',
    'NetworkFlow ./server, 8080',
    'ProcEvt ./server, 13823',
  ])
})
