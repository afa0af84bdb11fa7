// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../../../../core/errors/fault.js'
import { reasonOf } from '../../../../core/errors/reason.js'

/** Path below the folder → text. */
export type FolderFiles = ReadonlyMap<string, string>

/** Throws a fault if `path` exists and is not an empty folder. */
export function refuseNonEmpty(path: string, flag: string): void {
  if (!existsSync(path)) return
  try {
    if (readdirSync(path).length === 0) return
  } catch {
    // It is a file.
  }
  throw new Fault('SFP_CREATE_EXISTS', { path, flag })
}

/** Writes a new folder with all its files, or nothing. */
export function writeFolder(path: string, files: FolderFiles, flag: string): void {
  refuseNonEmpty(path, flag)
  const parent = dirname(path)
  let unfinished: string | undefined
  try {
    mkdirSync(parent, { recursive: true })
    unfinished = mkdtempSync(join(parent, `.${basename(path)}-`))
    for (const [name, text] of files) {
      const file = join(unfinished, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, { mode: 0o644 })
    }
    renameSync(unfinished, path)
  } catch (error) {
    if (unfinished !== undefined) rmSync(unfinished, { recursive: true, force: true })
    throw new Fault('SFP_CREATE_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error })
  }
}
