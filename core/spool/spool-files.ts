// SPDX-License-Identifier: Apache-2.0

/**
 * The file system functions that a spool needs, so that tests can replace them by a model. They reject with the error of the
 * operating system. Before `sync`, neither bytes nor, in a folder, names are guaranteed to be on the disk.
 */
export interface SpoolFiles {
  /** Creates the folder, accessible to its owner only, if it is missing. */
  makeFolder(folder: string): Promise<void>
  /** File names, in any order. */
  list(folder: string): Promise<readonly string[]>
  /** `new`: the file must not exist; `edit`: creates the file if it is missing. Files are accessible to their owner only. */
  open(path: string, mode: 'new' | 'edit' | 'read'): Promise<SpoolFile>
  /** Forces created and removed names onto the disk. */
  syncFolder(folder: string): Promise<void>
  remove(path: string): Promise<void>
  /**
   * Makes this process the owner of a folder; rejects with a fault if another process owns it. The result releases the folder.
   */
  lock(folder: string): Promise<() => Promise<void>>
}

export interface SpoolFile {
  size(): Promise<number>
  /** Reads until `into` is full or the file ends; resolves to the number of bytes. */
  read(into: Uint8Array, at: number): Promise<number>
  /** Writes all of `bytes`. If it rejects, some of them may have been written. */
  write(bytes: Uint8Array, at: number): Promise<void>
  /** Resolves when all written bytes and the size of the file are on the disk. */
  sync(): Promise<void>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

/** The whole content of a file. */
export async function readWholeFile(files: SpoolFiles, path: string): Promise<Uint8Array> {
  const file = await files.open(path, 'read')
  try {
    const bytes = new Uint8Array(await file.size())
    return bytes.subarray(0, await file.read(bytes, 0))
  } finally {
    await file.close()
  }
}
