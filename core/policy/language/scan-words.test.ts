// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ANTLRInputStream } from 'antlr4ts/ANTLRInputStream.js'
import fc from 'fast-check'
import { SfplLexer } from '../../../grammar/generated/SfplLexer.js'
import { shared, withoutShared } from '../../testing/shared.js'
import { PolicyFindings } from './policy-findings.js'
import { findFiles } from './read-sources.js'
import { scanWords } from './scan-words.js'

/** Each word as [kind, start, end], as the lexer finds them that is generated from the grammar. */
function lexed(text: string): unknown[] {
  const lexer = new SfplLexer(new ANTLRInputStream(text))
  lexer.removeErrorListeners()
  return lexer
    .getAllTokens()
    .map(({ type, startIndex, stopIndex }) => [lexer.vocabulary.getSymbolicName(type), startIndex, stopIndex + 1])
}

const agreeOn = (text: string): void =>
  assert.deepEqual(
    scanWords(text).map(({ kind, start, end }) => [kind, start, end]),
    lexed(text),
  )

for (const [name, root] of [
  ['shipped', 'policies'],
  ['shared', shared('policies')],
] as const)
  test(`the words of each ${name} rule file are those of the generated lexer`, {
    skip: name === 'shared' && withoutShared,
  }, () => {
    for (const file of findFiles([root], new PolicyFindings())) agreeOn(readFileSync(file, 'utf8'))
  })

const PARTS = [
  'and', 'or', 'not', 'in', 'pmatch', 'exists', 'contains', 'glob', 'regex', 'intersects', 'bcontains', 'rule', 'desc', 'description', 'condition', 'items',
  'action', 'actions', 'tags', 'skip-if-unknown-filter', 'warn_evttypes', 'required_engine_version', 'HIGH', 'Low', 'warnin', 'g',
  'a', 'B', '0', '_', '.', '/', '*', '-', ':', '[', ']', '(', ')', ',', '<', '=', '>', '!', '|', '+', '"', "'", '\\', '\\"', "\\'",
  '""', "''", '#', ' ', '\t', '\n', '\r', '\f', '\u00a0', '\u2028', '💥', 'ä', '\0', '- ', '- rule', '- list :', 'desc: >', ': ', ':[', 'a[b]',
  'a:[b:c]', '[/x:y]', '&',
] // biome-ignore format: a table

test('the words of any text are those of the generated lexer', () => {
  const soup = fc.array(fc.constantFrom(...PARTS), { maxLength: 14 }).map(parts => parts.join(''))
  fc.assert(fc.property(soup, agreeOn), { numRuns: 20_000 })
  fc.assert(fc.property(fc.string({ unit: 'binary' }), agreeOn), { numRuns: 2000 })
})

test('texts that are awkward to search take a time that grows with their length', () => {
  for (const text of ['"', "'", '\\"', '[', 'a[', 'a:', 'a[b:', '- ', 'desc ', 'desc: ', '#', ' ', '""x', '-', 'a[b:c'])
    assert.ok(scanWords(text.repeat(30_000)).length <= 30_000 * text.length)
})
