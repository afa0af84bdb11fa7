// SPDX-License-Identifier: Apache-2.0
import type { Chunk, RejectedRecord } from '../../../contract/exporter.js'
import { codeOf } from '../../../errors/reason.js'
import { contentOf } from '../../chunk-records.js'
import type { SyslogConnection } from './syslog-connection.js'
import { escapeControlBytes } from './syslog-message.js'

export interface SyslogWriteSettings {
  /** Largest size of a record's text in bytes; longer ones are rejected. */
  readonly maxRecordBytes: number
  /** Seconds after which a stalled connection fails. */
  readonly timeout: number
}

/** The outcome of a chunk: the operating system has accepted all records that are in neither list. */
export interface SyslogWriteOutcome {
  readonly rejected: readonly RejectedRecord[]
  /** Ascending. */
  readonly retryable: readonly number[]
  /** Why the retryable records were not written. */
  readonly error: unknown
}

/**
 * Writes the records of a chunk, with as many pending as the connection may hold. Ends when each record is written, rejected or
 * failed; calls `onWritten` for each written record. After a failure no further record is written. A connection that accepts
 * nothing for too long counts as broken.
 */
export function writeSyslogChunk(
  chunk: Chunk,
  connection: SyslogConnection,
  { maxRecordBytes, timeout }: SyslogWriteSettings,
  onWritten: () => void,
): Promise<SyslogWriteOutcome> {
  const rejected: RejectedRecord[] = []
  const retryable: number[] = []
  let error: Error | undefined
  let next = 0
  let pendingBytes = 0
  let pendingRecords = 0
  return new Promise(resolve => {
    const stallTimer = setTimeout(() => connection.destroy(new Error(`it accepted no data for ${timeout} s`)), timeout * 1000)

    const settle = (record: number, size: number, failure: Error | undefined): void => {
      pendingBytes -= size
      pendingRecords--
      if (!failure) {
        stallTimer.refresh()
        onWritten()
      } else if (isTooLong(failure)) rejected.push({ recordIndex: record, reason: 'it is longer than the maximum datagram size' })
      else {
        retryable.push(record)
        error ??= connection.failure ?? failure
      }
      writeMore()
    }

    const writeMore = (): void => {
      while (next < chunk.length && pendingBytes < MAX_PENDING_BYTES && pendingRecords < MAX_PENDING_RECORDS) {
        error ??= connection.failure
        const record = next++
        const text = escapeControlBytes(contentOf(chunk, record))
        if (text.length > maxRecordBytes)
          rejected.push({ recordIndex: record, reason: `its ${text.length} bytes are more than syslog.max (${maxRecordBytes})` })
        else if (error) retryable.push(record)
        else {
          pendingBytes += text.length
          pendingRecords++
          connection.write(text, failure => settle(record, text.length, failure))
        }
      }
      if (next < chunk.length || pendingRecords > 0) return
      clearTimeout(stallTimer)
      resolve({ rejected: rejected.sort(byRecord), retryable: retryable.sort((a, b) => a - b), error })
    }
    writeMore()
  })
}

/** The package always passes on the text of the error, but not always its code. */
const isTooLong = (error: Error): boolean => codeOf(error) === 'EMSGSIZE' || /\bEMSGSIZE\b/.test(error.message)

const byRecord = (a: RejectedRecord, b: RejectedRecord): number => a.recordIndex - b.recordIndex

const MAX_PENDING_BYTES = 256 * 1024
const MAX_PENDING_RECORDS = 256
