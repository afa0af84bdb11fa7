// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { isObject } from '../../core/contract/objects.js'

/** Node.js runs TypeScript from 22.18 and 23.6 on; earlier releases say nothing of it. */
const RUNS_TYPESCRIPT = 'typescript' in process.features && process.features.typescript !== false

/** Endings of modules, in the order in which they are looked for. */
export const MODULE_EXTENSIONS: readonly string[] = ['.js', '.mjs', ...(RUNS_TYPESCRIPT ? ['.ts', '.mts'] : [])]

/**
 * The file of a module that is a folder: what package.json exports, else its `main`, else `index` with one of the endings.
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

/** Folders that an installed package of this name may stand in, seen from `folder`, as Node.js looks for it. */
export function packageFolders(name: string, folder: string): string[] {
  const folders: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    folders.push(basename(at) === 'node_modules' ? join(at, name) : join(at, 'node_modules', name))
    if (dirname(at) === at) return folders
  }
}

/** Both are real paths. A folder is within itself. */
export function isWithin(file: string, folder: string): boolean {
  const path = relative(folder, file)
  return path !== '..' && !path.startsWith(`..${sep}`) && resolve(path) !== path
}

export const isFile = (path: string): boolean => statusOf(path)?.isFile() === true
export const isFolder = (path: string): boolean => statusOf(path)?.isDirectory() === true

/** Undefined for what is not there, or cannot be looked at: a link that runs in a circle, a folder of somebody else's. */
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

/** What `import NAME` means in such a package. Conditions count in the order in which the package lists them. */
function exportedEntry(exports: unknown): string | undefined {
  const isMap = isObject(exports) && !Array.isArray(exports) && Object.keys(exports).some(key => key.startsWith('.'))
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
