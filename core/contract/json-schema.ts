// SPDX-License-Identifier: Apache-2.0

/** A JSON Schema of draft 07, with what editors add to it. Keys in the order in which they are written. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export const DRAFT = 'http://json-schema.org/draft-07/schema#'

/** What meets the condition must meet `then` too. */
export const when = (condition: JsonSchema, then: JsonSchema): JsonSchema => ({ if: condition, then })
