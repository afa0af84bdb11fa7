// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evolvedSchema, SchemaRandom } from '../testing/random-schema.js'
import { parsePlainSchema } from './plain-schema.js'
import { SCHEMA_V5 } from './schema-v5.js'
import { shapeFromAvsc } from './writer-schema.js'

/** Says whether the schema was plain; then the Avro package must allow it, and see the same in it. */
function agree(schema: unknown): boolean {
  const plain = parsePlainSchema(schema)
  if (plain) assert.deepEqual(plain, shapeFromAvsc(schema))
  return plain !== undefined
}

test('the schema of today is plain in both spellings of its names, and means what the Avro package says', () => {
  assert.ok(agree(SCHEMA_V5))
  assert.ok(agree(respelt(SCHEMA_V5)))
})

test('schemas of other ages are understood as by the Avro package', () => {
  const random = new SchemaRandom(7)
  let plain = 0
  for (let round = 0; round < 300; round++) plain += Number(agree(evolvedSchema(random)))
  assert.ok(plain > 0)
})

test('a schema that was changed anywhere is understood as by the Avro package, or left to it', () => {
  const random = new SchemaRandom(11)
  let plain = 0
  for (let round = 0; round < 3000; round++) {
    const schema = structuredClone(random.chance(0.5) ? SCHEMA_V5 : respelt(SCHEMA_V5)) as object
    for (let changes = 1 + random.below(2); changes > 0; changes--) change(schema, random)
    plain += Number(agree(schema))
  }
  assert.ok(plain > 50 && plain < 3000, String(plain))
})

for (const [what, schema] of [
  ['a name without a namespace', { type: 'record', name: 'R', fields: [] }],
  ['a name that lies in its surroundings', { type: 'record', name: 'a.R', fields: [{ name: 'f', type: { type: 'fixed', name: 'F', size: 1 } }] }],
  ['aliases', { type: 'record', name: 'a.R', aliases: ['b.R'], fields: [] }],
  ['a default that is no plain value', { type: 'record', name: 'a.R', fields: [{ name: 'f', type: ['null', 'int'], default: null }] }],
  ['a type that is defined later', { type: 'record', name: 'a.R', fields: [{ name: 'f', type: 'a.S' }, { name: 'g', type: { type: 'fixed', name: 'a.S', size: 1 } }] }],
  ['a field twice', { type: 'record', name: 'a.R', fields: [{ name: 'f', type: 'int' }, { name: 'f', type: 'int' }] }],
  ['a branch twice', ['int', { type: 'int' }]],
  ['a union in a union', [['int']]],
  ['the name of a primitive type', { type: 'fixed', name: 'a.int', size: 1 }],
  ['a default out of range', { type: 'record', name: 'a.R', fields: [{ name: 'f', type: 'int', default: 2 ** 31 }] }],
] as const) // biome-ignore format: a table
  test(`${what} is left to the Avro package`, () => assert.equal(parsePlainSchema(schema), undefined))

test('a record that holds itself is a cycle, as the Avro package has it', () => {
  const self = {
    type: 'record',
    name: 'a.R',
    fields: [
      { name: 'f', type: { type: 'array', items: 'a.R' } },
      { name: 'g', type: 'a.R' },
    ],
  }
  assert.ok(agree(self))
})

/** Full names cut into name and namespace. */
function respelt(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(respelt)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    const [, namespace, name] = (key === 'name' && /^(.*)\.(\w+)$/.exec(String(value))) || []
    return namespace === undefined ? [[key, respelt(value)]] : [['namespace', namespace], ['name', name]] // biome-ignore format: one line
  })
  return Object.fromEntries(entries)
}

/** Changes one value somewhere in the tree, or gives or takes one. */
function change(tree: object, random: SchemaRandom): void {
  const at = tree as Record<string, unknown>
  const key = random.pick(Object.keys(at))
  const value = at[key]
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0 && random.chance(0.93)) change(value, random)
  else if (random.chance(0.2)) delete at[key]
  else if (Array.isArray(tree) && random.chance(0.3)) tree.push(structuredClone(random.pick(tree)))
  else at[random.chance(0.8) ? key : random.pick(KEYS)] = structuredClone(random.pick(VALUES))
}

const KEYS = ['doc', 'default', 'logicalType', 'aliases', 'namespace', 'size', 'order', 'items']
const VALUES = [
  'string', 'long', 'null', 'sysflow.type.OID', 'OID', 'a.B', 'x', '', 0, 1, 20, 2 ** 40, -1.5, true, null, [], {}, ['null', 'long'], ['a', 'b'],
  { type: 'long' }, { type: 'long', logicalType: 'timestamp-millis' }, { type: 'array', items: 'sysflow.type.FOID' },
  { type: 'fixed', name: 'a.F', size: 3 }, { type: 'enum', name: 'a.E', symbols: ['A', 'B'] }, { type: 'map', values: 'string' },
] // biome-ignore format: a table
