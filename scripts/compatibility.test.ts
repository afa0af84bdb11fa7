// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, Faults } from '../core/errors/fault.js'
import { MatchBuffer } from '../core/policy/compile/match-buffer.js'
import { createPlan } from '../core/policy/compile/plan.js'
import { loadPolicyText } from '../core/policy/language/load.js'
import { SYSFLOW_ADAPTER } from '../plugins/sysflow/attributes/sysflow-adapter.js'
import { writeTrace } from '../plugins/sysflow/avro/trace-writer.js'
import { readScenario } from '../plugins/sysflow/scenario/read-scenario.js'
import { simulate } from '../plugins/sysflow/scenario/simulate/simulate.js'
import { flattenTrace } from '../plugins/sysflow/testing/flatten-trace.js'
import { FIXED_QUIRKS } from './compatibility.js'

/** One file event of a process on the host whose parent is unknown, and one Kubernetes event. */
const TRACE = writeTrace(
  simulate(
    readScenario(
      `processes:
  orphan: { exe: /opt/x, args: "a,b [c", tty: yes }
events:
  - { by: orphan, unlink: /etc/passwd, ret: -2 }
  - { k8s: pods, action: added, message: { kind: Pod } }
`,
      'scenario.yaml',
    ),
  ),
)

/** Quirk, condition, and the types of the records that match it. */
const CONDITIONS: readonly (readonly [string, string, string])[] = [
  ['Q21', 'sf.net.sport != 0 or sf.flow.rbytes != 0 or sf.ret > 0', ''],
  ['Q25', 'sf.proc.args contains "[x"', ''],
  ['Q25', 'sf.proc.args contains "[c"', 'FE'],
  ['Q26', 'sf.ke.message[kind] exists', 'KE'],
  ['Q26', 'sf.ke.message[nothing] exists', ''],
  ['Q27', 'sf.type = FE and sf.pproc.uid < 1', 'FE'],
  ['Q28', 'sf.type = FE and sf.pproc.tty = false and sf.pproc.entry = false', 'FE'],
  ['Q29', 'proc.tty = 1', 'FE'],
  ['Q30', 'sf.type = FE and sf.container.type = host', 'FE'],
  ['Q33', 'sf.proc.args = "a"', ''],
  ['Q33', 'sf.type in ("FE,KE")', ''],
  ['Q36', 'evt.res = ENOENT and user.uid = 0', 'FE'],
  ['Q39', 'sf.ret < "-1"', 'FE'],
  ['Q40', 'sf.ret > -2.5 and sf.ret < 0', 'FE'],
  ['Q42', 'sf.ret = -2', 'FE'],
  ['Q43', 'sf.proc.cwd = "x" or sf.proc.exe = "/opt/x"', 'FE'],
  ['Q46', 'sf.proc.name in (y, [x, z])', 'FE'],
]

for (const [quirk, condition, expected] of CONDITIONS) {
  test(`${quirk}: ${condition}`, async () => {
    assert.equal(await typesMatching(`- rule: r\n  desc: d\n  condition: '${condition}'\n`), expected)
  })
}

/** Quirk, rules, and the code of the fault that rejects them. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['Q40', '- rule: r\n  desc: d\n  condition: sf.ret > many\n', 'SFP_POLICY_NOT_A_NUMBER'],
  ['Q47', '- rule: r\n  desc: d\n  condition: not typo\n', 'SFP_POLICY_UNKNOWN_MACRO'],
  ['Q48', '- macro: m\n  condition: m\n', 'SFP_POLICY_MACRO_CYCLE'],
  ['Q49', '- rule: r\n  desc: d\n', 'SFP_POLICY_MISSING_KEY'],
  ['Q55', '- rule: r\n  desc: d\n  condition: sf.proc.exee = x\n', 'SFP_POLICY_UNKNOWN_ATTRIBUTE'],
]

for (const [quirk, rules, code] of REFUSED) {
  test(`${quirk}: ${code}`, () => {
    assert.throws(
      () => loaded(rules),
      error => (error instanceof Faults ? error.faults : [error]).some(fault => fault instanceof Fault && fault.code === code),
    )
  })
}

test('Q44, Q45, Q49, Q50, Q51: entries after an output, empty tags, fields in any order, priority alert, append', () => {
  const { rules } = loaded(`- rule: first
  condition: sf.ret = 1
  desc: d
  tags: []
  priority: alert
  output: something
- list: words
  items: [x]
- list: words
  items: [y]
  append: true
- rule: second
  desc: d
  condition: sf.proc.name in (words)
`)
  assert.deepEqual(
    rules.map(({ name, priority, tags }) => [name, priority, tags]),
    [
      ['first', 'alert', []],
      ['second', 'low', []],
    ],
  )
  assert.match(JSON.stringify(rules[1]?.condition), /"x".*"y"/)
})

test('the page lists every quirk that is tested here', () => {
  const listed = FIXED_QUIRKS.map(({ quirk }) => quirk)
  for (const [quirk] of [...CONDITIONS, ...REFUSED]) assert.ok(listed.includes(quirk), quirk)
})

const loaded = (rules: string) => loadPolicyText(rules, SYSFLOW_ADAPTER.attributes, SYSFLOW_ADAPTER.recordTypes).policy

async function typesMatching(rules: string): Promise<string> {
  const evaluate = createPlan(loaded(rules), SYSFLOW_ADAPTER)
  const matchBuffer = new MatchBuffer()
  const type = SYSFLOW_ADAPTER.attributes.find('sf.type')
  const types: string[] = []
  await flattenTrace(TRACE, rows => {
    evaluate.evaluate(rows, false, matchBuffer)
    rows.retain()
    const evaluated = matchBuffer.toBatch(rows)
    for (const row of evaluated.rows) types.push(String(type?.read(rows, row)))
    evaluated.release()
  })
  return types.join(' ')
}
