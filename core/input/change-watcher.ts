// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/** A writer that appends all the time must not make its reader look at the folder all the time. */
const DEBOUNCE_MILLISECONDS = 10

/**
 * Calls `onChange` soon after something changed at one of the paths: a file there, or the entries of a folder. It may miss
 * changes (network file systems, folders that come later, no more inotify watches), so its user polls as well.
 */
export class ChangeWatcher {
  readonly #watcher: FSWatcher
  readonly #onChange: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(paths: readonly string[], onChange: () => void) {
    this.#onChange = onChange
    const namesByFolder = watchedNames(paths)
    // The watch of a folder reports changes of its files too; a watch for each file would use up those of the system.
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
    // Polling goes on.
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

/** By folder: the names in it that matter; undefined: all of them. */
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

const folderIn = (details: unknown): string =>
  typeof details === 'object' && details !== null && 'watchedPath' in details ? String(details.watchedPath) : ''
