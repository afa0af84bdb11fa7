// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { complaint, type Page, type Transport } from 'sfprocessor/plugin'
import { deleteOldDays } from './days.js'
import { type Form, finish, finishAll } from './finish.js'
import { hourFolder } from './names.js'
import { OpenFile } from './open-file.js'
import { Ownership } from './ownership.js'

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
  readonly #form: Form
  readonly #fault: (fault: Error) => void
  readonly #now: () => Date
  readonly #ownership: Ownership
  #file: OpenFile | undefined
  /** What is done with files is done one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #finishing: Promise<void> = Promise.resolve()
  #finished = 0
  #isOpen = false

  /** `fault`: told of what goes wrong with files whose records are safe. */
  constructor(settings: ArchiveSettings, fault: (fault: Error) => void, now: () => Date = () => new Date()) {
    this.#settings = settings
    this.#form = { isCompressed: settings.isCompressed }
    this.#fault = fault
    this.#now = now
    this.#ownership = new Ownership(settings.folder)
  }

  async open(): Promise<void> {
    const { folder } = this.#settings
    try {
      await mkdir(folder, { recursive: true, mode: 0o750 })
      await this.#ownership.take()
      this.#isOpen = true
      this.#finished += await finishAll(folder, this.#form)
      await this.#deleteOldDays(this.#now())
    } catch (error) {
      throw told('the archive cannot be used', folder, error, false)
    }
  }

  send(page: Page): Promise<undefined> {
    return this.#inTurn(async () => {
      const file = await this.#fileFor(this.#now())
      try {
        await file.append(page.bytes)
        if (this.#settings.isSynced) await file.sync()
      } catch (error) {
        // A full device is emptied, and the same page comes again.
        throw told('the archive cannot be written', file.path, error, true)
      }
      if (file.size >= this.#settings.bytes) await this.#putAside()
      return undefined
    })
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#putAside())
    await this.#finishing
    if (this.#isOpen) await this.#ownership.giveUp()
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
    await this.#putAside()
    await this.#deleteOldDays(now)
    try {
      const file = await OpenFile.make(hour, now)
      this.#file = file
      const untilNextHour = 3_600_000 - (now.getTime() % 3_600_000)
      this.#timer = setTimeout(() => this.#inTurn(() => this.#putAside()), Math.min(seconds * 1000, untilNextHour))
      this.#timer.unref()
      return file
    } catch (error) {
      throw told('the archive cannot be written', hour, error, true)
    }
  }

  /** The open file is finished beside what goes on, but not more than one at a time. */
  async #putAside(): Promise<void> {
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
      if (await finish(file.path, this.#form)) this.#finished++
    } catch (error) {
      this.#fault(told('a file of the archive stays unfinished until the next start', file.path, error, false))
    }
  }

  async #deleteOldDays(now: Date): Promise<void> {
    const { folder, days } = this.#settings
    try {
      await deleteOldDays(folder, days, now)
    } catch (error) {
      this.#fault(told('old days of the archive cannot be deleted', folder, error, false))
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }
}

const told = (what: string, path: string, error: unknown, isTemporary: boolean): Error =>
  complaint(`${what}: ${reasonOf(error)}`, {
    where: path,
    mend: 'make room, or set "archive.path" to a folder that can be written',
    isTemporary,
  })

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
