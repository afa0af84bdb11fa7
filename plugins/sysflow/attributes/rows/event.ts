// SPDX-License-Identifier: Apache-2.0

import { KE } from '../../reader/event-columns.js'
import { operationNames } from '../derive/flags.js'
import { recordTypeName } from '../derive/names.js'
import { baseName } from '../derive/paths.js'
import {
  ALL_TYPES,
  CALL_TYPES,
  clockAttribute,
  columnValue,
  isCall,
  isFlow,
  isNetworkFlow,
  numberAttribute,
  type RecordAttribute,
  textAttribute,
  textsAttribute,
} from './attribute-definition.js'

/** Attributes of every record: type, operations, times, host and trace. */
// biome-ignore format: a table
export const EVENT_ATTRIBUTES: readonly RecordAttribute[] = [
  textAttribute('sf.type', { dependsOn: 'group', types: ALL_TYPES, description: 'Record type: PE process event, NF network flow, FF file flow, FE file event, KE Kubernetes event.' }, (r, i) => recordTypeName(columnValue(r.type, i))),
  textsAttribute('sf.opflags', { dependsOn: 'group', types: ALL_TYPES, description: 'Operations: one for an event, several for a flow. Network flows have RECV and SEND, other records READ and WRITE.' }, (r, i) => operationNames(columnValue(r.opFlags, i), isNetworkFlow(r, i))),
  numberAttribute('sf.ret', { dependsOn: 'row', types: CALL_TYPES, description: 'Return value of the system call.', aliases: ['evt.rawres'] }, (r, i) => (isCall(r, i) ? columnValue(r.ret, i) : 0)),
  clockAttribute('sf.ts', { dependsOn: 'row', types: ALL_TYPES, description: 'Start time, in nanoseconds since 1970.', aliases: ['evt.rawtime'] }, (r, i) => columnValue(r.tsHigh, i), (r, i) => columnValue(r.tsLow, i)),
  clockAttribute('sf.endts', { dependsOn: 'row', types: ['NF', 'FF', 'KE'], description: 'End time, in nanoseconds since 1970. For Kubernetes events the start time; for process and file events 0.' },
    (r, i) => (isFlow(r, i) ? columnValue(r.endHigh, i) : r.type[i] === KE ? columnValue(r.tsHigh, i) : 0),
    (r, i) => (isFlow(r, i) ? columnValue(r.endLow, i) : r.type[i] === KE ? columnValue(r.tsLow, i) : 0)),
  textAttribute('sf.node.id', { dependsOn: 'row', types: ALL_TYPES, description: 'Name of the monitored host, from the collector configuration.' }, r => r.header.exporter),
  textAttribute('sf.node.ip', { dependsOn: 'row', types: ALL_TYPES, description: 'Address of the monitored host. NA before format version 2.' }, r => r.header.ip),
  numberAttribute('sf.meta.schema', { dependsOn: 'row', types: ALL_TYPES, description: 'Format version of the trace.', aliases: ['sf.schema.version', 'sf.version'] }, r => r.header.version),
  textAttribute('sf.meta.tracename', { dependsOn: 'row', types: ALL_TYPES, description: 'File name of the trace when it was written; "." if it is not recorded.' }, r => baseName(r.header.filename)),
]
