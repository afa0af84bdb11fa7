// SPDX-License-Identifier: Apache-2.0
import module from 'node:module'
import { join } from 'node:path'
import { openPrivateFolder } from '../../core/policy/language/cache/private-folder.js'
import { cacheFolder } from './cache-folder.js'

/**
 * Enables the compile cache of Node.js for modules that are loaded later, if Node.js supports it (from 22.8 on) and the folder
 * belongs to this user, since code in it is run. If anything fails, the program runs without the cache.
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
    // The cache is optional and was not requested, so a failure is not reported.
  }
}
