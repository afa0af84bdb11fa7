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
  /** A file that has so many, or is so old, is finished. */
  readonly bytes: number
  readonly seconds: number
  readonly isCompressed: boolean
  /** Whether records are forced onto the device before `send` resolves. */
  readonly isSynced: boolean
  /** Days that are kept; 0: all. */
  readonly days: number
}

/**
 * Appends records to one open file, `NAME.json.part`, and finishes it when it is full, old, or its hour is over: compressed or
 * not, it then gets its name at once and whole. What a program that was killed left open is finished at the next start.
 */
export class ArchiveTransport implements Transport {
  readonly name = 'archive'
  readonly #settings: ArchiveSettings
  readonly #finishedForm: FinishedForm
  readonly #reportFault: (fault: Error) => void
  readonly #now: () => Date
  readonly #folderLock: FolderLock
  #file: OpenFile | undefined
  /** What is done with files is done one after the other. */
  #lastTask: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #finishing: Promise<void> = Promise.resolve()
  #finished = 0
  #isOpen = false

  /** `reportFault`: called for errors with files whose records are safe. */
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
        // Once a full device has space again, the same chunk is sent again.
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

  /** The open file is finished beside what goes on, but not more than one at a time. */
  async #startFinishing(): Promise<void> {
    clearTimeout(this.#timer)
    const file = this.#file
    this.#file = undefined
    if (!file) return
    await this.#finishing
    this.#finishing = this.#finish(file)
  }

  /** Its records are safe whatever becomes of it. */
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
    hint: 'make room, or set "archive.path" to a folder that can be written',
    isTemporary,
  })

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
