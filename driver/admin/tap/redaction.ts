// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes } from 'node:crypto'
import type { AnyValue } from '../../../core/contract/any-value.js'
import { anyValueText } from './any-value-text.js'

/**
 * Replaces values by tokens: equal values have equal tokens within one session and different ones in other sessions, since the
 * key is created for the session and never leaves the process. Empty values stay empty.
 */
export class Redactor {
  readonly #key = randomBytes(32)

  /** For a list, returns one token per element. */
  tokenFor(value: AnyValue): string | readonly string[] {
    return Array.isArray(value) ? value.map(one => this.#token(plainText(one))) : this.#token(plainText(value))
  }

  #token(text: string): string {
    return text === '' ? '' : `~${createHmac('sha256', this.#key).update(text).digest('base64url').slice(0, TOKEN_LENGTH)}`
  }
}

/** The text that a rule would compare; strings are unchanged. */
const plainText = (value: AnyValue): string =>
  value === null ? '' : typeof value === 'object' ? anyValueText(value) : String(value)

/** 72 bits: two different values share a token in less than one of a billion sessions. */
const TOKEN_LENGTH = 12
