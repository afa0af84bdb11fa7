// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timeout } from 'node:timers/promises'
import type { ChangeWatcher } from './change-watcher.js'
import { ReadingStopped } from './file-tail.js'
import { type InputFile, listInputFiles } from './input-files.js'

export interface FollowSettings {
  /** Milliseconds between two looks at files and folders, where the file system reports no change. */
  readonly pollInterval: number
  /** Milliseconds without growth after which a file is left for another that waits. */
  readonly settleTime: number
}

/**
 * The files at some paths, as they come and grow. They are told apart by device and inode, so one that is renamed by a
 * rotation is not read again, and one that takes an old name is. A file that grows after it was left comes again. Changes that
 * the file system reports are seen at once; polling finds those that it does not report.
 */
export class FollowedFiles {
  readonly #paths: readonly string[]
  readonly #settings: FollowSettings
  readonly #stop: AbortSignal
  /** By id: the size that a file had when it was left. */
  readonly #finishedSizes = new Map<string, number>()
  #found: readonly InputFile[] = []
  #scannedAt = Number.NEGATIVE_INFINITY
  #watcher: Promise<ChangeWatcher> | undefined
  /** Something changed since the last scan. */
  #isChanged = false
  /** Something changed since the last wait. */
  #isWoken = false
  #wake = (): void => {}
  /** Milliseconds after which a file that is being read may be left, if that is sooner than the next poll. */
  #settleLeft = Number.POSITIVE_INFINITY

  constructor(paths: readonly string[], settings: FollowSettings, stop: AbortSignal) {
    this.#paths = paths
    this.#settings = settings
    this.#stop = stop
  }

  /** Ids of the files that were there at the last look. */
  get ids(): ReadonlySet<string> {
    return new Set(this.#found.map(({ id }) => id))
  }

  /** The next file with something to read; undefined when stopped. */
  async next(): Promise<InputFile | undefined> {
    // Before the first scan: what changes during it is not lost.
    if (!this.#stop.aborted) await this.#watch()
    while (!this.#stop.aborted) {
      await this.#scan()
      const found = this.#nextUnread()
      if (found) return found
      await this.wait().catch(() => {})
    }
    return undefined
  }

  /** Reading of a file has ended, which was of this size then. */
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

  /** Loaded late: few runs follow files. */
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
    // One that has become smaller is another one by now.
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
