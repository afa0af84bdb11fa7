// SPDX-License-Identifier: Apache-2.0
import { CountedBatch } from '../../contract/batch.js'
import type { Attribute, CacheEntry, Dependence, Entity, RecordAdapter } from '../../contract/record-adapter.js'

/** A value of each type, for the row, the group and each entity of a record. */
export interface FakeValues {
  readonly text: string
  readonly json: string
  readonly number: number
  readonly boolean: boolean
  readonly clock: bigint
  readonly texts: readonly string[]
  readonly numbers: readonly number[]
}

export const NO_VALUES: FakeValues = { text: '', json: '', number: 0, boolean: false, clock: 0n, texts: [], numbers: [] }

export class FakeEntity implements Entity {
  cache: CacheEntry | null = null
  constructor(readonly values: FakeValues) {}
}

export interface FakeRow {
  readonly type: (typeof FAKE_TYPES)[number]
  /** Small integer; together with the type it determines the group. */
  readonly flags: number
  readonly actor: FakeEntity
  readonly file: FakeEntity
  readonly values: FakeValues
}

export const FAKE_TYPES = ['PE', 'NF', 'FF'] as const
const recordTypeOf = (group: number): FakeRow['type'] => FAKE_TYPES[group % FAKE_TYPES.length] ?? 'PE'

export class FakeBatch extends CountedBatch {
  recycled = 0
  constructor(readonly rows: readonly FakeRow[]) {
    super()
  }
  get length(): number {
    return this.rows.length
  }
  row(row: number): FakeRow {
    const found = this.rows[row]
    if (!found) throw new Error(`the batch has no row ${row}`)
    return found
  }
  protected override recycle(): void {
    this.recycled++
  }
}

/** The attribute values for the group's flags; `flags` itself is the number. */
export const groupValues = (flags: number): FakeValues => ({
  text: ['a', 'b', '"ab"', ''][flags % 4] ?? '',
  json: ['{"a":[1,"a"]}', '', '[0,"b"]', '{'][flags % 4] ?? '',
  number: flags,
  boolean: flags % 2 === 1,
  clock: BigInt(flags) << 31n,
  texts: ['READ', 'WRITE', 'OPEN'].filter((_, bit) => (flags >> bit) % 2 === 1),
  numbers: flags === 0 ? [] : [flags, 50],
})

/**
 * An adapter of records with two entity columns, backed by plain arrays. The name of each attribute is its dependence and its
 * type, for example `actor.text`, `row.clock`.
 */
export const FAKE_ADAPTER: RecordAdapter<FakeBatch> = {
  channel: 'fakechan',
  evaluatedChannel: 'eventchan',
  recordTypes: FAKE_TYPES,
  attributes: {
    find: name => ATTRIBUTES.get(name),
    get names() {
      return [...ATTRIBUTES.keys()]
    },
    unsupportedReason: () => undefined,
    currentName: () => undefined,
  },
  recordType: (batch, row) => batch.row(row).type,
  recordTypeDependsOn: 'group',
  group: (batch, row) => FAKE_TYPES.indexOf(batch.row(row).type) + FAKE_TYPES.length * batch.row(row).flags,
  entities: [
    { name: 'actor', entity: (batch, row) => batch.row(row).actor },
    { name: 'file', entity: (batch, row) => batch.row(row).file },
  ],
}

/** The same records without entities: each record is its own entity, and its type is read from the row. */
export const FAKE_OWN_ENTITY_ADAPTER: RecordAdapter<FakeBatch> = { ...FAKE_ADAPTER, entities: [], recordTypeDependsOn: 'row' }

/** In some groups one entity or the group determines these attributes, in others the row. */
const MIXED_DEPENDENCE: readonly Attribute<FakeBatch>[] = [
  {
    ...attribute('mixed.text', 'row', {
      type: 'text',
      read: (batch, row) => (batch.row(row).type === 'NF' ? batch.row(row).values.text : batch.row(row).file.values.text),
    }),
    dependsOnWithinGroup: group => (recordTypeOf(group) === 'NF' ? 'row' : 'file'),
  },
  {
    ...attribute('mixed.number', 'row', {
      type: 'number',
      read(batch, row) {
        const { type, flags, actor, values } = batch.row(row)
        return type === 'PE' ? flags : type === 'NF' ? actor.values.number : values.number
      },
    }),
    dependsOnWithinGroup: group => ({ PE: 'group', NF: 'actor', FF: 'row' })[recordTypeOf(group)],
  },
  {
    ...attribute('mixed.texts', 'row', {
      type: 'texts',
      read: (batch, row) => (batch.row(row).type === 'FF' ? batch.row(row).values.texts : []),
    }),
    dependsOnWithinGroup: group => (recordTypeOf(group) === 'FF' ? 'row' : 'group'),
  },
]

const ATTRIBUTES: ReadonlyMap<string, Attribute<FakeBatch>> = new Map(
  [
    ...attributesOf('group', row => groupValues(row.flags)),
    ...attributesOf('actor', row => row.actor.values),
    ...attributesOf('file', row => row.file.values),
    ...attributesOf('row', row => row.values),
    ...MIXED_DEPENDENCE,
  ].map(one => [one.name, one]),
)

function attributesOf(dependsOn: Dependence, valuesOf: (row: FakeRow) => FakeValues): Attribute<FakeBatch>[] {
  const at = (batch: FakeBatch, row: number): FakeValues => valuesOf(batch.row(row))
  return [
    attribute(`${dependsOn}.text`, dependsOn, { type: 'text', read: (batch, row) => at(batch, row).text }),
    attribute(`${dependsOn}.json`, dependsOn, { type: 'json', read: (batch, row) => at(batch, row).json }),
    attribute(`${dependsOn}.number`, dependsOn, { type: 'number', read: (batch, row) => at(batch, row).number }),
    attribute(`${dependsOn}.boolean`, dependsOn, { type: 'boolean', read: (batch, row) => at(batch, row).boolean }),
    attribute(`${dependsOn}.clock`, dependsOn, {
      type: 'clock',
      read: (batch, row) => at(batch, row).clock,
      high: (batch, row) => Number(at(batch, row).clock >> 32n),
      low: (batch, row) => Number(at(batch, row).clock & 0xffffffffn),
    }),
    attribute(`${dependsOn}.texts`, dependsOn, { type: 'texts', read: (batch, row) => at(batch, row).texts }),
    attribute(`${dependsOn}.numbers`, dependsOn, { type: 'numbers', read: (batch, row) => at(batch, row).numbers }),
  ]
}

type AttributeReading<A = Attribute<FakeBatch>> = A extends unknown
  ? Omit<A, 'name' | 'aliases' | 'dependsOn' | 'description' | 'recordTypes'>
  : never

function attribute(name: string, dependsOn: Dependence, reading: AttributeReading): Attribute<FakeBatch> {
  return { name, aliases: [], dependsOn, description: name, recordTypes: FAKE_TYPES, ...reading }
}
