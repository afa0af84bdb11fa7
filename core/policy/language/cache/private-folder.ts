// SPDX-License-Identifier: Apache-2.0
import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../../../errors/reason.js'

/** Makes the folder if it is missing. Throws if it cannot be made, or is not ours alone. */
export function openPrivateFolder(folder: string): void {
  createFolder(folder, MAX_CREATED_PARENTS)
  assertPrivateFolder(folder)
}

/** Throws if the folder is missing, a link, or can be written by others. */
export function assertPrivateFolder(folder: string): void {
  const stats = lstatSync(folder)
  if (!stats.isDirectory() || !isPrivate(stats)) throw new Error(`${folder} can be written by others`)
}

/** Where there are no users (Windows), nothing is ours for certain. */
export const isPrivate = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & 0o022) === 0

/** A home without any cache lacks three folders. */
const MAX_CREATED_PARENTS = 4

/** Not by `recursive`: with that, Node never comes back from a file system that takes no folders, such as /proc. */
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
