// SPDX-License-Identifier: Apache-2.0
import type { Delivered, Page, Refusal } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { isTooLarge } from '../http-client.js'
import { recordOf } from '../part-of-page.js'

/** Records `from` (inclusive) to `to` (exclusive) of a page. */
export interface Part {
  readonly from: number
  readonly to: number
}

export interface PartBounds {
  readonly records: number
  readonly bytes: number
  /** What a request has beside the bytes of a record, for each of them. */
  readonly bytesBeside?: number
  /** Requests at a time. */
  readonly atOnce: number
}

/** What a target made of one part; the numbers are those of the page. Records in neither list are safe. */
export type PartOutcome = Pick<Delivered, 'refused' | 'again' | 'reason'> | undefined

/**
 * Sends a page as several requests. One that the server finds too large is halved, down to the single record. Of requests that
 * fail, only their own records are sent again or refused; after a failure that may pass, no further request is begun.
 * Rejects if no record fared better than the first failure says.
 */
export async function sendInParts(
  page: Page,
  bounds: PartBounds,
  send: (part: Part) => Promise<PartOutcome>,
): Promise<Delivered | undefined> {
  const waiting = partsOf(page, bounds)
  const refused: Refusal[] = []
  const again: number[] = []
  let reason: string | undefined
  let failure: Fault | undefined
  let isDown = false

  const refuse = (part: Part, text: string): void => {
    for (let record = part.from; record < part.to; record++) refused.push({ record, reason: text })
  }
  const postpone = (part: Part): void => {
    for (let record = part.from; record < part.to; record++) again.push(record)
  }
  const sendOne = async (part: Part): Promise<void> => {
    try {
      const outcome = await send(part)
      if (!outcome) return
      refused.push(...outcome.refused)
      again.push(...outcome.again)
      reason ??= outcome.reason
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (isTooLarge(error) && part.to - part.from > 1) {
        const middle = (part.from + part.to) >> 1
        waiting.unshift({ from: part.from, to: middle }, { from: middle, to: part.to })
        return
      }
      failure ??= error
      reason ??= error.message
      if (error.isTemporary) {
        isDown = true
        postpone(part)
      } else refuse(part, error.message)
    }
  }
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      if (isDown) postpone(part)
      else await sendOne(part)
    }
  }

  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, bounds.atOnce) }, work))
  for (const result of ended) if (result.status === 'rejected') throw result.reason
  if (failure && (again.length === page.length || refused.length === page.length)) throw failure
  if (refused.length === 0 && again.length === 0) return undefined
  refused.sort((left, right) => left.record - right.record)
  again.sort((left, right) => left - right)
  return { refused, again, ...(reason === undefined ? {} : { reason }) }
}

function partsOf({ length, ends }: Page, { records, bytes, bytesBeside = 0 }: PartBounds): Part[] {
  const parts: Part[] = []
  for (let from = 0; from < length; ) {
    const start = ends[from - 1] ?? 0
    let to = from + 1
    const fits = (): boolean => to - from < records && (ends[to] ?? 0) - start + (to + 1 - from) * bytesBeside <= bytes
    while (to < length && fits()) to++
    parts.push({ from, to })
    from = to
  }
  return parts
}

/** The records of a part as they are, a line each; valid as long as the page. */
export function linesOf({ bytes, ends }: Page, { from, to }: Part): Buffer {
  const lines = bytes.subarray(ends[from - 1] ?? 0, ends[to - 1])
  return Buffer.from(lines.buffer, lines.byteOffset, lines.length)
}

/** The records of a part, without their line feeds, with commas between them. */
export function joined(page: Page, { from, to }: Part, before: string, after: string): Buffer {
  const parts: Uint8Array[] = [Buffer.from(before)]
  for (let record = from; record < to; record++) {
    if (record > from) parts.push(COMMA)
    parts.push(recordOf(page, record).subarray(0, -1))
  }
  parts.push(Buffer.from(after))
  return Buffer.concat(parts)
}

const COMMA = Buffer.from(',')
