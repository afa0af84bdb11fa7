// SPDX-License-Identifier: Apache-2.0

import type { Chunk, RejectedRecord } from '../../contract/exporter.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import type { Spool } from '../../spool/spool.js'
import { chunkOfRecords, joinRecords, recordOf } from '../chunk-records.js'
import type { DeadLetterSink } from './delivery.js'

/** A record that its target rejected. */
export interface DeadLetter {
  /** Time of the rejection, as ISO 8601. */
  readonly time: string
  readonly stage: string
  readonly reason: string
  /** The encoded record, with its line feed if it has one. Its id and key are metadata of the dead letter. */
  readonly record: Uint8Array
}

/**
 * Stores dead letters in a folder of their own until the operator replays or deletes them. When the folder is full, the oldest
 * dead letters are deleted, counted and logged: records that the target accepts must not wait for them.
 */
export class DeadLetterSpool implements DeadLetterSink {
  readonly #spool: Spool
  readonly #stage: string
  readonly #now: () => Date

  constructor(spool: Spool, stage: string, now: () => Date = () => new Date()) {
    this.#spool = spool
    this.#stage = stage
    this.#now = now
  }

  open(): Promise<void> {
    return this.#spool.open()
  }

  async put(chunk: Chunk, refusals: readonly RejectedRecord[]): Promise<void> {
    const time = this.#now().toISOString()
    const letters = refusals.map(({ recordIndex, reason }) =>
      encodeDeadLetter({ time, stage: this.#stage, reason, record: recordOf(chunk, recordIndex) }),
    )
    const records = refusals.map(({ recordIndex }) => recordIndex)
    const letterChunk = joinRecords(letters, chunk, records)
    const fittingLetters = [...letters.keys()].filter(index => this.#spool.fits(letterChunk, index))
    const appended = await this.#spool.append(
      fittingLetters.length === letterChunk.length ? letterChunk : chunkOfRecords(letterChunk, fittingLetters),
      NEVER_ABORTED,
    )
    if (appended === letterChunk.length) return
    const reason =
      appended < fittingLetters.length
        ? 'the disk accepted only a part of them'
        : 'a record is larger than the limit of the directory'
    throw new Fault('SFP_DELIVERY_DEAD_LETTERS', { reason })
  }

  close(): Promise<void> {
    return this.#spool.close()
  }
}

/** Encodes a dead letter: one line of JSON about the record, then the record unchanged. */
export function encodeDeadLetter({ record, ...header }: DeadLetter): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), record])
}

/** Undefined if the bytes are not a dead letter. */
export function decodeDeadLetter(bytes: Uint8Array): DeadLetter | undefined {
  const end = bytes.indexOf(LINE_FEED)
  if (end < 0 || bytes[0] !== BRACE) return undefined
  try {
    const { time, stage, reason } = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString()) as Partial<Record<string, unknown>>
    if (typeof time !== 'string' || typeof stage !== 'string' || typeof reason !== 'string') return undefined
    const record = bytes.subarray(end + 1)
    return record.length > 0 ? { time, stage, reason, record } : undefined
  } catch {
    return undefined
  }
}

const LINE_FEED = 0x0a
const BRACE = 0x7b
