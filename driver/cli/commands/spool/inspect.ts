// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import { Fault } from '../../../../core/errors/fault.js'
import { reasonOf } from '../../../../core/errors/reason.js'
import { decodeDeadLetter } from '../../../../core/exporter/delivery/dead-letter-spool.js'
import { DISK_FILES } from '../../../../core/spool/disk-files.js'
import { lockOwnerOf } from '../../../../core/spool/folder-lock.js'
import { inspectSpool, type SegmentInspection, type SpoolInspection } from '../../../../core/spool/inspect-spool.js'
import { isSpoolDamaged, spooledRecords } from '../../../../core/spool/spooled-records.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { ProcessContext } from '../../../process/process-context.js'

export async function listSegments(
  { arguments: [given = ''], options }: CommandInvocation,
  { stdout, directory }: ProcessContext,
): Promise<ExitCode> {
  const folder = resolve(directory, given)
  const found = await surveyFolder(folder)
  const owner = await lockOwnerOf(folder)
  const oldest = found.segments.find(({ waiting }) => waiting > 0)
  const since = oldest ? (await stat(oldest.path)).mtime : undefined
  const segments = found.segments.map(segment => ({ file: basename(segment.path), ...figuresOf(segment) }))
  if (options.json) {
    const { waiting, waitingBytes, bytes } = found
    const all = { waiting, waitingBytes, bytes, since: since?.toISOString() ?? null, owner: owner ?? null, segments }
    stdout.write(`${JSON.stringify(all)}\n`)
    return EXIT.ok
  }
  for (const { file, waiting, bytes } of segments) stdout.write(`${file}  ${waiting} waiting  ${bytes} bytes\n`)
  stdout.write(
    `${found.waiting} records waiting (${found.waitingBytes} bytes) in ${segments.length} segments (${found.bytes} bytes)\n`,
  )
  if (since) stdout.write(`oldest record: before ${since.toISOString()}\n`)
  if (owner !== undefined) stdout.write(`in use by process ${owner}\n`)
  return EXIT.ok
}

export async function printRecords(
  { arguments: [given = ''], options }: CommandInvocation,
  { stdout, directory, stop }: ProcessContext,
): Promise<ExitCode> {
  const found = await surveyFolder(resolve(directory, given))
  // The reader may close the pipe early (`| head`).
  let isRead = true
  stdout.once('error', () => {
    isRead = false
  })
  for await (const { record, meta } of spooledRecords(DISK_FILES, found)) {
    if (stop.aborted || !isRead) break
    const letter = decodeDeadLetter(record)
    if (!letter) await write(stdout, record)
    else if (!options.reasons) await write(stdout, letter.record)
    else {
      const { time, stage, reason } = letter
      const text = Buffer.from(letter.record).toString().trimEnd()
      const { id, key } = meta
      await write(stdout, Buffer.from(`${JSON.stringify({ time, stage, reason, id, key, record: text })}\n`))
    }
  }
  return EXIT.ok
}

export async function verifySpool(
  { arguments: [given = ''] }: CommandInvocation,
  { stdout, directory }: ProcessContext,
): Promise<ExitCode> {
  const folder = resolve(directory, given)
  const found = await surveyFolder(folder)
  const owner = await lockOwnerOf(folder)
  for (const segment of found.segments) {
    const { lost, damagedBytes, tornBytes } = segment
    if (lost + damagedBytes > 0)
      stdout.write(`${basename(segment.path)}: ${lost} records lost, ${damagedBytes + tornBytes} bytes damaged\n`)
  }
  stdout.write(`${found.waiting} records waiting and intact, ${found.lost} lost, ${found.damagedBytes} bytes damaged\n`)
  if (found.tornBytes > 0) stdout.write(`${found.tornBytes} bytes at the end are an incomplete write\n`)
  if (found.isPositionLost) stdout.write('the delivery position is lost: all records count as waiting\n')
  if (owner !== undefined) stdout.write(`in use by process ${owner}: records that it is writing now can appear damaged\n`)
  return isSpoolDamaged(found) ? EXIT.failed : EXIT.ok
}

const figuresOf = ({ waiting, waitingBytes, bytes, lost, damagedBytes, tornBytes }: SegmentInspection) => ({
  waiting,
  waitingBytes,
  bytes,
  lost,
  damagedBytes,
  tornBytes,
})

export async function surveyFolder(folder: string): Promise<SpoolInspection> {
  try {
    return await inspectSpool(DISK_FILES, folder)
  } catch (error) {
    throw new Fault('SFP_SPOOL_OPEN', { folder, reason: reasonOf(error) }, { cause: error })
  }
}

async function write(stdout: Writable, bytes: Uint8Array): Promise<void> {
  if (!stdout.write(bytes)) await once(stdout, 'drain').catch(() => {})
}
