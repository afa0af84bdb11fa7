// SPDX-License-Identifier: Apache-2.0

/** A JSON Schema of draft 07 with the extensions of editors. Keys are in the order in which they are written. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export const DRAFT = 'http://json-schema.org/draft-07/schema#'

/** A value that satisfies the condition must satisfy `then` too. */
export const when = (condition: JsonSchema, then: JsonSchema): JsonSchema => ({ if: condition, then })
