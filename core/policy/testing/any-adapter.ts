// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../contract/any-value.js'
import { CountedBatch } from '../../contract/batch.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'

export type AnyRow = Readonly<Record<string, AnyValue | undefined>>

export class AnyBatch extends CountedBatch {
  constructor(readonly rows: readonly AnyRow[]) {
    super()
  }
  get length(): number {
    return this.rows.length
  }
}

/** Records with values of any kind under any name, without record types and entities. */
export const ANY_ADAPTER: RecordAdapter<AnyBatch> = {
  channel: 'anychan',
  evaluatedChannel: 'anychan',
  recordTypes: [],
  attributes: {
    find: name => ({
      name,
      aliases: [],
      type: 'any',
      dependsOn: 'row',
      recordTypes: [],
      description: '',
      read: (batch, row) => batch.rows[row]?.[name],
    }),
    isOpen: true,
    names: [],
    unsupportedReason: () => undefined,
    currentName: () => undefined,
  },
  group: () => 0,
  entities: [],
}
