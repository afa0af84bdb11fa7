// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SfplLexer } from '../../grammar/generated/SfplLexer.js'
import { KEYWORDS } from './language/parse.js'
import { WRITTEN_OPERATORS } from './operators.js'

/** Every token of the grammar with a fixed text. */
function literalTokens(): string[] {
  const { VOCABULARY } = SfplLexer
  return Array.from({ length: VOCABULARY.maxTokenType + 1 }, (_, type) => VOCABULARY.getLiteralName(type) ?? '')
    .filter(literal => literal !== '')
    .map(literal => literal.slice(1, -1))
}

test('the keywords of the parser are those of the grammar', () => {
  assert.deepEqual(
    [...KEYWORDS].sort(),
    literalTokens()
      .filter(text => /^\w+$/.test(text))
      .sort(),
  )
})

test('the operators of the language are those of the grammar', () => {
  const others = ['and', 'or', 'not', '(', ')', '[', ']', ',', '\\']
  assert.deepEqual(
    [...WRITTEN_OPERATORS].sort(),
    literalTokens()
      .filter(text => !others.includes(text))
      .sort(),
  )
})
