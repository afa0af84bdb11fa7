// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { isObject } from '../../core/contract/objects.js'

/** Node.js runs TypeScript from 22.18 and 23.6 on; earlier releases do not define this feature. */
const RUNS_TYPESCRIPT = 'typescript' in process.features && process.features.typescript !== false

/** File extensions of modules, in search order. */
export const MODULE_EXTENSIONS: readonly string[] = ['.js', '.mjs', ...(RUNS_TYPESCRIPT ? ['.ts', '.mts'] : [])]

/**
 * The entry file of a module folder: the export in package.json, else its `main`, else `index` with one of the extensions.
 * Undefined if there is none.
 */
export function moduleEntry(folder: string): string | undefined {
  const manifest = readManifest(folder)
  if (manifest?.exports !== undefined) {
    const target = exportedEntry(manifest.exports)
    return target === undefined ? undefined : join(folder, target)
  }
  if (typeof manifest?.main === 'string') {
    const main = join(folder, manifest.main)
    return [main, `${main}.js`, join(main, 'index.js')].find(isFile) ?? main
  }
  return MODULE_EXTENSIONS.map(extension => join(folder, `index${extension}`)).find(isFile)
}

/** Folders in which an installed package of this name may be, in the order in which Node.js searches from `folder`. */
export function packageFolders(name: string, folder: string): string[] {
  const folders: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    folders.push(basename(at) === 'node_modules' ? join(at, name) : join(at, 'node_modules', name))
    if (dirname(at) === at) return folders
  }
}

/** Both must be real paths. A folder is within itself. */
export function isWithin(file: string, folder: string): boolean {
  const path = relative(folder, file)
  return path !== '..' && !path.startsWith(`..${sep}`) && resolve(path) !== path
}

export const isFile = (path: string): boolean => statusOf(path)?.isFile() === true
export const isFolder = (path: string): boolean => statusOf(path)?.isDirectory() === true

/** Undefined if the path does not exist or cannot be read: a circular link, a folder without access. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** Undefined for a folder without a package.json that is an object. */
function readManifest(folder: string): Record<string, unknown> | undefined {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isObject(manifest) ? manifest : undefined
  } catch {
    return undefined
  }
}

/** What `import NAME` resolves to in such a package. Conditions apply in the order in which the package lists them. */
function exportedEntry(exports: unknown): string | undefined {
  const isMap = isObject(exports) && Object.keys(exports).some(key => key.startsWith('.'))
  return targetOf(isMap ? exports['.'] : exports)
}

const CONDITIONS = new Set(['import', 'node', 'module-sync', 'default'])

function targetOf(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports
  if (Array.isArray(exports)) return exports.map(targetOf).find(target => target !== undefined)
  if (!isObject(exports)) return undefined
  for (const [condition, target] of Object.entries(exports)) {
    const found = CONDITIONS.has(condition) ? targetOf(target) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
