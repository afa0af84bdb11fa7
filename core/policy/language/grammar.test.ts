// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

test('the generated parser corresponds to the grammar', () => {
  const checksum = createHash('sha256').update(readFileSync('grammar/Sfpl.g4')).digest('hex')
  for (const file of ['SfplLexer', 'SfplParser'])
    assert.match(
      readFileSync(`grammar/generated/${file}.ts`, 'utf8'),
      new RegExp(`SHA-256 of Sfpl.g4: ${checksum}\n`),
      'run "make grammar"',
    )
})
