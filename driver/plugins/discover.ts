// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from '../../core/contract/plugin.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { codeOf, messageOf } from '../../core/errors/reason.js'
import type { Validator } from '../config/validate.js'
import type { Registry } from './registry.js'
import { verify } from './verify.js'

/** A folder with one kind of plugins: NAME.js, NAME.mjs, or NAME/index.js, whose export `plugin` is the plugin. */
export interface PluginFolder {
  readonly kind: Plugin['kind']
  readonly path: string
  /** Only these are loaded; all, if it says nothing. Code that no setting names is not run. */
  readonly wanted?: ReadonlySet<string>
}

/** Loads plugins into the registry. A missing folder is fine; everything else that is wrong is told together. */
export async function discover(folders: readonly PluginFolder[], registry: Registry, validator: Validator): Promise<void> {
  const faults: Fault[] = []
  for (const folder of folders) {
    for (const { name, file } of candidates(folder, faults)) {
      if (folder.wanted && !folder.wanted.has(name)) continue
      try {
        confine(file, folder.path)
        registry.add(verify((await load(file)).plugin, folder.kind, name, file, validator), file)
      } catch (error) {
        faults.push(
          error instanceof Fault
            ? error
            : new Fault('SFP_PLUGIN_BROKEN', { reason: firstLineOf(error) }, { where: file, cause: error }),
        )
      }
    }
  }
  if (faults.length > 0) throw new Faults(faults)
}

function candidates(folder: PluginFolder, faults: Fault[]): { readonly name: string; readonly file: string }[] {
  try {
    return readdirSync(folder.path)
      .sort()
      .flatMap(entry => {
        const path = join(folder.path, entry)
        const [, name] = /^([^.].*)\.m?js$/.exec(entry) ?? []
        if (name !== undefined) return [{ name, file: path }]
        const index = join(path, 'index.js')
        return existsSync(index) ? [{ name: entry, file: index }] : []
      })
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      faults.push(new Fault('SFP_PLUGIN_DIRECTORY', { reason: firstLineOf(error) }, { where: folder.path }))
    return []
  }
}

/** A link must not make the program run code from elsewhere. */
function confine(file: string, folder: string): void {
  const target = realpathSync(file)
  const path = relative(realpathSync(folder), target)
  if (path === '..' || path.startsWith(`..${sep}`) || resolve(path) === path) {
    throw new Fault('SFP_PLUGIN_OUTSIDE', { target }, { where: file })
  }
}

const load = async (file: string): Promise<{ readonly plugin?: unknown }> => import(pathToFileURL(file).href)

const firstLineOf = (error: unknown): string => messageOf(error).split('\n')[0] ?? ''
