// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DisabledOptimizations, NONE_DISABLED } from '../../core/contract/host.js'
import { cacheKeysFor } from '../../core/policy/compile/cache-keys.js'
import { MatchBuffer } from '../../core/policy/compile/match-buffer.js'
import { createPlan } from '../../core/policy/compile/plan.js'
import { interpretRow } from '../../core/policy/interpret/interpret.js'
import { loadPolicies } from '../../core/policy/language/load.js'
import { EVALUATION_SWITCHES } from '../../core/policy/testing/evaluation-switches.js'
import { shared, withoutShared } from '../../core/testing/shared.js'
import { SYSFLOW_ATTRIBUTES } from '../../plugins/sysflow/attributes/attributes.js'
import { SYSFLOW_ADAPTER } from '../../plugins/sysflow/attributes/sysflow-adapter.js'
import { flattenTrace } from '../../plugins/sysflow/testing/flatten-trace.js'

const TRACES = [
  'processor/shellshock.sf',
  'processor/tcp.sf',
  'collector/alpine/alpine.sf',
  'collector/rename/rename.sf',
  'apis/namespaces/setns.sf',
  'collector/objectstore/download.sf',
]
const OWN = ['policies/attack', 'policies/distribution']
const THEIRS = ['distribution', 'runtimeintegrity', 'tests/falco.yaml']

for (const policies of OWN) {
  test(`plan and interpreter agree on each record of the shipped trace under ${policies}`, () =>
    agree(policies, 'resources/traces/webshell.sf'))
}
for (const policies of THEIRS) {
  for (const trace of TRACES) {
    test(`plan and interpreter agree on each record of ${trace} under ${policies}`, { skip: withoutShared }, () =>
      agree(shared('policies', policies), shared('traces', trace)),
    )
  }
}

test('plan and interpreter agree on each record under the rules of Falco', { skip: withoutShared }, () =>
  agree(shared('policies', 'falco'), shared('traces', 'collector/alpine/alpine.sf')),
)

for (const [name, without] of EVALUATION_SWITCHES) {
  test(`plan and interpreter agree on each record under many rules without ${name}`, { skip: withoutShared }, () =>
    agree(shared('policies', 'tests/falco.yaml'), 'resources/traces/webshell.sf', without),
  )
}

/** Real rules on real records with the real attributes; plan-random.test.ts tests random rules. */
async function agree(policies: string, trace: string, without: DisabledOptimizations = NONE_DISABLED): Promise<void> {
  const { policy } = loadPolicies([policies], SYSFLOW_ATTRIBUTES, SYSFLOW_ADAPTER.recordTypes)
  const judge = createPlan(policy, SYSFLOW_ADAPTER, cacheKeysFor(SYSFLOW_ADAPTER), without)
  const matchBuffer = new MatchBuffer()
  let records = 0
  await flattenTrace(trace, rows => {
    judge.evaluate(rows, true, matchBuffer)
    let entry = 0
    for (let row = 0; row < rows.length; row++) {
      const expected = interpretRow(policy, SYSFLOW_ADAPTER, rows, row)
      const isDropped = matchBuffer.rowAt(entry) !== row
      assert.equal(isDropped, expected.dropped, `record ${rows.firstRecordNumber + row}`)
      if (isDropped) continue
      const names = matchBuffer.matchesAt(entry++)?.rules.map(rule => rule.name) ?? []
      assert.deepEqual(
        names,
        expected.rules.map(rule => rule.name),
        `rules of record ${rows.firstRecordNumber + row}`,
      )
      records++
    }
  })
  assert.ok(records > 0)
}
