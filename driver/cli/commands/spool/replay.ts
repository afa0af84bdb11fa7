// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { Chunk, RejectedRecord } from '../../../../core/contract/exporter.js'
import type { Host } from '../../../../core/contract/host.js'
import { Ledger } from '../../../../core/contract/ledger.js'
import { Fault } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import { joinRecords, recordOf } from '../../../../core/exporter/chunk-records.js'
import { decodeDeadLetter, encodeDeadLetter } from '../../../../core/exporter/dead-letter-spool.js'
import { Delivery } from '../../../../core/exporter/delivery.js'
import { type ReplayTarget, replayTargetFor } from '../../../../core/exporter/transport-for.js'
import { DISK_FILES } from '../../../../core/spool/disk-files.js'
import { Spool } from '../../../../core/spool/spool.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import { UNWIRED } from '../../../pipeline/build.js'
import { type ProcessContext, prepareToInspect } from '../../../pipeline/prepare.js'
import { Log } from '../../../process/log.js'
import { packageVersion } from '../../../process/package.js'
import { styleFor } from '../../color.js'
import { runSettings } from '../../run-options.js'
import type { CommandInvocation } from '../command.js'
import { surveyFolder } from './inspect.js'

/** Delivers what waits in a folder, each page once, and acknowledges what was taken. What is refused again stays there. */
export async function replaySpool(
  { arguments: [given = ''], options }: CommandInvocation,
  context: ProcessContext,
): Promise<ExitCode> {
  const folder = resolve(context.directory, given)
  const { waiting, bytes } = await surveyFolder(folder)
  const log = new Log('warn', context.stderr, 'text', styleFor(context.stderr, context.environment))
  const report = (fault: Error): void => log.logFault('spool', fault)
  const target = await targetFor(String(options.stage), options.config, context, report, log)
  // Room for what is refused again.
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
    context.stdout.write(`${delivered} records delivered, ${refused} refused, ${spool.statistics.waiting} wait\n`)
    return spool.statistics.waiting === 0 ? EXIT.ok : EXIT.failed
  } finally {
    await spool.close()
    await target.transport.close()
    await log.close()
  }
}

/** The largest letter that a folder of dead letters takes fits into it. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024

async function targetFor(
  stage: string,
  config: unknown,
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
  return replayTargetFor(found.options, { stdout: context.stdout, version: packageVersion(), components, host })
}

async function deliver(
  spool: Spool,
  waiting: number,
  { transport, retry, readLimits }: ReplayTarget,
  { stop, abort }: ProcessContext,
  report: (fault: Error) => void,
): Promise<{ delivered: number; refused: number }> {
  const ledger = new Ledger()
  let refusedRecords: Uint8Array[] = []
  let originalChunk: Chunk | undefined
  const deadLetters = {
    async put(chunk: Chunk, refusals: readonly RejectedRecord[]) {
      refusedRecords.push(
        ...refusals.map(({ recordIndex, reason }) => withNewReason(recordOf(chunk, recordIndex), reason, originalChunk)),
      )
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
    refusedRecords = []
    originalChunk = read.chunk
    const before = ledger.out
    ledger.in += read.chunk.length
    ledger.held += read.chunk.length
    await delivery.send(unwrapDeadLetters(read.chunk), abort)
    // They stay where they are, and what follows too.
    if (isUnavailable && ledger.out === before) break
    isUnavailable = false
    if (refusedRecords.length > 0) await spool.append(joinRecords(refusedRecords), abort)
    refused += refusedRecords.length
    handled += read.chunk.length
    await spool.acknowledge(read.last)
  }
  await delivery.finish(abort)
  return { delivered: ledger.out, refused }
}

/** Dead letters without what is written on them. */
const unwrapDeadLetters = (chunk: Chunk): Chunk =>
  joinRecords(
    Array.from(
      { length: chunk.length },
      (_, record) => decodeDeadLetter(recordOf(chunk, record))?.record ?? recordOf(chunk, record),
    ),
  )

/** A letter stays one, with its new reason. */
function withNewReason(record: Uint8Array, reason: string, originalChunk: Chunk | undefined): Uint8Array {
  const first = originalChunk && decodeDeadLetter(recordOf(originalChunk, 0))
  return first ? encodeDeadLetter({ time: new Date().toISOString(), stage: first.stage, reason, record }) : record
}
