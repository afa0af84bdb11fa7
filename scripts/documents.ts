// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A page that people read. */
export interface Document {
  readonly path: string
  readonly text: string
}

/** A fenced block of a page. */
export interface Block {
  readonly path: string
  /** Of its first line, counted from 1. */
  readonly line: number
  /** The language of the fence and what the comment before it says: `sh run`, `json pipeline`, ... */
  readonly kind: string
  readonly text: string
}

const FOLDERS = ['docs', 'plugins', 'policies', 'bench', 'grammar']

/** The pages of the top level and every page in the folders that have some. */
export function documents(): Document[] {
  const found = FOLDERS.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  ).filter(path => path.endsWith('.md'))
  return ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', ...found.sort()].map(path => ({
    path,
    text: readFileSync(path, 'utf8'),
  }))
}

/** The fence names the language only. The comment before it, which readers do not see, says how the block is tested. */
export const BLOCK = /^(?<comment><!-- test: (?<instruction>.+) -->\n)?```(?<language>\S*)\n(?<body>[\s\S]*?)^```$/gm

export function blocksOf({ path, text }: Document): Block[] {
  return [...text.matchAll(BLOCK)].map(({ index, groups = {} }) => ({
    path,
    line: text.slice(0, index + (groups.comment ?? '').length).split('\n').length + 1,
    kind: [groups.language, groups.instruction].filter(Boolean).join(' '),
    text: groups.body ?? '',
  }))
}
