// SPDX-License-Identifier: Apache-2.0
import { NEVER_ABORTED } from '../../contract/stage.js'
import type { Fault } from '../../errors/fault.js'
import { Spool } from '../spool.js'
import type { SpoolFiles } from '../spool-files.js'
import type { SpoolSettings } from '../spool-settings.js'

/** Chunks of any size are read at once. */
export const UNLIMITED = { records: 1_000_000, bytes: 64 * 1024 * 1024 }

/** A spool with test settings that also records its faults: "SFP_SPOOL_LOST records=1 bytes=40 lost". */
export function spoolIn(
  files: SpoolFiles,
  folder: string,
  settings: Partial<SpoolSettings> = {},
): { spool: Spool; reported: string[] } {
  const reported: string[] = []
  const report = (fault: Fault, lostData: boolean): void => {
    const { folder: _, ...details } = fault.details
    const words = Object.entries(details).map(([name, value]) => `${name}=${value}`)
    reported.push([fault.code, ...words, ...(lostData ? ['lost'] : [])].join(' '))
  }
  const spool = new Spool(
    files,
    { folder, bytes: 1024 * 1024, sync: 'always', syncEvery: 60_000, whenFull: 'block', ...settings },
    report,
  )
  return { spool, reported }
}

/** All waiting records that were not read yet, as texts without their line feeds; with the number of the last. */
export async function readAll(spool: Spool, limits = UNLIMITED): Promise<{ texts: string[]; last: number }> {
  const texts: string[] = []
  let last = 0
  for (let remaining = spool.unread; remaining > 0; remaining = spool.unread) {
    const read = await spool.next(limits, NEVER_ABORTED)
    if (!read) break
    last = read.last
    const { bytes, ends } = read.chunk
    ends.forEach((end, record) => {
      texts.push(Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())
    })
  }
  return { texts, last }
}
