// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import type { Chunk, Framing, RejectedRecord } from '../../../../core/contract/exporter.js'
import type { Host } from '../../../../core/contract/host.js'
import { Ledger } from '../../../../core/contract/ledger.js'
import { Fault } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import { joinRecords, recordOf } from '../../../../core/exporter/chunk-records.js'
import { decodeDeadLetter, encodeDeadLetter } from '../../../../core/exporter/delivery/dead-letter-spool.js'
import { Delivery } from '../../../../core/exporter/delivery/delivery.js'
import { type ReplayTarget, replayTargetFor } from '../../../../core/exporter/transport-for.js'
import { DISK_FILES } from '../../../../core/spool/disk-files.js'
import type { SpoolInspection } from '../../../../core/spool/inspect-spool.js'
import { convertPrefixes } from '../../../../core/spool/record-prefixes.js'
import { Spool } from '../../../../core/spool/spool.js'
import type { SpooledChunk } from '../../../../core/spool/spooled-chunk.js'
import { spooledRecords } from '../../../../core/spool/spooled-records.js'
import { styleFor } from '../../../../core/terminal/color.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import { UNWIRED } from '../../../pipeline/build.js'
import { prepareToInspect } from '../../../pipeline/prepare.js'
import { Log } from '../../../process/log.js'
import { packageVersion } from '../../../process/package.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { runSettings } from '../../run-options.js'
import { surveyFolder } from './inspect.js'

/** Delivers the waiting chunks of a folder once and acknowledges those delivered. Records that are rejected again stay there. */
export async function replaySpool(
  { arguments: [given = ''], options }: CommandInvocation,
  context: ProcessContext,
): Promise<ExitCode> {
  const folder = resolve(context.directory, given)
  const found = await surveyFolder(folder)
  const { waiting, bytes } = found
  const log = new Log('warn', context.stderr, 'text', styleFor(context.stderr, context.environment))
  const report = (fault: Error): void => log.logFault('spool', fault)
  const target = await targetFor(String(options.stage), options.config, await framingIn(found), context, report, log)
  // Space for records that are rejected again.
  const capacity = Math.max(2 * bytes, MAX_SEGMENT_BYTES * 8)
  const settings = {
    folder,
    bytes: capacity,
    segmentBytes: MAX_SEGMENT_BYTES,
    sync: 'always',
    syncEvery: 500,
    whenFull: 'block',
  } as const
  const spool = new Spool(DISK_FILES, settings, report)
  await spool.open()
  try {
    const { delivered, refused } = await deliver(spool, waiting, target, context, report)
    context.stdout.write(`${delivered} records delivered, ${refused} refused, ${spool.statistics.waiting} waiting\n`)
    return spool.statistics.waiting === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await spool.close()
    await target.transport.close()
    await log.close()
  }
}

/** Fits the largest dead letter that a folder accepts. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024

/** How the waiting records are separated. */
async function framingIn(found: SpoolInspection): Promise<Framing> {
  for await (const { framing } of spooledRecords(DISK_FILES, found)) return framing
  return 'lines'
}

async function targetFor(
  stage: string,
  config: unknown,
  framing: Framing,
  context: ProcessContext,
  fault: Host['reportFault'],
  log: Log,
): Promise<ReplayTarget> {
  const settings = runSettings({ config: typeof config === 'string' ? config : undefined, test: true })
  const { wiring } = await prepareToInspect(settings, context)
  const exporters = wiring.stages.filter(({ plugin }) => plugin.name === 'exporter')
  const found = exporters.find(({ name }) => name === stage)
  const known = exporters.map(({ name }) => name)
  if (!found) throw new Fault('SFP_SPOOL_STAGE', { stage, nearest: nearest(stage, known) ?? '', known: known.join(', ') })
  const { disabledOptimizations } = settings
  const host: Host = {
    log: log.of(stage),
    stage,
    directory: context.directory,
    disabledOptimizations,
    ...UNWIRED,
    reportFault: fault,
  }
  const { components } = wiring
  return replayTargetFor(found.options, { stdout: context.stdout, version: packageVersion(), components, host }, framing)
}

async function deliver(
  spool: Spool,
  waiting: number,
  { transport, retry, readLimits, prefixes }: ReplayTarget,
  { stop, abort }: ProcessContext,
  report: (fault: Error) => void,
): Promise<{ delivered: number; refused: number }> {
  const ledger = new Ledger()
  let refusedChunks: Chunk[] = []
  let originalChunk: Chunk | undefined
  const deadLetters = {
    async put(chunk: Chunk, refusals: readonly RejectedRecord[]) {
      const letters = refusals.map(({ recordIndex, reason }) =>
        withNewReason(recordOf(chunk, recordIndex), reason, originalChunk),
      )
      const records = refusals.map(({ recordIndex }) => recordIndex)
      refusedChunks.push(joinRecords(letters, chunk, records))
    },
    async close() {},
  }
  let isUnavailable = false
  const onFault = (fault: Error): void => {
    isUnavailable ||= fault instanceof Fault && (fault.isTemporary || fault.code === 'SFP_DELIVERY_AGAIN')
    report(fault)
  }
  const delivery = new Delivery(transport, ledger, onFault, { retry, deadLetters })
  await delivery.open()
  delivery.begin()
  let refused = 0
  for (let handled = 0; handled < waiting && !stop.aborted; ) {
    const read = await spool.next(readLimits, abort)
    if (!read) break
    refusedChunks = []
    originalChunk = read.chunk
    const before = ledger.out
    ledger.in += read.chunk.length
    ledger.held += read.chunk.length
    await delivery.send(convertPrefixes(unwrapDeadLetters(read.chunk), prefixes), abort)
    // This chunk and the following ones remain in the folder.
    if (isUnavailable && ledger.out === before) break
    isUnavailable = false
    for (const chunk of refusedChunks) {
      await spool.append(chunk, abort)
      refused += chunk.length
    }
    handled += read.chunk.length
    await spool.acknowledge(read.last)
  }
  await delivery.finish(abort)
  return { delivered: ledger.out, refused }
}

/** The original records in dead letters, without the lines that describe them. */
const unwrapDeadLetters = (chunk: SpooledChunk): SpooledChunk => {
  const records = Array.from({ length: chunk.length }, (_, record) => recordOf(chunk, record))
  const unwrapped = joinRecords(
    records.map(record => decodeDeadLetter(record)?.record ?? record),
    chunk,
  )
  return { ...unwrapped, version1: chunk.version1 }
}

/** A dead letter that is rejected again remains one, with the new reason. */
function withNewReason(record: Uint8Array, reason: string, originalChunk: Chunk | undefined): Uint8Array {
  const first = originalChunk && decodeDeadLetter(recordOf(originalChunk, 0))
  return first ? encodeDeadLetter({ time: new Date().toISOString(), stage: first.stage, reason, record }) : record
}
