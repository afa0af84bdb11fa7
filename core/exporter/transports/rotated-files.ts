// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

export interface RotationSettings {
  /** Largest size in bytes, 0: unlimited; a single larger record gets a file of its own. */
  readonly size: number
  /** Seconds after which a file is rotated, 0: never. */
  readonly every: number
  /** `number`: out.1 is older than out.2. `time`: out.20231114T221320Z, the time of rotation. */
  readonly names: 'number' | 'time'
  /** Number of rotated files to retain, 0: all. */
  readonly keep: number
  readonly gzip: boolean
}

/** The rotated files of an export file. A rotated file is never renamed again, only compressed or deleted. */
export class RotatedFiles {
  readonly #path: string
  readonly #settings: RotationSettings
  readonly #now: () => number

  constructor(path: string, settings: RotationSettings, now: () => number) {
    this.#path = path
    this.#settings = settings
    this.#now = now
  }

  /** Renames the export file and returns its new path; calls `beforeChange` with that path first. */
  async rotate(beforeChange: (path: string) => Promise<void>): Promise<string> {
    const target = `${this.#path}.${this.#nextSuffix(await this.#list())}`
    await beforeChange(target)
    await rename(this.#path, target)
    return target
  }

  /** Deletes the oldest files beyond `keep`; calls `beforeChange` with their paths first. */
  async prune(beforeChange: (paths: readonly string[]) => Promise<void>): Promise<void> {
    if (this.#settings.keep === 0) return
    const files = await this.#list()
    const paths = files
      .slice(0, Math.max(0, files.length - this.#settings.keep))
      .flatMap(({ names }) => names.map(name => join(dirname(this.#path), name)))
    if (paths.length === 0) return
    await beforeChange(paths)
    for (const path of paths) await unlink(path)
  }

  /** Removes the output of interrupted compressions. */
  async removePartialFiles(): Promise<void> {
    const prefix = `${basename(this.#path)}.`
    for (const name of await readdir(dirname(this.#path))) {
      if (
        name.startsWith(prefix) &&
        name.endsWith(PARTIAL_SUFFIX) &&
        SUFFIX.test(name.slice(prefix.length, -PARTIAL_SUFFIX.length))
      ) {
        await unlink(join(dirname(this.#path), name))
      }
    }
  }

  #nextSuffix(rotated: readonly RotatedFile[]): string {
    if (this.#settings.names === 'number') return String(rotated.reduce((highest, file) => Math.max(highest, file.number), 0) + 1)
    const stamp = `${new Date(this.#now()).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    const sameSecond = rotated.filter(file => file.stamp === stamp)
    return sameSecond.length === 0
      ? stamp
      : `${stamp}-${sameSecond.reduce((highest, file) => Math.max(highest, file.number), 0) + 1}`
  }

  /** Oldest first; a file and its compressed form are one entry. */
  async #list(): Promise<RotatedFile[]> {
    const prefix = `${basename(this.#path)}.`
    const found = new Map<string, RotatedFile>()
    for (const name of await readdir(dirname(this.#path))) {
      const match = name.startsWith(prefix) ? SUFFIX.exec(name.slice(prefix.length)) : null
      if (match === null || (match[2] !== undefined) !== (this.#settings.names === 'time')) continue
      const key = match[1] ?? ''
      const file = found.get(key) ?? { stamp: match[2] ?? '', number: Number(match[3] ?? match[4] ?? 0), names: [] }
      file.names.push(name)
      found.set(key, file)
    }
    return [...found.values()].sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : a.number - b.number))
  }
}

/** Compresses a file to `path`.gz. The file is deleted only when the compressed one is complete. */
export async function compress(path: string): Promise<void> {
  const partial = `${path}.gz${PARTIAL_SUFFIX}`
  await pipeline(createReadStream(path), createGzip(), createWriteStream(partial, { mode: 0o644 }))
  await rename(partial, `${path}.gz`)
  await unlink(path)
}

interface RotatedFile {
  readonly stamp: string
  readonly number: number
  readonly names: string[]
}

const PARTIAL_SUFFIX = '.part'
/** Groups: 1: all but `.gz`; 2 and 3: time and count; 4: number. */
const SUFFIX = /^((\d{8}T\d{6}Z)(?:-(\d+))?|(\d{1,15}))(?:\.gz)?$/
