// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Must be increased when the generators produce other bytes from the same parameters. */
const GENERATION = 2

/**
 * A file or folder that is generated once and reused by later runs: `name` identifies the generator and all its parameters.
 * `make` writes to a temporary path, so that the cached input is always complete.
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
