// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch, OptionsSchema } from 'sfprocessor/plugin'
import type { HandlerPlugin } from 'sfprocessor/sysflow'
import { runHandler } from 'sfprocessor/testing'

const NO_OPTIONS: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }
const COMMON = { contract: 2, summary: 'A test.', options: NO_OPTIONS } as const

const READS = `
processes: { shell: { exe: /bin/bash, pid: 7 } }
events:
  - { by: shell, read: /etc/passwd, received: 10 }
  - { by: shell, read: /etc/group, received: 10 }
`

test('runHandler runs a handler with the reader of a trace, and returns its events', async () => {
  const printer: HandlerPlugin = {
    ...COMMON,
    kind: 'handler',
    name: 'printer',
    offers: [],
    create: (_, host) => ({
      events(rows: Batch) {
        for (const record of host.records(rows)) host.log.info(record.text('sf.proc.exe'))
        rows.release()
        return undefined
      },
    }),
  }
  const { sent, host, ledger } = await runHandler(printer, { records: { scenario: READS } })
  assert.deepEqual(sent, [])
  assert.deepEqual(
    host.logged.map(({ text }) => text),
    ['/bin/bash', '/bin/bash'],
  )
  assert.equal(ledger.difference, 0)
})

test('runHandler returns the events that a handler passes on', async () => {
  const passThrough: HandlerPlugin = { ...COMMON, kind: 'handler', name: 'pass', offers: ['flattenerchan'], create: () => ({}) }
  const { sent } = await runHandler(passThrough, { records: { scenario: READS } })
  assert.deepEqual(
    sent.map(record => record['sf.proc.pid']),
    [7, 7],
  )
})

test('an exception of a handler fails the test that runs it', async () => {
  const broken: HandlerPlugin = {
    ...COMMON,
    kind: 'handler',
    name: 'broken',
    offers: [],
    create: () => ({
      events() {
        throw new Error('no such file')
      },
    }),
  }
  await assert.rejects(runHandler(broken), /^Error: no such file$/)
})
