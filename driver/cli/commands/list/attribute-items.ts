// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../../core/contract/batch.js'
import {
  type Attribute,
  type AttributeType,
  listedAttributes,
  type RecordAdapter,
} from '../../../../core/contract/record-adapter.js'
import type { ListItem } from './subject.js'

type Adapter = RecordAdapter<Batch>

/** The attributes of the records of each channel type. If several types have attributes, a column names the type. */
export function attributeItems(adapters: readonly Adapter[]): readonly ListItem[] {
  const isSeveral = adapters.filter(hasAttributes).length > 1
  return adapters.flatMap(adapter => {
    const channelColumn = isSeveral ? [adapter.channel] : []
    if (adapter.attributes.isOpen) return adapters.length > 1 ? [] : [openSetItem(adapter)]
    return listedAttributes(adapter.attributes).map(attribute => attributeItem(attribute, adapter.channel, channelColumn))
  })
}

/** Attribute types as the user reads them. */
export const TYPE_LABELS: Readonly<Record<AttributeType, string>> = {
  text: 'string',
  json: 'JSON',
  number: 'number',
  boolean: 'boolean',
  clock: 'timestamp',
  texts: 'string[]',
  numbers: 'number[]',
  any: 'any',
}

const hasAttributes = ({ attributes }: Adapter): boolean => attributes.names.length > 0

const attributeItem = (
  { name, aliases, type, recordTypes, description }: Attribute<Batch>,
  channel: string,
  channelColumn: readonly string[],
): ListItem => ({
  name,
  aliases,
  columns: [TYPE_LABELS[type], ...channelColumn, description],
  details: { name, aliases, type, types: recordTypes, description, channel },
})

/** The records carry their own attribute names, so there is nothing to list. */
function openSetItem({ channel }: Adapter): ListItem {
  const description = `Records of channel type ${channel} define their own attributes; use any key of the records.`
  return {
    name: '*',
    columns: ['any', description],
    details: { name: '*', aliases: [], type: 'any', types: [], description, channel },
  }
}
