// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import avsc from 'avsc'
import { BlockCursor } from '../reader/block-cursor.js'
import { Decoder } from '../reader/decoder.js'
import { EventColumns } from '../reader/event-columns.js'
import { bigintLongs } from '../testing/oracle.js'
import { assertSame, type PlainForm, PlainTables, RecordingTables, rowForm } from '../testing/plain-sysflow.js'
import { evolvedSchema, SchemaRandom } from '../testing/random-schema.js'
import { parseWriterSchema } from './writer-schema.js'

const SCHEMAS = 250
const RECORDS = 500

/** Few identities and names, so events find their entities. */
const CLOCKS = [0n, 1n, 1700000000000000001n, 2n ** 63n - 1n, -(2n ** 63n)]
const TEXTS = ['', 'a', ' padded\t', 'c0ffee000001', 'naïve \u2003', '日本', 'x'.repeat(70), '\u0085', '\uFEFFmark', 'tail\n\0\n']

/** A value that avsc encodes under `type`; `field` gives the meaning of a number. */
function randomValue(type: avsc.Type, field: string, random: SchemaRandom): unknown {
  if (type instanceof avsc.types.RecordType)
    return Object.fromEntries(type.fields.map(inner => [inner.name, randomValue(inner.type, inner.name, random)]))
  if (type instanceof avsc.types.WrappedUnionType) {
    const branch = type.types[branchFor(type.types, random)] as avsc.Type
    return branch.typeName === 'null' ? null : { [branch.branchName ?? '']: randomValue(branch, field, random) }
  }
  if (type instanceof avsc.types.ArrayType)
    return Array.from({ length: random.below(4) }, () => randomValue(type.itemsType, field, random))
  if (type instanceof avsc.types.MapType)
    return Object.fromEntries(
      Array.from({ length: random.below(3) }, (_, n) => [`key ${n}`, randomValue(type.valuesType, field, random)]),
    )
  if (type instanceof avsc.types.EnumType) return random.pick(type.symbols)
  if (type instanceof avsc.types.FixedType) return Buffer.alloc(type.size, random.below(4))
  switch (type.typeName) {
    case 'null':
      return null
    case 'boolean':
      return random.chance(0.5)
    case 'int':
      return wholeOf(field, random, 31n, Number)
    case 'long':
    case 'abstract:long':
      return wholeOf(field, random, INT_FIELDS.has(field) ? 31n : CLOCK_FIELDS.has(field) ? 63n : 52n, BigInt)
    case 'bytes':
      return Buffer.from(random.pick(TEXTS))
    case 'string':
      return random.pick(TEXTS)
    default:
      return random.below(1000) / 8
  }
}

/** Chains of a recursive type end soon. */
const branchFor = (types: readonly avsc.Type[], random: SchemaRandom): number => {
  const end = types.findIndex(type => type.typeName === 'null')
  return end >= 0 && random.chance(0.4) ? end : random.below(types.length)
}

const CLOCK_FIELDS: ReadonlySet<string> = new Set(['ts', 'endTs', 'createTS', 'hostIP', 'internalIP', 'clusterIP'])
const INT_FIELDS: ReadonlySet<string> = new Set([
  'opFlags', 'openFlags', 'sip', 'sport', 'dip', 'dport', 'proto', 'fd', 'ret', 'uid', 'gid', 'restype', 'port', 'targetPort', 'nodePort',
]) // biome-ignore format: one list

function wholeOf<T>(field: string, random: SchemaRandom, bits: bigint, as: (value: bigint) => T): T {
  if (field === 'createTS') return as(random.pick(CLOCKS))
  if (field === 'hpid') return as(BigInt(random.below(5)))
  const size = 1n + (BigInt(random.below(2 ** 30)) % bits)
  const value = ((BigInt(random.below(2 ** 31)) << 32n) | BigInt(random.below(2 ** 31) * 2)) & ((1n << size) - 1n)
  return as(random.chance(0.3) ? -value : value)
}

interface Sample {
  readonly bytes: Buffer
  readonly expected: PlainTables
}

function sample(type: avsc.Type, random: SchemaRandom): Sample {
  const expected = new PlainTables()
  const parts: Buffer[] = []
  for (let n = 0; n < RECORDS; n++) {
    const rec = (type as avsc.types.RecordType).fields[0]?.type as avsc.types.WrappedUnionType
    // Few headers, because they clear the tables.
    const branches = random.chance(0.95)
      ? rec.types.filter(({ branchName }) => branchName !== 'sysflow.entity.SFHeader')
      : rec.types
    const branch = random.pick(branches.length > 0 ? branches : rec.types)
    const bytes = type.toBuffer({ rec: { [branch.branchName ?? '']: randomValue(branch, '', random) } })
    parts.push(bytes)
    const decoded = type.fromBuffer(bytes) as { rec: Record<string, Record<string, unknown>> }
    expected.take(branch.branchName ?? '', Object.values(decoded.rec)[0] ?? {})
  }
  return { bytes: Buffer.concat(parts), expected }
}

test(`check 10, 11: decoder and avsc agree on ${SCHEMAS * RECORDS} random records of ${SCHEMAS} random evolutions of the schema`, () => {
  const random = new SchemaRandom(20)
  for (let round = 0; round < SCHEMAS; round++) {
    const schema = evolvedSchema(random)
    const type = avsc.Type.forSchema(schema as never, { typeHook: bigintLongs, wrapUnions: true } as object)
    const { bytes, expected } = sample(type, random)
    const decoder = new Decoder(parseWriterSchema(JSON.stringify(schema)))
    const tables = new RecordingTables()
    const events: PlainForm[] = []
    const columns = new EventColumns(1 + random.below(60))
    const cursor = new BlockCursor(bytes, RECORDS)
    for (let stop = ''; stop !== 'block done'; ) {
      stop = decoder.decode(cursor, columns, tables)
      assert.notEqual(stop, 'undecodable', `schema ${round}: ${JSON.stringify(schema)}`)
      for (let row = 0; row < columns.length; row++) events.push(rowForm(columns, row))
      columns.length = 0
    }
    assert.equal(cursor.position, bytes.length)
    assertSame(tables.stored, expected.stored)
    assertSame(events, expected.events)
    assert.equal(
      tables.counts.reduce((sum, count) => sum + count, 0),
      RECORDS,
    )
  }
})
