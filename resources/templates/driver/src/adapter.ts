// SPDX-License-Identifier: Apache-2.0
import type { Attribute, ListBatch, RecordAdapter } from 'sfprocessor/plugin'

/** One record. */
export interface Reading {
  readonly number: number
  readonly place: string
  readonly degrees: number
}

type Readings = ListBatch<Reading>

const reading = (batch: Readings, row: number): Reading => batch.records[row] as Reading

const COMMON = { aliases: [], dependsOn: 'row', recordTypes: ['reading'] } as const

const ATTRIBUTES: readonly Attribute<Readings>[] = [
  { ...COMMON, name: 'number', type: 'number', description: 'Counts from 1.', read: (batch, row) => reading(batch, row).number },
  {
    ...COMMON,
    name: 'place',
    type: 'text',
    description: 'Place of the thermometer.',
    read: (batch, row) => reading(batch, row).place,
  },
  { ...COMMON, name: 'degrees', type: 'number', description: 'Celsius.', read: (batch, row) => reading(batch, row).degrees },
]

/** The view of readings that rules, actions, encoders and transports read. */
export const READING_ADAPTER: RecordAdapter<Readings> = {
  channel: 'samplechan',
  evaluatedChannel: 'samplealertchan',
  recordTypes: ['reading'],
  recordType: () => 'reading',
  attributes: {
    find: name => ATTRIBUTES.find(attribute => attribute.name === name),
    names: ATTRIBUTES.map(({ name }) => name),
    unsupportedReason: () => undefined,
    currentName: () => undefined,
  },
  summaryFields: ['place', 'degrees'],
  group: () => 0,
  entities: [],
}
