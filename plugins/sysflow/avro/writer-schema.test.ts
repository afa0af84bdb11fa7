// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../../core/errors/fault.js'
import { SCHEMA_V5 } from './schema-v5.js'
import { parseWriterSchema } from './writer-schema.js'

const root = (...branches: unknown[]): string =>
  JSON.stringify({ type: 'record', name: 'sysflow.SysFlow', fields: [{ name: 'rec', type: branches }] })
const k8s = (...fields: unknown[]) => ({ type: 'record', name: 'sysflow.event.K8sEvent', fields })
const TS = { name: 'ts', type: 'long' }

test('the complete schema has the twelve branches in their order', () => {
  const { branches } = parseWriterSchema(JSON.stringify(SCHEMA_V5))
  assert.deepEqual(
    branches.map(branch => branch.kind),
    ['H', 'C', 'P', 'F', 'PE', 'NF', 'FF', 'FE', 'NE', 'PF', 'PD', 'KE'],
  )
})

test('check 10: both spellings of names are equivalent', () => {
  const split = { type: 'record', namespace: 'sysflow.event', name: 'K8sEvent', fields: [TS] }
  assert.equal(parseWriterSchema(root(split)).branches[0]?.kind, 'KE')
  assert.equal(parseWriterSchema(root(k8s(TS))).branches[0]?.kind, 'KE')
  assert.equal(parseWriterSchema(root(k8s(TS), { ...split, namespace: 'other' })).branches[1]?.kind, 'unknown')
})

for (const [what, text, reason] of [
  ['text that is not JSON', '{"type"', /not JSON/],
  ['a plain type', '"string"', /root is "string"/],
  ['an empty object', '{}', /schema/],
  [
    'records of another format',
    JSON.stringify({ type: 'record', name: 'Coupon', fields: [{ name: 'id', type: 'string' }] }),
    /"Coupon"/,
  ],
  ['a union of other records', root({ type: 'record', name: 'Other', fields: [] }), /none of SysFlow/],
  [
    'a field of another type',
    root(k8s({ name: 'ts', type: 'string' })),
    /field "ts" of "sysflow.event.K8sEvent" is of type string/,
  ],
  ['a missing clock', root(k8s({ name: 'message', type: 'string' })), /lacks the field "ts"/],
  ['an unknown type name', root(k8s(TS, { name: 'x', type: 'nonsense' })), /undefined type/],
  ['an invalid name', root(k8s(TS, { name: 'x);process.exit(', type: 'int' })), /invalid/],
  ['an invalid type name', root({ ...k8s(TS), name: 'sysflow.event.K8s-Event`' }), /invalid/],
  ['a very deep type', `${'{"type":"array","items":'.repeat(50_000)}"int"${'}'.repeat(50_000)}`, /characters of schema|deep/],
  ['a deep type', `${'{"type":"array","items":'.repeat(100)}"int"${'}'.repeat(100)}`, /64 deep/],
  ['a very long schema', root(k8s(TS, { name: 'x', type: 'int', doc: 'x'.repeat(300_000) })), /characters of schema/],
  [
    'a union of 70 branches',
    root(k8s(TS), ...Array.from({ length: 70 }, (_, n) => ({ type: 'record', name: `N${n}`, fields: [] }))),
    /71 branches/,
  ],
] as const)
  test(`${what}: refused with a reason`, () => {
    assert.throws(
      () => parseWriterSchema(text),
      (fault: unknown) => fault instanceof Fault && fault.code === 'SFP_SYSFLOW_SCHEMA' && reason.test(fault.message),
    )
  })

test('a schema whose records double forty times is parsed quickly', () => {
  const types = Array.from({ length: 40 }, (_, n) => ({
    type: 'record',
    name: `R${n}`,
    fields:
      n === 0
        ? [{ name: 'a', type: 'null' }]
        : [
            { name: 'a', type: `R${n - 1}` },
            { name: 'b', type: `R${n - 1}` },
          ],
  }))
  const { branches } = parseWriterSchema(root(...types, k8s(TS)))
  const last = branches[39]?.shape
  assert.ok(last?.kind === 'record' && last.isEmpty)
})
