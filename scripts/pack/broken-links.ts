// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Links in the pages below `root` to missing files: `PAGE: TARGET`. Web addresses are not checked. */
export function brokenLinks(root: string): readonly string[] {
  const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.md') && !name.includes('node_modules'),
  )
  return pages.flatMap(page =>
    linksIn(readFileSync(join(root, page), 'utf8'))
      .filter(target => !isThere(resolve(root, dirname(page), target), root))
      .map(target => `${page}: ${target}`),
  )
}

/** Targets of inline links and images, without the part after `#`; examples in code are not links. */
function linksIn(text: string): readonly string[] {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter(target => target !== '' && !/^[a-z]+:/.test(target))
}

const isThere = (path: string, root: string): boolean => path.startsWith(resolve(root)) && existsSync(path)
