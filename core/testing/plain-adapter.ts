// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../contract/batch.js'
import type { Attribute, RecordAdapter } from '../contract/record-adapter.js'

/** What attributes without a recorded type, alias or entity have in common. */
export const PLAIN_ATTRIBUTE = { aliases: [], dependsOn: 'row', description: '', recordTypes: [] } as const

/** An adapter of records with these attributes and the required members only: no record types, groups or entities. */
export function plainAdapter<B extends Batch>(
  channel: string,
  evaluatedChannel: string,
  attributes: readonly Attribute<B>[],
): RecordAdapter<B> {
  const byName = new Map(attributes.flatMap(one => [one.name, ...one.aliases].map(name => [name, one] as const)))
  return {
    channel,
    evaluatedChannel,
    recordTypes: [],
    attributes: {
      find: name => byName.get(name),
      names: [...byName.keys()],
      unsupportedReason: () => undefined,
      currentName: () => undefined,
    },
    group: () => 0,
    entities: [],
  }
}
