// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import { constants, deflateRawSync } from 'node:zlib'
import avro from 'avsc'
import { propertyOf } from '../../../core/contract/objects.js'
import { BRANCH_NAME_BY_KIND, SCHEMA_V5 } from './schema-v5.js'
import type { TraceRecord } from './trace-record.js'

export interface TraceWriterOptions {
  readonly codec?: 'null' | 'deflate'
  /** Minimum block size in bytes before compression: a block ends with the record that reaches it. */
  readonly blockSize?: number
}

/**
 * Writes an Avro object container of version 5 records. `sink` gets the bytes in pieces and may retain each piece. The output
 * is deterministic: the same records with the same options give the same bytes, without random values or the current time.
 */
export class TraceWriter {
  readonly #sink: (bytes: Uint8Array) => void
  readonly #codec: 'null' | 'deflate'
  readonly #blockSize: number
  #block = Buffer.alloc(INITIAL_BLOCK_BYTES)
  #used = 0
  #records = 0

  constructor(sink: (bytes: Uint8Array) => void, options: TraceWriterOptions = {}) {
    this.#sink = sink
    this.#codec = options.codec ?? 'deflate'
    this.#blockSize = options.blockSize ?? 64 * 1024
    this.#sink(containerHeader(this.#codec))
  }

  /** Throws a TypeError if a value does not fit the wire format. */
  write(record: TraceRecord): void {
    const datum = wrap(record)
    let end = RECORD_TYPE.encode(datum, this.#block, this.#used)
    if (end < 0) {
      // avsc returns the number of missing bytes, negated.
      this.#block = Buffer.concat(
        [this.#block.subarray(0, this.#used)],
        Math.max(this.#block.length * 2, this.#block.length - end),
      )
      end = RECORD_TYPE.encode(datum, this.#block, this.#used)
    }
    this.#used = end
    this.#records++
    if (this.#used >= this.#blockSize) this.#endBlock()
  }

  /** Writes the rest. No record may be written after it; it may be called twice. */
  finish(): void {
    if (this.#records > 0) this.#endBlock()
  }

  #endBlock(): void {
    const plain = this.#block.subarray(0, this.#used)
    const payload = this.#codec === 'null' ? Buffer.from(plain) : deflateRawSync(plain, DEFLATE)
    this.#sink(Buffer.concat([encodeVarint(this.#records), encodeVarint(payload.length), payload, SYNC_MARKER]))
    this.#used = 0
    this.#records = 0
  }
}

/** Returns a whole trace in memory. */
export function writeTrace(records: Iterable<TraceRecord>, options: TraceWriterOptions = {}): Buffer {
  const chunks: Uint8Array[] = []
  const writer = new TraceWriter(bytes => chunks.push(bytes), options)
  for (const record of records) writer.write(record)
  writer.finish()
  return Buffer.concat(chunks)
}

/** Encodes one record as a collector sends it over a socket: the bare datum, without container. */
export const encodeRecord = (record: TraceRecord): Buffer => RECORD_TYPE.toBuffer(wrap(record))

const INITIAL_BLOCK_BYTES = 80 * 1024
/** Level and memory are fixed, so a new default of the runtime does not change our files. */
const DEFLATE = { level: 6, memLevel: 8, windowBits: 15, strategy: constants.Z_DEFAULT_STRATEGY }
const SCHEMA_TEXT = JSON.stringify(SCHEMA_V5)
/** Any 16 bytes that are unlikely to occur in data are suitable; these are the same in every trace. */
const SYNC_MARKER = createHash('sha256').update(SCHEMA_TEXT).digest().subarray(0, 16)

/** Accepts every long as a safe number or bigint, so no clock is rounded. */
const LONG_TYPE = avro.types.LongType.__with({
  toBuffer: (value: number | bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: number | bigint) => value.toString(),
  isValid: (value: unknown) => (typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value)),
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

const RECORD_TYPE = avro.Type.forSchema(JSON.parse(SCHEMA_TEXT), {
  typeHook: schema => (isLong(schema) ? LONG_TYPE : undefined),
})

/** True also for annotated longs, which avsc would otherwise build as plain longs. */
function isLong(schema: unknown): boolean {
  return schema === 'long' || propertyOf(schema, 'type') === 'long'
}

const wrap = ({ branch, record }: TraceRecord) => ({ rec: { [BRANCH_NAME_BY_KIND[branch]]: record } })

function containerHeader(codec: 'null' | 'deflate'): Buffer {
  const entries = Object.entries({ 'avro.schema': SCHEMA_TEXT, 'avro.codec': codec })
  const metadata = entries.flatMap(([key, value]) => [encodeText(key), encodeText(value)])
  return Buffer.concat([
    Buffer.from('Obj\x01', 'latin1'),
    encodeVarint(entries.length),
    ...metadata,
    encodeVarint(0),
    SYNC_MARKER,
  ])
}

function encodeText(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([encodeVarint(bytes.length), bytes])
}

/** Zig-zag varint of a non-negative number. */
function encodeVarint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value * 2
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}
