// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { setTimeout as timeout } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Pool } from 'undici'
import { Fault } from '../errors/fault.js'
import { codeOf, messageOf, reasonOf } from '../errors/reason.js'

export interface HttpSettings {
  /** Name of the transport, for messages; its keys begin with it. */
  readonly transport: string
  /** Equivalent origins: used in turn; if one is unreachable, the next one is used. At least one. */
  readonly origins: readonly string[]
  /** Headers of each request; sent to these origins only. */
  readonly headers: Readonly<Record<string, string>>
  /** PEM file of the certificate authorities to trust instead of the system's. */
  readonly ca?: string | undefined
  /** PEM files of the client certificate and its key. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined
  /** Whether every certificate is accepted. */
  readonly isInsecure: boolean
  readonly isCompressed: boolean
  /** Time limit of one request, from the connection to the last byte of the response. */
  readonly timeoutSeconds: number
  /** Number of concurrent connections to each origin. */
  readonly connections: number
  /** A monotonic clock in milliseconds, and a function that waits; for tests. */
  readonly now?: () => number
  readonly wait?: (milliseconds: number, abort: AbortSignal) => Promise<void>
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Path and query, from the slash on. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** A response with a status from 200 to 299. */
export interface HttpClientResponse {
  /** The origin that the response came from. */
  readonly address: string
  readonly text: string
}

/**
 * Sends requests to one server, or to several equivalent ones. It verifies certificates, does not follow redirects, and limits
 * every wait and every response. Messages name only the origin: paths and headers may contain secrets.
 */
export class HttpClient {
  readonly #settings: HttpSettings
  readonly #pools: readonly (readonly [origin: string, pool: Pool])[]
  readonly #now: () => number
  readonly #wait: (milliseconds: number, abort: AbortSignal) => Promise<void>
  #nextPool = 0
  /** Time before which no request is sent, as the servers asked (Retry-After). */
  #retryNotBefore = 0

  /** Does not connect yet. Rejects if the package or the file of certificate authorities is missing. */
  static async load(settings: HttpSettings): Promise<HttpClient> {
    const undici = await import('undici').catch(error => {
      throw new Fault('SFP_WEB_PACKAGE', { transport: settings.transport, package: 'undici' }, { cause: error })
    })
    const authorities = settings.ca === undefined ? {} : { ca: readCertificateAuthorities(settings.ca, settings.transport) }
    const clientCertificate =
      settings.clientCertificate === undefined ? {} : readClientCertificate(settings.clientCertificate, settings.transport)
    const limits = {
      connections: settings.connections,
      connect: {
        ...authorities,
        ...clientCertificate,
        rejectUnauthorized: !settings.isInsecure,
        timeout: Math.min(settings.timeoutSeconds, 10) * 1000,
      },
      headersTimeout: settings.timeoutSeconds * 1000,
      bodyTimeout: settings.timeoutSeconds * 1000,
      maxResponseSize: MAX_RESPONSE_BYTES,
    }
    return new HttpClient(
      settings,
      settings.origins.map(origin => [origin, new undici.Pool(origin, limits)] as const),
    )
  }

  private constructor(settings: HttpSettings, pools: readonly (readonly [string, Pool])[]) {
    this.#settings = settings
    this.#pools = pools
    this.#now = settings.now ?? (() => performance.now())
    this.#wait = settings.wait ?? ((milliseconds, signal) => timeout(milliseconds, undefined, { signal }))
  }

  /**
   * Resolves with a response with status 200 to 299. Rejects with a fault: temporary if the server is unreachable or responds
   * with 408, 425, 429 or 500 and above. Respects a pause that the server asks for, up to a minute.
   */
  async send(request: HttpRequest, abort: AbortSignal): Promise<HttpClientResponse> {
    const isCompressing = this.#settings.isCompressed && request.body !== undefined
    const body = isCompressing ? await compress(request.body) : request.body
    const encoding = isCompressing ? { 'content-encoding': 'gzip' } : {}
    const headers = { ...this.#settings.headers, ...request.headers, ...encoding }
    const firstPool = this.#nextPool++
    for (let attempt = 0; ; attempt++) {
      const [origin, pool] = this.#pools[(firstPool + attempt) % this.#pools.length] as readonly [string, Pool]
      await this.#waitForRetryAfter(abort)
      try {
        return await this.#request(origin, pool, { ...request, headers, ...(body ? { body } : {}) }, abort)
      } catch (error) {
        const hasAnotherOrigin = error instanceof Fault && error.code !== 'SFP_WEB_STATUS' && attempt + 1 < this.#pools.length
        if (!hasAnotherOrigin) throw error
      }
    }
  }

  /** Resolves to nothing if the server responds to a request for `path`, else to the error message. */
  async check(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
    try {
      await this.send({ method: 'GET', path, headers }, AbortSignal.timeout(CHECK_TIMEOUT_SECONDS * 1000))
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map(([, pool]) => pool.destroy()))
  }

  async #request(
    origin: string,
    pool: Pool,
    request: HttpRequest & { readonly headers: Readonly<Record<string, string>> },
    abort: AbortSignal,
  ): Promise<HttpClientResponse> {
    abort.throwIfAborted()
    const timeoutController = new AbortController()
    const timeoutTimer = setTimeout(() => timeoutController.abort(), this.#settings.timeoutSeconds * 1000)
    const stop = (): void => timeoutController.abort()
    abort.addEventListener('abort', stop, { once: true })
    try {
      const { statusCode, headers, body } = await pool.request({ ...request, signal: timeoutController.signal })
      const text = await body.text()
      if (statusCode >= 200 && statusCode < 300) return { address: origin, text }
      this.#noteRetryAfter(statusCode, headers['retry-after'])
      const errorText = maskSecrets(errorTextOf(text), { ...this.#settings.headers, ...secretHeaders(request.headers) })
      throw statusFault(origin, this.#settings.transport, statusCode, errorText)
    } catch (error) {
      if (abort.aborted) throw abort.reason
      if (error instanceof Fault) throw error
      const reason = timeoutController.signal.aborted
        ? `no answer within ${this.#settings.timeoutSeconds} seconds`
        : reasonOf(error, NETWORK_ERRORS)
      throw connectionFault(origin, this.#settings.transport, reason, error)
    } finally {
      clearTimeout(timeoutTimer)
      abort.removeEventListener('abort', stop)
    }
  }

  async #waitForRetryAfter(abort: AbortSignal): Promise<void> {
    const left = this.#retryNotBefore - this.#now()
    if (left <= 0) return
    try {
      await this.#wait(left, abort)
    } catch (error) {
      throw abort.aborted ? abort.reason : error
    }
  }

  #noteRetryAfter(status: number, header: string | string[] | undefined): void {
    if (status !== 429 && status !== 503) return
    const retryAfter = typeof header === 'string' ? retryAfterSecondsOf(header) : 0
    if (retryAfter > 0)
      this.#retryNotBefore = Math.max(this.#retryNotBefore, this.#now() + Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS) * 1000)
  }
}

/** Whether the server rejected a request as too large, so that a smaller one may succeed. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof Fault && error.code === 'SFP_WEB_STATUS' && error.details.status === 413

/** Whether the same request may succeed later. */
export const isTemporaryStatus = (status: number): boolean => status >= 500 || TEMPORARY_STATUSES.has(status)

const TEMPORARY_STATUSES = new Set([408, 425, 429])

const compress = async (body: Buffer | undefined): Promise<Buffer | undefined> =>
  body && (await promisify(gzip)(body, { level: 1 }))

function readCertificateAuthorities(path: string, transport: string): Buffer {
  const fault = (reason: string, cause?: unknown): Fault =>
    new Fault('SFP_WEB_CA', { path, reason, key: `${transport}.tls.ca` }, { cause })
  let pem: Buffer
  try {
    pem = readFileSync(path)
  } catch (error) {
    throw fault(reasonOf(error), error)
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw fault('there is no BEGIN CERTIFICATE in it')
  return pem
}

function readClientCertificate(
  files: { readonly cert: string; readonly key: string },
  transport: string,
): { cert: Buffer; key: Buffer } {
  try {
    const clientCertificate = { cert: readFileSync(files.cert), key: readFileSync(files.key) }
    createSecureContext(clientCertificate)
    return clientCertificate
  } catch (error) {
    throw new Fault('SFP_WEB_IDENTITY', { path: files.cert, reason: reasonOf(error), transport }, { cause: error })
  }
}

function statusFault(address: string, transport: string, status: number, errorText: string): Fault {
  const hint =
    status === 401 || status === 403
      ? `check the credentials of transport ${transport}`
      : status >= 300 && status < 400
        ? 'redirects are not followed: set the target address of the redirect'
        : 'see the message of the server'
  const reason = shortReason(errorText) || 'no reason given'
  return new Fault('SFP_WEB_STATUS', { address, status, reason, hint }, { isTemporary: isTemporaryStatus(status) })
}

/** A server may get another certificate while the program runs, so a certificate error is temporary like the others. */
function connectionFault(address: string, transport: string, reason: string, cause: unknown): Fault {
  const isCertificate = /CERT|ALTNAME|VERIFY|ISSUER/.test(codeOf(cause))
  const faultOptions = { cause, isTemporary: true }
  return isCertificate
    ? new Fault('SFP_WEB_CERTIFICATE', { address, reason, key: `${transport}.tls.ca` }, faultOptions)
    : new Fault('SFP_WEB_UNREACHABLE', { address, reason }, faultOptions)
}

/** The text of an error page without its markup: object stores respond with XML that contains the key id, proxies with HTML. */
function errorTextOf(text: string): string {
  if (!/^\s*</.test(text)) return text
  const parts = ['Code', 'Message', 'title'].map(tag => new RegExp(`<${tag}>([^<]*)</`).exec(text.slice(0, 10_000))?.[1] ?? '')
  return parts.filter(part => part !== '').join(': ')
}

/** Masks secrets, since some servers repeat the request in the response. */
function maskSecrets(errorText: string, headers: Readonly<Record<string, string>>): string {
  const secrets = Object.values(headers).flatMap(value => [value, value.replace(/^\w+ /, '')])
  return secrets.filter(secret => secret.length > 3).reduce((rest, secret) => rest.replaceAll(secret, '********'), errorText)
}

const secretHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name === 'authorization' || name === 'x-amz-security-token'))

/** A server's message on one line, at most 200 characters. */
export const shortReason = (text: string): string => {
  const errorText = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return errorText.length > 200 ? `${errorText.slice(0, 200)}…` : errorText
}

/** Seconds in a Retry-After header: given directly, or as the time left until a date. */
function retryAfterSecondsOf(header: string): number {
  if (/^\d+$/.test(header)) return Number(header)
  const until = Date.parse(header)
  return Number.isNaN(until) ? 0 : (until - Date.now()) / 1000
}

const MAX_RETRY_AFTER_SECONDS = 60
const CHECK_TIMEOUT_SECONDS = 3
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024

const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the server closed the connection',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'temporary DNS failure',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  UND_ERR_SOCKET: 'the server closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'connection timeout',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the response is too large',
}
