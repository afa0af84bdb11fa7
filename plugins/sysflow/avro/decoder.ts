// SPDX-License-Identifier: Apache-2.0

import { dataViewOf } from './avro-scanner.js'
import { type Decode, generateDecode } from './decoder-codegen.js'
import { parseWriterSchema, type WriterSchema } from './writer-schema.js'

/** Reads the records of one writer's schema. Holds nothing of a trace, so all traces with this schema may share it. */
export class Decoder {
  readonly schema: WriterSchema
  /**
   * Decodes from `cursor` on: events into `columns` from row `columns.length`, entities into `tables`. Moves the cursor behind
   * the last record that was taken whole, and says why it stopped.
   */
  readonly decode: Decode
  #decodeUntilEntity: Decode | undefined

  constructor(schema: WriterSchema) {
    this.schema = schema
    this.decode = generateDecode(schema)
  }

  /** The same, but it stops before each entity too. Made when somebody asks for it. */
  get decodeUntilEntity(): Decode {
    this.#decodeUntilEntity ??= generateDecode(this.schema, true)
    return this.#decodeUntilEntity
  }
}

/**
 * - `block done`: all records that the block announced have been taken.
 * - `columns full`: the next record is an event and has no row.
 * - `header`: the next record is a header, and rows of the one before it are still in the columns.
 * - `entity`: the next record is another entity, and rows of events that were read before it are still in the columns.
 * - `undecodable`: the next record does not decode; nothing of it has been filed.
 */
export type StopReason = 'block done' | 'columns full' | 'header' | 'entity' | 'undecodable'

/** Goes on when the rows in the columns have been passed on. */
export const canContinue = (stop: StopReason): boolean => stop !== 'block done' && stop !== 'undecodable'

/** A place in a block. */
export class BlockCursor {
  position = 0
  /** Records are read up to here. */
  end: number
  remaining: number
  /** The same bytes. */
  readonly view: DataView

  constructor(
    readonly bytes: Buffer,
    count: number,
  ) {
    this.remaining = count
    this.end = bytes.length
    this.view = dataViewOf(bytes)
  }
}

/** Decoders by the text of the schema: making one costs milliseconds, and the files of a folder mostly share theirs. */
export class DecoderCache {
  readonly #bySchema = new Map<string, Decoder>()

  /** Throws SFP_SYSFLOW_SCHEMA. */
  of(schemaText: string): Decoder {
    const cached = this.#bySchema.get(schemaText)
    if (cached) return cached
    const decoder = new Decoder(parseWriterSchema(schemaText))
    if (this.#bySchema.size >= MAX_CACHED_DECODERS) this.#bySchema.clear()
    this.#bySchema.set(schemaText, decoder)
    return decoder
  }
}

const MAX_CACHED_DECODERS = 16
