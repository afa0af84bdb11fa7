// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { lockFolder } from './folder-lock.js'
import type { SpoolFile, SpoolFiles } from './spool-files.js'

const { O_CREAT, O_EXCL, O_RDWR, O_RDONLY, O_NOFOLLOW } = constants

const OPEN_FLAGS = { new: O_RDWR | O_CREAT | O_EXCL, edit: O_RDWR | O_CREAT, read: O_RDONLY } as const

/** The file system of the machine. */
export const DISK_FILES: SpoolFiles = {
  async makeFolder(folder) {
    // Records may be confidential, so only the owner has access. An existing folder keeps its mode.
    const created = await mkdir(folder, { recursive: true, mode: 0o700 })
    if (created !== undefined) await syncFolder(dirname(created))
  },
  list: folder => readdir(folder),
  // O_NOFOLLOW: a symbolic link in place of a segment would make the spool write to an arbitrary file.
  open: async (path, mode) => new DiskFile(await open(path, OPEN_FLAGS[mode] | O_NOFOLLOW, 0o600)),
  syncFolder,
  remove: unlink,
  lock: lockFolder,
}

class DiskFile implements SpoolFile {
  readonly #file: FileHandle

  constructor(file: FileHandle) {
    this.#file = file
  }

  async size(): Promise<number> {
    return (await this.#file.stat()).size
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    let read = 0
    while (read < into.length) {
      const { bytesRead } = await this.#file.read(into, read, into.length - read, at + read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    return read
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, at + written)
      written += bytesWritten
    }
  }

  sync(): Promise<void> {
    return this.#file.datasync()
  }

  truncate(size: number): Promise<void> {
    return this.#file.truncate(size)
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
