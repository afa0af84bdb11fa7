// SPDX-License-Identifier: Apache-2.0
import { AvroScanner } from './avro-scanner.js'

/** Reads the format version from a header in messages, which are records without their schema. */
export class HeaderVersionReader {
  readonly #scanner = new AvroScanner()

  /** Undefined if `messages` do not begin with a header. */
  read(messages: Buffer): number | undefined {
    if (messages[0] !== HEADER_BRANCH) return undefined
    const scanner = this.#scanner
    scanner.begin(messages)
    scanner.position = 1
    const version = scanner.long()
    return scanner.isBad || scanner.position > messages.length ? undefined : version
  }
}

/** A header is the first branch of the union. */
export const HEADER_BRANCH = 0
