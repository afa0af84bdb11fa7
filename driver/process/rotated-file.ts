// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { Writable } from 'node:stream'

/** `-logfile`: a file that is rotated like those of logrotate: FILE is the newest, FILE.1 the previous one, FILE.2 older. */
export interface LogFile {
  readonly path: string
  /** Size at which a new file is begun. */
  readonly maxBytes: number
  /** Number of retained files, including the newest; at least 2. */
  readonly maxFiles: number
}

/**
 * Writes synchronously, so that the last lines of a program that crashes are on disk. The File transport of winston 3.19 is not
 * used: it loses lines that arrive while it rotates, never ends if closed during a rotation, and does not report a full disk.
 */
export class RotatedFile extends Writable {
  readonly #settings: LogFile
  #descriptor: number
  #bytes: number

  /** Throws if the file cannot be opened. */
  constructor(settings: LogFile) {
    super({ decodeStrings: true })
    this.#settings = settings
    this.#descriptor = openSync(settings.path, 'a', MODE)
    this.#bytes = fstatSync(this.#descriptor).size
  }

  get path(): string {
    return this.#settings.path
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      if (this.#bytes > 0 && this.#bytes + chunk.length > this.#settings.maxBytes) this.#rotate()
      for (let written = 0; written < chunk.length; ) written += writeSync(this.#descriptor, chunk, written)
      this.#bytes += chunk.length
      done()
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#close()
    done(error)
  }

  #rotate(): void {
    const { path, maxFiles } = this.#settings
    this.#close()
    rmSync(`${path}.${maxFiles - 1}`, { force: true })
    for (let age = maxFiles - 1; age > 0; age--) renameIfPresent(age === 1 ? path : `${path}.${age - 1}`, `${path}.${age}`)
    this.#descriptor = openSync(path, 'a', MODE)
    this.#bytes = 0
  }

  #close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor)
    this.#descriptor = -1
  }
}

/** The log shows content of records, so other users must not read it. */
const MODE = 0o640

function renameIfPresent(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
