// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ALLOWED_USES, type Place, RETIRED_SHAPES, RETIRED_WORDS } from './retired-words.js'
import { tokensOf } from './typescript-tokens.js'

export interface Finding {
  readonly path: string
  readonly line: number
  readonly word: string
  readonly use: string
}

const ROOTS = ['core', 'driver', 'plugins', 'scripts', 'bench', 'docs', 'policies', 'resources', 'grammar', 'deploy']
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']
const IS_READ = /\.(?:ts|md|yaml|html)$/
/** Generated or foreign text. */
const IS_SKIPPED = /(?:^|\/)node_modules\/|^grammar\/generated\/|^resources\/golden\/|\.test\.ts$|\/tests?\/|^bench\/results/

/** The checked files: product code, pages, rules. Tests are not checked. */
export function checkedFiles(): string[] {
  const found = ROOTS.flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)))
  return [...PAGES, ...found.filter(path => IS_READ.test(path) && !IS_SKIPPED.test(path)).sort()]
}

/** Retired words of a file, except the allowed ones. */
export function retiredWordsIn(path: string, text: string = readFileSync(path, 'utf8')): Finding[] {
  const found = path.endsWith('.ts') ? inCode(text) : text.split('\n').flatMap((line, index) => inText(line, index + 1, 'docs'))
  return found.filter(({ word }) => !isAllowed(path, word)).map(finding => ({ path, ...finding }))
}

type Found = Omit<Finding, 'path'>

const inCode = (source: string): Found[] =>
  tokensOf(source).flatMap(({ kind, text, line }) =>
    kind === 'identifier' ? inIdentifier(text, line) : inText(text, line, 'texts'),
  )

function inIdentifier(name: string, line: number): Found[] {
  const shapes = RETIRED_SHAPES.filter(({ shape }) => shape.test(name)).map(({ use }) => ({ line, word: name, use }))
  return [...shapes, ...inText(wordsOf(name).join(' '), line, 'identifiers')]
}

/** `SFP_ISO` → sfp iso, `toldOnce` → told once. */
export const wordsOf = (identifier: string): string[] =>
  identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map(word => word.toLowerCase())

const PATTERNS: Readonly<Record<Place, readonly { readonly pattern: RegExp; readonly use: string }[]>> = {
  identifiers: patternsFor('identifiers'),
  texts: patternsFor('texts'),
  docs: patternsFor('docs'),
}

function patternsFor(place: Place): { pattern: RegExp; use: string }[] {
  return RETIRED_WORDS.filter(({ places }) => places.includes(place)).map(({ word, use }) => ({
    pattern: new RegExp(`\\b(?:${word.replaceAll(' ', '\\s+')})\\b`, 'gi'),
    use,
  }))
}

function inText(text: string, firstLine: number, place: Place): Found[] {
  return PATTERNS[place].flatMap(({ pattern, use }) =>
    [...text.matchAll(pattern)].map(match => ({
      line: firstLine + text.slice(0, match.index).split('\n').length - 1,
      word: match[0].toLowerCase(),
      use,
    })),
  )
}

const isAllowed = (path: string, word: string): boolean =>
  ALLOWED_USES.some(
    allowed =>
      (allowed.path.endsWith('/') ? path.startsWith(allowed.path) : path === allowed.path) &&
      (allowed.word === '' || allowed.word === word),
  )
