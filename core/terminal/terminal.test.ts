// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRIORITIES } from '../contract/evaluated-batch.js'
import { escapeControls, printable } from './printable.js'
import { styleOfPriority } from './priority-style.js'
import { ansiStyle, unstyled } from './style.js'
import { displayWidth, truncate, truncateMiddle } from './width.js'

test('terminal and bidirectional control characters are replaced, or escaped on one line', () => {
  const text = 'a\u001B[31mb\u009B\u0007\r\n\tc\u202Ed\u2028e\uD800f😀'
  assert.equal(printable(text), 'a\uFFFD[31mb\uFFFD\uFFFD\uFFFD\n\uFFFDc\uFFFDd\uFFFDe\uFFFDf😀')
  assert.equal(escapeControls(text), 'a\\x1b[31mb\\x9b\\x07\\r\\n\\tc\\u202ed\\u2028e\\ud800f😀')
})

test('no text passes a control character through', () => {
  for (let code = 0; code < 0x3000; code++) {
    const sign = String.fromCharCode(code)
    const isControl = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u.test(sign)
    if (isControl) assert.ok(!escapeControls(sign).includes(sign), `U+${code.toString(16)}`)
    if (isControl && sign !== '\n') assert.equal(printable(sign), '\uFFFD', `U+${code.toString(16)}`)
  }
})

test('a text is cut to its columns, not to its characters', () => {
  assert.equal(truncate('abcdef', 6), 'abcdef')
  assert.equal(truncate('abcdef', 5), 'abcd…')
  assert.equal(truncate('abcdef', 1), '…')
  assert.equal(truncate('abcdef', 0), '')
  assert.equal(displayWidth('日本語'), 6)
  assert.equal(truncate('日本語', 6), '日本語')
  assert.equal(truncate('日本語', 5), '日本…')
  assert.equal(truncate('日本語', 4), '日…')
  assert.equal(displayWidth('e\u0301'), 1)
  assert.equal(displayWidth('⌚'), 2)
  for (let columns = 1; columns < 12; columns++)
    assert.ok(displayWidth(truncate('日a本b語c😀', columns)) <= columns, String(columns))
})

test('a text cut in the middle keeps both ends', () => {
  assert.equal(truncateMiddle('/usr/bin/tool', 13), '/usr/bin/tool')
  assert.equal(truncateMiddle('/usr/local/very/long/way/to/bin/tool', 15), '/usr/lo…in/tool')
  for (let columns = 1; columns < 14; columns++) assert.ok(displayWidth(truncateMiddle('/日本/a/語語/tool', columns)) <= columns)
})

test('styles are reset after the text, and a plain style adds nothing', () => {
  assert.equal(ansiStyle('x', 'bad'), '\u001B[31;1mx\u001B[0m')
  assert.equal(ansiStyle('', 'bad'), '')
  assert.equal(unstyled('x', 'bad'), 'x')
  for (const priority of PRIORITIES) assert.notEqual(ansiStyle('x', styleOfPriority(priority)), 'x', priority)
})
