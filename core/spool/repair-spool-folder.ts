// SPDX-License-Identifier: Apache-2.0

import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NEVER_ABORTED } from '../contract/stage.js'
import { Fault } from '../errors/fault.js'
import { DISK_FILES } from './disk-files.js'
import { FRAME_HEADER_BYTES } from './frames.js'
import { inspectSpool, type SpoolInspection } from './inspect-spool.js'
import { parseSegmentName } from './segment-name.js'
import { Spool } from './spool.js'
import { POSITION_FILE } from './spool-position.js'
import { type FramedRecord, joinFramedRecords } from './spooled-chunk.js'
import { isSpoolDamaged, spooledRecords } from './spooled-records.js'

/** The result of a repair; `damagedFolder` contains the original files, absent if nothing was damaged. */
export interface SpoolRepair {
  readonly before: SpoolInspection
  readonly saved: number
  readonly damagedFolder?: string
}

/**
 * Copies the whole records of a damaged folder into new segments, and moves the old segments to a subfolder. The new segments are
 * on the disk before any file is moved, so after an interruption all records are in one of the subfolders. Rejects with a fault
 * if a process owns the folder.
 */
export async function repairSpoolFolder(folder: string): Promise<SpoolRepair> {
  const release = await DISK_FILES.lock(folder)
  try {
    const before = await inspectSpool(DISK_FILES, folder)
    if (!isSpoolDamaged(before) && before.tornBytes === 0) return { before, saved: before.waiting }
    const [damagedFolder, repairedFolder] = await createFolders(folder)
    const saved = await copyRecords(before, repairedFolder)
    if (saved !== before.waiting) throw new Fault('SFP_SPOOL_WRITE', { folder, reason: 'not all records could be copied' })
    await moveSpoolFiles(folder, damagedFolder)
    await moveSpoolFiles(repairedFolder, folder)
    await rm(repairedFolder, { recursive: true })
    await DISK_FILES.syncFolder(folder)
    return { before, saved, damagedFolder }
  } finally {
    await release()
  }
}

async function createFolders(folder: string): Promise<[string, string]> {
  const usedNames = new Set(await DISK_FILES.list(folder))
  let number = 1
  while (usedNames.has(`damaged-${number}`) || usedNames.has(`repaired-${number}`)) number++
  const names = [join(folder, `damaged-${number}`), join(folder, `repaired-${number}`)] as const
  for (const name of names) await mkdir(name, { mode: 0o700 })
  return [...names]
}

async function copyRecords(before: SpoolInspection, repairedFolder: string): Promise<number> {
  const largestSegmentBytes = before.segments.reduce((maximum, { bytes }) => Math.max(maximum, bytes), 0)
  const segmentBytes = Math.max(largestSegmentBytes, 1024 * 1024)
  const bytes = Math.max(before.bytes * 2, segmentBytes * 8)
  const settings = { folder: repairedFolder, bytes, segmentBytes, sync: 'never', syncEvery: 1000, whenFull: 'block' } as const
  const spool = new Spool(DISK_FILES, settings, fault => {
    throw fault
  })
  await spool.open()
  try {
    let [records, size]: [FramedRecord[], number] = [[], 0]
    const append = async (): Promise<void> => {
      if (records.length > 0) await spool.append(joinFramedRecords(records), NEVER_ABORTED)
      ;[records, size] = [[], 0]
    }
    for await (const spooled of spooledRecords(DISK_FILES, before)) {
      if (spooled.framing !== (records[0]?.framing ?? spooled.framing)) await append()
      records.push({ ...spooled, record: spooled.record.slice() })
      size += spooled.record.length + FRAME_HEADER_BYTES
      if (size >= segmentBytes / 2) await append()
    }
    await append()
    await spool.flush()
    return spool.statistics.appended
  } finally {
    await spool.close()
  }
}

/** Moves the segments and the position. */
async function moveSpoolFiles(from: string, to: string): Promise<void> {
  for (const name of await DISK_FILES.list(from))
    if (name === POSITION_FILE || parseSegmentName(name)) await rename(join(from, name), join(to, name))
  await DISK_FILES.syncFolder(to)
}
