// SPDX-License-Identifier: Apache-2.0

import { statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { propertyOf } from '../contract/objects.js'

/** A writer that appends continuously must not make its reader list the folder continuously. */
const DEBOUNCE_MILLISECONDS = 10

/**
 * Calls `onChange` soon after a change at one of the paths: a change of a file, or of the entries of a folder. The watcher can
 * miss changes (network file systems, folders that are created later, no more inotify watches), so its user polls as well.
 */
export class ChangeWatcher {
  readonly #watcher: FSWatcher
  readonly #onChange: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(paths: readonly string[], onChange: () => void) {
    this.#onChange = onChange
    const namesByFolder = watchedNames(paths)
    // The watch of a folder also reports changes of its files. A watch per file could exceed the limit of the system.
    this.#watcher = watch([...namesByFolder.keys()], {
      ignored: path => !namesByFolder.has(path),
      ignoreInitial: true,
      ignorePermissionErrors: true,
      persistent: false,
      depth: 0,
    })
    this.#watcher.on('raw', (_event, name: string | null, details: unknown) => {
      const names = namesByFolder.get(folderIn(details))
      if (!names || name === null || names.has(name)) this.#debounce()
    })
    // Polling continues without the watch.
    this.#watcher.on('error', () => {})
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#watcher.close()
  }

  #debounce(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#onChange()
    }, DEBOUNCE_MILLISECONDS).unref()
  }
}

/** By folder: the names in it that matter; undefined means all names. */
function watchedNames(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string> | undefined> {
  const found = new Map<string, Set<string> | undefined>()
  for (const path of paths.map(path => resolve(path))) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) found.set(path, undefined)
    else {
      const folder = dirname(path)
      if (!found.has(folder)) found.set(folder, new Set())
      found.get(folder)?.add(basename(path))
    }
  }
  return found
}

const folderIn = (details: unknown): string => String(propertyOf(details, 'watchedPath') ?? '')
