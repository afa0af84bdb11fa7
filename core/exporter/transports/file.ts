// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Chunk, Framing, Transport } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { codeOf, reasonOf } from '../../errors/reason.js'
import type { FileObserver } from '../evidence/file-observer.js'
import { compress, RotatedFiles, type RotationSettings } from './rotated-files.js'

export interface FileSettings {
  readonly path: string
  /** Whether every chunk is forced onto the disk before it counts as safe. */
  readonly sync: boolean
  /** The framing of the records in the file. Absent: `lines`. */
  readonly framing?: Framing | undefined
  readonly rotation: RotationSettings
}

/**
 * Appends records to a file, with the framing `lines` one per line. If a killed writer left an incomplete line, the transport
 * ends that line first, so that no record is joined to it. When a write fails, the transport truncates the partial chunk, reopens
 * the file and retries the chunk once: the file contains a record completely or not at all.
 */
export class FileTransport implements Transport {
  readonly name = 'file'
  readonly #settings: FileSettings
  readonly #report: (fault: Fault) => void
  readonly #now: () => number
  readonly #rotated: RotatedFiles
  readonly #observer: FileObserver | undefined
  #file: FileHandle | undefined
  #isRegular = false
  #size = 0
  #createdAt = 0
  #rotateNotBefore = 0
  #compressing: Promise<void> = Promise.resolve()

  /** `report`: called with faults that do not concern records: rotation and compression. */
  constructor(settings: FileSettings, report: (fault: Fault) => void, now: () => number = Date.now, observer?: FileObserver) {
    this.#settings = settings
    this.#report = report
    this.#now = now
    this.#rotated = new RotatedFiles(settings.path, settings.rotation, now)
    this.#observer = observer
  }

  async open(): Promise<void> {
    try {
      this.#file = await this.#openFile()
      if (this.#canRotate) await this.#rotated.removePartialFiles()
    } catch (error) {
      if (error instanceof Fault) throw error
      throw new Fault(
        'SFP_EXPORT_FILE_OPEN',
        { path: this.#settings.path, reason: reasonOf(error, OUTPUT_ERRORS) },
        { cause: error },
      )
    }
  }

  async send(chunk: Chunk): Promise<undefined> {
    let from = 0
    try {
      while (from < chunk.length) {
        this.#file ??= await this.#openFile()
        const to = await this.#makeRoom(chunk, from)
        await this.#append(chunk.bytes.subarray(chunk.ends[from - 1] ?? 0, chunk.ends[to - 1]), to - from)
        from = to
      }
      await this.#sync()
    } catch (error) {
      const reason = error instanceof Fault ? (error.details.reason ?? error.message) : reasonOf(error, OUTPUT_ERRORS)
      const details = { path: this.#settings.path, reason }
      // A full disk and a missing directory may be temporary.
      throw new Fault('SFP_EXPORT_FILE_WRITE', details, { cause: error, isTemporary: true })
    }
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await this.#compressing
    await file?.close()
    await this.#observer?.close()
  }

  get #canRotate(): boolean {
    return this.#isRegular && (this.#settings.rotation.size > 0 || this.#settings.rotation.every > 0)
  }

  async #openFile(): Promise<FileHandle> {
    const { path } = this.#settings
    // Opening a pipe without a reader would block the program forever.
    const before = await stat(path).catch(ignoreMissingFile)
    if (before?.isFIFO()) throw new Fault('SFP_EXPORT_FILE_OPEN', { path, reason: 'it is a pipe' })
    const file = await open(path, 'a', 0o644)
    try {
      const now = await file.stat()
      this.#isRegular = now.isFile()
      this.#size = this.#isRegular ? now.size : 0
      this.#createdAt = this.#size > 0 && now.birthtimeMs > 0 ? now.birthtimeMs : this.#now()
      if (this.#settings.framing !== 'raw' && this.#size > 0 && !(await endsInLineFeed(path, this.#size))) {
        await file.write('\n')
        this.#size++
      }
      await this.#notifyOpened()
    } catch (error) {
      await file.close()
      throw error
    }
    return file
  }

  async #notifyOpened(): Promise<void> {
    if (!this.#observer) return
    if (!this.#isRegular) throw new Fault('SFP_EVIDENCE_NO_FILE', { path: this.#settings.path })
    await this.#observer.opened(this.#size)
  }

  /** Rotates if it is due; returns the index after the last record of the chunk, from `from` on, that fits. */
  async #makeRoom(chunk: Chunk, from: number): Promise<number> {
    if (!this.#canRotate || this.#now() < this.#rotateNotBefore) return chunk.length
    const { size, every } = this.#settings.rotation
    const isExpired = every > 0 && this.#size > 0 && this.#now() - this.#createdAt >= every * 1000
    if (isExpired) await this.#rotate()
    if (size === 0) return chunk.length
    const start = chunk.ends[from - 1] ?? 0
    const fits = (index: number): boolean => this.#size + (chunk.ends[index] ?? 0) - start <= size
    if (!fits(from) && this.#size > 0 && !(await this.#rotate())) return chunk.length
    let to = from + 1
    while (to < chunk.length && fits(to)) to++
    return to
  }

  /** Returns false if the file is not rotated. */
  async #rotate(): Promise<boolean> {
    await this.#compressing
    let rotatedPath: string | undefined
    try {
      rotatedPath = await this.#rotated.rotate(async path => this.#observer?.rotating(path))
    } catch (error) {
      this.#reportRotation(error)
      // ENOENT: another process has renamed the file.
      if (codeOf(error) !== 'ENOENT') return false
    }
    await this.#sync()
    await this.#file?.close().catch(() => {})
    this.#file = undefined
    this.#file = await this.#openFile()
    await this.#rotated.prune(async paths => this.#observer?.deleting(paths)).catch(error => this.#reportRotation(error))
    if (rotatedPath !== undefined && this.#settings.rotation.gzip) this.#compressing = this.#compress(rotatedPath)
    return true
  }

  #reportRotation(error: unknown): void {
    this.#rotateNotBefore = this.#now() + ROTATION_RETRY_MILLISECONDS
    this.#report(
      new Fault('SFP_EXPORT_ROTATION', { path: this.#settings.path, reason: reasonOf(error, OUTPUT_ERRORS) }, { cause: error }),
    )
  }

  async #sync(): Promise<void> {
    if (!this.#settings.sync || !this.#isRegular) return
    await this.#file?.datasync()
    await this.#observer?.sync()
  }

  async #compress(path: string): Promise<void> {
    try {
      await compress(path)
    } catch (error) {
      this.#report(new Fault('SFP_EXPORT_COMPRESSION', { path, reason: reasonOf(error, OUTPUT_ERRORS) }, { cause: error }))
    }
  }

  async #append(bytes: Uint8Array, records: number): Promise<void> {
    const before = this.#size
    try {
      await this.#write(bytes)
      await this.#observer?.written(bytes, records)
    } catch {
      await this.#truncateTo(before)
      await this.#file?.close().catch(() => {})
      this.#file = undefined
      this.#file = await this.#openFile()
      const sizeBeforeRetry = this.#size
      try {
        await this.#write(bytes)
        await this.#observer?.written(bytes, records)
      } catch (error) {
        await this.#truncateTo(sizeBeforeRetry)
        throw error
      }
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = (await this.#file?.write(bytes, at, bytes.length - at)) ?? { bytesWritten: 0 }
      at += bytesWritten
      this.#size += bytesWritten
    }
  }

  /** Removes the partial result of a failed write, unless another process has appended to the file. */
  async #truncateTo(size: number): Promise<void> {
    if (!this.#isRegular || this.#size === size) return
    try {
      if ((await this.#file?.stat())?.size !== this.#size) return
      await this.#file?.truncate(size)
      this.#size = size
    } catch {
      // The next open ends the torn line instead.
    }
  }
}

/** After a failed rotation the next attempt follows a minute later, not with every chunk. */
const ROTATION_RETRY_MILLISECONDS = 60_000

/** Messages that differ from those for files that are read. */
const OUTPUT_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links form a cycle',
}

async function endsInLineFeed(path: string, size: number): Promise<boolean> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch {
    return true // The file may be writable but not readable; its end is then unknown.
  }
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] === 0x0a
  } finally {
    await file.close()
  }
}

function ignoreMissingFile(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}
