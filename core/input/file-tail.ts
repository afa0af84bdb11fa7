// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises'
import { Fault } from '../errors/fault.js'
import type { ByteReader } from './byte-reader.js'

/** Reading was asked to stop while it waited for more: what is there of a block is not damage. */
export class ReadingStopped extends Error {}

export interface TailDependencies {
  /** Waits until the file should be looked at again; rejects when reading is to stop. */
  wait(): Promise<void>
  /** Whether nothing more is expected, since the file has not grown for so many milliseconds. */
  isFinished(quietTime: number): Promise<boolean>
  now(): number
}

/** An input file that is open. */
export interface InputFileReader extends ByteReader {
  /** Bytes that it has now. */
  length(): Promise<number>
  close(): Promise<void>
}

/** A file that may grow while it is read: at its end it waits. Size unknown, so that half a block is not yet damage. */
export class FileTail implements InputFileReader {
  readonly name: string
  readonly size = undefined
  /** Place up to which it was read or looked at. */
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
      // A file that nobody can open any more may still be written to by whoever has it open, but not for long.
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
