// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isMap, parseDocument } from 'yaml'
import { MatchBuffer } from '../../../core/policy/compile/match-buffer.js'
import { createPlan } from '../../../core/policy/compile/plan.js'
import { loadPolicies } from '../../../core/policy/language/load.js'
import { shared, withoutShared } from '../../../core/testing/shared.js'
import { SYSFLOW_ADAPTER } from '../attributes/sysflow-adapter.js'
import { writeTrace } from '../avro/trace-writer.js'
import { flattenTrace } from '../testing/flatten-trace.js'
import { readScenario, readScenarios } from './read-scenario.js'
import type { Scenario } from './scenario.js'
import { simulate } from './simulate/simulate.js'

const load = (...parts: string[]) =>
  loadPolicies([join('policies', ...parts)], SYSFLOW_ADAPTER.attributes, SYSFLOW_ADAPTER.recordTypes)

const attack = load('attack')
const telemetry = load('distribution', 'telemetry.yaml')
const TESTS = join('policies', 'tests')
const WEBSHELL = join('resources', 'scenarios', 'webshell.yaml')

test('the shipped policies load without a warning, with at least 25 rules, and none is inactive', () => {
  for (const { policy, warnings } of [attack, telemetry]) {
    assert.deepEqual(warnings, [])
    assert.deepEqual(createPlan(policy, SYSFLOW_ADAPTER).inactive, [])
  }
  assert(attack.policy.rules.length >= 25)
})

test('every attack rule has a description, a record type and a MITRE ATT&CK technique', () => {
  for (const rule of attack.policy.rules) {
    assert(rule.description.length > 20, rule.name)
    assert(rule.prefilter.length > 0, rule.name)
    assert(
      rule.tags.some(tag => /^mitre:T\d{4}(\.\d{3})?$/.test(tag)),
      rule.name,
    )
  }
})

test('every attack rule has a file of scenarios, and there is no file without its rule', () => {
  const slugs = attack.policy.rules.map(rule => `${slug(rule.name)}.yaml`)
  assert.equal(new Set(slugs).size, slugs.length)
  assert.deepEqual(readdirSync(TESTS).sort(), slugs.sort())
})

for (const rule of attack.policy.rules) {
  const path = join(TESTS, `${slug(rule.name)}.yaml`)
  test(`"${rule.name}" matches its scenario and not the similar harmless one`, async () => {
    const variants = readScenarios(readFileSync(path, 'utf8'), path)
    const names = [...variants.keys()]
    assert(names.some(name => name.startsWith('fires')) && names.some(name => name.startsWith('near miss')), names.join(', '))
    for (const [name, scenario] of variants) {
      const matched = await rulesMatched(attack.policy, scenario)
      assert.equal(matched.has(rule.name), name.startsWith('fires'), `${name}; matched: ${[...matched.keys()].join(', ')}`)
    }
  })
}

test('the web shell scenario matches rules of many tactics, and its ordinary traffic none', async () => {
  const text = readFileSync(WEBSHELL, 'utf8')
  const matched = await rulesMatched(attack.policy, readScenario(text, WEBSHELL))
  const files = new Set(attack.policy.rules.filter(rule => matched.has(rule.name)).map(rule => rule.position.file))
  assert(files.size >= 7, [...files].join(', '))
  assert.deepEqual([...(await rulesMatched(attack.policy, readScenario(withoutAttack(text), WEBSHELL))).keys()], [])
})

test('the telemetry policy tags every record that it does not drop', async () => {
  const trace = writeTrace(simulate(readScenario(readFileSync(WEBSHELL, 'utf8'), WEBSHELL)))
  const { records, dropped, untagged } = await sifted(trace)
  assert.equal(untagged, 0)
  assert(dropped > records / 6, `${dropped} of ${records} dropped`)
})

test('the telemetry policy drops most activity of a busy server and tags the rest', { skip: withoutShared }, async () => {
  for (const name of ['mon.1531776682.sf', 'mon.1531776742.sf', '1621959914']) {
    const { records, dropped, untagged } = await sifted(readFileSync(shared('traces', 'processor', name)))
    assert.equal(untagged, 0)
    assert(dropped > records / 2, `${name}: ${dropped} of ${records} dropped`)
  }
})

/** Recorded trace → attack rules that match in it. The first two traces contain attacks, the others normal activity. */
const RECORDED: Readonly<Record<string, readonly string[]>> = {
  'processor/shellshock.sf': ['CGI command injection (Shellshock)'],
  'processor/mon.1531776712.sf': ['Execution from world-writable directory', 'Package manager executed in container'],
  'processor/1621959914': [],
  'processor/httpd.sf': [],
  'processor/mon.1531776682.sf': [],
  'collector/mpm-worker/full_capture.sf': [],
  'collector/namespaces/setns.sf': [],
  'collector/nginx/nginx.sf': [],
  'collector/objectstore/download.sf': [],
  'collector/setuid/setuid.sf': [],
}

test('recorded attacks match rules, and recorded ordinary work does not', { skip: withoutShared }, async () => {
  for (const [name, rules] of Object.entries(RECORDED)) {
    const matched = await rulesMatchedBy(attack.policy, readFileSync(shared('traces', ...name.split('/'))))
    assert.deepEqual([...matched.keys()].sort(), rules, name)
  }
})

async function sifted(trace: Buffer): Promise<{ records: number; dropped: number; untagged: number }> {
  const judge = createPlan(telemetry.policy, SYSFLOW_ADAPTER)
  const docket = new MatchBuffer()
  const sum = { records: 0, dropped: 0, untagged: 0 }
  await flattenTrace(trace, rows => {
    judge.evaluate(rows, true, docket)
    sum.records += rows.length
    sum.dropped += docket.dropped
    for (let at = 0; at < docket.length; at++) if (docket.matchesAt(at) === null) sum.untagged++
  })
  return sum
}

function rulesMatched(policy: typeof attack.policy, scenario: Scenario): Promise<Map<string, number>> {
  return rulesMatchedBy(policy, writeTrace(simulate(scenario)))
}

async function rulesMatchedBy(policy: typeof attack.policy, trace: Buffer): Promise<Map<string, number>> {
  const judge = createPlan(policy, SYSFLOW_ADAPTER)
  const docket = new MatchBuffer()
  const matched = new Map<string, number>()
  await flattenTrace(trace, rows => {
    judge.evaluate(rows, false, docket)
    for (let at = 0; at < docket.length; at++) {
      for (const rule of docket.matchesAt(at)?.rules ?? []) matched.set(rule.name, (matched.get(rule.name) ?? 0) + 1)
    }
  })
  return matched
}

/** The scenario of the attack without the attack itself. */
function withoutAttack(text: string): string {
  const document = parseDocument(text)
  const events = document.get('events')
  assert(isMap(events) && events.delete('attack'))
  return document.toString()
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
