// SPDX-License-Identifier: Apache-2.0

import { parseWriterSchema, type WriterSchema } from '../avro/writer-schema.js'
import { type Decode, generateDecode } from './decoder-codegen.js'

/** Decodes the records of one writer's schema. It has no state of a trace, so all traces with this schema may share it. */
export class Decoder {
  readonly schema: WriterSchema
  /**
   * Decodes from `cursor` on: events into `columns` from row `columns.length`, entities into `tables`. Moves the cursor after
   * the last complete record, and returns the reason for the stop.
   */
  readonly decode: Decode
  #decodeUntilEntity: Decode | undefined

  constructor(schema: WriterSchema) {
    this.schema = schema
    this.decode = generateDecode(schema)
  }

  /** Like `decode`, but stops before each entity too. Generated at the first access. */
  get decodeUntilEntity(): Decode {
    this.#decodeUntilEntity ??= generateDecode(this.schema, true)
    return this.#decodeUntilEntity
  }
}

/** Decoders by schema text: generating one costs milliseconds, and the files of a folder mostly have the same schema. */
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
