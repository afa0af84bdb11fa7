// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { constants, deflateRawSync } from 'node:zlib'
import avro from 'avsc'
import { BRANCH_NAME_BY_KIND, SCHEMA_V5 } from './schema-v5.js'
import type { TraceRecord } from './trace-record.js'

export interface TraceWriterOptions {
  readonly codec?: 'null' | 'deflate'
  /** A block ends with the record that reaches this many bytes, before compression. */
  readonly blockSize?: number
}

/**
 * Writes an Avro object container of version 5 records. `sink` gets the bytes piece by piece and may keep each piece.
 * The same records with the same options give the same bytes: nothing in the file is random or taken from the clock.
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
      // avsc answers with how many bytes are missing, negated.
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

  /** Writes what is left. Nothing may be written after it; safe to call twice. */
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

/** A whole trace in memory. */
export function writeTrace(records: Iterable<TraceRecord>, options: TraceWriterOptions = {}): Buffer {
  const chunks: Uint8Array[] = []
  const writer = new TraceWriter(bytes => chunks.push(bytes), options)
  for (const record of records) writer.write(record)
  writer.finish()
  return Buffer.concat(chunks)
}

/** One record as a collector sends it over a socket: the bare datum, without container. */
export const encodeRecord = (record: TraceRecord): Buffer => RECORD_TYPE.toBuffer(wrap(record))

const INITIAL_BLOCK_BYTES = 80 * 1024
/** Level and memory are fixed so that a new default of the runtime does not change our files. */
const DEFLATE = { level: 6, memLevel: 8, windowBits: 15, strategy: constants.Z_DEFAULT_STRATEGY }
const SCHEMA_TEXT = JSON.stringify(SCHEMA_V5)
/** Any 16 bytes that data is unlikely to hold will do; these are the same in every trace. */
const SYNC_MARKER = createHash('sha256').update(SCHEMA_TEXT).digest().subarray(0, 16)

/** Every long, safe number or bigint, so that no clock is ever rounded. */
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

/** Also the annotated ones, which avsc would otherwise build as a plain long. */
function isLong(schema: unknown): boolean {
  return schema === 'long' || (typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long')
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

/** Zig-zag variable-length form of a number that is not negative. */
function encodeVarint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value * 2
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}
