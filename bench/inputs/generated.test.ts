// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { creations } from './process-creations.js'
import { sigmaRulesText } from './sigma-rules.js'

test('one third of the command lines of the started programs are new', () => {
  const lines: string[] = []
  for (const { branch, record } of creations(40_000))
    if (branch === 'P' && record.poid !== null) lines.push(`${record.exe} ${record.exeArgs}`)
  assert.equal(lines.length, 40_000)
  // By then all familiar lines have occurred.
  const seen = new Set(lines.slice(0, 30_000))
  const unseen = lines.slice(30_000).filter(line => !seen.has(line)).length
  assert.ok(unseen > 3_200 && unseen < 3_500, `${unseen} of 10000`)
})

test('each started program is a separate process, and its event refers to it', () => {
  const ids = new Set<string>()
  let events = 0
  for (const { branch, record } of creations(6_000)) {
    if (branch === 'P' && record.poid !== null) ids.add(`${record.oid.createTS} ${record.oid.hpid}`)
    if (branch !== 'PE') continue
    events++
    assert.ok(ids.has(`${record.procOID.createTS} ${record.procOID.hpid}`))
  }
  assert.equal(ids.size, 6_000)
  assert.equal(events, 6_000)
})

test('the requested number of rules is generated deterministically, with different names and mostly different conditions', () => {
  const text = sigmaRulesText(3_000)
  assert.equal(sigmaRulesText(3_000), text)
  const names = [...text.matchAll(/^- rule: (.*)$/gm)].map(match => match[1])
  const conditions = [...text.matchAll(/^ {2}condition: process_created and (.*)$/gm)].map(match => match[1])
  assert.equal(new Set(names).size, 3_000)
  assert.ok(new Set(conditions).size > 2_950)
})
