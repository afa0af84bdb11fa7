// SPDX-License-Identifier: Apache-2.0
import { setImmediate as immediate, setTimeout as timeout } from 'node:timers/promises'
import type { Delivered, Page, Transport } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import { codeOf, messageOf, reasonOf } from '../../errors/reason.js'
import { openTcp, openUdp } from './syslog-client.js'
import type { Connection } from './syslog-connection.js'
import type { MessageSettings } from './syslog-message.js'
import { type PageOutcome, writePage } from './syslog-page.js'
import { RecentRecords } from './syslog-recent.js'
import { type Framing, openStream, type TlsSettings } from './syslog-stream.js'

export interface SyslogSettings {
  readonly proto: 'tcp' | 'tls' | 'udp'
  readonly host: string
  readonly port: number
  readonly framing: Framing
  readonly message: MessageSettings
  /** Bytes of a record's text; longer ones are refused. */
  readonly longest: number
  /** Seconds that connecting may take, and for which the server may take nothing. */
  readonly timeout: number
  /** Whether a page counts as sent only when the server has read it and has ended the connection. Not over UDP. */
  readonly isConfirmed: boolean
  readonly tls: TlsSettings
}

/**
 * One message per record to a syslog server. A connection that breaks is made anew, and what was not written is sent again;
 * what the server had not read of what was written is lost with the connection, unless pages are confirmed.
 */
export class SyslogTransport implements Transport {
  readonly name = 'syslog'
  readonly #settings: SyslogSettings
  readonly #report: (fault: Fault) => void
  readonly #now: () => number
  #connection: Connection | undefined
  #opening: Promise<Connection> | undefined
  #isClosed = false
  #since = 0
  /** Milliseconds, more rather than less: what connecting took, twice. */
  #roundTrip = 0
  #connections = 0
  #uncertain = 0
  #toldUncertain = Number.NEGATIVE_INFINITY
  readonly #recent: RecentRecords

  /** `report`: told of what goes wrong beside the records. `now`: milliseconds of a clock that only goes forward. */
  constructor(settings: SyslogSettings, report: (fault: Fault) => void, now: () => number = () => performance.now()) {
    this.#settings = settings
    this.#report = report
    this.#now = now
    this.#recent = new RecentRecords(now)
  }

  async open(): Promise<void> {
    if (this.#settings.proto !== 'udp') await this.#connected()
  }

  async send(page: Page, abort: AbortSignal): Promise<Delivered | undefined> {
    // A goodbye of the server that has come already is noticed first.
    await immediate()
    const connection = await this.#connected()
    const stop = (): void => connection.destroy()
    abort.addEventListener('abort', stop, { once: true })
    try {
      const { isConfirmed } = this.#settings
      const outcome = await writePage(page, connection, this.#settings, () => isConfirmed || this.#recent.add())
      if (isConfirmed) return await this.#confirmed(page, outcome, connection)
      return this.#told(page, 'SFP_SYSLOG_BROKEN', outcome)
    } finally {
      abort.removeEventListener('abort', stop)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const connection = this.#connection
    if (!connection || connection.broken) return
    // All that was sent is in the hands of the operating system.
    const limit = setTimeout(() => connection.destroy(), LONGEST_GOODBYE)
    await connection.finish().catch(() => {})
    clearTimeout(limit)
  }

  async check(): Promise<string | undefined> {
    if (this.#settings.proto === 'udp') return undefined
    try {
      await this.#connected()
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
   * Ends the connection and waits for the server to do so too. A server that went away before it had all of the page resets the
   * connection, or has ended it before we did; its word on that is at most a round trip away.
   */
  async #confirmed(page: Page, { refused, again, error }: PageOutcome, connection: Connection): Promise<Delivered | undefined> {
    try {
      if (again.length > 0) throw error
      await timeout(this.#roundTrip)
      // What has come meanwhile is looked at before.
      await immediate()
      const limit = setTimeout(
        () => connection.destroy(new Error('it does not end the connection')),
        this.#settings.timeout * 1000,
      )
      await connection.finish().finally(() => clearTimeout(limit))
      return this.#told(page, 'SFP_SYSLOG_NOT_CONFIRMED', { refused, again, error })
    } catch (failure) {
      const isRefused = new Set(refused.map(({ record }) => record))
      const rest = Array.from({ length: page.length }, (_, record) => record).filter(record => !isRefused.has(record))
      return this.#told(page, 'SFP_SYSLOG_NOT_CONFIRMED', { refused, again: rest, error: failure })
    }
  }

  /** `code`: what is said where records have to be sent again. */
  #told(page: Page, code: TemporaryFault, { refused, again, error }: PageOutcome): Delivered | undefined {
    if (again.length === 0) return refused.length > 0 ? { refused, again } : undefined
    const fault = this.#fault(code, error)
    if (again.length === page.length) throw fault
    return { refused, again, reason: fault.message }
  }

  /** The connection that works, or else a new one. */
  async #connected(): Promise<Connection> {
    const current = this.#connection
    const isOld = this.#settings.proto === 'udp' && this.#now() - this.#since > ADDRESS_LIFETIME
    if (current && !current.broken && !isOld) return current
    current?.destroy()
    this.#opening ??= this.#opened()
    try {
      return await this.#opening
    } catch (error) {
      if (!(error instanceof Fault))
        throw this.#fault(isDistrust(error) ? 'SFP_SYSLOG_CERTIFICATE' : 'SFP_SYSLOG_UNREACHABLE', error)
      // What was right when the program started may be put right again.
      if (this.#connections === 0) throw error
      throw new Fault(error.code, error.details, { cause: error, isTemporary: true })
    } finally {
      this.#opening = undefined
    }
  }

  async #opened(): Promise<Connection> {
    const { proto, framing, tls } = this.#settings
    const broke = (error: Error): void => this.#broke(error)
    const begin = this.#now()
    let connection: Connection
    if (proto === 'udp') connection = await openUdp(this.#settings)
    else if (proto === 'tcp' && framing === 'lf') connection = await openTcp(this.#settings, broke)
    else connection = await openStream({ ...this.#settings, tls: proto === 'tls' ? tls : undefined }, broke)
    if (this.#isClosed) {
      connection.destroy()
      throw new Error('it was closed meanwhile')
    }
    this.#connections++
    this.#since = this.#now()
    this.#roundTrip = Math.min(2 * (this.#since - begin), LONGEST_ROUND_TRIP)
    this.#connection = connection
    return connection
  }

  #broke(error: Error): void {
    const records = this.#recent.take()
    this.#uncertain += records
    if (records === 0 || this.#now() - this.#toldUncertain < PAUSE_BETWEEN_WARNINGS) return
    this.#toldUncertain = this.#now()
    const details = { target: this.#target, records, reason: reasonOf(error, OF_NETWORK) }
    this.#report(new Fault('SFP_SYSLOG_UNCERTAIN', details, { level: 'warning', cause: error }))
  }

  #fault(code: TemporaryFault, error: unknown): Fault {
    return new Fault(code, { target: this.#target, reason: reasonOf(error, OF_NETWORK) }, { cause: error, isTemporary: true })
  }
}

type TemporaryFault = 'SFP_SYSLOG_UNREACHABLE' | 'SFP_SYSLOG_CERTIFICATE' | 'SFP_SYSLOG_BROKEN' | 'SFP_SYSLOG_NOT_CONFIRMED'

const PAUSE_BETWEEN_WARNINGS = 60_000
const LONGEST_ROUND_TRIP = 1000
/** Milliseconds for which the server may take to end a connection that it has been asked to end. */
const LONGEST_GOODBYE = 2000
/** Milliseconds after which the name of a server is looked up again, where no connection would tell that it has moved. */
const ADDRESS_LIFETIME = 60_000

const OF_NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the server has dropped it',
  EPIPE: 'the server has dropped it',
  ENOTFOUND: 'no machine has this name',
  EAI_AGAIN: 'names cannot be looked up now',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'no answer',
}

/** Whether the peer's certificate is what was wrong. */
const isDistrust = (error: unknown): boolean => DISTRUST.test(codeOf(error))
const DISTRUST =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|CRL_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID)/
