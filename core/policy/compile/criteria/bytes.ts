// SPDX-License-Identifier: Apache-2.0
import type { TextTest } from './text-test.js'

/** Whether the bytes that `digits` stand for are among those of a text in UTF-8; what are no hex digits is met nowhere. */
export function containsBytes(digits: string): TextTest {
  const bytes = bytesOf(digits)
  return bytes === undefined ? () => false : text => Buffer.from(text, 'utf8').includes(bytes)
}

/** Whether the bytes of a text in UTF-8 begin with those that `digits` stand for. */
export function startsWithBytes(digits: string): TextTest {
  const bytes = bytesOf(digits)
  return bytes === undefined ? () => false : text => Buffer.from(text, 'utf8').subarray(0, bytes.length).equals(bytes)
}

const bytesOf = (digits: string): Buffer | undefined =>
  /^([0-9A-Fa-f]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined
