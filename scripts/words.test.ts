// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkedFiles, retiredWordsIn, wordsOf } from './words/find-retired-words.js'
import { longSentences, longSentencesOf } from './words/long-sentences.js'
import { ALLOWED_USES } from './words/retired-words.js'
import { tokensOf } from './words/typescript-tokens.js'

const foundIn = (path: string, text: string): string[] => retiredWordsIn(path, text).map(({ word, line }) => `${line} ${word}`)

test('identifiers, texts and comments of code are separate tokens', () => {
  const source = "const a = /it's/.test(b) // why\nconst c = `x $\u007bd({ e: 'f' })} y` /* g\nh */\nconst i = 4 / j / 2\n"
  assert.deepEqual(
    tokensOf(source).map(({ kind, text, line }) => `${line} ${kind} ${text}`),
    [
      '1 identifier const',
      '1 identifier a',
      "1 text /it's/",
      '1 identifier test',
      '1 identifier b',
      '1 comment // why',
      '2 identifier const',
      '2 identifier c',
      '2 text x ',
      '2 identifier d',
      '2 identifier e',
      "2 text 'f'",
      '2 text  y',
      '2 comment /* g\nh */',
      '4 identifier const',
      '4 identifier i',
      '4 identifier j',
    ],
  )
})

test('an identifier is split at its capitals and underscores', () => {
  assert.deepEqual(wordsOf('toldOnceIOTime_x2'), ['told', 'once', 'io', 'time', 'x2'])
})

test('retired words are found in identifiers, in texts, in comments and in pages, with their lines', () => {
  assert.deepEqual(foundIn('core/x.ts', 'let rowsKept = 1\nconst MOST_ROWS = 2\n'), ['1 kept', '2 MOST_ROWS'])
  assert.deepEqual(foundIn('core/x.ts', "a('the rest is kept')\n// nobody is\n// told\n"), ['2 nobody', '3 told'])
  assert.deepEqual(foundIn('docs/x.md', 'The target\npasses over records. Mend it.\n'), ['2 mend', '2 passes over'])
  assert.deepEqual(foundIn('core/x.ts', 'let lawn = rejudge(storybooks)\n'), [])
})

test('an allowed use has a reason and a file or folder', () => {
  for (const { path, reason } of ALLOWED_USES) {
    assert.ok(existsSync(path), path)
    assert.ok(reason.length > 10, path)
  }
})

test('no file has retired words; see scripts/words.ts', () => {
  const found = checkedFiles().flatMap(path => retiredWordsIn(path))
  assert.deepEqual(
    found.map(({ path, line, word, use }) => `${path}:${line} ${word} -> ${use}`),
    [],
  )
})

test('sentences are counted without code, links and table borders', () => {
  const thirty = Array.from({ length: 30 }, () => 'word').join(' ')
  assert.deepEqual(longSentencesOf(`${thirty}. ${thirty} [x](a b c).\n\n- ${thirty}\n- one\n`).length, 1)
  assert.deepEqual(longSentencesOf(`\`\`\`sh\n${thirty} x\n\`\`\`\n\n| ${thirty} | ${thirty} |\n`), [])
  assert.deepEqual(longSentencesOf(`${thirty}\nand more.`), [`${thirty} and more.`])
})

test('the first pages of a new user and the help have no sentence of more than 30 words', () => {
  assert.deepEqual(longSentences(), [])
})

/** Name → why several files may declare it. */
const DECLARED_MORE_THAN_ONCE: Readonly<Record<string, string>> = {
  plugin: 'what each module of a plugin exports by contract',
  RateLimiter: 'the example driver imports only what is published',
}

test('one exported name is declared in one product file', () => {
  const declared = new Map<string, string[]>()
  for (const path of productFiles())
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(DECLARATION))
      if (!declared.get(name)?.includes(path)) declared.set(name, [...(declared.get(name) ?? []), path])
  const several = [...declared].filter(([, paths]) => paths.length > 1)
  assert.ok(declared.size > 500)
  assert.deepEqual(
    several.filter(([name]) => !(name in DECLARED_MORE_THAN_ONCE)).map(([name, paths]) => `${name}: ${paths.join(', ')}`),
    [],
  )
  assert.deepEqual(several.map(([name]) => name).sort(), Object.keys(DECLARED_MORE_THAN_ONCE).sort())
})

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:class|function\*?|const enum|const|let|interface|type|enum) ([A-Za-z_]\w*)/gm

const productFiles = (): string[] =>
  ['core', 'driver', 'plugins']
    .flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)))
    .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('node_modules'))
    .filter(path => !/\/(?:testing|tests)\//.test(path) || path.startsWith(join('core', 'published')))
