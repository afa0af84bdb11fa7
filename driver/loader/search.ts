// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs'
import { extname, isAbsolute, join, resolve } from 'node:path'
import { PLUGIN_KINDS, type PluginKind } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { codeOf, reasonOf } from '../../core/errors/reason.js'
import { type FolderKey, originText, type Setting, whereOf } from '../config/settings.js'
import type { FoundModule } from './found-module.js'
import { ENDINGS, entryOf, isFile, isFolder, packageFolders } from './module-file.js'
import { isPluginName } from './plugin-name.js'

/** A folder of plugins: NAME.js, NAME.mjs, or a folder NAME with an index.js or a package.json. */
export interface PluginFolder {
  /** What the pipeline file calls such folders; absent: it cannot name them. */
  readonly key?: FolderKey
  readonly kinds: readonly PluginKind[]
  readonly path: string
  /** Only these are loaded; all, if it says nothing. Code that no setting names is not run. */
  readonly wanted?: ReadonlySet<string>
  /** Who named the folder; undefined for the usual one, which need not be there. */
  readonly givenBy?: Setting['origin']
}

/** Where plugins are looked for. */
export interface Search {
  readonly folders: readonly PluginFolder[]
  /** Packages and modules that the pipeline file names. */
  readonly named: readonly Setting[]
  /** Where installed packages are looked for, in this order; the first is that of the pipeline file, which paths start from. */
  readonly from: readonly string[]
}

/** The modules that a search finds, in its order; what is wrong with it is added to `faults`. */
export const modulesOf = ({ folders, named, from }: Search, faults: Fault[]): FoundModule[] => [
  ...folders.flatMap(folder => modulesIn(folder, faults)),
  ...named.flatMap(setting => {
    try {
      return [namedModule(setting, from)]
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.push(error)
      return []
    }
  }),
]

function modulesIn(folder: PluginFolder, faults: Fault[]): FoundModule[] {
  const { path, kinds, wanted, givenBy } = folder
  let entries: string[]
  try {
    entries = readdirSync(path).sort()
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT'
    if (isMissing && !givenBy) return []
    const details = { folder: path, reason: reasonOf(error) }
    const at = givenBy ? { ...whereOf(givenBy), ...(givenBy.kind === 'file' ? {} : { where: originText(givenBy) }) } : {}
    faults.push(new Fault('SFP_PLUGIN_DIRECTORY', details, { ...at, level: isMissing ? 'warning' : 'error' }))
    return []
  }
  const found: FoundModule[] = []
  for (const entry of entries) {
    const ending = extname(entry)
    const whole = join(path, entry)
    const isModule = ENDINGS.includes(ending)
    const name = isModule ? entry.slice(0, -ending.length) : entry
    if (!isPluginName(name) || wanted?.has(name) === false) continue
    const own = isFolder(whole) ? whole : undefined
    const file = own !== undefined ? entryOf(own) : isModule ? whole : undefined
    if (file === undefined) continue
    if (!isFile(file)) {
      faults.push(missing(whole, file, { where: whole }))
      continue
    }
    // What has been compiled stands beside its source.
    if (file.endsWith('ts') && found.some(module => module.name === name)) continue
    found.push({ file, within: path, own, kinds, name })
  }
  return found
}

function namedModule(setting: Setting, from: readonly string[]): FoundModule {
  const text = String(setting.value)
  const place = setting.origin.kind === 'file' ? setting.origin.value : undefined
  if (text.startsWith('.') || isAbsolute(text)) return moduleAt(text, resolve(from[0] ?? '.', text), place)
  if (!PACKAGE_NAME.test(text)) throw new Fault('SFP_PLUGIN_NAME', { name: text }, { place })
  const searched = [...new Set(from.flatMap(folder => packageFolders(text, folder)))]
  const folder = searched.find(isFolder)
  if (folder === undefined) {
    const shown = [...new Set(from)].join(', ')
    throw new Fault('SFP_PLUGIN_NOT_INSTALLED', { name: text, searched: shown }, { place })
  }
  const file = entryOf(folder)
  if (file === undefined || !isFile(file)) throw missing(folder, file, { place })
  return { file, within: folder, own: folder, kinds: PLUGIN_KINDS, place }
}

function moduleAt(text: string, path: string, place: FoundModule['place']): FoundModule {
  if (isFolder(path)) {
    const file = entryOf(path)
    if (file === undefined || !isFile(file)) throw missing(path, file, { place })
    return { file, within: path, own: path, kinds: PLUGIN_KINDS, place }
  }
  const file = ['', ...ENDINGS].map(ending => path + ending).find(isFile)
  if (file === undefined) throw new Fault('SFP_PLUGIN_MISSING', { path: text, reason: `there is no ${path}` }, { place })
  return { file, kinds: PLUGIN_KINDS, place }
}

function missing(folder: string, file: string | undefined, at: ConstructorParameters<typeof Fault>[2]): Fault {
  const source = ['index.ts', 'index.mts'].find(name => isFile(join(folder, name)))
  const reason =
    file === folder
      ? 'it is no file that can be read'
      : file !== undefined
        ? `its package.json names ${file}, which is not there: it may have to be built`
        : source !== undefined
          ? `there is only ${source}, which this release of Node.js does not run: compile it`
          : 'the folder has no index.js, and no package.json that names a module'
  return new Fault('SFP_PLUGIN_MISSING', { path: folder, reason }, at)
}

/** As npm has it, so that no part of it leads elsewhere. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
