// SPDX-License-Identifier: Apache-2.0
import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../../../errors/reason.js'

/** Creates the folder if it is missing. Throws if it cannot be created, or if other users can write to it. */
export function openPrivateFolder(folder: string): void {
  createFolder(folder, MAX_CREATED_PARENTS)
  assertPrivateFolder(folder)
}

/** Throws if the folder is missing, a link, or writable by other users. */
export function assertPrivateFolder(folder: string): void {
  const stats = lstatSync(folder)
  if (!stats.isDirectory() || !isPrivate(stats)) throw new Error(`${folder} is writable by other users`)
}

/** On systems without user ids (Windows), no folder counts as private. */
export const isPrivate = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & 0o022) === 0

/** A home directory without a cache lacks three folders. */
const MAX_CREATED_PARENTS = 4

/** Without `recursive`: with it, Node hangs on file systems that do not accept folders, such as /proc. */
function createFolder(folder: string, parents: number): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || parents === 0) throw error
    createFolder(dirname(folder), parents - 1)
    mkdirSync(folder, { mode: 0o700 })
  }
}
