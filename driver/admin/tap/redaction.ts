// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes } from 'node:crypto'
import type { AttributeValue } from '../../../core/contract/record-adapter.js'

/**
 * Stands for values without telling them: equal values have equal tokens within one session, and none in another, since the
 * key is made for it and never leaves the process. What is empty stays empty.
 */
export class Redactor {
  readonly #key = randomBytes(32)

  tokenFor(value: AttributeValue): string | readonly string[] {
    return typeof value === 'object' ? value.map(one => this.#token(String(one))) : this.#token(String(value))
  }

  #token(text: string): string {
    return text === '' ? '' : `~${createHmac('sha256', this.#key).update(text).digest('base64url').slice(0, TOKEN_LENGTH)}`
  }
}

/** 72 bits: two values meet in one token less often than once in a billion sessions. */
const TOKEN_LENGTH = 12
