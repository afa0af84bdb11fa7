// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { AttributeType } from '../../contract/record-adapter.js'
import { Faults } from '../../errors/fault.js'
import { formatFaults } from '../../errors/format-fault.js'
import { loadPolicies } from './load.js'
import type { AttributeLookup } from './operand-meaning.js'

const folder = mkdtempSync(join(tmpdir(), 'open-'))
after(() => rmSync(folder, { recursive: true }))

const OPEN: AttributeLookup = {
  find: name => (/^[A-Za-z_][\w./*-]*$/.test(name) ? { name, type: 'any' satisfies AttributeType } : undefined),
  isOpen: true,
  names: [],
  unsupportedReason: () => undefined,
  currentName: () => undefined,
}

function load(condition: string, before = '', prefilter = '') {
  const file = join(folder, 'rules.yaml')
  writeFileSync(file, `${before}- rule: r\n  desc: d\n  condition: ${condition}\n  priority: low\n${prefilter}`)
  try {
    const { policy, warnings } = loadPolicies([file], OPEN, [])
    return { condition: policy.rules[0]?.condition, told: warnings.map(({ code }) => code) }
  } catch (error) {
    if (!(error instanceof Faults)) throw error
    return { condition: undefined, told: error.faults.map(({ code }) => code), text: formatFaults(error) }
  }
}

const criterion = (operator: string, attribute: string, ...texts: string[]) => ({
  kind: 'criterion',
  criterion: {
    operator,
    left: { kind: 'attribute', attribute, path: '' },
    right: texts.map(text => ({ kind: 'literal', text })),
  },
})

test('every word on the left is an attribute, and every word on the right a literal, even if it is an attribute elsewhere', () => {
  assert.deepEqual(load('http.method = GET'), { condition: criterion('=', 'http.method', 'GET'), told: [] })
  assert.deepEqual(load('a = proc.name').condition, criterion('=', 'a', 'proc.name'))
  assert.deepEqual(load('app.kubernetes.io/name exists').condition, criterion('exists', 'app.kubernetes.io/name'))
})

test('any attribute can be ordered as text', () => {
  assert.deepEqual(load('version < v2'), { condition: criterion('<', 'version', 'v2'), told: [] })
})

test('a number on the left is not an attribute, an attribute has no parts, and a list instead of a text causes a warning', () => {
  assert.deepEqual(load('a[0] = x').told, ['SFP_POLICY_SUFFIX'])
  assert.deepEqual(load('a = names', '- list: names\n  items: [x]\n').told, ['SFP_POLICY_LIST_AS_TEXT'])
  const { condition } = load('5 = 6')
  assert.equal(condition?.kind === 'criterion' && condition.criterion.left.kind, 'literal')
})

test('a prefilter is ignored', () => {
  assert.deepEqual(load('a = x', '', '  prefilter: [PE, XY]\n').told, [])
})
