// SPDX-License-Identifier: Apache-2.0

import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isObject } from '../contract/objects.js'
import { Fault } from '../errors/fault.js'
import { codeOf, messageOf, reasonOf } from '../errors/reason.js'

/** The position in one file at which reading continues after a restart. */
export interface CheckpointEntry {
  /** Device and inode, which do not change when the file is renamed. */
  readonly id: string
  /** For messages only; the file may have been renamed since. */
  readonly path: string
  /**
   * Fingerprint of the beginning of the file (see `fileFingerprint`). It distinguishes a new file from an old one with the same
   * inode.
   */
  readonly fingerprint: string
  /** Everything before this byte has been acknowledged. */
  readonly offset: number
}

/** A file of checkpoint entries that is replaced atomically: after a crash it holds the last state or the one before. */
export class Checkpoint {
  readonly #path: string
  #written = ''

  constructor(path: string) {
    this.#path = path
  }

  /** Empty if there is no file. Throws a fault if the file is invalid, because a guess would lose or repeat records. */
  async read(): Promise<CheckpointEntry[]> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw this.#fault('SFP_FOLLOW_CHECKPOINT_READ', reasonOf(error), error)
    }
    try {
      const content: unknown = JSON.parse(text)
      if (!isContent(content)) throw new Error('it is not a checkpoint of this program')
      return content.files
    } catch (error) {
      throw this.#fault('SFP_FOLLOW_CHECKPOINT_READ', messageOf(error), error)
    }
  }

  /** Resolves when the entries are on the device. An unchanged state is not written again. */
  async write(files: readonly CheckpointEntry[]): Promise<void> {
    const text = `${JSON.stringify({ version: 1, files }, undefined, 1)}\n`
    if (text === this.#written) return
    try {
      const temporaryPath = `${this.#path}.new`
      const file = await open(temporaryPath, 'w', 0o600)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporaryPath, this.#path)
      const folder = await open(dirname(this.#path), 'r')
      await folder.sync().finally(() => folder.close())
    } catch (error) {
      throw this.#fault('SFP_FOLLOW_CHECKPOINT_WRITE', reasonOf(error), error)
    }
    this.#written = text
  }

  #fault(code: 'SFP_FOLLOW_CHECKPOINT_READ' | 'SFP_FOLLOW_CHECKPOINT_WRITE', reason: string, cause: unknown): Fault {
    return new Fault(code, { path: this.#path, reason }, { cause })
  }
}

const isContent = (value: unknown): value is { readonly version: 1; readonly files: CheckpointEntry[] } =>
  isObject(value) && value.version === 1 && Array.isArray(value.files) && value.files.every(isCheckpointEntry)

const isCheckpointEntry = (value: unknown): value is CheckpointEntry =>
  isObject(value) &&
  typeof value.id === 'string' &&
  typeof value.path === 'string' &&
  typeof value.fingerprint === 'string' &&
  Number.isSafeInteger(value.offset) &&
  Number(value.offset) >= 0
