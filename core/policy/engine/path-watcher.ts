// SPDX-License-Identifier: Apache-2.0

import { statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { propertyOf } from '../../contract/objects.js'

/** Editors and deployments change a file in several steps, and several files in sequence. */
export const DEBOUNCE_MILLISECONDS = 300
/** Limit of the delay if changes never stop. */
const MAX_DEBOUNCE_MILLISECONDS = 3000

/**
 * Reports that something under a path may have changed, after a short time without changes. The file system reports changes of
 * the folders that existed when the watch started. So the watch is renewed after every change: otherwise a replaced folder, or a
 * link with a new target, would change unnoticed.
 */
export class PathWatcher {
  readonly #path: string
  readonly #onChange: () => void
  readonly #onError: (error: unknown) => void
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #firstChange = 0
  #renewing: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(path: string, onChange: () => void, onError: (error: unknown) => void) {
    this.#path = path
    this.#onChange = onChange
    this.#onError = onError
  }

  /** Resolves when the watch covers the current files and reports their changes. */
  renew(): Promise<void> {
    this.#renewing = this.#renewing.then(() => this.#begin())
    return this.#renewing
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#renewing
    await this.#watcher?.close()
  }

  async #begin(): Promise<void> {
    if (this.#isStopped) return
    const before = this.#watcher
    const { parent, isRelevant } = watchScopeOf(this.#path)
    const watcher = watch(parent, {
      ignoreInitial: true,
      persistent: false,
      ignorePermissionErrors: true,
      ignored: path => path !== parent && !isRelevant(path),
    })
    this.#watcher = watcher
    watcher.on('all', () => this.#debounce())
    // Events that the library ignores, such as the replacement of a link by another, count as well.
    watcher.on('raw', (_, name, details) => {
      if (!isEventOfFolder(details, parent) || isRelevant(join(parent, name))) this.#debounce()
    })
    watcher.on('error', this.#onError)
    await new Promise<void>(resolve => {
      watcher.once('ready', resolve)
      watcher.once('error', () => resolve())
    })
    await before?.close()
  }

  #debounce(): void {
    if (this.#isStopped) return
    const now = performance.now()
    if (this.#timer === undefined) this.#firstChange = now
    else clearTimeout(this.#timer)
    const remaining = this.#firstChange + MAX_DEBOUNCE_MILLISECONDS - now
    this.#timer = setTimeout(() => this.#notify(), Math.max(0, Math.min(DEBOUNCE_MILLISECONDS, remaining)))
    this.#timer.unref()
  }

  #notify(): void {
    this.#timer = undefined
    this.renew().then(this.#onChange, this.#onError)
  }
}

/**
 * The parent folder is watched too, to detect that the policies vanish, reappear, or are replaced as a whole. For a single file,
 * all files beside it count: it may be a link that leads through another link, as in Kubernetes.
 */
function watchScopeOf(path: string): { readonly parent: string; isRelevant(path: string): boolean } {
  const root = isFile(path) ? dirname(path) : path
  const prefix = root.endsWith(sep) ? root : `${root}${sep}`
  const isBeside = (other: string): boolean => root === path || dirname(other) === root
  return {
    parent: dirname(root),
    isRelevant: other => other === root || (other.startsWith(prefix) && isBeside(other)),
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? /\.ya?ml$/.test(basename(path))

/** Whether a raw event belongs to the folder itself, not to an entry in it. */
const isEventOfFolder = (details: unknown, folder: string): boolean => propertyOf(details, 'watchedPath') === folder
