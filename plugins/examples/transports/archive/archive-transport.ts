// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { type Chunk, pluginError, type Transport } from 'sfprocessor/plugin'
import { deleteOldDays } from './days.js'
import { type FinishedForm, finish, finishAll } from './finish.js'
import { FolderLock } from './folder-lock.js'
import { hourFolder } from './names.js'
import { OpenFile } from './open-file.js'

export interface ArchiveSettings {
  readonly folder: string
  /** A file that reaches this size, or the age in `seconds`, is finished. */
  readonly bytes: number
  readonly seconds: number
  readonly isCompressed: boolean
  /** True: `send` resolves only after the records are synced to the device. */
  readonly isSynced: boolean
  /** Retention in days; 0: all files are retained. */
  readonly days: number
}

/**
 * Appends records to one open file, `NAME.json.part`, and finishes it when it is full, too old, or its hour is over. A finished
 * file, compressed or not, gets its name atomically and is complete. Files that a killed process left open are finished at the
 * next start.
 */
export class ArchiveTransport implements Transport {
  readonly name = 'archive'
  readonly #settings: ArchiveSettings
  readonly #finishedForm: FinishedForm
  readonly #reportFault: (fault: Error) => void
  readonly #now: () => Date
  readonly #folderLock: FolderLock
  #file: OpenFile | undefined
  /** File operations run one after the other. */
  #lastTask: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #finishing: Promise<void> = Promise.resolve()
  #finished = 0
  #isOpen = false

  /** `fault`: called for file errors that do not affect the safety of records. */
  constructor(settings: ArchiveSettings, fault: (fault: Error) => void, now: () => Date = () => new Date()) {
    this.#settings = settings
    this.#finishedForm = { isCompressed: settings.isCompressed }
    this.#reportFault = fault
    this.#now = now
    this.#folderLock = new FolderLock(settings.folder)
  }

  async open(): Promise<void> {
    const { folder } = this.#settings
    try {
      await mkdir(folder, { recursive: true, mode: 0o750 })
      await this.#folderLock.acquire()
      this.#isOpen = true
      this.#finished += await finishAll(folder, this.#finishedForm)
      await this.#deleteOldDays(this.#now())
    } catch (error) {
      throw archiveFault('the archive cannot be used', folder, error, false)
    }
  }

  send(chunk: Chunk): Promise<undefined> {
    return this.#enqueueTask(async () => {
      const file = await this.#fileFor(this.#now())
      try {
        await file.append(chunk.bytes)
        if (this.#settings.isSynced) await file.sync()
      } catch (error) {
        // The error is temporary: the same chunk is sent again when the device has free space.
        throw archiveFault('the archive cannot be written', file.path, error, true)
      }
      if (file.size >= this.#settings.bytes) await this.#startFinishing()
      return undefined
    })
  }

  async close(): Promise<void> {
    await this.#enqueueTask(() => this.#startFinishing())
    await this.#finishing
    if (this.#isOpen) await this.#folderLock.release()
    this.#isOpen = false
  }

  async check(): Promise<string | undefined> {
    try {
      await access(this.#settings.folder, constants.W_OK)
      return undefined
    } catch (error) {
      return reasonOf(error)
    }
  }

  report(): Readonly<Record<string, unknown>> {
    return { files: this.#finished, openBytes: this.#file?.size ?? 0 }
  }

  async #fileFor(now: Date): Promise<OpenFile> {
    const { folder, seconds } = this.#settings
    const hour = hourFolder(folder, now)
    if (this.#file?.isWritable && this.#file.folder === hour) return this.#file
    await this.#startFinishing()
    await this.#deleteOldDays(now)
    try {
      const file = await OpenFile.create(hour, now)
      this.#file = file
      const untilNextHour = 3_600_000 - (now.getTime() % 3_600_000)
      this.#timer = setTimeout(() => this.#enqueueTask(() => this.#startFinishing()), Math.min(seconds * 1000, untilNextHour))
      this.#timer.unref()
      return file
    } catch (error) {
      throw archiveFault('the archive cannot be written', hour, error, true)
    }
  }

  /** Finishes the open file in the background, at most one file at a time. */
  async #startFinishing(): Promise<void> {
    clearTimeout(this.#timer)
    const file = this.#file
    this.#file = undefined
    if (!file) return
    await this.#finishing
    this.#finishing = this.#finish(file)
  }

  /** Errors here do not lose records: they are already on the device. */
  async #finish(file: OpenFile): Promise<void> {
    try {
      await file.close()
      if (await finish(file.path, this.#finishedForm)) this.#finished++
    } catch (error) {
      this.#reportFault(archiveFault('a file of the archive stays unfinished until the next start', file.path, error, false))
    }
  }

  async #deleteOldDays(now: Date): Promise<void> {
    const { folder, days } = this.#settings
    try {
      await deleteOldDays(folder, days, now)
    } catch (error) {
      this.#reportFault(archiveFault('old days of the archive cannot be deleted', folder, error, false))
    }
  }

  #enqueueTask<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastTask.then(work)
    this.#lastTask = done.catch(() => {})
    return done
  }
}

const archiveFault = (what: string, path: string, error: unknown, isTemporary: boolean): Error =>
  pluginError(`${what}: ${reasonOf(error)}`, {
    where: path,
    hint: 'free disk space, or set "archive.path" to a writable directory',
    isTemporary,
  })

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
