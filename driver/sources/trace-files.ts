// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, Faults } from '../../core/errors/fault.js'
import { reasonOf } from '../../core/errors/reason.js'
import type { ByteSource } from '../../core/sysflow/byte-source.js'

export interface TraceFile {
  readonly path: string
  readonly size: number
}

/**
 * The files that `paths` (files and folders) stand for, in the order in which they are to be read, and what is wrong with the
 * other paths. Throws all faults at once if there is nothing to read.
 */
export async function findTraces(paths: readonly string[]): Promise<{ files: TraceFile[]; faults: Fault[] }> {
  if (paths.length === 0) throw new Fault('SFP_SYSFLOW_NO_PATH')
  const faults: Fault[] = []
  const files: TraceFile[] = []
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

/** A source over an open file; reading faults name the path. */
export async function openTrace({ path }: TraceFile): Promise<ByteSource & { close(): Promise<void> }> {
  let handle: FileHandle
  let size: number
  try {
    handle = await open(path, 'r')
    // It may have grown since it was found.
    size = (await handle.stat()).size
  } catch (error) {
    throw asFault(error, path)
  }
  return {
    name: path,
    size,
    read: async (into, offset, length, position) => {
      try {
        return (await handle.read(into, offset, length, position)).bytesRead
      } catch (error) {
        throw new Fault('SFP_SYSFLOW_READ', { reason: reasonOf(error) }, { where: `${path}, byte ${position}`, cause: error })
      }
    },
    close: () => handle.close(),
  }
}

async function tracesAt(path: string): Promise<TraceFile[]> {
  const found = await stat(path)
  if (found.isFile()) return [{ path, size: found.size }]
  if (!found.isDirectory()) throw new Fault('SFP_SYSFLOW_PATH_KIND', { path })
  const files: TraceFile[] = []
  for (const name of (await readdir(path)).sort(naturally())) {
    // An entry that vanished since, or a link to nothing, is no file of this folder.
    const entry = await stat(join(path, name)).catch(() => undefined)
    if (entry?.isFile()) files.push({ path: join(path, name), size: entry.size })
  }
  if (files.length === 0) throw new Fault('SFP_SYSFLOW_NO_FILES', { path })
  return files
}

/** trace.2 before trace.10, whatever the language of the machine. Made for folders alone: it takes a twentieth of the start. */
const naturally = (): Intl.Collator['compare'] => new Intl.Collator('en', { numeric: true }).compare

function asFault(error: unknown, path: string): Fault {
  return error instanceof Fault ? error : new Fault('SFP_SYSFLOW_PATH', { path, reason: reasonOf(error) }, { cause: error })
}
