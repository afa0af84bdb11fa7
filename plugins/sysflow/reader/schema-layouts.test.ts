// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SCHEMA_V5 } from '../avro/schema-v5.js'
import { parseWriterSchema } from '../avro/writer-schema.js'
import { LayoutDecoders, layoutForVersion, SCHEMA_LAYOUTS, schemaText } from './schema-layouts.js'

/** Fields of a record in a layout, in wire order. */
function fieldsOf(layout: (typeof SCHEMA_LAYOUTS)[number], branch: string): readonly string[] | undefined {
  const shape = parseWriterSchema(schemaText(layout)).branches.find(({ kind }) => kind === branch)?.shape
  return shape?.kind === 'record' ? shape.fields.map(({ name }) => name) : undefined
}

test('the newest layout is the schema of version 5', () => {
  assert.deepEqual(JSON.parse(schemaText(5)), JSON.parse(JSON.stringify(SCHEMA_V5)))
})

test('every layout is a schema of SysFlow with the branches of its version, in the fixed order', () => {
  const newest = parseWriterSchema(schemaText(5)).branches.map(({ name }) => name)
  assert.deepEqual(
    SCHEMA_LAYOUTS.map(layout => {
      const names = parseWriterSchema(schemaText(layout)).branches.map(({ name }) => name)
      assert.deepEqual(names, newest.slice(0, names.length))
      return [layout, names.length]
    }),
    [[0, 8], [1, 9], [1001, 10], [2, 10], [3, 10], [4, 12], [5, 12]],
  ) // biome-ignore format: a table
})

test('a layout has the fields of its version, and no later ones', () => {
  const table = (['H', 'C', 'P', 'NF'] as const).map(branch => [
    branch,
    ...SCHEMA_LAYOUTS.map(layout =>
      fieldsOf(layout, branch)
        ?.slice(branch === 'NF' ? 10 : -3)
        .join(' '),
    ),
  ])
  const counters = 'numRRecvOps numWSendOps numRRecvBytes numWSendBytes'
  assert.deepEqual(table, [
    ['H', 'version exporter', 'version exporter', 'version exporter ip', 'version exporter ip', 'exporter ip filename', 'exporter ip filename', 'exporter ip filename'],
    ['C', 'imageid type privileged', 'imageid type privileged', 'type privileged imagerepo', 'imageid type privileged', 'imageid type privileged', 'type privileged podId', 'type privileged podId'],
    ['P', 'groupName tty containerId', 'groupName tty containerId', 'tty containerId entry', 'tty containerId entry', 'tty containerId entry', 'tty containerId entry', 'entry cwd env'],
    ['NF', counters, ...Array(6).fill(`fd ${counters}`)],
  ]) // biome-ignore format: a table
})

test('the version of a header selects a layout; an unknown version selects none', () => {
  assert.deepEqual(
    [1000, 1, 1001, 2, 3, 4, 5, 0, 6, -1, 2.5].map(layoutForVersion),
    [1, 1, 1001, 2, 3, 4, 5, undefined, undefined, undefined, undefined],
  ) // biome-ignore format: a table
})

test('a decoder is created once, for any number of requests', () => {
  const layouts = new LayoutDecoders()
  assert.equal(layouts.of(5).decoder, layouts.of(5).decoder)
  assert.equal(layouts.of(5).fallbackDecoder, layouts.of(4).decoder)
  assert.equal(layouts.of(3).fallbackDecoder, undefined)
})
