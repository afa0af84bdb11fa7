// SPDX-License-Identifier: Apache-2.0
import type { Chunk, RejectedRecord } from '../../../contract/exporter.js'
import { codeOf } from '../../../errors/reason.js'
import { contentOf } from '../../chunk-records.js'
import type { SyslogConnection } from './syslog-connection.js'
import { escapeControlBytes } from './syslog-message.js'

export interface SyslogWriteSettings {
  /** Bytes of a record's text; longer ones are refused. */
  readonly maxRecordBytes: number
  /** Seconds for which the server may take nothing. */
  readonly timeout: number
}

/** What became of a page: all its records that are in neither list have been taken by the operating system. */
export interface SyslogWriteOutcome {
  readonly rejected: readonly RejectedRecord[]
  /** Ascending. */
  readonly retryable: readonly number[]
  /** Why these were not taken. */
  readonly error: unknown
}

/**
 * Writes a page's records, as many at a time as the connection may hold. Ends when each is taken, refused or has failed;
 * `taken` is told of each of the first. After a failure no further one is tried. A connection that takes nothing for too long is broken.
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
    const stallTimer = setTimeout(() => connection.destroy(new Error(`it took nothing for ${timeout} s`)), timeout * 1000)

    const settle = (record: number, size: number, failure: Error | undefined): void => {
      pendingBytes -= size
      pendingRecords--
      if (!failure) {
        stallTimer.refresh()
        onWritten()
      } else if (isTooLong(failure))
        rejected.push({ recordIndex: record, reason: 'it is longer than a datagram can be on this way' })
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

/** The package passes the error's text on and not always its code. */
const isTooLong = (error: Error): boolean => codeOf(error) === 'EMSGSIZE' || /\bEMSGSIZE\b/.test(error.message)

const byRecord = (a: RejectedRecord, b: RejectedRecord): number => a.recordIndex - b.recordIndex

const MAX_PENDING_BYTES = 256 * 1024
const MAX_PENDING_RECORDS = 256
