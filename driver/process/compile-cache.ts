// SPDX-License-Identifier: Apache-2.0
import module from 'node:module'
import { join } from 'node:path'
import { openPrivateFolder } from '../../core/policy/language/cache/private-folder.js'
import { cacheFolder } from './cache-folder.js'

/**
 * Has Node keep what it compiles of modules that are loaded from now on, where it can (from 22.8 on) and the folder is ours:
 * what lies there is run. Whatever goes wrong, the program runs without.
 */
export function enableModuleCache(environment: Readonly<Record<string, string | undefined>>): void {
  const folder = cacheFolder(environment)
  if (folder === undefined || !('enableCompileCache' in module) || typeof module.enableCompileCache !== 'function') return
  try {
    const modules = join(folder, 'modules')
    openPrivateFolder(folder)
    openPrivateFolder(modules)
    module.enableCompileCache(modules)
  } catch {
    // Nobody asked for it, so nobody is told.
  }
}
