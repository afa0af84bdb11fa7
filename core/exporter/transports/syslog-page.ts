// SPDX-License-Identifier: Apache-2.0
import type { Page, Refusal } from '../../contract/exporter.js'
import { codeOf } from '../../errors/reason.js'
import { recordOf } from '../part-of-page.js'
import type { Connection } from './syslog-connection.js'
import { withoutControls } from './syslog-message.js'

export interface PageSettings {
  /** Bytes of a record's text; longer ones are refused. */
  readonly longest: number
  /** Seconds for which the server may take nothing. */
  readonly timeout: number
}

/** What became of a page: all its records that are in neither list have been taken by the operating system. */
export interface PageOutcome {
  readonly refused: readonly Refusal[]
  /** Ascending. */
  readonly again: readonly number[]
  /** Why these were not taken. */
  readonly error: unknown
}

/**
 * Writes a page's records, as many at a time as the connection may hold. Ends when each is taken, refused or has failed;
 * `taken` is told of each of the first. After a failure no further one is tried. A connection that takes nothing for too long is broken.
 */
export function writePage(
  page: Page,
  connection: Connection,
  { longest, timeout }: PageSettings,
  taken: () => void,
): Promise<PageOutcome> {
  const refused: Refusal[] = []
  const again: number[] = []
  let error: Error | undefined
  let next = 0
  let bytesInFlight = 0
  let recordsInFlight = 0
  return new Promise(resolve => {
    const stall = setTimeout(() => connection.destroy(new Error(`it took nothing for ${timeout} s`)), timeout * 1000)

    const settle = (record: number, size: number, failure: Error | undefined): void => {
      bytesInFlight -= size
      recordsInFlight--
      if (!failure) {
        stall.refresh()
        taken()
      } else if (isTooLong(failure)) refused.push({ record, reason: 'it is longer than a datagram can be on this way' })
      else {
        again.push(record)
        error ??= connection.broken ?? failure
      }
      goOn()
    }

    const goOn = (): void => {
      while (next < page.length && bytesInFlight < BYTES_IN_FLIGHT && recordsInFlight < RECORDS_IN_FLIGHT) {
        error ??= connection.broken
        const record = next++
        const text = withoutControls(recordOf(page, record).subarray(0, -1))
        if (text.length > longest)
          refused.push({ record, reason: `its ${text.length} bytes are more than syslog.max (${longest})` })
        else if (error) again.push(record)
        else {
          bytesInFlight += text.length
          recordsInFlight++
          connection.write(text, failure => settle(record, text.length, failure))
        }
      }
      if (next < page.length || recordsInFlight > 0) return
      clearTimeout(stall)
      resolve({ refused: refused.sort(byRecord), again: again.sort((a, b) => a - b), error })
    }
    goOn()
  })
}

/** The package passes the error's text on and not always its code. */
const isTooLong = (error: Error): boolean => codeOf(error) === 'EMSGSIZE' || /\bEMSGSIZE\b/.test(error.message)

const byRecord = (a: Refusal, b: Refusal): number => a.record - b.record

const BYTES_IN_FLIGHT = 256 * 1024
const RECORDS_IN_FLIGHT = 256
