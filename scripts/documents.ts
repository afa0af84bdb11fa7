// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A documentation page. */
export interface Document {
  readonly path: string
  readonly text: string
}

/** A fenced block of a page. */
export interface Block {
  readonly path: string
  /** Line number of its first line, counted from 1. */
  readonly line: number
  /** The language of the fence and the text of the comment before it: `sh run`, `json pipeline`, ... */
  readonly kind: string
  readonly text: string
}

const FOLDERS = ['docs', 'plugins', 'policies', 'bench', 'grammar']

/** The top-level pages and all pages in the documentation folders. */
export function documents(): Document[] {
  const found = FOLDERS.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  ).filter(path => path.endsWith('.md'))
  return ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', ...found.sort()].map(path => ({
    path,
    text: readFileSync(path, 'utf8'),
  }))
}

/** The fence names only the language. The comment before it, which is not rendered, states how the block is tested. */
export const BLOCK = /^(?<comment><!-- test: (?<instruction>.+) -->\n)?```(?<language>\S*)\n(?<body>[\s\S]*?)^```$/gm

export function blocksOf({ path, text }: Document): Block[] {
  return [...text.matchAll(BLOCK)].map(({ index, groups = {} }) => ({
    path,
    line: text.slice(0, index + (groups.comment ?? '').length).split('\n').length + 1,
    kind: [groups.language, groups.instruction].filter(Boolean).join(' '),
    text: groups.body ?? '',
  }))
}
