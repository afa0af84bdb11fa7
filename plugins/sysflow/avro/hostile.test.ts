// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EntityTables } from '../entities/entity-tables.js'
import { BlockCursor } from '../reader/block-cursor.js'
import { Decoder } from '../reader/decoder.js'
import { EventColumns } from '../reader/event-columns.js'
import { varintBytes } from '../testing/container-bytes.js'
import { evolvedSchema, SchemaRandom } from '../testing/random-schema.js'
import { SCHEMA_V5 } from './schema-v5.js'
import { encodeRecord } from './trace-writer.js'
import { parseWriterSchema } from './writer-schema.js'

const decoder = new Decoder(parseWriterSchema(JSON.stringify(SCHEMA_V5)))

/** Decodes until the block is done or undecodable; returns the number of rows. */
function decode(bytes: Buffer, count: number, by = decoder): { stop: string; rows: number; cursor: BlockCursor } {
  const columns = new EventColumns(16)
  const tables = new EntityTables()
  const cursor = new BlockCursor(bytes, count)
  let rows = 0
  for (;;) {
    const stop = by.decode(cursor, columns, tables)
    rows += columns.length
    columns.length = 0
    assert.ok(cursor.position >= 0 && cursor.position <= bytes.length)
    if (stop === 'block done' || stop === 'undecodable') return { stop, rows, cursor }
  }
}

test('random bytes are refused without an exception with any schema, and nothing is read past the end', () => {
  const random = new SchemaRandom(7)
  for (let round = 0; round < 40; round++) {
    const by = round === 0 ? decoder : new Decoder(parseWriterSchema(JSON.stringify(evolvedSchema(random))))
    for (let sample = 0; sample < 200; sample++) {
      const bytes = Buffer.from(
        Array.from({ length: random.below(200) }, () => (random.chance(0.3) ? random.below(24) : random.below(256))),
      )
      decode(bytes, 1000, by)
    }
  }
})

const file = {
  branch: 'F',
  record: { state: 'CREATED', oid: Buffer.alloc(20, 1), ts: 1n, restype: 102, path: '/etc/passwd', containerId: 'c' },
} as const
const call = { procOID: { createTS: 1n, hpid: 1 }, ts: 2n, tid: 3, opFlags: 2 }
const event = { branch: 'PE', record: { ...call, args: ['one', 'two'], ret: 0 } } as const

test('a record that is cut anywhere cannot be decoded, and earlier records are preserved', () => {
  for (const record of [encodeRecord(file), encodeRecord(event)])
    for (let length = 0; length < record.length; length++) {
      const { stop, rows, cursor } = decode(Buffer.concat([encodeRecord(event), record.subarray(0, length)]), 2)
      assert.deepEqual([stop, rows, cursor.remaining, cursor.position], ['undecodable', 1, 1, encodeRecord(event).length])
    }
})

/** A process event up to its arguments, then `args`, then the result. */
const withArguments = (...args: Buffer[]): Buffer => {
  const whole = encodeRecord({ branch: 'PE', record: { ...call, args: [], ret: 0 } })
  return Buffer.concat([whole.subarray(0, -2), ...args, varintBytes(0)])
}

test('blocks of an array can have their length in bytes', () => {
  const part = Buffer.concat([varintBytes(1), Buffer.from('x')])
  assert.equal(
    decode(withArguments(varintBytes(-1), varintBytes(2), part, varintBytes(1), part, varintBytes(0)), 1).stop,
    'block done',
  )
})

test('false lengths and counts are refused', () => {
  for (const args of [
    [varintBytes(2 ** 31), varintBytes(0)],
    [varintBytes(2n ** 62n), varintBytes(1)],
    [varintBytes(1), varintBytes(2 ** 31)],
    [varintBytes(1), varintBytes(-5)],
    [varintBytes(1), varintBytes(-(2n ** 63n))],
    [varintBytes(-(2n ** 63n)), varintBytes(1)],
    [varintBytes(-1), varintBytes(2 ** 31), varintBytes(0)],
    [varintBytes(-1), varintBytes(-1), varintBytes(0)],
    [Buffer.alloc(11, 255)],
  ])
    assert.equal(decode(withArguments(...args, varintBytes(0)), 1).stop, 'undecodable')
})

test('numbers that would lose digits are refused: a long beyond 2^53, an int beyond 32 bits', () => {
  const whole = encodeRecord(event)
  const clocks = Buffer.concat([varintBytes(4), varintBytes(1), varintBytes(1), varintBytes(2)])
  assert.deepEqual(whole.subarray(0, clocks.length), clocks)
  const withTid = (tid: number | bigint, opFlags: number | bigint): Buffer =>
    Buffer.concat([clocks, varintBytes(tid), varintBytes(opFlags), varintBytes(0), varintBytes(0)])
  for (const tid of [2n ** 53n - 1n, -(2n ** 53n), -1n]) assert.equal(decode(withTid(tid, 0), 1).stop, 'block done')
  for (const tid of [2n ** 53n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)])
    assert.equal(decode(withTid(tid, 0), 1).stop, 'undecodable')
  for (const flags of [2 ** 31 - 1, -(2 ** 31)]) assert.equal(decode(withTid(1, flags), 1).stop, 'block done')
  for (const flags of [2 ** 31, -(2 ** 31) - 1, 2n ** 40n]) assert.equal(decode(withTid(1, flags), 1).stop, 'undecodable')
})

test('a branch that the union does not have, and a negative one, cannot be decoded', () => {
  for (const index of [12, 63, 64, -1, 2n ** 40n]) assert.equal(decode(varintBytes(index), 1).stop, 'undecodable')
})

test('a list of 2^60 items without bytes, in an unknown field, is skipped at once', () => {
  const schema = {
    type: 'record', name: 'S', fields: [{ name: 'rec', type: [{ type: 'record', name: 'sysflow.event.K8sEvent', fields: [
      { name: 'nothings', type: { type: 'array', items: { type: 'record', name: 'N', fields: [{ name: 'a', type: 'null' }] } } },
      { name: 'ts', type: 'long' },
    ] }] }],
  } // biome-ignore format: one field matters
  const by = new Decoder(parseWriterSchema(JSON.stringify(schema)))
  const bytes = Buffer.concat([
    varintBytes(0),
    varintBytes(2n ** 52n),
    varintBytes(-(2n ** 52n)),
    varintBytes(0),
    varintBytes(0),
    varintBytes(5),
  ])
  assert.equal(decode(bytes, 1, by).stop, 'block done')
})

test('a value of a recursive type that is nested too deep is refused, not followed', () => {
  const list = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] }
  const schema = {
    type: 'record',
    name: 'S',
    fields: [
      {
        name: 'rec',
        type: [
          {
            type: 'record',
            name: 'sysflow.event.K8sEvent',
            fields: [
              { name: 'list', type: list },
              { name: 'ts', type: 'long' },
            ],
          },
        ],
      },
    ],
  }
  const by = new Decoder(parseWriterSchema(JSON.stringify(schema)))
  const nested = (depth: number): Buffer =>
    Buffer.concat([varintBytes(0), Buffer.alloc(depth, varintBytes(1)), varintBytes(0), varintBytes(9)])
  assert.equal(decode(nested(50), 1, by).stop, 'block done')
  assert.equal(decode(nested(1_000_000), 1, by).stop, 'undecodable')
})
