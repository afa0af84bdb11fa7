// SPDX-License-Identifier: Apache-2.0
import { setImmediate as immediate, setTimeout as timeout } from 'node:timers/promises'
import type { Chunk, DeliveryResult, Transport } from '../../../contract/exporter.js'
import { Fault } from '../../../errors/fault.js'
import { codeOf, messageOf, reasonOf } from '../../../errors/reason.js'
import { RecentRecords } from './recent-records.js'
import { type SyslogWriteOutcome, writeSyslogChunk } from './syslog-chunk.js'
import { openTcp, openUdp } from './syslog-client.js'
import type { SyslogConnection } from './syslog-connection.js'
import type { SyslogMessageSettings } from './syslog-message.js'
import { openSyslogStream, type SyslogFraming, type SyslogTlsSettings } from './syslog-stream.js'

export interface SyslogSettings {
  readonly proto: 'tcp' | 'tls' | 'udp'
  readonly host: string
  readonly port: number
  readonly framing: SyslogFraming
  readonly message: SyslogMessageSettings
  /** Largest size of a record's text in bytes; longer ones are rejected. */
  readonly maxRecordBytes: number
  /** Time limit in seconds for connecting, and for a connection that accepts nothing. */
  readonly timeout: number
  /** Whether a chunk counts as sent only when the server has read it and has ended the connection. Not over UDP. */
  readonly isConfirmed: boolean
  readonly tls: SyslogTlsSettings
}

/**
 * Sends one message per record to a syslog server. After a failure the transport reconnects and sends again what was not written.
 * Records that were written but not read by the server are lost with the connection, unless chunks are confirmed.
 */
export class SyslogTransport implements Transport {
  readonly name = 'syslog'
  readonly #settings: SyslogSettings
  readonly #report: (fault: Fault) => void
  readonly #now: () => number
  #connection: SyslogConnection | undefined
  #opening: Promise<SyslogConnection> | undefined
  #isClosed = false
  #connectedAt = 0
  /** Upper estimate in milliseconds: twice the time that connecting took. */
  #roundTrip = 0
  #connections = 0
  #uncertain = 0
  #warnedUncertainAt = Number.NEGATIVE_INFINITY
  readonly #recent: RecentRecords

  /** `report`: called with faults that do not concern the outcome of a chunk. `now`: milliseconds of a monotonic clock. */
  constructor(settings: SyslogSettings, report: (fault: Fault) => void, now: () => number = () => performance.now()) {
    this.#settings = settings
    this.#report = report
    this.#now = now
    this.#recent = new RecentRecords(now)
  }

  async open(): Promise<void> {
    if (this.#settings.proto !== 'udp') await this.#connect()
  }

  async send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    // Detects first whether the server has already closed the connection.
    await immediate()
    const connection = await this.#connect()
    const onAbort = (): void => connection.destroy()
    abort.addEventListener('abort', onAbort, { once: true })
    try {
      const { isConfirmed } = this.#settings
      const outcome = await writeSyslogChunk(chunk, connection, this.#settings, () => isConfirmed || this.#recent.add())
      if (isConfirmed) return await this.#confirm(chunk, outcome, connection)
      return this.#deliveryOutcome(chunk, 'SFP_SYSLOG_BROKEN', outcome)
    } finally {
      abort.removeEventListener('abort', onAbort)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const connection = this.#connection
    if (!connection || connection.failure) return
    // The operating system has accepted all sent records.
    const limit = setTimeout(() => connection.destroy(), MAX_CLOSE_MILLISECONDS)
    await connection.finish().catch(() => {})
    clearTimeout(limit)
  }

  async check(): Promise<string | undefined> {
    if (this.#settings.proto === 'udp') return undefined
    try {
      await this.#connect()
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }

  report(): Readonly<Record<string, unknown>> {
    return {
      target: this.#target,
      ...(this.#connections > 1 ? { connections: this.#connections } : {}),
      ...(this.#uncertain > 0 ? { uncertain: this.#uncertain } : {}),
    }
  }

  get #target(): string {
    const { proto, host, port } = this.#settings
    return `${proto}://${host.includes(':') ? `[${host}]` : host}:${port}`
  }

  /**
   * Ends the connection and waits until the server ends it too. A server that stopped before it had read the whole chunk resets
   * the connection, or has ended it first; that information arrives within one round trip.
   */
  async #confirm(
    chunk: Chunk,
    { rejected, retryable, error }: SyslogWriteOutcome,
    connection: SyslogConnection,
  ): Promise<DeliveryResult | undefined> {
    try {
      if (retryable.length > 0) throw error
      await timeout(this.#roundTrip)
      // Processes first the events that have arrived meanwhile.
      await immediate()
      const limit = setTimeout(
        () => connection.destroy(new Error('it does not close the connection')),
        this.#settings.timeout * 1000,
      )
      await connection.finish().finally(() => clearTimeout(limit))
      return this.#deliveryOutcome(chunk, 'SFP_SYSLOG_NOT_CONFIRMED', { rejected, retryable, error })
    } catch (failure) {
      const isRefused = new Set(rejected.map(({ recordIndex }) => recordIndex))
      const rest = Array.from({ length: chunk.length }, (_, record) => record).filter(record => !isRefused.has(record))
      return this.#deliveryOutcome(chunk, 'SFP_SYSLOG_NOT_CONFIRMED', { rejected, retryable: rest, error: failure })
    }
  }

  /** `code`: the fault for records that must be sent again. */
  #deliveryOutcome(
    chunk: Chunk,
    code: TemporaryFault,
    { rejected, retryable, error }: SyslogWriteOutcome,
  ): DeliveryResult | undefined {
    if (retryable.length === 0) return rejected.length > 0 ? { rejected, retryable } : undefined
    const fault = this.#temporaryFault(code, error)
    if (retryable.length === chunk.length) throw fault
    return { rejected, retryable, reason: fault.message }
  }

  /** The working connection, or a new one. */
  async #connect(): Promise<SyslogConnection> {
    const current = this.#connection
    const isExpired = this.#settings.proto === 'udp' && this.#now() - this.#connectedAt > ADDRESS_LIFETIME
    if (current && !current.failure && !isExpired) return current
    current?.destroy()
    this.#opening ??= this.#openConnection()
    try {
      return await this.#opening
    } catch (error) {
      if (!(error instanceof Fault))
        throw this.#temporaryFault(isCertificateError(error) ? 'SFP_SYSLOG_CERTIFICATE' : 'SFP_SYSLOG_UNREACHABLE', error)
      // The settings were valid at startup, so the error may be temporary.
      if (this.#connections === 0) throw error
      throw error.with({ cause: error, isTemporary: true })
    } finally {
      this.#opening = undefined
    }
  }

  async #openConnection(): Promise<SyslogConnection> {
    const { proto, framing, tls } = this.#settings
    const onFailure = (error: Error): void => this.#countUncertain(error)
    const begin = this.#now()
    let connection: SyslogConnection
    if (proto === 'udp') connection = await openUdp(this.#settings)
    else if (proto === 'tcp' && framing === 'lf') connection = await openTcp(this.#settings, onFailure)
    else connection = await openSyslogStream({ ...this.#settings, tls: proto === 'tls' ? tls : undefined }, onFailure)
    if (this.#isClosed) {
      connection.destroy()
      throw new Error('it was closed meanwhile')
    }
    this.#connections++
    this.#connectedAt = this.#now()
    this.#roundTrip = Math.min(2 * (this.#connectedAt - begin), MAX_ROUND_TRIP_MILLISECONDS)
    this.#connection = connection
    return connection
  }

  #countUncertain(error: Error): void {
    const records = this.#recent.takeCount()
    this.#uncertain += records
    if (records === 0 || this.#now() - this.#warnedUncertainAt < WARNING_INTERVAL_MILLISECONDS) return
    this.#warnedUncertainAt = this.#now()
    const details = { target: this.#target, records, reason: reasonOf(error, NETWORK_ERRORS) }
    this.#report(new Fault('SFP_SYSLOG_UNCERTAIN', details, { level: 'warning', cause: error }))
  }

  #temporaryFault(code: TemporaryFault, error: unknown): Fault {
    return new Fault(code, { target: this.#target, reason: reasonOf(error, NETWORK_ERRORS) }, { cause: error, isTemporary: true })
  }
}

type TemporaryFault = 'SFP_SYSLOG_UNREACHABLE' | 'SFP_SYSLOG_CERTIFICATE' | 'SFP_SYSLOG_BROKEN' | 'SFP_SYSLOG_NOT_CONFIRMED'

const WARNING_INTERVAL_MILLISECONDS = 60_000
const MAX_ROUND_TRIP_MILLISECONDS = 1000
/** Milliseconds that a server has to end a connection after a request to do so. */
const MAX_CLOSE_MILLISECONDS = 2000
/** Milliseconds after which the server's name is resolved again, where no connection would show that the address has changed. */
const ADDRESS_LIFETIME = 60_000

const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the server closed the connection',
  EPIPE: 'the server closed the connection',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'temporary DNS failure',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the host',
  ETIMEDOUT: 'no answer',
}

/** Whether the error concerns the certificate of the peer. */
const isCertificateError = (error: unknown): boolean => CERTIFICATE_ERRORS.test(codeOf(error))
const CERTIFICATE_ERRORS =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|CRL_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID)/
