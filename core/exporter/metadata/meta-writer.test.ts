// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyValue } from '../../contract/any-value.js'
import { ListBatch } from '../../contract/batch.js'
import { EvaluatedBatch, unevaluated } from '../../contract/evaluated-batch.js'
import type { Encoder } from '../../contract/exporter.js'
import { Ledger } from '../../contract/ledger.js'
import type { AnyAttribute, RecordAdapter } from '../../contract/record-adapter.js'
import { PLAIN_ATTRIBUTE, plainAdapter } from '../../testing/plain-adapter.js'
import { GuardedEncoder } from '../guarded-encoder.js'
import { hasPartitionKey, type MetaRequest, MetaWriter } from './meta-writer.js'

interface Door {
  readonly name: AnyValue
  readonly at?: bigint
}
type Doors = ListBatch<Door>

const DOOR_NAME: AnyAttribute<Doors> = {
  ...{ ...PLAIN_ATTRIBUTE, name: 'door.name', aliases: ['door'], type: 'any' },
  read: (batch, row) => batch.records[row]?.name,
}

/** The adapter of a plugin for records of doors, with required members only. */
const DOORS = plainAdapter('doorchan', 'dooralertchan', [DOOR_NAME])

const nameEncoder: Encoder<Doors> = {
  format: 'names',
  encode({ records, rows }, from, to, into) {
    for (let index = from; index < to; index++) {
      const { name } = records.records[rows[index] as number] as Door
      if (name === 'broken') throw new Error('no such door')
      into.text(String(name))
      into.finishRecord()
    }
  },
}

function metaOf(request: Partial<MetaRequest>, doors: readonly Door[] | EvaluatedBatch<Doors>, adapter?: RecordAdapter<Doors>) {
  const ledger = new Ledger()
  const writer = new MetaWriter({ ids: false, times: false, key: undefined, ...request }, adapter, () => 1000)
  const encoder = new GuardedEncoder(nameEncoder, ledger, () => {}, writer)
  const batch = doors instanceof EvaluatedBatch ? doors : unevaluated(new ListBatch(doors))
  const chunk = encoder.createChunk(64)
  encoder.encode(batch, 0, batch.length, chunk)
  return { ...chunk.chunk(), dropped: ledger.dropped.size }
}

test('without ids from the adapter, equal bytes have equal ids', () => {
  for (const adapter of [DOORS, undefined]) {
    const { meta } = metaOf({ ids: true }, [{ name: 'a' }, { name: 'b' }, { name: 'a' }], adapter)
    const [first, second, third] = meta?.ids ?? []
    assert.match(first ?? '', /^[0-9a-f]{32}$/)
    assert.notEqual(first, second)
    assert.equal(first, third)
    assert.deepEqual(Object.keys(meta ?? {}), ['ids'])
  }
})

test('an id of the adapter takes precedence; an invalid id drops the record', () => {
  const adapter: RecordAdapter<Doors> = { ...DOORS, id: (batch, row) => String(batch.records[row]?.name).slice(1) }
  const { meta, length, dropped } = metaOf({ ids: true }, [{ name: 'xa' }, { name: 'x' }, { name: 'xb' }], adapter)
  assert.deepEqual([meta?.ids, length, dropped], [['a', 'b'], 2, 1])
})

test('the time is that of the record, or the time of encoding if the record has none', () => {
  const adapter: RecordAdapter<Doors> = { ...DOORS, time: (batch, row) => batch.records[row]?.at ?? 0n }
  const doors = [{ name: 'a', at: -5n }, { name: 'b' }]
  assert.deepEqual(metaOf({ times: true }, doors, adapter).meta?.times, BigInt64Array.of(-5n, 1_000_000_000n))
  assert.deepEqual(metaOf({ times: true }, doors, DOORS).meta?.times, BigInt64Array.of(1_000_000_000n, 1_000_000_000n))
})

test('a key is the text of an attribute, unless the adapter gives one', () => {
  const doors = [{ name: 'a' }, { name: '' }, { name: null }, { name: 7n }, { name: ['x', 'y'] }, { name: { entries: [] } }]
  const expected = ['a', undefined, undefined, '7', 'x,y', undefined]
  assert.deepEqual(metaOf({ key: 'door' }, doors, DOORS).meta?.keys, expected)
  const adapter: RecordAdapter<Doors> = { ...DOORS, key: name => (name === 'host' ? 'here' : '') }
  assert.deepEqual(metaOf({ key: 'host' }, doors.slice(0, 1), adapter).meta?.keys, ['here'])
  assert.deepEqual(metaOf({ key: 'door' }, doors.slice(0, 1), adapter).meta?.keys, [undefined])
  assert.deepEqual(
    ['door', 'host', 'pod'].map(name => [hasPartitionKey(DOORS, name), hasPartitionKey(adapter, name)]),
    [
      [true, true],
      [false, true],
      [false, false],
    ],
  )
})

test('a record that cannot be encoded leaves no metadata', () => {
  const doors = [{ name: 'a' }, { name: 'broken' }, { name: 'c' }]
  const { meta, bytes } = metaOf({ ids: true, times: true, key: 'door' }, doors, DOORS)
  assert.equal(Buffer.from(bytes).toString(), 'a\nc\n')
  assert.deepEqual([meta?.keys, meta?.ids?.length, meta?.times?.length], [['a', 'c'], 2, 2])
})

test('rows are those of the evaluated batch, and thousands of records have their own times', () => {
  const records = new ListBatch(Array.from({ length: 5000 }, (_, row): Door => ({ name: `d${row}`, at: BigInt(row + 1) })))
  const rows = Uint32Array.from({ length: 2500 }, (_, index) => 2 * index)
  const batch = new EvaluatedBatch(records, rows, new Array<null>(2500).fill(null))
  const adapter: RecordAdapter<Doors> = { ...DOORS, time: (doors, row) => doors.records[row]?.at ?? 0n }
  const { meta } = metaOf({ times: true, key: 'door' }, batch, adapter)
  assert.deepEqual([meta?.keys?.[2499], meta?.times?.[2499], meta?.times?.length], ['d4998', 4999n, 2500])
})
