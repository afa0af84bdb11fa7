// SPDX-License-Identifier: Apache-2.0
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What makes declarations of texts: this part of the program, and the grammar. */
const FOLDERS = ['..', '../../../../grammar/generated']

/**
 * Another text for each build of the modules that read policies: their names, sizes and times. The program's version alone
 * does not tell builds apart, least of all while somebody works on the language.
 */
export function buildFingerprint(): string {
  const here = fileURLToPath(new URL('.', import.meta.url))
  return FOLDERS.flatMap(folder => modulesIn(join(here, folder))).join('\n')
}

function modulesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /(?<!\.test)\.[jt]s$/.test(name))
  return names.sort().map(name => {
    const { size, mtimeMs } = statSync(join(folder, name))
    return `${name} ${size} ${mtimeMs}`
  })
}
