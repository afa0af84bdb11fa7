// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Verdict } from '../../contract/verdict.js'
import { Actor, Header, NO_CONTAINER, NO_POD } from '../../sysflow/entities.js'
import { EventColumns, NF } from '../../sysflow/event-columns.js'
import { addRow, aProcess, appendixA, judged, R1_VERDICT } from '../../testing/appendix-a.js'
import { JSON_EXAMPLES } from '../../testing/worked-examples.js'
import { PageBuffer } from '../page.js'
import { JsonEncoder } from './json.js'

function lines(columns: EventColumns, verdicts?: Readonly<Record<number, Verdict>>): string[] {
  const page = new PageBuffer()
  new JsonEncoder().encode(judged(columns, verdicts), 0, columns.length, page)
  return Buffer.from(page.page().bytes).toString().trimEnd().split('\n')
}

test('check 89: worked examples 1, 2, 3 and 5 come out byte by byte, with the named fixes', () => {
  const [processEvent, fileFlow, fileEvent, socketFlow, , kubernetesEvent] = lines(appendixA(), { 0: R1_VERDICT })
  assert.equal(processEvent, JSON_EXAMPLES.processEvent)
  assert.equal(fileFlow, JSON_EXAMPLES.fileFlow)
  assert.equal(fileEvent, JSON_EXAMPLES.fileEvent)
  assert.equal(socketFlow, JSON_EXAMPLES.socketFlow)
  assert.equal(kubernetesEvent, JSON_EXAMPLES.kubernetesEvent)
})

test('check 89: worked example 4, a network flow of an old trace, comes out byte by byte', () => {
  const columns = new EventColumns(1)
  columns.header = new Header(true, 1000, 'tests', 'NA', '')
  const ancestry = [
    { pid: 1, exe: '/usr/lib/systemd/systemd', args: '--system --deserialize 23' },
    { pid: 1844, exe: '/usr/sbin/sshd', args: '-D' },
    { pid: 7126, exe: '/usr/sbin/sshd' },
    { pid: 7129, exe: '/usr/sbin/sshd' },
    { pid: 7130, exe: '/usr/bin/bash', userName: 'ccsi', groupName: 'ccsi', uid: 1000, gid: 1000, tty: true },
    {
      pid: 13824,
      exe: './client',
      userName: '',
      groupName: '',
      uid: -1,
      gid: -1,
      tty: true,
      parent: { pid: 7130, createTs: 0n },
    },
  ]
  let actor: Actor | null = null
  for (const facts of ancestry) actor = new Actor(aProcess(facts), actor, NO_CONTAINER, NO_POD)
  addRow(columns, {
    type: NF,
    ts: 1553543282832225890n,
    end: 1553543292823002683n,
    actor: actor as Actor,
    tid: 13824,
    opFlags: 64 + 512 + 256 + 2048,
    flow: { from: [127, 0, 0, 1], sourcePort: 40556, to: [127, 0, 0, 1], targetPort: 8080, protocol: 6 },
    counters: [1, 80, 1, 80],
  })
  assert.deepEqual(lines(columns), [JSON_EXAMPLES.networkFlow])
})
