// SPDX-License-Identifier: Apache-2.0
import { checkedFiles, retiredWordsIn } from './words/find-retired-words.js'
import { longSentences, MAX_WORDS } from './words/long-sentences.js'

/** `make lint` runs it: finds retired words in identifiers, texts and pages, and long sentences in the pages for new users. */
const retired = checkedFiles().flatMap(path => retiredWordsIn(path))
for (const { path, line, word, use } of retired) print(`${path}:${line}  "${word}" is retired; use: ${use}`)
const long = longSentences()
for (const sentence of long) print(`more than ${MAX_WORDS} words: ${sentence}`)
if (retired.length + long.length > 0) process.exitCode = 1

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
