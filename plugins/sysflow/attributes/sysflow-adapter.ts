// SPDX-License-Identifier: Apache-2.0
import { keyTextOf } from '../../../core/contract/any-value.js'
import type { RecordAdapter } from '../../../core/contract/record-adapter.js'
import type { Actor, FileEntity } from '../entities/entities.js'
import type { EventColumns } from '../reader/event-columns.js'
import { SYSFLOW_ATTRIBUTES } from './attributes.js'
import { recordTypeName } from './derive/names.js'
import { DocumentIds } from './document-id.js'

const DOCUMENT_IDS = new DocumentIds()

/** The policy engine's view of SysFlow records. */
export const SYSFLOW_ADAPTER: RecordAdapter<EventColumns> = {
  channel: 'flattenerchan',
  evaluatedChannel: 'eventchan',
  recordTypes: ['PE', 'NF', 'FF', 'FE', 'KE'],
  attributes: SYSFLOW_ATTRIBUTES,
  recordType: (rows, row) => recordTypeName(rows.type[row] as number),
  recordTypeDependsOn: 'group',
  time: (rows, row) => (BigInt(rows.tsHigh[row] as number) << 32n) | BigInt((rows.tsLow[row] as number) >>> 0),
  id: (rows, row) => DOCUMENT_IDS.of(rows, row),
  key: (name, rows, row) => {
    const host = rows.header.exporter
    if (name === 'host') return host
    if (name === 'container') return (rows.actor[row] as Actor).container.id || host
    return keyTextOf(SYSFLOW_ATTRIBUTES.find(name)?.read(rows, row))
  },
  summaryFields: [
    'sf.type',
    'sf.opflags',
    'sf.proc.pid',
    'sf.proc.exe',
    'sf.proc.args',
    'sf.file.path',
    'sf.net.dip',
    'sf.net.dport',
    'sf.container.name',
  ],
  // 21 operation flags above 4 bits of record type; `group` attributes depend only on these.
  group: (rows, row) => ((rows.opFlags[row] as number) << 4) | (rows.type[row] as number),
  entities: [
    { name: 'actor', entity: (rows, row) => rows.actor[row] as EventColumns['actor'][number] },
    { name: 'file', entity: (rows, row) => (rows.file[row] as FileEntity).name },
  ],
}
