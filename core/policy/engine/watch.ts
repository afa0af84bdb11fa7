// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/** Editors and deployments change a file in several steps, and several files one after the other. */
export const QUIET_MILLISECONDS = 300
/** Where it never gets quiet. */
const LONGEST_MILLISECONDS = 3000

/**
 * Tells that something under a path may have changed, once things have been quiet for a moment. The file system tells of
 * folders as they were when the watch began: after every change it begins anew, since a folder that was put in the place of
 * another, or a link that leads elsewhere now, would change unseen.
 */
export class Watch {
  readonly #path: string
  readonly #changed: () => void
  readonly #failed: (error: unknown) => void
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #firstChange = 0
  #renewing: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(path: string, changed: () => void, failed: (error: unknown) => void) {
    this.#path = path
    this.#changed = changed
    this.#failed = failed
  }

  /** Resolves when changes are noticed from now on, in whatever is there now. */
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
    const { parent, concerns } = surroundingsOf(this.#path)
    const watcher = watch(parent, {
      ignoreInitial: true,
      persistent: false,
      ignorePermissionErrors: true,
      ignored: path => path !== parent && !concerns(path),
    })
    this.#watcher = watcher
    watcher.on('all', () => this.#waitForQuiet())
    // What the library makes nothing of, such as a link that was replaced by another, counts all the same.
    watcher.on('raw', (_, name, where) => {
      if (!isOf(where, parent) || concerns(join(parent, name))) this.#waitForQuiet()
    })
    watcher.on('error', this.#failed)
    await new Promise<void>(resolve => {
      watcher.once('ready', resolve)
      watcher.once('error', () => resolve())
    })
    await before?.close()
  }

  #waitForQuiet(): void {
    if (this.#isStopped) return
    const now = performance.now()
    if (this.#timer === undefined) this.#firstChange = now
    else clearTimeout(this.#timer)
    const left = this.#firstChange + LONGEST_MILLISECONDS - now
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, Math.min(QUIET_MILLISECONDS, left)))
    this.#timer.unref()
  }

  #tell(): void {
    this.#timer = undefined
    this.renew().then(this.#changed, this.#failed)
  }
}

/**
 * The folder above is watched too, for then it is noticed that the policies vanish, come back, or are replaced as a whole.
 * Of a single file everything beside it counts: it may be a link that leads through another, as Kubernetes has them.
 */
function surroundingsOf(path: string): { readonly parent: string; concerns(path: string): boolean } {
  const root = isFile(path) ? dirname(path) : path
  const inside = root.endsWith(sep) ? root : `${root}${sep}`
  const isBeside = (other: string): boolean => root === path || dirname(other) === root
  return {
    parent: dirname(root),
    concerns: other => other === root || (other.startsWith(inside) && isBeside(other)),
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? /\.ya?ml$/.test(basename(path))

/** Whether a raw event comes from the folder itself, and not from something in it. */
const isOf = (where: unknown, folder: string): boolean =>
  typeof where === 'object' && where !== null && 'watchedPath' in where && where.watchedPath === folder
