// SPDX-License-Identifier: Apache-2.0
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folders of the modules that turn texts into declarations: the language folder and the generated grammar. */
const FOLDERS = ['..', '../../../../grammar/generated']

/**
 * A text that differs for each build of the modules that read policies. The bundle contains a digest of its modules; otherwise
 * the fingerprint covers their names, sizes and times. The version of the program does not distinguish builds, in particular
 * during development of the language.
 */
export function buildFingerprint(): string {
  if (typeof BUNDLE_DIGEST === 'string') return BUNDLE_DIGEST
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
