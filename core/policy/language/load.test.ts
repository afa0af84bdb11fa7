// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RECORD_TYPES, SOME_SYSFLOW_NAMES } from '../../../plugins/sysflow/testing/attribute-names.js'
import { formatFaults } from '../../errors/format-fault.js'
import { shared, withoutShared } from '../../testing/shared.js'
import type { Criterion, Operand, Policy, RuleCondition } from '../policy.js'
import type { LoadedPolicy } from './check-declarations.js'
import { loadPolicies, loadPolicyText } from './load.js'

const loaded = (text: string): LoadedPolicy => loadPolicyText(text, SOME_SYSFLOW_NAMES, RECORD_TYPES)
const policyOf = (text: string): Policy => loaded(text).policy
const rule = (condition: string, more = ''): string => `- rule: r\n  desc: d\n  condition: ${condition}\n${more}`
const conditionOf = (text: string): string => written(policyOf(text).rules.at(-1)?.condition)

function faultsOf(load: () => unknown): string {
  try {
    load()
  } catch (error) {
    return formatFaults(error)
  }
  return ''
}

/** A resolved condition on one line. */
function written(condition: RuleCondition | undefined): string {
  switch (condition?.kind) {
    case 'all':
    case 'any':
      return `${condition.kind}(${condition.terms.map(written).join(', ')})`
    case 'not':
      return `not ${written(condition.term)}`
    case 'constant':
      return String(condition.value)
    case 'unavailable':
      return `unavailable ${condition.attribute}`
    case 'criterion':
      return criterion(condition.criterion)
    case undefined:
      return 'nothing'
    default:
      return condition satisfies never
  }
}
const criterion = ({ operator, left, right }: Criterion): string => [operand(left), operator, ...right.map(operand)].join(' ')
const operand = (of: Operand): string =>
  of.kind === 'literal' ? JSON.stringify(of.text) : of.path === '' ? of.attribute : `${of.attribute}[${of.path}]`

/** Loads several files from a directory of their own. */
function loadFiles(files: Readonly<Record<string, string>>): LoadedPolicy {
  const directory = mkdtempSync(join(tmpdir(), 'policies-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    return loadPolicies([directory], SOME_SYSFLOW_NAMES, RECORD_TYPES)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

// --- names and their meanings ---

test('check 41: a path suffix selects in JSON, an index in a list', () => {
  assert.equal(conditionOf(rule('sf.pod.services[0.name] = a')), 'sf.pod.services[0.name] = "a"')
  assert.equal(conditionOf(rule('sf.ke.message[items.0.name] exists')), 'sf.ke.message[items.0.name] exists')
  assert.equal(conditionOf(rule('proc.aname[2] = sf.proc.aname[0]')), 'sf.proc.aname[2] = sf.proc.aname[0]')
})

test('check 42: a literal with a bracket is compared whole', () => {
  assert.equal(conditionOf(rule('sf.proc.args contains "foo[bar"')), 'sf.proc.args contains "foo[bar"')
  assert.equal(conditionOf(rule('sf.proc.args contains foo[0]')), 'sf.proc.args contains "foo[0]"')
})

test('check 55: a known name on the right side is an attribute, in quotes it is a literal', () => {
  assert.equal(conditionOf(rule('sf.proc.name = sf.pproc.name')), 'sf.proc.name = sf.pproc.name')
  assert.equal(conditionOf(rule('sf.proc.name = "sf.pproc.name"')), 'sf.proc.name = "sf.pproc.name"')
  assert.equal(conditionOf(rule('sf.proc.name in (sf.pproc.name)')), 'sf.proc.name in "sf.pproc.name"')
})

test('check 56 (Q55): an unknown name on the left side is refused, so no typo makes exists false', () => {
  assert.match(
    faultsOf(() => loaded(rule('sf.proc.exee exists'))),
    /policy.yaml:3:14 {2}SFP_POLICY_UNKNOWN_ATTRIBUTE[\s\S]*did you mean "sf.proc.exe"/,
  )
  assert.equal(
    conditionOf(rule('"text" = sf.proc.exe and /bin/sh = proc.exe and 5 = sf.ret')),
    'all("text" = sf.proc.exe, "/bin/sh" = sf.proc.exe, "5" = sf.ret)',
  )
})

test('an alias becomes its attribute, a deprecated name the new one with a warning', () => {
  const { policy, warnings } = loaded(rule('fd.dport = 22 and sf.is_open_write = true'))
  assert.equal(written(policy.rules[0]?.condition), 'all(sf.net.dport = "22", sf.file.is_open_write = "true")')
  assert.deepEqual(
    warnings.map(({ code, message }) => [code, message]),
    [['SFP_POLICY_OLD_ATTRIBUTE', '"sf.is_open_write" is deprecated and means "sf.file.is_open_write"']],
  )
})

test('a comparison with an unsupported name is neither true nor false; a rule that depends on it is reported by name and inactive', () => {
  const { policy, warnings } = loaded(
    `${rule('user.loginuid = 0 and sf.proc.exe = a')}${rule('not user.loginuid = 0').replace(': r', ': s')}${rule('user.loginuid = 0 or sf.proc.exe = a').replace(': r', ': t')}`,
  )
  assert.deepEqual(
    policy.rules.map(({ condition }) => written(condition)),
    ['unavailable user.loginuid', 'unavailable user.loginuid', 'any(unavailable user.loginuid, sf.proc.exe = "a")'],
  )
  assert.deepEqual(
    warnings.map(({ code, message }) => `${code} ${message}`),
    [
      'SFP_POLICY_INACTIVE_RULE rule "r" can never match: user.loginuid is not available (SysFlow records no login user id)',
      'SFP_POLICY_INACTIVE_RULE rule "s" can never match: user.loginuid is not available (SysFlow records no login user id)',
      'SFP_POLICY_UNAVAILABLE rule "t" works only partially: user.loginuid is not available (SysFlow records no login user id)',
    ],
  )
})

test('conditions are flattened, and constants are folded', () => {
  assert.equal(
    conditionOf(
      `- list: none\n  items: []\n- macro: m\n  condition: sf.proc.exe = a and (sf.ret = 0 and not sf.proc.name in (none))\n${rule('m and not not (sf.proc.uid = 0 and m)')}`,
    ),
    'all(sf.proc.exe = "a", sf.ret = "0", sf.proc.uid = "0", sf.proc.exe = "a", sf.ret = "0")',
  )
})

// --- macros and lists ---

const MACRO = (name: string, value: string) => `- macro: ${name}\n  condition: sf.proc.exe = ${value}\n`

test('check 47 (Q47): a macro may be used above its definition, and in an earlier file than its definition', () => {
  assert.equal(conditionOf(`${rule('m')}${MACRO('m', 'a')}`), 'sf.proc.exe = "a"')
  assert.equal(
    written(loadFiles({ 'a.yaml': rule('m'), 'b.yaml': MACRO('m', 'b') }).policy.rules[0]?.condition),
    'sf.proc.exe = "b"',
  )
})

test('check 48: the nearest definition above a rule wins; with two below, the last', () => {
  assert.equal(conditionOf(`${MACRO('m', 'a')}${MACRO('m', 'b')}${rule('m')}${MACRO('m', 'c')}`.trim()), 'sf.proc.exe = "b"')
  assert.equal(conditionOf(`${rule('m')}${MACRO('m', 'a')}${MACRO('m', 'b')}`.trim()), 'sf.proc.exe = "b"')
  const lists = (first: string, second: string) =>
    `- list: l\n  items: [${first}]\n${rule('sf.proc.exe in (l)')}- list: l\n  items: [${second}]\n`
  assert.equal(conditionOf(lists('a', 'b')), 'sf.proc.exe in "a"')
})

test('across files: definitions of the same file take precedence, then earlier files, then later ones', () => {
  const { policy } = loadFiles({
    'a.yaml': `${MACRO('early', 'a')}${rule('early and late')}`,
    'b.yaml': `${rule('early and late')}${MACRO('early', 'b')}${MACRO('late', 'b')}`,
    'c.yaml': `${MACRO('late', 'c')}${rule('early and late')}`,
  })
  assert.deepEqual(
    policy.rules.map(({ condition }) => written(condition)),
    [
      'all(sf.proc.exe = "a", sf.proc.exe = "b")',
      'all(sf.proc.exe = "b", sf.proc.exe = "b")',
      'all(sf.proc.exe = "b", sf.proc.exe = "c")',
    ],
  )
})

test('check 49: a list inside a list inside in (...) is expanded, each item once', () => {
  const lists = '- list: inner\n  items: [a, b]\n- list: outer\n  items: [inner, b, c]\n'
  assert.equal(conditionOf(`${lists}${rule('sf.proc.name in (outer, d)')}`), 'sf.proc.name in "a" "b" "c" "d"')
  assert.equal(conditionOf(`${lists}${rule('sf.proc.name pmatch ([inner], "x")')}`), 'sf.proc.name pmatch "a" "b" "x"')
})

test('check 50: a quoted list name is a literal, as a member and as an item', () => {
  const lists = '- list: inner\n  items: [a, b]\n- list: outer\n  items: ["inner", c]\n'
  assert.equal(conditionOf(`${lists}${rule('sf.proc.name in (outer, "outer")')}`), 'sf.proc.name in "inner" "c" "outer"')
})

test('check 51 (Q33): a quoted member with a comma is one value', () => {
  assert.equal(conditionOf(rule('sf.type in ("PE,NF")')), 'sf.type in "PE,NF"')
})

test('an item in two kinds of quotes means its inner text, with either parser', () => {
  const text = `- list: l\n  items: [a, '"b-c"', "d"]\n${rule('sf.proc.name in (l)')}`
  assert.equal(conditionOf(text), 'sf.proc.name in "a" "b-c" "d"')
  assert.equal(conditionOf(text.replace('  items', '\titems')), 'sf.proc.name in "a" "b-c" "d"')
})

test('check 68: an undefined macro is a load error', () => {
  assert.match(
    faultsOf(() => loaded(rule('sf.ret = 0 and not undefined_macro'))),
    /policy.yaml:3:33 {2}SFP_POLICY_UNKNOWN_MACRO/,
  )
})

test('check 69: a recursive macro or list is a load error and no crash', () => {
  const macros =
    '- macro: a\n  condition: sf.ret = 0 or b\n- macro: b\n  condition: not c\n- macro: c\n  condition: a\n- macro: d\n  condition: d\n'
  const shown = faultsOf(() => loaded(macros + rule('a')))
  assert.match(shown, /recursive macro: a -> b -> c -> a/)
  assert.match(shown, /recursive macro: d -> d/)
  assert.equal(shown.match(/SFP_/g)?.length, 2)
  assert.match(
    faultsOf(() => loaded('- list: a\n  items: [b]\n- list: b\n  items: [x, a]\n')),
    /recursive list: a -> b -> a/,
  )
  assert.equal(conditionOf(`- list: a\n  items: ["a", b]\n${rule('sf.proc.exe in (a)')}`), 'sf.proc.exe in "a" "b"')
})

test('macros that double thirty times, or form a chain of 10,000, are refused', () => {
  const doubling = Array.from({ length: 30 }, (_, level) => `- macro: m${level + 1}\n  condition: m${level} or m${level}\n`).join(
    '',
  )
  assert.match(
    faultsOf(() => loaded(`${MACRO('m0', 'a')}${doubling}${rule('m30')}`)),
    /SFP_POLICY_TOO_WIDE/,
  )
  const chain = (kind: (level: number) => string) => Array.from({ length: 10_000 }, (_, level) => kind(level)).join('')
  assert.match(
    faultsOf(() =>
      loaded(`${chain(level => `- macro: m${level}\n  condition: m${level + 1}\n`)}${MACRO('m10000', 'a')}${rule('m0')}`),
    ),
    /SFP_POLICY_TOO_DEEP/,
  )
  assert.match(
    faultsOf(() => loaded(chain(level => `- list: l${level}\n  items: [l${level + 1}]\n`) + rule('sf.proc.exe in (l0)'))),
    /SFP_POLICY_TOO_DEEP|SFP_POLICY_LIST/,
  )
  const lists = Array.from({ length: 30 }, (_, level) => `- list: l${level + 1}\n  items: [l${level}, l${level}]\n`).join('')
  assert.equal(conditionOf(`- list: l0\n  items: [a]\n${lists}${rule('sf.proc.exe in (l30)')}`), 'sf.proc.exe in "a"')
})

// --- append ---

test('Q51: append joins the texts of conditions, as in Falco, for all rules that use them', () => {
  const text = `${MACRO('m', 'a')}${rule('m')}- macro: m\n  condition: or sf.proc.exe = b\n  append: true\n- rule: r\n  condition: and sf.ret = 0\n  tags: [t]\n  append: true\n`
  assert.equal(conditionOf(text), 'all(any(sf.proc.exe = "a", sf.proc.exe = "b"), sf.ret = "0")')
  assert.deepEqual(
    policyOf(text).rules.map(({ tags }) => tags),
    [['t']],
  )
})

test('append adds to a list of an earlier file, and an error in a joined text has a place in its own file', () => {
  const files = {
    'a.yaml': `- list: l\n  items: [a]\n${rule('sf.proc.exe in (l)')}`,
    'b.yaml': '- list: l\n  items: [b]\n  append: true\n',
  }
  assert.equal(written(loadFiles(files).policy.rules[0]?.condition), 'sf.proc.exe in "a" "b"')
  assert.match(
    faultsOf(() => loadFiles({ ...files, 'c.yaml': '- rule: r\n  append: true\n  condition: and and\n' })),
    /c.yaml:3:18 {2}SFP_POLICY_CONDITION/,
  )
  assert.match(
    faultsOf(() => loaded('- macro: unheard\n  condition: and a\n  append: true\n')),
    /SFP_POLICY_APPEND/,
  )
})

// --- fields ---

test('check 64: severity words in any case, stored separately; absent is low, alert is high', () => {
  const words = 'low debug INFO Informational notice medium warning high error critical emergency alert'.split(' ')
  assert.deepEqual(words.map(word => policyOf(rule('sf.ret = 0', `  priority: ${word}`)).rules[0]?.priority), [
    'low', 'debug', 'informational', 'informational', 'notice', 'medium', 'warning', 'high', 'error', 'critical', 'emergency', 'alert',
  ]) // biome-ignore format: as the words
  assert.equal(policyOf(rule('sf.ret = 0')).rules[0]?.priority, 'low')
})

test('check 65: enabled: false disables, enabled: maybe warns and enables', () => {
  const enabled = (word: string) => loaded(rule('sf.ret = 0', `  enabled: ${word}`))
  for (const word of ['false', 'False', 'F', '0', '"f"', "'FALSE'"]) assert.equal(enabled(word).policy.rules[0]?.enabled, false)
  for (const word of ['true', 'T', '1']) assert.equal(enabled(word).policy.rules[0]?.enabled, true)
  assert.equal(enabled('maybe').policy.rules[0]?.enabled, true)
  assert.deepEqual(
    enabled('maybe').warnings.map(({ code }) => code),
    ['SFP_POLICY_ENABLED'],
  )
})

test('check 66: a prefilter names record types', () => {
  assert.deepEqual(policyOf(rule('sf.ret = 0', '  prefilter: [PE, "NF"]')).rules[0]?.prefilter, ['PE', 'NF'])
})

test('check 67: two rules with the same name are both loaded, with a warning', () => {
  const { policy, warnings } = loaded(rule('sf.ret = 0') + rule('sf.ret = 1'))
  assert.equal(policy.rules.length, 2)
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['SFP_POLICY_DUPLICATE_RULE'],
  )
})

test('check 74: tags: [] gives no tag, and other texts are preserved in order', () => {
  assert.deepEqual(policyOf(rule('sf.ret = 0', '  tags: []')).rules[0]?.tags, [])
  assert.deepEqual(policyOf(rule('sf.ret = 0', '  tags: [mitre:T1059, "b c", d]\n  action: [x]')).rules[0]?.tags, [
    'mitre:T1059',
    'b c',
    'd',
  ])
})

test('an action has a name, an argument after a colon, and a place', () => {
  const text = rule('sf.ret = 0', '  actions: [x, tag:a:b, "log: warn", "tag:\'c, d\'"]')
  const actions = policyOf(text).rules[0]?.actions ?? []
  assert.deepEqual(
    actions.map(({ name, argument }) => [name, argument]),
    [
      ['x', ''],
      ['tag', 'a:b'],
      ['log', 'warn'],
      ['tag', 'c, d'],
    ],
  )
  const line = text.split('\n')[(actions[1]?.position.line ?? 0) - 1] ?? ''
  assert.equal(line.indexOf('tag:a:b') + 1, actions[1]?.position.column)
})

test('check 61: a trailing comma in [...] is accepted', () => {
  assert.equal(conditionOf(`- list: l\n  items: [a, b,]\n${rule('sf.proc.exe in (l)')}`), 'sf.proc.exe in "a" "b"')
})

test('filters have a name and a condition, with either keyword', () => {
  const { filters } = policyOf('- filter: one\n  condition: sf.ret = 0\n- drop: two\n  condition: sf.ret = 1\n  enabled: false\n')
  assert.deepEqual(
    filters.map(({ name, condition, enabled, position }) => [name, written(condition), enabled, position.line]),
    [
      ['one', 'sf.ret = "0"', true, 1],
      ['two', 'sf.ret = "1"', false, 3],
    ],
  )
})

test('parts of the Falco language without a meaning here are skipped', () => {
  const { warnings } = loaded(
    `- required_engine_version: 0.11.0\n- required_plugin_versions:\n  - name: k\n    version: 1\n${rule('sf.ret = 0', '  output: "%proc.name"\n  warn_evttypes: false\n  skip-if-unknown-filter: true\n')}`,
  )
  assert.deepEqual(warnings, [])
})

test('a byte-order mark is skipped', () => {
  assert.equal(policyOf(`\uFEFF${rule('sf.ret = 0')}`).rules.length, 1)
})

// --- the shared rule files ---

/** Every dotted name is an attribute with selectable parts. */
const ANY_NAMES = {
  find: (name: string) => (name.includes('.') ? ({ name, type: 'json' } as const) : undefined),
  names: [],
  unsupportedReason: () => undefined,
  currentName: () => undefined,
}

test('check 46: every rule file of distribution, runtimeintegrity and tests loads', { skip: withoutShared }, () => {
  const counts = ['distribution', 'runtimeintegrity', 'tests'].map(folder => {
    const { policy, files } = loadPolicies([shared('policies', folder)], ANY_NAMES, RECORD_TYPES)
    return [files.length, policy.rules.length, policy.filters.length]
  })
  assert.deepEqual(counts, [
    [1, 21, 1],
    [4, 79, 1],
    [17, 84, 0],
  ])
  assert.equal(loadPolicies([shared('policies', 'tests', 'falco.yaml')], ANY_NAMES, RECORD_TYPES).policy.rules.length, 61)
  assert.equal(loadPolicies([shared('policies', 'falco')], ANY_NAMES, RECORD_TYPES).policy.rules.length, 93)
})

// --- files ---

test('files are found recursively, in the order of their names; hidden folders and other extensions are skipped', () => {
  const directory = mkdtempSync(join(tmpdir(), 'policies-'))
  try {
    for (const folder of ['b', '..data']) mkdirSync(join(directory, folder))
    for (const file of ['c.yml', 'b/z.yaml', 'a.yaml', '..data/x.yaml', 'd.YAML', 'e.txt'])
      writeFileSync(join(directory, file), MACRO('m', 'a'))
    symlinkSync(join(directory, '..data', 'x.yaml'), join(directory, 'linked.yaml'))
    symlinkSync(directory, join(directory, 'circle.yaml'))
    const { files } = loadPolicies([directory, join(directory, 'e.txt')], SOME_SYSFLOW_NAMES, RECORD_TYPES)
    assert.deepEqual(
      files,
      ['a.yaml', 'b/z.yaml', 'c.yml', 'linked.yaml', 'e.txt'].map(file => join(directory, file)),
    )
    assert.match(
      faultsOf(() =>
        loadPolicies([join(directory, 'none'), join(directory, '..data', '..', 'b', 'no')], SOME_SYSFLOW_NAMES, RECORD_TYPES),
      ),
      /^SFP_POLICY_NOT_FOUND[^\n]*\nSFP_POLICY_NOT_FOUND/,
    )
    mkdirSync(join(directory, 'empty'))
    assert.match(
      faultsOf(() => loadPolicies([join(directory, 'empty')], SOME_SYSFLOW_NAMES, RECORD_TYPES)),
      /^SFP_POLICY_NO_FILES/,
    )
    writeFileSync(join(directory, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00, 0x80]))
    assert.match(
      faultsOf(() => loadPolicies([directory], SOME_SYSFLOW_NAMES, RECORD_TYPES)),
      /binary.yaml:1:1 {2}SFP_POLICY_NOT_TEXT/,
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('check 71: faults of all files are reported together, in the order of the files', () => {
  const shown = faultsOf(() =>
    loadFiles({ 'b.yaml': rule('sf.ret =='), 'a.yaml': rule('nothing') + rule('sf.nothing = 1'), 'c.yaml': 'no policy' }),
  )
  assert.deepEqual(
    [...shown.matchAll(/([abc]\.yaml:\d+:\d+) {2}(\w+)/g)].map(([, place, code]) => `${place} ${code}`),
    [
      'a.yaml:3:14 SFP_POLICY_UNKNOWN_MACRO',
      'a.yaml:6:14 SFP_POLICY_UNKNOWN_ATTRIBUTE',
      'b.yaml:3:22 SFP_POLICY_CONDITION',
      'c.yaml:1:1 SFP_POLICY_NO_LIST',
    ],
  )
})
