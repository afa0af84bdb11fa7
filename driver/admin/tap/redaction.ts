// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes } from 'node:crypto'
import type { AnyValue } from '../../../core/contract/any-value.js'
import { anyValueText } from './any-value-text.js'

/**
 * Stands for values without telling them: equal values have equal tokens within one session, and none in another, since the
 * key is made for it and never leaves the process. What is empty stays empty.
 */
export class Redactor {
  readonly #key = randomBytes(32)

  /** A list gives a token for each element. */
  tokenFor(value: AnyValue): string | readonly string[] {
    return Array.isArray(value) ? value.map(one => this.#token(plainText(one))) : this.#token(plainText(value))
  }

  #token(text: string): string {
    return text === '' ? '' : `~${createHmac('sha256', this.#key).update(text).digest('base64url').slice(0, TOKEN_LENGTH)}`
  }
}

/** What a rule would compare: texts as they are. */
const plainText = (value: AnyValue): string =>
  value === null ? '' : typeof value === 'object' ? anyValueText(value) : String(value)

/** 72 bits: two values meet in one token less often than once in a billion sessions. */
const TOKEN_LENGTH = 12
