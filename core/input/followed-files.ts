// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'
import type { ChangeWatcher } from './change-watcher.js'
import { ReadingStopped } from './file-tail.js'
import { type InputFile, listInputFiles } from './input-files.js'

export interface FollowSettings {
  /** Milliseconds between two scans of files and folders, if the file system reports no change. */
  readonly pollInterval: number
  /** Milliseconds without growth after which the reader leaves a file for another one that has unread bytes. */
  readonly settleTime: number
}

/**
 * The files at some paths, including new and growing ones. Device and inode identify a file, so a file that rotation renames is
 * not read again, and a new file with an old name is read. A file that grows after the reader has left it is returned again.
 * Changes that the file system reports are found at once; polling finds the others.
 */
export class FollowedFiles {
  readonly #paths: readonly string[]
  readonly #settings: FollowSettings
  readonly #stop: AbortSignal
  /** By id: the size of a file when the reader left it. */
  readonly #finishedSizes = new Map<string, number>()
  #found: readonly InputFile[] = []
  #scannedAt = Number.NEGATIVE_INFINITY
  #watcher: Promise<ChangeWatcher> | undefined
  /** Something changed since the last scan. */
  #isChanged = false
  /** Something changed since the last wait. */
  #isWoken = false
  #wake = (): void => {}
  /** Milliseconds after which the reader may leave the current file, if this is sooner than the next poll. */
  #settleLeft = Number.POSITIVE_INFINITY

  constructor(paths: readonly string[], settings: FollowSettings, stop: AbortSignal) {
    this.#paths = paths
    this.#settings = settings
    this.#stop = stop
  }

  /** Ids of the files that the last scan found. */
  get ids(): ReadonlySet<string> {
    return new Set(this.#found.map(({ id }) => id))
  }

  /** The next file with unread bytes; undefined after a stop. */
  async next(): Promise<InputFile | undefined> {
    // The watch starts before the first scan, so changes during the scan are not lost.
    if (!this.#stop.aborted) await this.#watch()
    while (!this.#stop.aborted) {
      await this.#scan()
      const found = this.#nextUnread()
      if (found) return found
      await this.wait().catch(() => {})
    }
    return undefined
  }

  /** Reports that the reader has left a file, and its size at that time. */
  finish({ id }: InputFile, size: number): void {
    this.#finishedSizes.set(id, size)
  }

  async isFinished({ id }: InputFile, quietTime: number): Promise<boolean> {
    this.#settleLeft = quietTime < this.#settings.settleTime ? this.#settings.settleTime - quietTime : Number.POSITIVE_INFINITY
    if (quietTime < this.#settings.settleTime) return false
    if (quietTime === Number.POSITIVE_INFINITY) return true
    if (this.#isChanged || this.now() - this.#scannedAt >= this.#settings.pollInterval) await this.#scan()
    const waiting = this.#nextUnread(id)
    return waiting !== undefined
  }

  now(): number {
    return performance.now()
  }

  async wait(): Promise<void> {
    const delay = Math.min(this.#settings.pollInterval, Math.ceil(this.#settleLeft))
    this.#settleLeft = Number.POSITIVE_INFINITY
    const woken = new AbortController()
    if (this.#isWoken) woken.abort()
    this.#wake = () => woken.abort()
    await timeout(delay, undefined, { signal: AbortSignal.any([this.#stop, woken.signal]) }).catch(() => {})
    this.#isWoken = false
    if (this.#stop.aborted) throw new ReadingStopped()
  }

  async close(): Promise<void> {
    await (await this.#watcher)?.close()
  }

  /** Loaded on demand: few runs follow files. */
  async #watch(): Promise<void> {
    this.#watcher ??= import('./change-watcher.js').then(
      ({ ChangeWatcher }) =>
        new ChangeWatcher(this.#paths, () => {
          this.#isChanged = true
          this.#isWoken = true
          this.#wake()
        }),
    )
    await this.#watcher
  }

  #nextUnread(except?: string): InputFile | undefined {
    // A file that has become smaller has new content.
    return this.#found.find(({ id, size }) => id !== except && size !== (this.#finishedSizes.get(id) ?? 0))
  }

  async #scan(): Promise<void> {
    this.#isChanged = false
    this.#found = await listInputFiles(this.#paths)
    this.#scannedAt = this.now()
    const { ids } = this
    for (const id of this.#finishedSizes.keys()) if (!ids.has(id)) this.#finishedSizes.delete(id)
  }
}
