// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { packageRoot } from '../../../process/package.js'
import { isObject } from '../../../loader/is-object.js'
import { packageFolders } from '../../../loader/module-file.js'

/** npm's name of a package → version or place. */
export interface Dependencies {
  readonly peer: Readonly<Record<string, string>>
  readonly development: Readonly<Record<string, string>>
}

/** What a plugin in that folder needs: the program in `root`, and the compiler that this program was made with. */
export function dependenciesIn(folder: string, root = packageRoot()): Dependencies {
  const facts = factsOf(join(root, 'package.json'))
  const { devDependencies } = facts
  const tools = ['@types/node', 'typescript'].map((name): [string, string] => [
    name,
    isObject(devDependencies) ? String(devDependencies[name]) : '*',
  ])
  const version = `^${String(facts.version)}`
  const program: [string, string][] = isFoundFrom(folder, root)
    ? []
    : [['sfprocessor', cameFromRegistry(root) ? version : `file:${relative(folder, root)}`]]
  return { peer: { sfprocessor: version }, development: Object.fromEntries([...tools, ...program].sort()) }
}

/** Whether an import of the program in that folder leads to this installation. */
const isFoundFrom = (folder: string, root: string): boolean => {
  const found = packageFolders('sfprocessor', folder).find(candidate => existsSync(join(candidate, 'package.json')))
  return found !== undefined && realpathSync(found) === realpathSync(root)
}

/** npm notes beside the packages that it has installed where each came from. */
function cameFromRegistry(root: string): boolean {
  const folder = dirname(root)
  const notes = join(folder, '.package-lock.json')
  if (basename(folder) !== 'node_modules' || !existsSync(notes)) return false
  const { packages } = factsOf(notes)
  const own = isObject(packages) ? packages['node_modules/sfprocessor'] : undefined
  return isObject(own) && typeof own.resolved === 'string' && own.resolved.startsWith('https:')
}

function factsOf(file: string): Record<string, unknown> {
  const facts: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return isObject(facts) ? facts : {}
}
