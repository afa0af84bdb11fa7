// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { trimmed, trimmedMessage } from './trim.js'

test('Unicode white space is removed from both ends, and nothing else', () => {
  const pieces = fc.constantFrom(
    ' ',
    '\t',
    '\n',
    '\u0085',
    '\u00a0',
    '\u1680',
    '\u2003',
    '\u2028',
    '\u3000',
    '\ufeff',
    '\u200b',
    'a',
    'ß',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(pieces), parts => {
      const text = parts.join('')
      assert.equal(trimmed(text), text.replace(/^\p{White_Space}+/u, '').replace(/\p{White_Space}+$/u, ''))
    }),
  )
})

test('the white space characters are exactly those of Unicode', () => {
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code)
    assert.equal(trimmed(character) === '', /^\p{White_Space}$/u.test(character), code.toString(16))
  }
})

test('messages lose newlines and NULs at their end only', () => {
  assert.equal(trimmedMessage('\n{"a":\n1}\n\0\n\0'), '\n{"a":\n1}')
  assert.equal(trimmedMessage('\0\n'), '')
})

test('white space in the middle of a long string is processed quickly', () => {
  const text = `a${' '.repeat(1_000_000)}b`
  assert.equal(trimmed(text), text)
})
