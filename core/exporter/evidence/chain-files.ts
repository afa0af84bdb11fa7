// SPDX-License-Identifier: Apache-2.0
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../../errors/reason.js'

export const CHAIN_SUFFIX = '.chain'

export const chainPathOf = (path: string): string => `${path}${CHAIN_SUFFIX}`

/** Chain files of the rotated files of an export file, in any order. */
export async function findRotatedChains(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`
  const names = await readdir(dirname(path))
  return names
    .filter(name => name.startsWith(prefix) && ROTATED_CHAIN_SUFFIX.test(name.slice(prefix.length)))
    .map(name => join(dirname(path), name))
}

/** A suffix that rotation gives to a file: a number, or a timestamp with an optional count. */
const ROTATED_CHAIN_SUFFIX = /^(?:\d{8}T\d{6}Z(?:-\d+)?|\d{1,15})\.chain$/

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    error => {
      if (codeOf(error) !== 'ENOENT') throw error
      return false
    },
  )
