// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blankComments } from './blank-comments.js'

for (const [what, text, expected] of [
  ['line comments of both kinds', '{ "a": 1 // one\n, # two\n"b": 2 }', '{ "a": 1       \n,      \n"b": 2 }'],
  ['a block comment over lines', '{ /* a\r\n b */ "a": 1 }', '{     \r\n      "a": 1 }'],
  [
    'comments directly after a value',
    '{"a": 10// x\n,"b":true/* y */,"c":"d"# z\n}',
    '{"a": 10    \n,"b":true       ,"c":"d"   \n}',
  ],
  ['a comment between a key and its value', '{"a"://x\n1}', '{"a":   \n1}'],
  ['quotes and comment starts within comments', '// "a\n# /* \'\n/* // " */ {}', '     \n      \n           {}'],
  ['comments before and after a word or number', '[/*a*/null/*b*/,/*c*/-1//d\n]', '[     null     ,     -1   \n]'],
  ['consecutive comments', '/* a *//* b */// c', '                  '],
] as const)
  test(`${what} are replaced with spaces`, () => assert.deepEqual(blankComments(text), { text: expected, unclosedAt: undefined }))

for (const text of [
  '{"url": "http://host/*x*/#y", "escaped": "\\"// no \\\\"}',
  "url: http://host/a\npath: a#b\nglob: a/*b*/c\nquoted: 'it''s // one'\n",
  '{"a": "/* ", "b": " */"}',
])
  test(`text that only looks like a comment is preserved: ${JSON.stringify(text)}`, () =>
    assert.equal(blankComments(text).text, text))

test('a block comment without an end is reported at its start', () => {
  assert.equal(blankComments('{} /* x').unclosedAt, 3)
  assert.equal(blankComments('{} /*/').unclosedAt, 3)
})

test('any text keeps its length and lines; a JSON text is unchanged', () => {
  const pieces = fc.constantFrom('"', "'", '//', '/*', '*/', '#', '\n', '\r\n', '\\', ' ', 'a', '{', ',', ':')
  fc.assert(
    fc.property(fc.array(pieces), parts => {
      const text = parts.join('')
      const blanked = blankComments(text).text
      assert.equal(blanked.length, text.length)
      assert.equal(blanked.replace(/[^\r\n]/g, ''), text.replace(/[^\r\n]/g, ''))
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const text = JSON.stringify({ value }, null, 1)
      assert.equal(blankComments(text).text, text)
    }),
  )
})

test('256 KB of quotes, comment starts or digits are processed quickly', () => {
  for (const piece of ['"', '/*', '//', "'", '"\\', '1', '-', 'e', '*/', ',1'])
    assert.equal(blankComments(piece.repeat(128 * 1024)).text.length, piece.length * 128 * 1024)
})
