// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs'
import { checkedFiles, retiredWordsIn } from './words/find-retired-words.js'
import { longSentences, MAX_WORDS } from './words/long-sentences.js'
import { UNCLEANED_FILES } from './words/uncleaned-files.js'

/**
 * `make lint` runs it: finds retired words in identifiers, texts and pages, and long sentences in the pages for new users.
 * `--counts` prints the number of retired words per file, `--all` prints each of them.
 * `--shrink` removes files without retired words from scripts/words/uncleaned-files.json; it never adds one.
 */
const [option] = process.argv.slice(2)
const found = new Map(checkedFiles().map(path => [path, retiredWordsIn(path)]))
const withWords = [...found].filter(([, findings]) => findings.length > 0)

if (option === '--counts') {
  for (const [path, { length }] of withWords.toSorted((a, b) => b[1].length - a[1].length)) print(`${length}\t${path}`)
  print(`${withWords.reduce((sum, [, { length }]) => sum + length, 0)}\tin ${withWords.length} files`)
} else if (option === '--shrink') {
  const left = [...UNCLEANED_FILES].filter(path => (found.get(path)?.length ?? 0) > 0)
  writeFileSync('scripts/words/uncleaned-files.json', `${JSON.stringify(left, null, 2)}\n`)
  print(`${UNCLEANED_FILES.size - left.length} files removed, ${left.length} left`)
} else {
  const failing = withWords
    .filter(([path]) => option === '--all' || !UNCLEANED_FILES.has(path))
    .flatMap(([, findings]) => findings)
  for (const { path, line, word, use } of failing) print(`${path}:${line}  "${word}" is retired; use: ${use}`)
  const cleaned = [...UNCLEANED_FILES].filter(path => (found.get(path)?.length ?? 0) === 0)
  for (const path of cleaned) print(`${path}: has no retired word any more; run "node dist/scripts/words.js --shrink"`)
  const long = longSentences()
  for (const sentence of long) print(`more than ${MAX_WORDS} words: ${sentence}`)
  if (failing.length + cleaned.length + long.length > 0) process.exitCode = 1
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
