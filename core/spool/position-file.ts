// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { SpoolFile, SpoolFiles } from './spool-files.js'
import { encodePosition, POSITION_BYTES, POSITION_FILE, positionSlotOffset, type SpoolPosition } from './spool-position.js'

/** The position file of a spool that is open. */
export class PositionFile {
  readonly #file: SpoolFile
  #generation: number

  private constructor(file: SpoolFile, generation: number) {
    this.#file = file
    this.#generation = generation
  }

  /** `turn`: that of the position that was found. */
  static async open(files: SpoolFiles, folder: string, generation: number): Promise<PositionFile> {
    const file = await files.open(join(folder, POSITION_FILE), 'edit')
    // Both places take their room on the disk now: when it is full, what was delivered must still be forgotten.
    const size = await file.size()
    if (size < POSITION_BYTES) await file.write(new Uint8Array(POSITION_BYTES - size), size)
    await files.syncFolder(folder)
    return new PositionFile(file, generation)
  }

  /** Resolves when it is on the disk. After a failure the same place is written again: the other still holds. */
  async write(position: SpoolPosition): Promise<void> {
    const generation = this.#generation + 1
    await this.#file.write(encodePosition(position, generation), positionSlotOffset(generation))
    await this.#file.sync()
    this.#generation = generation
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
