// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises'
import { Fault } from '../errors/fault.js'
import type { ByteReader } from './byte-reader.js'

/** Reading was stopped while it waited for more bytes. An incomplete block at the end is then not damage. */
export class ReadingStopped extends Error {}

export interface TailDependencies {
  /** Waits until the file should be checked again. Rejects when reading must stop. */
  wait(): Promise<void>
  /** Whether no more bytes are expected after the file has not grown for `quietTime` milliseconds. */
  isFinished(quietTime: number): Promise<boolean>
  now(): number
}

/** An open input file. */
export interface InputFileReader extends ByteReader {
  /** Current size in bytes. */
  length(): Promise<number>
  close(): Promise<void>
}

/**
 * A file that may grow while it is read: at its end the reader waits. The size is unknown, so an incomplete block is not treated
 * as damage.
 */
export class FileTail implements InputFileReader {
  readonly name: string
  readonly size = undefined
  /** Byte position up to which the file was read or checked for more bytes. */
  reached = 0
  readonly #handle: FileHandle
  readonly #dependencies: TailDependencies
  #isWaiting = false
  #idleListeners: (() => void)[] = []

  constructor(path: string, handle: FileHandle, dependencies: TailDependencies) {
    this.name = path
    this.#handle = handle
    this.#dependencies = dependencies
  }

  async read(target: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    const since = this.#dependencies.now()
    for (;;) {
      const { bytesRead } = await this.#handle.read(target, offset, length, position)
      if (bytesRead > 0) {
        this.#isWaiting = false
        this.reached = Math.max(this.reached, position + bytesRead)
        return bytesRead
      }
      const { size, nlink } = await this.#handle.stat()
      if (size < position) throw new Fault('SFP_FOLLOW_SHRUNK', {}, { where: this.name, level: 'warning' })
      // A deleted file counts as finished. A process that has it open may still write to it, but not for long.
      if (await this.#dependencies.isFinished(nlink === 0 ? Number.POSITIVE_INFINITY : this.#dependencies.now() - since)) return 0
      this.#isWaiting = true
      for (const notify of this.#idleListeners.splice(0)) notify()
      await this.#dependencies.wait()
    }
  }

  whenIdle(): Promise<void> {
    if (this.#isWaiting) return Promise.resolve()
    return new Promise(resolve => this.#idleListeners.push(resolve))
  }

  async length(): Promise<number> {
    this.reached = (await this.#handle.stat()).size
    return this.reached
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}
