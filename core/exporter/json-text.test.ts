// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonText, jsonTexts } from './json-text.js'

test('check 91: special characters of HTML and JavaScript are escaped, the slash is not, half a surrogate becomes U+FFFD', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', '""'],
    ['/bin/sh', '"/bin/sh"'],
    ['<a href="x">&\'</a>', '"\\u003ca href=\\"x\\"\\u003e\\u0026\'\\u003c/a\\u003e"'],
    ['\\', '"\\\\"'],
    ['\t\r\n', '"\\t\\r\\n"'],
    ['\0\b\f\x1b\x7f\x9b', '"\\u0000\\u0008\\u000c\\u001b\\u007f\\u009b"'],
    ['\u2028\u2029', '"\\u2028\\u2029"'],
    ['é€😀', '"é€😀"'],
    ['a\ud800b\udc00', '"a\\ufffdb\\ufffd"'],
    ['\ud83d\ud83d\ude00', '"\\ufffd😀"'],
    ['\ufffd', '"\\ufffd"'],
  ]
  for (const [text, json] of cases) assert.equal(jsonText(text), json)
})

test('check 92: every text is restored from its JSON, which contains no control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.array(fc.nat(0xffff)), (text, units) => {
      for (const each of [text, String.fromCharCode(...units)]) {
        const json = jsonText(each)
        assert.equal(JSON.parse(json), each.replace(/\p{Cs}/gu, '\ufffd'))
        assert.doesNotMatch(json, /[\p{Cc}\p{Cs}<>&]/u)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a list of strings is an array', () => {
  assert.equal(jsonTexts([]), '[]')
  assert.equal(jsonTexts(['a', '"']), '["a","\\""]')
})
