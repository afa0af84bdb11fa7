// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { fileName, GZIP_ENDING, PART_ENDING } from './names.js'

/** A file to which chunks are appended atomically: each chunk completely or not at all. */
export class OpenFile {
  readonly folder: string
  readonly path: string
  readonly #handle: FileHandle
  #size = 0
  #isWritable = true

  /** Creates a new file in the folder. Creates the folder if it does not exist. */
  static async create(folder: string, time: Date): Promise<OpenFile> {
    await mkdir(folder, { recursive: true, mode: 0o750 })
    let number = 0
    const isTaken = (name: string): boolean =>
      ['', PART_ENDING, GZIP_ENDING].some(ending => existsSync(join(folder, `${name}${ending}`)))
    while (isTaken(fileName(time, number))) number++
    const path = join(folder, `${fileName(time, number)}${PART_ENDING}`)
    return new OpenFile(folder, path, await open(path, 'wx', 0o640))
  }

  private constructor(folder: string, path: string, handle: FileHandle) {
    this.folder = folder
    this.path = path
    this.#handle = handle
  }

  /** Size in bytes. */
  get size(): number {
    return this.#size
  }

  /** False if a chunk was written partly and could not be removed: the next chunk needs another file. */
  get isWritable(): boolean {
    return this.#isWritable
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, this.#size + written)
        written += bytesWritten
      }
      this.#size += bytes.length
    } catch (error) {
      await this.#handle.truncate(this.#size).catch(() => {
        this.#isWritable = false
      })
      throw error
    }
  }

  async sync(): Promise<void> {
    await this.#handle.datasync()
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
