// SPDX-License-Identifier: Apache-2.0
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../../errors/reason.js'

export const CHAIN_SUFFIX = '.chain'

export const chainPathOf = (path: string): string => `${path}${CHAIN_SUFFIX}`

/** Chains of the files that an export file was before it was rotated, in no order. */
export async function findRotatedChains(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`
  const names = await readdir(dirname(path))
  return names
    .filter(name => name.startsWith(prefix) && ROTATED_CHAIN_SUFFIX.test(name.slice(prefix.length)))
    .map(name => join(dirname(path), name))
}

/** As rotation names files: a number, or a moment and perhaps a count. */
const ROTATED_CHAIN_SUFFIX = /^(?:\d{8}T\d{6}Z(?:-\d+)?|\d{1,15})\.chain$/

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    error => {
      if (codeOf(error) !== 'ENOENT') throw error
      return false
    },
  )
