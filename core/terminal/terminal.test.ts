// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRIORITIES } from '../contract/verdict.js'
import { coloured, plain } from './paint.js'
import { printable, spelt } from './printable.js'
import { markOf } from './priority-mark.js'
import { columnsOf, cut, cutInside } from './width.js'

test('characters that drive a terminal or turn its text around are replaced, or spelt out on one line', () => {
  const text = 'a\u001B[31mb\u009B\u0007\r\n\tc\u202Ed\u2028e\uD800f😀'
  assert.equal(printable(text), 'a\uFFFD[31mb\uFFFD\uFFFD\uFFFD\n\uFFFDc\uFFFDd\uFFFDe\uFFFDf😀')
  assert.equal(spelt(text), 'a\\x1b[31mb\\x9b\\x07\\r\\n\\tc\\u202ed\\u2028e\\ud800f😀')
})

test('no text of any kind passes a control character on', () => {
  for (let code = 0; code < 0x3000; code++) {
    const sign = String.fromCharCode(code)
    const isControl = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u.test(sign)
    if (isControl) assert.ok(!spelt(sign).includes(sign), `U+${code.toString(16)}`)
    if (isControl && sign !== '\n') assert.equal(printable(sign), '\uFFFD', `U+${code.toString(16)}`)
  }
})

test('a text is cut to the columns that it takes, not to its characters', () => {
  assert.equal(cut('abcdef', 6), 'abcdef')
  assert.equal(cut('abcdef', 5), 'abcd…')
  assert.equal(cut('abcdef', 1), '…')
  assert.equal(cut('abcdef', 0), '')
  assert.equal(columnsOf('日本語'), 6)
  assert.equal(cut('日本語', 6), '日本語')
  assert.equal(cut('日本語', 5), '日本…')
  assert.equal(cut('日本語', 4), '日…')
  assert.equal(columnsOf('e\u0301'), 1)
  for (let columns = 1; columns < 12; columns++) assert.ok(columnsOf(cut('日a本b語c😀', columns)) <= columns, String(columns))
})

test('cut inside, both ends of a text remain', () => {
  assert.equal(cutInside('/usr/bin/tool', 13), '/usr/bin/tool')
  assert.equal(cutInside('/usr/local/very/long/way/to/bin/tool', 15), '/usr/lo…in/tool')
  for (let columns = 1; columns < 14; columns++) assert.ok(columnsOf(cutInside('/日本/a/語語/tool', columns)) <= columns)
})

test('marks are undone behind the text, and nothing is marked plainly', () => {
  assert.equal(coloured('x', 'bad'), '\u001B[31;1mx\u001B[0m')
  assert.equal(coloured('', 'bad'), '')
  assert.equal(plain('x', 'bad'), 'x')
  for (const priority of PRIORITIES) assert.notEqual(coloured('x', markOf(priority)), 'x', priority)
})
