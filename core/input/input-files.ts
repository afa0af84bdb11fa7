// SPDX-License-Identifier: Apache-2.0

import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, Faults } from '../errors/fault.js'
import { reasonOf } from '../errors/reason.js'
import { FileTail, type InputFileReader, type TailDependencies } from './file-tail.js'

export interface InputFile {
  readonly path: string
  /** Device and inode, which do not change when the file is renamed. */
  readonly id: string
  readonly size: number
}

/**
 * The files at `paths` (files and folders) in reading order, and the faults of the other paths. Throws all faults together if
 * there is nothing to read.
 */
export async function findInputFiles(paths: readonly string[]): Promise<{ files: InputFile[]; faults: Fault[] }> {
  if (paths.length === 0) throw new Fault('SFP_INPUT_NO_PATH')
  const faults: Fault[] = []
  const files: InputFile[] = []
  for (const path of paths) {
    try {
      files.push(...(await tracesAt(path)))
    } catch (error) {
      faults.push(asFault(error, path))
    }
  }
  if (files.length === 0) throw new Faults(faults)
  return { files, faults }
}

/** The files that exist at the moment. Missing or unreadable paths are skipped, because they may become readable later. */
export async function listInputFiles(paths: readonly string[]): Promise<InputFile[]> {
  const found = await Promise.all(paths.map(path => tracesAt(path).catch(() => [])))
  const files = new Map(found.flat().map(file => [file.id, file]))
  return [...files.values()]
}

/** Opens a file as a reader of fixed size. Faults of reading name the path. */
export async function openInputFile({ path }: InputFile): Promise<InputFileReader> {
  const { handle, size } = await openForReading(path)
  return {
    name: path,
    size,
    length: async () => size,
    read: async (target, offset, length, position) => {
      try {
        return (await handle.read(target, offset, length, position)).bytesRead
      } catch (error) {
        throw new Fault('SFP_INPUT_READ', { reason: reasonOf(error) }, { where: `${path}, byte ${position}`, cause: error })
      }
    },
    close: () => handle.close(),
  }
}

/** Opens a file that may grow. */
export async function openTail({ path }: InputFile, dependencies: TailDependencies): Promise<FileTail> {
  return new FileTail(path, (await openForReading(path)).handle, dependencies)
}

async function openForReading(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    const handle = await open(path, 'r')
    // The file may have grown since it was found.
    return { handle, size: (await handle.stat()).size }
  } catch (error) {
    throw asFault(error, path)
  }
}

async function tracesAt(path: string): Promise<InputFile[]> {
  const found = await stat(path, { bigint: true })
  if (found.isFile()) return [traceFile(path, found)]
  if (!found.isDirectory()) throw new Fault('SFP_INPUT_PATH_KIND', { path })
  const files: InputFile[] = []
  for (const name of (await readdir(path)).sort(naturalOrder())) {
    // An entry that has vanished, or a broken link, is not a file of this folder.
    const entry = await stat(join(path, name), { bigint: true }).catch(() => undefined)
    if (entry?.isFile()) files.push(traceFile(join(path, name), entry))
  }
  if (files.length === 0) throw new Fault('SFP_INPUT_NO_FILES', { path })
  return files
}

const traceFile = (path: string, { dev, ino, size }: BigIntStats): InputFile => ({
  path,
  id: `${dev}:${ino}`,
  size: Number(size),
})

/**
 * trace.2 before trace.10, whatever the locale of the machine. Created for folders only: it takes a twentieth of the startup
 * time.
 */
const naturalOrder = (): Intl.Collator['compare'] => new Intl.Collator('en', { numeric: true }).compare

function asFault(error: unknown, path: string): Fault {
  return error instanceof Fault ? error : new Fault('SFP_INPUT_PATH', { path, reason: reasonOf(error) }, { cause: error })
}
