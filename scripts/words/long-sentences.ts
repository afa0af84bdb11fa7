// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { commandLineProgram } from '../../driver/cli/command-line-options.js'
import type { Command } from '../command-pages.js'

export const MAX_WORDS = 30

/** The pages that a new user reads first. */
const FIRST_PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/README.md',
  'docs/tour.md',
  'docs/writing-rules.md',
  'docs/writing-plugins.md',
  'docs/migrating.md',
  'docs/glossary.md',
  'docs/architecture.md',
]

/** Sentences of a page with more than `MAX_WORDS` words, without code blocks. */
export function longSentencesOf(page: string): string[] {
  const prose = page
    .replace(/^```[\s\S]*?^```$/gm, '\n\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/`[^`]*`/g, 'code')
  return prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) ?)/)
    .flatMap(paragraph => (paragraph.trimStart().startsWith('|') ? paragraph.split('|') : [paragraph]))
    .flatMap(longSentencesIn)
}

function longSentencesIn(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+/)
    .map(sentence => sentence.replace(/\s+/g, ' ').trim())
    .filter(sentence => sentence.split(' ').filter(word => /\w/.test(word)).length > MAX_WORDS)
}

/** `place: sentence` for the first pages and for the help of the program and its commands. */
export function longSentences(): string[] {
  const pages = FIRST_PAGES.flatMap(path => longSentencesOf(readFileSync(path, 'utf8')).map(sentence => `${path}: ${sentence}`))
  const help = helpTextsOf(commandLineProgram()).flatMap(([place, text]) =>
    longSentencesIn(text).map(sentence => `${place}: ${sentence}`),
  )
  return [...pages, ...help]
}

/** Descriptions of a command, its options and arguments, and of its subcommands. */
export function helpTextsOf(command: Command): [string, string][] {
  const place = `${command.name()} -help`
  return [
    [place, command.description()],
    ...command.options.filter(({ hidden }) => !hidden).map(({ description }): [string, string] => [place, description]),
    ...command.registeredArguments.map(({ description }): [string, string] => [place, description]),
    ...command.commands.flatMap(helpTextsOf),
  ]
}
