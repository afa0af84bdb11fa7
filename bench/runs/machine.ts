// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly kernel: string
  readonly node: string
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  kernel: `${type()} ${release()}`,
  node: process.version,
})

export interface Revision {
  readonly commit: string
  /** Tracked files have uncommitted changes. */
  readonly isDirty: boolean
}

/** The revision of the working tree; undefined without git. */
export function revision(): Revision | undefined {
  const commit = git('rev-parse', 'HEAD')
  return commit === undefined ? undefined : { commit, isDirty: git('status', '--porcelain', '--untracked-files=no') !== '' }
}

/** The full name of a revision. Throws an Error if git does not know it. */
export function commitOf(name: string): string {
  const commit = git('rev-parse', '--verify', '--quiet', `${name}^{commit}`)
  if (!commit) throw new Error(`git knows no revision "${name}"`)
  return commit
}

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
