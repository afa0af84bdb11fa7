// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream } from 'node:fs'
import { open, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { DAY, FILE, GZIP, HALF, HOUR, PART } from './names.js'

/** How finished files look. */
export interface Form {
  readonly isCompressed: boolean
}

/**
 * Gives a file its last form and then its name, which nobody sees before all of it is on the device. Resolves to false if it
 * has no record: then it is deleted. A record that was not written to its end is cut off: its `send` has never resolved.
 */
export async function finish(part: string, { isCompressed }: Form): Promise<boolean> {
  const end = await endOfLastRecord(part)
  if (end === 0) {
    await rm(part)
    return false
  }
  await truncate(part, end)
  const plain = part.slice(0, -PART.length)
  if (!isCompressed) {
    await sync(part)
    await rename(part, plain)
  } else {
    const half = `${plain}${HALF}`
    await pipeline(createReadStream(part), createGzip(), createWriteStream(half, { mode: 0o640 }))
    await sync(half)
    await rename(half, `${plain}${GZIP}`)
    await rm(part)
  }
  await sync(dirname(part))
  return true
}

/** Finishes what an earlier run has left; resolves to the number of files. */
export async function finishAll(folder: string, form: Form): Promise<number> {
  let finished = 0
  for (const day of await named(folder, DAY)) {
    for (const hour of await named(join(folder, day), HOUR)) {
      const files = await named(join(folder, day, hour), FILE)
      for (const half of files.filter(name => name.endsWith(HALF))) await rm(join(folder, day, hour, half))
      for (const part of files.filter(name => name.endsWith(PART))) {
        // All that was missing was to delete it.
        if (files.includes(part.slice(0, -PART.length) + GZIP)) await rm(join(folder, day, hour, part))
        else if (await finish(join(folder, day, hour, part), form)) finished++
      }
    }
  }
  return finished
}

export const named = async (folder: string, pattern: RegExp): Promise<string[]> =>
  (await readdir(folder)).filter(name => pattern.test(name)).sort()

/** Looks from the end of the file for the last line feed. */
async function endOfLastRecord(path: string): Promise<number> {
  const { size } = await stat(path)
  const file = await open(path, 'r')
  try {
    const piece = Buffer.alloc(PIECE)
    for (let end = size; end > 0; end -= PIECE) {
      const from = Math.max(0, end - PIECE)
      const { bytesRead } = await file.read(piece, 0, end - from, from)
      const at = piece.lastIndexOf(LINE_FEED, bytesRead - 1)
      if (at >= 0 && at < bytesRead) return from + at + 1
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

const PIECE = 64 * 1024
const LINE_FEED = 0x0a
