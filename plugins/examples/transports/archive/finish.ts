// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream } from 'node:fs'
import { open, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { COMPRESSING_ENDING, DAY_FOLDER, FILE, GZIP_ENDING, HOUR_FOLDER, PART_ENDING } from './names.js'

/** The form of finished files. */
export interface FinishedForm {
  readonly isCompressed: boolean
}

/**
 * Converts a file to its final form and then renames it. The final name appears only when the whole file is on the device.
 * Resolves to false if the file has no record; then it is deleted. An incomplete last record is cut off: its `send` has never
 * resolved.
 */
export async function finish(partPath: string, { isCompressed }: FinishedForm): Promise<boolean> {
  const end = await endOfLastRecord(partPath)
  if (end === 0) {
    await rm(partPath)
    return false
  }
  await truncate(partPath, end)
  const finishedPath = partPath.slice(0, -PART_ENDING.length)
  if (!isCompressed) {
    await sync(partPath)
    await rename(partPath, finishedPath)
  } else {
    const compressingPath = `${finishedPath}${COMPRESSING_ENDING}`
    await pipeline(createReadStream(partPath), createGzip(), createWriteStream(compressingPath, { mode: 0o640 }))
    await sync(compressingPath)
    await rename(compressingPath, `${finishedPath}${GZIP_ENDING}`)
    await rm(partPath)
  }
  await sync(dirname(partPath))
  return true
}

/** Finishes the files that an earlier run left open. Resolves to the number of files. */
export async function finishAll(folder: string, form: FinishedForm): Promise<number> {
  let finished = 0
  for (const day of await matchingNames(folder, DAY_FOLDER)) {
    for (const hour of await matchingNames(join(folder, day), HOUR_FOLDER)) {
      const files = await matchingNames(join(folder, day, hour), FILE)
      for (const compressingPath of files.filter(name => name.endsWith(COMPRESSING_ENDING)))
        await rm(join(folder, day, hour, compressingPath))
      for (const partPath of files.filter(name => name.endsWith(PART_ENDING))) {
        // The file was finished, but the process ended before it deleted the part file.
        if (files.includes(partPath.slice(0, -PART_ENDING.length) + GZIP_ENDING)) await rm(join(folder, day, hour, partPath))
        else if (await finish(join(folder, day, hour, partPath), form)) finished++
      }
    }
  }
  return finished
}

export const matchingNames = async (folder: string, pattern: RegExp): Promise<string[]> =>
  (await readdir(folder)).filter(name => pattern.test(name)).sort()

/** Searches backwards from the end of the file for the last line feed. */
async function endOfLastRecord(path: string): Promise<number> {
  const { size } = await stat(path)
  const file = await open(path, 'r')
  try {
    const block = Buffer.alloc(BLOCK_SIZE)
    for (let end = size; end > 0; end -= BLOCK_SIZE) {
      const from = Math.max(0, end - BLOCK_SIZE)
      const { bytesRead } = await file.read(block, 0, end - from, from)
      const index = block.lastIndexOf(LINE_FEED, bytesRead - 1)
      if (index >= 0 && index < bytesRead) return from + index + 1
    }
    return 0
  } finally {
    await file.close()
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

const BLOCK_SIZE = 64 * 1024
const LINE_FEED = 0x0a
