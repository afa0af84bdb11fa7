// SPDX-License-Identifier: Apache-2.0
import { xxh64 } from '../../record/derive/xxh64.js'
import { type EventColumns, FE, FF, KE, NF } from '../../sysflow/event-columns.js'

/** The identity of a record in a document store: the same each time the same trace is exported. 16 hex digits. */
export function documentId(records: EventColumns, row: number): string {
  const type = records.type[row] as number
  const actor = records.actor[row]
  const process = actor?.process
  const parts: Buffer[] = [
    Buffer.from(records.header.exporter + (type === KE ? '' : (actor?.container.id ?? ''))),
    clock(records.tsHigh[row] as number, records.tsLow[row] as number),
    long(type === KE ? 0 : (records.tid[row] as number)),
    type === KE ? long(0) : clock(process?.createHigh ?? 0, process?.createLow ?? 0),
    long(type === KE ? 0 : (records.opFlags[row] as number)),
  ]
  if (type === FF || type === FE) parts.push(Buffer.from(records.file[row]?.oid ?? ''))
  else if (type === NF) {
    const ends = [records.sourceIp, records.sourcePort, records.targetIp, records.targetPort, records.protocol]
    parts.push(...ends.map(column => long(column[row] as number)))
  } else if (type === KE) {
    const event = records.k8s[row]
    parts.push(long(event?.action ?? 0), long(event?.kind ?? 0), Buffer.from(event?.message ?? ''))
  }
  return xxh64(Buffer.concat(parts))
}

function clock(high: number, low: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(low >>> 0, 0)
  bytes.writeInt32LE(high | 0, 4)
  return bytes
}

const long = (value: number): Buffer => clock(Math.floor(value / 4294967296), value)
