// SPDX-License-Identifier: Apache-2.0

import { parseWriterSchema, type WriterSchema } from '../avro/writer-schema.js'
import { type Decode, generateDecode } from './decoder-codegen.js'

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
