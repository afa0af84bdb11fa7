// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs'
import { extname, isAbsolute, join, resolve } from 'node:path'
import { PLUGIN_KINDS, type PluginKind } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { codeOf, reasonOf } from '../../core/errors/reason.js'
import { type FolderKey, faultLocationOf, originText, type Setting } from '../config/settings.js'
import type { FoundModule } from './found-module.js'
import { isFile, isFolder, MODULE_EXTENSIONS, moduleEntry, packageFolders } from './module-file.js'
import { isPluginName } from './plugin-name.js'

/** A folder of plugins: NAME.js, NAME.mjs, or a folder NAME with an index.js or a package.json. */
export interface PluginFolder {
  /** The key of the pipeline file for such folders; absent: there is none. */
  readonly key?: FolderKey
  readonly kinds: readonly PluginKind[]
  readonly path: string
  /** Only these are loaded; undefined: all. Code that no setting names is not run. */
  readonly wantedNames?: ReadonlySet<string>
  /** The setting that names the folder; undefined for the default one, which need not exist. */
  readonly origin?: Setting['origin']
}

/** The locations in which plugins are searched. */
export interface PluginSearch {
  readonly folders: readonly PluginFolder[]
  /** Packages and modules that the pipeline file names. */
  readonly namedModules: readonly Setting[]
  /** Folders in which installed packages are searched, in order; the first is that of the pipeline file, the base of paths. */
  readonly baseFolders: readonly string[]
}

/** The modules that a search finds, in its order; errors are added to `faults`. */
export const findModules = ({ folders, namedModules, baseFolders }: PluginSearch, faults: Fault[]): FoundModule[] => [
  ...folders.flatMap(folder => modulesIn(folder, faults)),
  ...namedModules.flatMap(setting => {
    try {
      return [resolveModule(setting, baseFolders)]
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.push(error)
      return []
    }
  }),
]

function modulesIn(folder: PluginFolder, faults: Fault[]): FoundModule[] {
  const { path, kinds, wantedNames, origin } = folder
  let entries: string[]
  try {
    entries = readdirSync(path).sort()
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT'
    if (isMissing && !origin) return []
    const details = { folder: path, reason: reasonOf(error) }
    const at = origin ? { ...faultLocationOf(origin), ...(origin.kind === 'file' ? {} : { where: originText(origin) }) } : {}
    faults.push(new Fault('SFP_PLUGIN_DIRECTORY', details, { ...at, level: isMissing ? 'warning' : 'error' }))
    return []
  }
  const found: FoundModule[] = []
  for (const entry of entries) {
    const extension = extname(entry)
    const entryPath = join(path, entry)
    const isModule = MODULE_EXTENSIONS.includes(extension)
    const name = isModule ? entry.slice(0, -extension.length) : entry
    if (!isPluginName(name) || wantedNames?.has(name) === false) continue
    const ownFolder = isFolder(entryPath) ? entryPath : undefined
    const file = ownFolder !== undefined ? moduleEntry(ownFolder) : isModule ? entryPath : undefined
    if (file === undefined) continue
    if (!isFile(file)) {
      faults.push(missingModule(entryPath, file, { where: entryPath }))
      continue
    }
    // A compiled file has priority over its source.
    if (file.endsWith('ts') && found.some(module => module.name === name)) continue
    found.push({ file, rootFolder: path, ownFolder, kinds, name })
  }
  return found
}

function resolveModule(setting: Setting, baseFolders: readonly string[]): FoundModule {
  const text = String(setting.value)
  const position = setting.origin.kind === 'file' ? setting.origin.value : undefined
  if (text.startsWith('.') || isAbsolute(text)) return moduleAt(text, resolve(baseFolders[0] ?? '.', text), position)
  if (!PACKAGE_NAME.test(text)) throw new Fault('SFP_PLUGIN_NAME', { name: text }, { position })
  const searched = [...new Set(baseFolders.flatMap(folder => packageFolders(text, folder)))]
  const folder = searched.find(isFolder)
  if (folder === undefined) {
    const shown = [...new Set(baseFolders)].join(', ')
    throw new Fault('SFP_PLUGIN_NOT_INSTALLED', { name: text, searched: shown }, { position })
  }
  const file = moduleEntry(folder)
  if (file === undefined || !isFile(file)) throw missingModule(folder, file, { position })
  return { file, rootFolder: folder, ownFolder: folder, kinds: PLUGIN_KINDS, position }
}

function moduleAt(text: string, path: string, position: FoundModule['position']): FoundModule {
  if (isFolder(path)) {
    const file = moduleEntry(path)
    if (file === undefined || !isFile(file)) throw missingModule(path, file, { position })
    return { file, rootFolder: path, ownFolder: path, kinds: PLUGIN_KINDS, position }
  }
  const file = ['', ...MODULE_EXTENSIONS].map(extension => path + extension).find(isFile)
  if (file === undefined) throw new Fault('SFP_PLUGIN_MISSING', { path: text, reason: `there is no ${path}` }, { position })
  return { file, kinds: PLUGIN_KINDS, position }
}

function missingModule(folder: string, file: string | undefined, at: ConstructorParameters<typeof Fault>[2]): Fault {
  const source = ['index.ts', 'index.mts'].find(name => isFile(join(folder, name)))
  const reason =
    file === folder
      ? 'it is not a readable file'
      : file !== undefined
        ? `its package.json names ${file}, which does not exist: build the plugin first`
        : source !== undefined
          ? `there is only ${source}, which this Node.js release cannot run: compile it`
          : 'the directory has no index.js and no package.json with a module'
  return new Fault('SFP_PLUGIN_MISSING', { path: folder, reason }, at)
}

/** A valid npm package name, so that no part of it leads to another folder. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
