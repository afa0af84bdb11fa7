// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../../../contract/host.js'
import { messageOf } from '../../../errors/reason.js'
import { assertPrivateFolder, isPrivate, openPrivateFolder } from './private-folder.js'

/**
 * Caches texts that are slow to compute, in a private folder of the user. The key of a text identifies its input. The cache never
 * fails: a text that cannot be found or stored is computed again. Only complete files that no other user can have written are
 * trusted.
 */
export class PolicyCache {
  /** Version of the program; part of each key. */
  readonly version: string
  readonly #folder: string
  readonly #log: Pick<Logger, 'trace'>

  constructor(folder: string, version: string, log: Pick<Logger, 'trace'>) {
    this.version = version
    this.#folder = folder
    this.#log = log
  }

  /** `key` consists of letters and digits. */
  find(key: string): string | undefined {
    try {
      return read(join(this.#folder, nameOf(key)))
    } catch (error) {
      this.#log.trace(`policy cache not used: ${messageOf(error)}`)
      return undefined
    }
  }

  store(key: string, text: string): void {
    const body = Buffer.from(text)
    if (body.length > MAX_BYTES / 2) return
    try {
      openPrivateFolder(this.#folder)
      write(join(this.#folder, nameOf(key)), Buffer.concat([Buffer.from(`${digestOf(body)}\n`), body]))
      prune(this.#folder)
    } catch (error) {
      this.#log.trace(`cannot write the policy cache: ${messageOf(error)}`)
    }
  }
}

const SUFFIX = '.policies'
const PART_SUFFIX = '.part'
const nameOf = (key: string): string => `${key}${SUFFIX}`

/** Limits of the folder. Beyond them, the oldest files are deleted. */
const MAX_FILES = 64
const MAX_BYTES = 32 * 1024 * 1024

function read(path: string): string {
  assertPrivateFolder(join(path, '..'))
  // Links are not followed, because the target may be written by another user.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile() || !isPrivate(stats)) throw new Error(`${path} is writable by other users`)
    const content = readFileSync(file)
    const body = content.subarray(DIGEST_LENGTH + 1)
    if (content.toString('latin1', 0, DIGEST_LENGTH) !== digestOf(body)) throw new Error(`${path} is damaged`)
    return body.toString()
  } finally {
    closeSync(file)
  }
}

/** The file is renamed after it is complete, so other processes never read a partial file. */
function write(path: string, content: Buffer): void {
  const part = `${path}.${randomBytes(6).toString('hex')}${PART_SUFFIX}`
  try {
    writeFileSync(part, content, { flag: 'wx', mode: 0o600 })
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

const digestOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex')
const DIGEST_LENGTH = 64

/** Only files of the cache are counted and deleted, including partial files of killed writers. */
function prune(folder: string): void {
  const entries = readdirSync(folder)
    .filter(name => name.endsWith(SUFFIX) || name.endsWith(PART_SUFFIX))
    .flatMap(name => {
      const path = join(folder, name)
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats ? [{ path, size: stats.size, time: stats.mtimeMs }] : []
    })
    .sort((a, b) => b.time - a.time)
  let bytes = 0
  for (const [index, { path, size }] of entries.entries()) {
    bytes += size
    if (index >= MAX_FILES || bytes > MAX_BYTES) rmSync(path, { force: true })
  }
}
