// SPDX-License-Identifier: Apache-2.0
import type { Attribute, ListBatch, RecordAdapter } from 'sfprocessor/plugin'

export interface Line {
  readonly file: string
  readonly number: number
  readonly text: string
}

type Lines = ListBatch<Line>

const line = ({ records }: Lines, row: number): Line => records[row] as Line

const COMMON = { aliases: [], dependsOn: 'row', recordTypes: ['text', 'comment'] } as const

const ATTRIBUTES: readonly Attribute<Lines>[] = [
  { ...COMMON, name: 'line.file', type: 'text', description: 'Path of the file.', read: (batch, row) => line(batch, row).file },
  {
    ...COMMON,
    name: 'line.number',
    type: 'number',
    description: 'Counts from 1.',
    read: (batch, row) => line(batch, row).number,
  },
  { ...COMMON, name: 'line.text', type: 'text', description: 'Without line end.', read: (batch, row) => line(batch, row).text },
]

/** The view of lines that rules, encoders, transports and `tap` read. A rule selects record types with `prefilter`. */
export const LINE_ADAPTER: RecordAdapter<Lines> = {
  channel: 'linechan',
  evaluatedChannel: 'linealertchan',
  recordTypes: ['text', 'comment'],
  recordType: (batch, row) => (line(batch, row).text.startsWith('#') ? 'comment' : 'text'),
  attributes: {
    find: name => ATTRIBUTES.find(attribute => attribute.name === name),
    names: ATTRIBUTES.map(({ name }) => name),
    unsupportedReason: () => undefined,
    currentName: () => undefined,
  },
  summaryFields: ['line.number', 'line.text'],
  group: () => 0,
  entities: [],
}
