// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RECORD_TYPES, SOME_SYSFLOW_NAMES } from '../../../plugins/sysflow/testing/attribute-names.js'
import { Faults } from '../../errors/fault.js'
import { formatFaults } from '../../errors/format-fault.js'
import { loadPolicies, loadPolicyText } from './load.js'

const load = (text: string) => loadPolicyText(text, SOME_SYSFLOW_NAMES, RECORD_TYPES)

/** The report of a load. Anything but faults is a crash and is rethrown. */
function reportOf(text: string): string {
  try {
    return load(text)
      .warnings.map(({ code }) => `warning ${code}`)
      .join('\n')
  } catch (error) {
    if (!(error instanceof Faults)) throw error
    return formatFaults(error)
  }
}

test('for a file with 1,000 errors, the first hundred are reported in order with the number of the others', () => {
  const rules = Array.from(
    { length: 1000 },
    (_, index) =>
      `- rule: r${index}\n  desc: d\n  condition: sf.ret = ${index} and ${index % 2 === 0 ? 'sf.prok.exe = a' : 'sf.ret == 1'}\n`,
  )
  const shown = reportOf(rules.join(''))
  assert.deepEqual(
    [...shown.matchAll(/^policy.yaml:(\d+):/gm)].map(([, line]) => Number(line)),
    Array.from({ length: 100 }, (_, index) => 3 * index + 3),
  )
  assert.match(shown, /\nSFP_POLICY_MORE_FAULTS: 900 more errors not shown/)
})

test('YAML that is nested 10,000 deep is refused, in every style', () => {
  const deep = [
    '['.repeat(10_000),
    `- list: l\n  items: ${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    '{a: '.repeat(10_000),
    '- '.repeat(10_000),
    '? '.repeat(10_000),
    ': '.repeat(10_000),
    'a: - '.repeat(10_000),
    Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
  ]
  for (const text of deep) assert.match(reportOf(text), /SFP_POLICY_(TOO_DEEP|YAML)/, text.slice(0, 20))
})

test('a condition that is nested 10,000 deep is refused with its place', () => {
  assert.match(
    reportOf(`- rule: r\n  desc: d\n  condition: ${'('.repeat(10_000)}sf.ret = 0${')'.repeat(10_000)}\n`),
    /^policy.yaml:3:214 {2}SFP_POLICY_TOO_DEEP/,
  )
})

test('macros whose combined nesting is too deep are refused', () => {
  const text = Array.from(
    { length: 40 },
    (_, level) => `- macro: m${level + 1}\n  condition: ${'not ('.repeat(50)}m${level}${')'.repeat(50)}\n`,
  ).join('')
  assert.match(reportOf(`- macro: m0\n  condition: sf.ret = 0\n${text}`), /SFP_POLICY_TOO_DEEP[\s\S]*400/)
})

test('a line of 1 MB is read, at any position', () => {
  const long = 'x'.repeat(1_000_000)
  assert.equal(
    load(`- rule: r\n  desc: ${long}\n  condition: sf.proc.exe = "${long}"\n  tags: [${long}]`).policy.rules[0]?.description
      .length,
    1_000_000,
  )
  assert.match(reportOf(long), /^policy.yaml:1:1 {2}SFP_POLICY_NO_LIST/)
  assert.ok(reportOf(`- rule: r\n  desc: d\n  condition: sf.ret = 0 and ${long}`).length < 1_000_500)
})

test('one wrong token that occurs many times is reported once with its count', () => {
  assert.match(reportOf('[]'.repeat(20_000)), /SFP_POLICY_YAML[\s\S]*; 39997 more errors of this kind$/)
  for (const piece of [
    `"'`,
    '&a ',
    '*a, ',
    '!a ',
    'k:\n',
    '\0',
    '\uD800',
    ',',
    '%Y\n',
    '...\n',
    '|\n',
    '\\"',
    '- rule: a\n',
    '- ? a\n',
  ])
    reportOf(piece.repeat(5000))
})

test('a file that is too large is refused unread, and so are too many large files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'policies-'))
  try {
    const file = join(directory, 'a.yaml')
    writeFileSync(file, '')
    truncateSync(file, 5_000_000_000)
    assert.throws(
      () => loadPolicies([directory], SOME_SYSFLOW_NAMES, RECORD_TYPES),
      (error: Error) => {
        assert.match(formatFaults(error), /a.yaml:1:1 {2}SFP_POLICY_TOO_LARGE[\s\S]*5000000000 bytes, limit 4194304/)
        return true
      },
    )
    for (const name of 'abcdef') writeFileSync(join(directory, `${name}.yaml`), `#${'x'.repeat(4_000_000)}`)
    assert.throws(
      () => loadPolicies([directory], SOME_SYSFLOW_NAMES, RECORD_TYPES),
      (error: Error) => {
        assert.match(formatFaults(error), /e.yaml:1:1 {2}SFP_POLICY_TOO_MUCH/)
        return true
      },
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a rule file that is cut at any byte is read or refused with a place', () => {
  const text = `- list: l
  items: [a, 'b', "c"]
- macro: m
  condition: sf.proc.exe in (l) and not sf.ret = 0
- rule: r
  desc: >
    some text
  condition: "m or sf.proc.name = \\"x\\""
  priority: high
  tags: [a, b]
`
  for (let length = 0; length < text.length; length++) {
    const shown = reportOf(text.slice(0, length))
    for (const line of shown.split('\n').filter(line => /SFP_/.test(line)))
      assert.match(line, /^(policy.yaml:\d+:\d+ {2}|warning )(warning )?SFP_POLICY_\w+$/)
  }
})
