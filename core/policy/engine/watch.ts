// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { watch } from 'chokidar'

/** Tells that something under `path` may have changed, once things have been quiet for a moment. */
export interface Watch {
  /** Resolves when changes are noticed from now on. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

/** Editors and deployments change a file in several steps, and several files one after the other. */
const QUIET_MILLISECONDS = 300

/**
 * The directory is watched even for a single file, since editors replace files and Kubernetes replaces what a link beside
 * them points to.
 */
export function watchPath(path: string, changed: () => void, failed: (error: unknown) => void): Watch {
  const isDirectory = statSync(path).isDirectory()
  const watcher = watch(isDirectory ? path : dirname(path), {
    ignoreInitial: true,
    persistent: false,
    ...(isDirectory ? {} : { depth: 0 }),
  })
  let timer: NodeJS.Timeout | undefined
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(changed, QUIET_MILLISECONDS)
    timer.unref()
  })
  watcher.on('error', failed)
  return {
    ready: new Promise(resolve => watcher.once('ready', resolve)),
    async stop() {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}
