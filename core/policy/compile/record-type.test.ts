// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ListBatch } from '../../contract/batch.js'
import type { EntityColumn, RecordAdapter } from '../../contract/record-adapter.js'
import { interpretRow } from '../interpret/interpret.js'
import type { Policy } from '../policy.js'
import { FakeEntity, NO_VALUES } from '../testing/fake-adapter.js'
import { ruleOf } from '../testing/random-policy.js'
import { MatchBuffer } from './match-buffer.js'
import { createPlan } from './plan.js'

interface Passage {
  readonly kind: 'opened' | 'forced'
  readonly door: string
}

type Passages = ListBatch<Passage>

const KINDS = ['opened', 'forced']
const kindOf = (batch: Passages, row: number): string => batch.records[row]?.kind ?? ''

/** No attribute contains the record type; only `recordType` returns it. */
const DOORS: RecordAdapter<Passages> = {
  channel: 'doorchan',
  evaluatedChannel: 'dooralertchan',
  recordTypes: KINDS,
  recordType: kindOf,
  attributes: {
    find: name =>
      name === 'door'
        ? {
            name,
            aliases: [],
            type: 'text',
            dependsOn: 'row',
            recordTypes: KINDS,
            description: '',
            read: (batch, row) => batch.records[row]?.door ?? '',
          }
        : undefined,
    names: ['door'],
    unsupportedReason: () => undefined,
    currentName: () => undefined,
  },
  group: () => 0,
  entities: [],
}

const criterion = (door: string) =>
  ({
    kind: 'criterion',
    criterion: {
      operator: 'contains',
      left: { kind: 'attribute', attribute: 'door', path: '' },
      right: [{ kind: 'literal', text: door }],
    },
  }) as const

const POLICY: Policy = {
  rules: [
    ruleOf(criterion('nor'), { name: 'forced in the north', prefilter: ['forced'] }),
    ruleOf(criterion('nor'), { name: 'north' }),
    ruleOf({ kind: 'constant', value: true }, { name: 'both types', prefilter: ['opened', 'forced'] }),
    ruleOf({ kind: 'constant', value: true }, { name: 'a type of other records', prefilter: ['PE'] }),
  ],
  filters: [],
}

const PASSAGES: readonly Passage[] = [
  { kind: 'opened', door: 'north' },
  { kind: 'forced', door: 'north' },
  { kind: 'forced', door: 'south' },
]

const EXPECTED = [['north', 'both types'], ['forced in the north', 'north', 'both types'], ['both types']]

function ruleNames(adapter: RecordAdapter<Passages>, passages = PASSAGES): readonly (readonly string[])[] {
  const batch: Passages = new ListBatch(passages)
  const matchBuffer = new MatchBuffer()
  createPlan(POLICY, adapter).evaluate(batch, true, matchBuffer)
  return passages.map((_, row) => {
    const names = matchBuffer.matchesAt(row)?.rules.map(({ name }) => name) ?? []
    assert.deepEqual(
      interpretRow(POLICY, adapter, batch, row).rules.map(({ name }) => name),
      names,
    )
    return names
  })
}

test('a prefilter compares the record type of the adapter, whatever its attributes are called', () => {
  assert.deepEqual(ruleNames(DOORS), EXPECTED)
})

test('a prefilter compares the record type of the adapter for records with entities too', () => {
  const door = new FakeEntity(NO_VALUES)
  const column: EntityColumn<Passages> = { name: 'house', entity: () => door }
  assert.deepEqual(ruleNames({ ...DOORS, entities: [column] }), EXPECTED)
})

test('a record type that depends on the group is read once for each group', () => {
  let asked = 0
  const adapter: RecordAdapter<Passages> = {
    ...DOORS,
    recordTypeDependsOn: 'group',
    group: (batch, row) => KINDS.indexOf(kindOf(batch, row)),
    recordType(batch, row) {
      asked++
      return kindOf(batch, row)
    },
  }
  const passages = Array.from({ length: 300 }, (_, row): Passage => PASSAGES[row % 3] ?? { kind: 'opened', door: '' })
  const batch: Passages = new ListBatch(passages)
  const matchBuffer = new MatchBuffer()
  createPlan(POLICY, adapter).evaluate(batch, true, matchBuffer)
  assert.ok(asked <= 3 * KINDS.length, `${asked} times`)
  assert.deepEqual(ruleNames(adapter), EXPECTED)
})
