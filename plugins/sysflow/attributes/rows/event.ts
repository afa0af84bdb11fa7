// SPDX-License-Identifier: Apache-2.0

import { KE } from '../../reader/event-columns.js'
import { operationNames } from '../derive/flags.js'
import { recordTypeName } from '../derive/names.js'
import { baseName } from '../derive/paths.js'
import { ALL, at, CALLS, clock, isCall, isFlow, isNetworkFlow, number, type RecordAttribute, text, texts } from './row.js'

/** What every record has: its type, operations, times, host and trace. */
// biome-ignore format: a table
export const EVENT_ATTRIBUTES: readonly RecordAttribute[] = [
  text('sf.type', { on: 'group', for: ALL, says: 'Record type: PE process event, NF network flow, FF file flow, FE file event, KE Kubernetes event.' }, (r, i) => recordTypeName(at(r.type, i))),
  texts('sf.opflags', { on: 'group', for: ALL, says: 'Operations: one for an event, several for a flow. Network flows say RECV and SEND, others READ and WRITE.' }, (r, i) => operationNames(at(r.opFlags, i), isNetworkFlow(r, i))),
  number('sf.ret', { on: 'row', for: CALLS, says: 'Return value of the system call.', also: ['evt.rawres'] }, (r, i) => (isCall(r, i) ? at(r.ret, i) : 0)),
  clock('sf.ts', { on: 'row', for: ALL, says: 'Start, nanoseconds since 1970.', also: ['evt.rawtime'] }, (r, i) => at(r.tsHigh, i), (r, i) => at(r.tsLow, i)),
  clock('sf.endts', { on: 'row', for: ['NF', 'FF', 'KE'], says: 'End, nanoseconds since 1970; for a Kubernetes event its start; 0 for process and file events.' },
    (r, i) => (isFlow(r, i) ? at(r.endHigh, i) : r.type[i] === KE ? at(r.tsHigh, i) : 0),
    (r, i) => (isFlow(r, i) ? at(r.endLow, i) : r.type[i] === KE ? at(r.tsLow, i) : 0)),
  text('sf.node.id', { on: 'row', for: ALL, says: 'Name of the monitored host, as the collector was told.' }, r => r.header.exporter),
  text('sf.node.ip', { on: 'row', for: ALL, says: 'Address of the monitored host; NA in traces older than format 2.' }, r => r.header.ip),
  number('sf.meta.schema', { on: 'row', for: ALL, says: 'Format version of the trace.', also: ['sf.schema.version', 'sf.version'] }, r => r.header.version),
  text('sf.meta.tracename', { on: 'row', for: ALL, says: 'Last element of the path under which the trace was written; "." if it carries none.' }, r => baseName(r.header.filename)),
]
