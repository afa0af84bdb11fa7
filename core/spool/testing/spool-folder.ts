// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '../../errors/fault.js'
import type { SpoolFiles } from '../files.js'
import type { SpoolSettings } from '../settings.js'
import { Spool } from '../spool.js'

/** Never aborted. */
export const NEVER = new AbortController().signal

/** Pages of any size are read at once. */
export const ALL = { records: 1_000_000, bytes: 64 * 1024 * 1024 }

/** A spool with settings for tests that also keeps what it told: "SFP_SPOOL_LOST records=1 bytes=40 lost". */
export function spoolIn(
  files: SpoolFiles,
  folder: string,
  settings: Partial<SpoolSettings> = {},
): { spool: Spool; told: string[] } {
  const told: string[] = []
  const tell = (fault: Fault, lostData: boolean): void => {
    const { folder: _, ...details } = fault.details
    const words = Object.entries(details).map(([name, value]) => `${name}=${value}`)
    told.push([fault.code, ...words, ...(lostData ? ['lost'] : [])].join(' '))
  }
  const spool = new Spool(
    files,
    { folder, bytes: 1024 * 1024, sync: 'always', syncEvery: 60_000, whenFull: 'block', ...settings },
    tell,
  )
  return { spool, told }
}

/** All that waits and was not read yet, as texts, without the line feeds; with the number of the last. */
export async function readAll(spool: Spool, limits = ALL): Promise<{ texts: string[]; last: number }> {
  const texts: string[] = []
  let last = 0
  for (let left = spool.unread; left > 0; left = spool.unread) {
    const read = await spool.next(limits, NEVER)
    if (!read) break
    last = read.last
    const { bytes, ends } = read.page
    ends.forEach((end, record) => {
      texts.push(Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())
    })
  }
  return { texts, last }
}
