// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { isObject } from '../../../../core/contract/objects.js'
import { packageFolders } from '../../../loader/module-file.js'
import { programRoot } from '../../../process/package.js'

/** Package name in npm → version or location. */
export interface PackageDependencies {
  readonly peer: Readonly<Record<string, string>>
  readonly development: Readonly<Record<string, string>>
}

/** The dependencies of a plugin in that folder: the program in `root`, and the compiler version that built this program. */
export function dependenciesIn(folder: string, root = programRoot()): PackageDependencies {
  const manifest = readManifest(join(root, 'package.json'))
  const { devDependencies } = manifest
  const developmentTools = ['@types/node', 'typescript'].map((name): [string, string] => [
    name,
    isObject(devDependencies) ? String(devDependencies[name]) : '*',
  ])
  const version = `^${String(manifest.version)}`
  const program: [string, string][] = isFoundFrom(folder, root)
    ? []
    : [['sfprocessor', isFromRegistry(root) ? version : `file:${relative(folder, root)}`]]
  return { peer: { sfprocessor: version }, development: Object.fromEntries([...developmentTools, ...program].sort()) }
}

/** Whether an import of the program in that folder resolves to this installation. */
const isFoundFrom = (folder: string, root: string): boolean => {
  const found = packageFolders('sfprocessor', folder).find(candidate => existsSync(join(candidate, 'package.json')))
  return found !== undefined && realpathSync(found) === realpathSync(root)
}

/** npm records the origin of each installed package next to the packages. */
function isFromRegistry(root: string): boolean {
  const folder = dirname(root)
  const lockFile = join(folder, '.package-lock.json')
  if (basename(folder) !== 'node_modules' || !existsSync(lockFile)) return false
  const { packages } = readManifest(lockFile)
  const programEntry = isObject(packages) ? packages['node_modules/sfprocessor'] : undefined
  return isObject(programEntry) && typeof programEntry.resolved === 'string' && programEntry.resolved.startsWith('https:')
}

function readManifest(file: string): Record<string, unknown> {
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return isObject(manifest) ? manifest : {}
}
