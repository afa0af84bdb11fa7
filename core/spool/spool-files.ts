// SPDX-License-Identifier: Apache-2.0

/**
 * What a spool asks of a file system, so that tests can put a modelled one in its place. Rejects with what the operating
 * system says. Nothing is on the disk for certain before `sync`: neither bytes, nor, in a folder, names.
 */
export interface SpoolFiles {
  /** Makes the folder, for its owner alone, if it is not there. */
  makeFolder(folder: string): Promise<void>
  /** Names, in any order. */
  list(folder: string): Promise<readonly string[]>
  /** `new`: must not be there; `edit`: is made if it is not there. All for their owner alone. */
  open(path: string, mode: 'new' | 'edit' | 'read'): Promise<SpoolFile>
  /** Names that were made or removed are then on the disk. */
  syncFolder(folder: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes this process the owner of a folder; rejects with a fault if another is. The function gives it up again. */
  lock(folder: string): Promise<() => Promise<void>>
}

export interface SpoolFile {
  size(): Promise<number>
  /** Reads until `into` is full or the file ends; resolves to the number of bytes. */
  read(into: Uint8Array, at: number): Promise<number>
  /** Writes all of `bytes`. When it rejects, some of them may have been written. */
  write(bytes: Uint8Array, at: number): Promise<void>
  /** Resolves when all that was written is on the disk, and the size with it. */
  sync(): Promise<void>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

/** The whole of a file. */
export async function readWholeFile(files: SpoolFiles, path: string): Promise<Uint8Array> {
  const file = await files.open(path, 'read')
  try {
    const bytes = new Uint8Array(await file.size())
    return bytes.subarray(0, await file.read(bytes, 0))
  } finally {
    await file.close()
  }
}
