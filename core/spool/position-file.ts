// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { SpoolFile, SpoolFiles } from './spool-files.js'
import { encodePosition, POSITION_BYTES, POSITION_FILE, positionSlotOffset, type SpoolPosition } from './spool-position.js'

/** The position file of an open spool. */
export class PositionFile {
  readonly #file: SpoolFile
  #generation: number

  private constructor(file: SpoolFile, generation: number) {
    this.#file = file
    this.#generation = generation
  }

  /** `generation`: generation of the position that was found. */
  static async open(files: SpoolFiles, folder: string, generation: number): Promise<PositionFile> {
    const file = await files.open(join(folder, POSITION_FILE), 'edit')
    // Allocates both slots now, so that acknowledgements can be written even when the disk is full.
    const size = await file.size()
    if (size < POSITION_BYTES) await file.write(new Uint8Array(POSITION_BYTES - size), size)
    await files.syncFolder(folder)
    return new PositionFile(file, generation)
  }

  /** Resolves when the position is on the disk. After a failure the same slot is written again: the other slot stays valid. */
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
