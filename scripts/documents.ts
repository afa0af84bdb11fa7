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
  /** What stands behind the fence: `sh run`, `json pipeline`, ... */
  readonly kind: string
  readonly text: string
}

const FOLDERS = ['docs', 'plugins', 'policies', 'bench', 'grammar']

/** README, changelog and every page in the folders that have some. */
export function documents(): Document[] {
  const found = FOLDERS.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  ).filter(path => path.endsWith('.md'))
  return ['README.md', 'CHANGELOG.md', ...found.sort()].map(path => ({ path, text: readFileSync(path, 'utf8') }))
}

export function blocksOf({ path, text }: Document): Block[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(match => ({
    path,
    line: text.slice(0, match.index).split('\n').length + 1,
    kind: match[1] ?? '',
    text: match[2] ?? '',
  }))
}
