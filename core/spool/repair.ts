// SPDX-License-Identifier: Apache-2.0
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '../contract/exporter.js'
import { Fault } from '../errors/fault.js'
import { DISK } from './disk-files.js'
import { HEAD_BYTES } from './frame.js'
import { POSITION_FILE } from './position.js'
import { isDamaged, recordsOf } from './records.js'
import { segmentName } from './segment-name.js'
import { Spool } from './spool.js'
import { type Survey, survey } from './survey.js'

const NEVER = new AbortController().signal

/** What was repaired; `aside` is the folder in which everything lies as it was, absent if nothing was damaged. */
export interface Repaired {
  readonly before: Survey
  readonly saved: number
  readonly aside?: string
}

/**
 * Writes the records of a damaged folder that are whole into new segments, and puts the old ones aside. The new ones are on
 * the disk before anything is moved, so whenever it is interrupted all is in one of the folders inside. Rejects with a fault
 * if a process owns the folder.
 */
export async function repair(folder: string): Promise<Repaired> {
  const release = await DISK.own(folder)
  try {
    const before = await survey(DISK, folder)
    if (!isDamaged(before) && before.tornBytes === 0) return { before, saved: before.waiting }
    const [aside, made] = await newFolders(folder)
    const saved = await copied(before, made)
    if (saved !== before.waiting) throw new Fault('SFP_SPOOL_WRITE', { folder, reason: 'not all records could be copied' })
    await moved(folder, aside)
    await moved(made, folder)
    await rm(made, { recursive: true })
    await DISK.syncFolder(folder)
    return { before, saved, aside }
  } finally {
    await release()
  }
}

async function newFolders(folder: string): Promise<[string, string]> {
  const taken = new Set(await DISK.list(folder))
  let number = 1
  while (taken.has(`damaged-${number}`) || taken.has(`repaired-${number}`)) number++
  const names = [join(folder, `damaged-${number}`), join(folder, `repaired-${number}`)] as const
  for (const name of names) await mkdir(name, { mode: 0o700 })
  return [...names]
}

async function copied(before: Survey, made: string): Promise<number> {
  const largest = before.segments.reduce((most, { bytes }) => Math.max(most, bytes), 0)
  const segmentBytes = Math.max(largest, 1024 * 1024)
  const bytes = Math.max(before.bytes * 2, segmentBytes * 8)
  const settings = { folder: made, bytes, segmentBytes, sync: 'never', syncEvery: 1000, whenFull: 'block' } as const
  const spool = new Spool(DISK, settings, fault => {
    throw fault
  })
  await spool.open()
  try {
    let [records, size]: [Uint8Array[], number] = [[], 0]
    for await (const { record } of recordsOf(DISK, before)) {
      records.push(record.slice())
      size += record.length + HEAD_BYTES
      if (size < segmentBytes / 2) continue
      await spool.append(pageOf(records), NEVER)
      ;[records, size] = [[], 0]
    }
    if (records.length > 0) await spool.append(pageOf(records), NEVER)
    await spool.flush()
    return spool.figures.appended
  } finally {
    await spool.close()
  }
}

/** The segments and the position. */
async function moved(from: string, to: string): Promise<void> {
  for (const name of await DISK.list(from))
    if (name === POSITION_FILE || segmentName(name)) await rename(join(from, name), join(to, name))
  await DISK.syncFolder(to)
}

function pageOf(records: readonly Uint8Array[]): Page {
  let end = 0
  const ends = Uint32Array.from(records, ({ length }) => {
    end += length
    return end
  })
  return { bytes: Buffer.concat(records, end), length: records.length, ends }
}
