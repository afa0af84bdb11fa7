// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Raised whenever the generators make other bytes from the same parameters. */
const GENERATION = 2

/**
 * A file or folder that is made once and found again by later runs: `name` says what made it, with all parameters. `make` gets
 * another path to write to, so that what is found is always whole.
 */
export async function cachedInput(name: string, make: (path: string) => Promise<void> | void): Promise<string> {
  const folder = join(tmpdir(), 'sfprocessor-bench', `inputs-${GENERATION}`)
  const path = join(folder, name)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const temporaryPath = join(folder, `${process.pid}-${name}.part`)
  await make(temporaryPath)
  renameSync(temporaryPath, path)
  return path
}
