// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import avsc from 'avsc'
import { CONTAINER_BLOCK, CONTAINER_HEADER } from './avro-container.js'

/**
 * An independent, slow reader of traces: avsc decodes them, and plain maps correlate the records as section 2 of the
 * specification says. Tests compare the product with it. It shares no code with the product.
 */

export type Decoded = Readonly<Record<string, unknown>>

export interface OracleEvent {
  readonly branch: string
  readonly record: Decoded
  readonly header: Decoded | undefined
  readonly process: Decoded | undefined
  readonly container: Decoded | undefined
  readonly pod: Decoded | undefined
  readonly file: Decoded | undefined
  readonly secondFile: Decoded | undefined
  /** The process and its ancestors in the current state of the tables. */
  readonly ancestry: readonly Decoded[]
  /** The same as the reference shows it: cached from the first event of the process until the next header (Q16). */
  readonly rememberedAncestry: readonly Decoded[]
}

/** Yields every record of a trace in file order: full branch name and fields, longs as bigints. */
export function* decodedRecords(path: string): Generator<{ branch: string; record: Decoded }> {
  const bytes = readFileSync(path)
  const header = CONTAINER_HEADER.decode(bytes)
  const { meta } = header.value
  const type = avsc.Type.forSchema(JSON.parse(String(meta['avro.schema'])), { typeHook: bigintLongs, wrapUnions: true } as object)
  const inflate = String(meta['avro.codec'] ?? 'null') === 'deflate' ? inflateRawSync : (block: Buffer) => block
  let at = header.offset
  while (at < bytes.length) {
    const frame = CONTAINER_BLOCK.decode(bytes, at)
    at = frame.offset
    const block = inflate(frame.value.data)
    let offsetInBlock = 0
    for (let n = 0; n < frame.value.count; n++) {
      const { value, offset } = type.decode(block, offsetInBlock) as { value: { rec: Record<string, Decoded> }; offset: number }
      offsetInBlock = offset
      const [branch, record] = Object.entries(value.rec)[0] as [string, Decoded]
      yield { branch, record }
    }
  }
}

/** Yields every event of a trace that becomes a flattened record, with the entities that it refers to. */
export function* correlatedEvents(path: string): Generator<OracleEvent> {
  let header: Decoded | undefined
  const containers = new Map<string, Decoded>()
  const pods = new Map<string, Decoded>()
  const files = new Map<string, Decoded>()
  const processes = new Map<string, Map<string, Decoded>>()
  const firstAncestries = new Map<string, readonly Decoded[]>()

  const process = (oid: unknown): Decoded | undefined => {
    const states = processes.get(idText(oid))
    return states?.get('MODIFIED') ?? states?.get('CREATED') ?? states?.get('REUP')
  }
  const ancestryOf = (oid: unknown): Decoded[] => {
    const list: Decoded[] = []
    const seen = new Set<string>()
    for (let next = unwrapped(oid); next !== null && !seen.has(idText(next)); ) {
      seen.add(idText(next))
      const found = process(next)
      if (!found) break
      list.push(found)
      next = unwrapped(found.poid)
    }
    return list
  }

  for (const { branch, record } of decodedRecords(path)) {
    const kind = branch.slice(branch.lastIndexOf('.') + 1)
    if (kind === 'SFHeader') {
      header = record
      for (const table of [containers, pods, files, processes, firstAncestries]) table.clear()
    } else if (kind === 'Container') containers.set(String(record.id), record)
    else if (kind === 'Pod') pods.set(String(record.id), record)
    else if (kind === 'File') files.set(hex(record.oid), record)
    else if (kind === 'Process') {
      const key = idText(record.oid)
      const states = processes.get(key) ?? new Map<string, Decoded>()
      processes.set(key, states.set(String(record.state), record))
    } else if (['ProcessEvent', 'NetworkFlow', 'FileFlow', 'FileEvent', 'K8sEvent'].includes(kind)) {
      const actingProcess = kind === 'K8sEvent' ? undefined : process(record.procOID)
      const container = actingProcess ? containers.get(String(unwrapped(actingProcess.containerId))) : undefined
      const key = idText(record.procOID)
      if (actingProcess && !firstAncestries.has(key)) firstAncestries.set(key, ancestryOf(record.procOID))
      yield {
        branch: kind,
        record,
        header,
        process: actingProcess,
        container,
        pod: container ? pods.get(String(unwrapped(container.podId))) : undefined,
        file: files.get(hex(record.fileOID)),
        secondFile: files.get(hex(unwrapped(record.newFileOID))),
        ancestry: actingProcess ? ancestryOf(record.procOID) : [],
        rememberedAncestry: actingProcess ? (firstAncestries.get(key) ?? []) : [],
      }
    }
  }
}

/** A union value without its branch name: `{ string: "x" }` becomes "x". */
export function unwrapped(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object' || Buffer.isBuffer(value)) return value
  const keys = Object.keys(value)
  const only = keys.length === 1 ? keys[0] : undefined
  return only !== undefined && (only.includes('.') || only === 'string') ? (value as Record<string, unknown>)[only] : value
}

const idText = (oid: unknown): string => {
  const id = unwrapped(oid) as { createTS: bigint; hpid: bigint } | null
  return id ? `${id.hpid}/${id.createTS}` : ''
}

export const hex = (bytes: unknown): string => (bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : '')

const BigLong = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8)
    buffer.writeBigInt64LE(value)
    return buffer
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
})

/** Traces annotate some longs as milliseconds; all are read as plain longs. */
export const bigintLongs = (schema: unknown): unknown =>
  schema === 'long' || (typeof schema === 'object' && schema !== null && (schema as { type?: unknown }).type === 'long')
    ? BigLong
    : undefined
