// SPDX-License-Identifier: Apache-2.0
import { type Decode, generateDecode } from './decoder-source.js'
import { viewOf } from './scanner.js'
import { type WriterSchema, writerSchema } from './schema.js'

/** Reads the records of one writer's schema. Holds nothing of a trace, so all traces with this schema may share it. */
export class Decoder {
  readonly schema: WriterSchema
  /**
   * Decodes from `cursor` on: events into `columns` from row `columns.length`, entities into `tables`. Moves the cursor behind
   * the last record that was taken whole, and says why it stopped.
   */
  readonly decode: Decode
  #decodeByEntity: Decode | undefined

  constructor(schema: WriterSchema) {
    this.schema = schema
    this.decode = generateDecode(schema)
  }

  /** The same, but it stops before each entity too. Made when somebody asks for it. */
  get decodeByEntity(): Decode {
    this.#decodeByEntity ??= generateDecode(this.schema, true)
    return this.#decodeByEntity
  }
}

/**
 * - `block done`: all records that the block announced have been taken.
 * - `columns full`: the next record is an event and has no row.
 * - `header`: the next record is a header, and rows of the one before it are still in the columns.
 * - `entity`: the next record is another entity, and rows of events that were read before it are still in the columns.
 * - `undecodable`: the next record does not decode; nothing of it has been filed.
 */
export type Stop = 'block done' | 'columns full' | 'header' | 'entity' | 'undecodable'

/** Goes on when the rows in the columns have been passed on. */
export const isWaiting = (stop: Stop): boolean => stop !== 'block done' && stop !== 'undecodable'

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
    this.view = viewOf(bytes)
  }
}

/** Decoders by the text of the schema: making one costs milliseconds, and the files of a folder mostly share theirs. */
export class Decoders {
  readonly #known = new Map<string, Decoder>()

  /** Throws SFP_SYSFLOW_SCHEMA. */
  of(schemaText: string): Decoder {
    const known = this.#known.get(schemaText)
    if (known) return known
    const decoder = new Decoder(writerSchema(schemaText))
    if (this.#known.size >= KEPT) this.#known.clear()
    this.#known.set(schemaText, decoder)
    return decoder
  }
}

const KEPT = 16
