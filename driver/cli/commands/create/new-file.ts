// SPDX-License-Identifier: Apache-2.0
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../../../../core/errors/fault.js'
import { codeOf, reasonOf } from '../../../../core/errors/reason.js'

/** Throws a fault if `path` exists. */
export function refuseExisting(path: string, flag: string): void {
  if (existsSync(path)) throw new Fault('SFP_CREATE_EXISTS', { path, flag })
}

/**
 * Writes a new file after `check` has accepted a draft in the same folder, where relative paths in it have the same meaning. If
 * `check` throws, no file is left behind.
 */
export async function writeNewFile(
  path: string,
  text: string,
  flag: string,
  check: (path: string) => Promise<void>,
): Promise<void> {
  refuseExisting(path, flag)
  const draft = join(dirname(path), `.${process.pid}-${basename(path)}`)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(draft, text, { flag: 'wx', mode: 0o644 })
    await check(draft)
    // Unlike a rename, a link never replaces a file that was created in the meantime.
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new Fault('SFP_CREATE_EXISTS', { path, flag }, { cause: error })
    if (codeOf(error) !== '' && !(error instanceof Fault))
      throw new Fault('SFP_CREATE_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error })
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
