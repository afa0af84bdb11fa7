// SPDX-License-Identifier: Apache-2.0
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Ensures that only one process writes to a folder. Two processes would finish each other's open files. */
export class FolderLock {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'owner')
  }

  /** Rejects if a running process holds the lock. */
  async acquire(): Promise<void> {
    for (;;) {
      try {
        await writeFile(this.#path, `${process.pid}\n`, { flag: 'wx', mode: 0o640 })
        return
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
        const owner = Number(await readFile(this.#path, 'utf8').catch(() => ''))
        if (isRunning(owner) && !(await this.#isOfEarlierRun(owner)))
          throw new Error(`process ${owner} writes to it; if this process is not sfprocessor, delete ${this.#path}`)
        await rm(this.#path, { force: true })
      }
    }
  }

  /** In a container, every run may have the same process id, so the lock's modification time decides. */
  async #isOfEarlierRun(owner: number): Promise<boolean> {
    if (owner !== process.pid) return false
    const written = await stat(this.#path)
    return written.mtimeMs < Date.now() - process.uptime() * 1000
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true })
  }
}

function isRunning(id: number): boolean {
  if (!Number.isInteger(id) || id <= 0) return false
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
