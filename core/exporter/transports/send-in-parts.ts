// SPDX-License-Identifier: Apache-2.0
import type { Chunk, DeliveryResult, RejectedRecord } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { contentOf } from '../chunk-records.js'
import { isTooLarge } from '../http-client.js'

/** Records `from` (inclusive) to `to` (exclusive) of a chunk. */
export interface ChunkPart {
  readonly from: number
  readonly to: number
}

export interface PartLimits {
  readonly records: number
  readonly bytes: number
  /** Additional bytes of a request for each record. */
  readonly recordOverhead?: number
  /** Number of concurrent requests. */
  readonly concurrency: number
}

/** The outcome of one part; the numbers are those of the chunk. Records in neither list are safe. */
export type PartOutcome = Pick<DeliveryResult, 'rejected' | 'retryable' | 'reason'> | undefined

/**
 * Sends a chunk as several requests. A request that the server rejects as too large is halved, down to a single record. A failed
 * request affects only its own records, which are retried or rejected; after a temporary failure no further request is sent.
 * Rejects if all records share the outcome of the first failure.
 */
export async function sendInParts(
  chunk: Chunk,
  limits: PartLimits,
  send: (part: ChunkPart) => Promise<PartOutcome>,
): Promise<DeliveryResult | undefined> {
  const pending = partsOf(chunk, limits)
  const rejected: RejectedRecord[] = []
  const retryable: number[] = []
  let reason: string | undefined
  let failure: Fault | undefined
  let isUnavailable = false

  const refuse = (part: ChunkPart, text: string): void => {
    for (let record = part.from; record < part.to; record++) rejected.push({ recordIndex: record, reason: text })
  }
  const postpone = (part: ChunkPart): void => {
    for (let record = part.from; record < part.to; record++) retryable.push(record)
  }
  const sendPart = async (part: ChunkPart): Promise<void> => {
    try {
      const outcome = await send(part)
      if (!outcome) return
      rejected.push(...outcome.rejected)
      retryable.push(...outcome.retryable)
      reason ??= outcome.reason
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (isTooLarge(error) && part.to - part.from > 1) {
        const middle = (part.from + part.to) >> 1
        pending.unshift({ from: part.from, to: middle }, { from: middle, to: part.to })
        return
      }
      failure ??= error
      reason ??= error.message
      if (error.isTemporary) {
        isUnavailable = true
        postpone(part)
      } else refuse(part, error.message)
    }
  }
  const sendPending = async (): Promise<void> => {
    for (let part = pending.shift(); part; part = pending.shift()) {
      if (isUnavailable) postpone(part)
      else await sendPart(part)
    }
  }

  const results = await Promise.allSettled(Array.from({ length: Math.max(1, limits.concurrency) }, sendPending))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  if (failure && (retryable.length === chunk.length || rejected.length === chunk.length)) throw failure
  if (rejected.length === 0 && retryable.length === 0) return undefined
  rejected.sort((left, right) => left.recordIndex - right.recordIndex)
  retryable.sort((left, right) => left - right)
  return { rejected, retryable, ...(reason === undefined ? {} : { reason }) }
}

function partsOf({ length, ends }: Chunk, { records, bytes, recordOverhead = 0 }: PartLimits): ChunkPart[] {
  const parts: ChunkPart[] = []
  for (let from = 0; from < length; ) {
    const start = ends[from - 1] ?? 0
    let to = from + 1
    const fits = (): boolean => to - from < records && (ends[to] ?? 0) - start + (to + 1 - from) * recordOverhead <= bytes
    while (to < length && fits()) to++
    parts.push({ from, to })
    from = to
  }
  return parts
}

/** The records of a part unchanged, with the framing `lines` one per line; valid as long as the chunk. */
export function partBytes({ bytes, ends }: Chunk, { from, to }: ChunkPart): Buffer {
  const lines = bytes.subarray(ends[from - 1] ?? 0, ends[to - 1])
  return Buffer.from(lines.buffer, lines.byteOffset, lines.length)
}

/** The records of a part without their line feeds, separated by commas. */
export function joinPart(chunk: Chunk, { from, to }: ChunkPart, prefix: string, suffix: string): Buffer {
  const parts: Uint8Array[] = [Buffer.from(prefix)]
  for (let record = from; record < to; record++) {
    if (record > from) parts.push(COMMA)
    parts.push(contentOf(chunk, record))
  }
  parts.push(Buffer.from(suffix))
  return Buffer.concat(parts)
}

const COMMA = Buffer.from(',')
