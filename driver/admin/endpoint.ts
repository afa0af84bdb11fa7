// SPDX-License-Identifier: Apache-2.0

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '../../core/errors/fault.js'
import { reasonOf } from '../../core/errors/reason.js'
import type { AdminSettings } from '../config/admin-options.js'
import { type EndpointAddress, endpointAddressText, isLoopback } from '../config/endpoint-address.js'
import type { PipelineRun } from '../pipeline/pipeline-run.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { Log } from '../process/log.js'
import type { ProcessContext } from '../process/process-context.js'
import { LiveFeed } from './live-feed.js'
import { RateLimiter } from './rate-limiter.js'
import { rejectionOf, SECURITY_HEADERS } from './request-guard.js'
import { sendFaults, sendText } from './responses.js'
import { type AdminViews, routeOf } from './routes.js'
import { RunState } from './run-state.js'
import type { PipelineSnapshot } from './snapshot.js'
import { prepareSocketPath } from './socket-path.js'
import { Taps } from './tap/taps.js'

const MAX_CONNECTIONS = 64
const MAX_HEADER_BYTES = 8 * 1024
/** A client that does not read its answer, or sends nothing, is disconnected after this time. */
const IDLE_TIMEOUT_MS = 30_000
const MAX_REQUESTS_PER_SECOND = 100

/**
 * Serves the state of a run over HTTP: metrics, health, the pipeline, live records. Its work is bounded for any requests:
 * connections, headers, requests per second, bytes buffered for slow readers, time spent on live records.
 */
export class AdminEndpoint {
  readonly #settings: AdminSettings
  readonly #log: Log
  readonly #state: RunState
  readonly #server: Server
  readonly #rateLimiter = new RateLimiter(MAX_REQUESTS_PER_SECOND)
  readonly #feed: LiveFeed
  readonly #taps: Taps
  readonly #views: AdminViews
  #timer: NodeJS.Timeout | undefined

  constructor(
    settings: AdminSettings,
    wiring: Wiring,
    log: Log,
    { stop }: Pick<ProcessContext, 'stop'>,
    plugins?: () => PipelineSnapshot['plugins'],
  ) {
    this.#settings = settings
    this.#log = log
    this.#state = new RunState(wiring, plugins)
    this.#feed = new LiveFeed(() => this.#state.snapshot())
    this.#taps = new Taps(this.#state, settings)
    this.#views = { state: this.#state, feed: this.#feed, taps: this.#taps }
    this.#server = createServer(
      { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
      (request, response) => void this.#handle(request, response),
    )
    this.#server.maxConnections = MAX_CONNECTIONS
    this.#server.setTimeout(IDLE_TIMEOUT_MS)
    stop.addEventListener('abort', () => this.#drain(), { once: true })
  }

  /** Resolves when the endpoint listens. Throws a fault if it cannot. */
  async open(): Promise<void> {
    const { address } = this.#settings
    try {
      await this.#listen(address)
    } catch (error) {
      this.#state.close()
      const reason = reasonOf(error, {
        EADDRINUSE: 'another process listens on it',
        EADDRNOTAVAIL: 'this machine has no such address',
      })
      throw new Fault('SFP_ADMIN_UNAVAILABLE', { address: endpointAddressText(address), reason }, { cause: error })
    }
    this.#timer = setInterval(() => this.#tick(), 1000).unref()
    if (address.kind === 'address' && !isLoopback(address.address))
      this.#log.logFault('', new Fault('SFP_ADMIN_EXPOSED', { address: endpointAddressText(this.address) }, { level: 'warning' }))
    this.#log.of('').info(`The endpoint listens on ${endpointAddressText(this.address)}`)
  }

  /** The address on which the endpoint listens; for port 0, with the port that the system chose. */
  get address(): EndpointAddress {
    const { address } = this.#settings
    const bound = this.#server.address() as AddressInfo | null
    return address.kind === 'address' ? { ...address, port: bound?.port ?? address.port } : address
  }

  markRunning(pipelineRun: PipelineRun): void {
    this.#state.pipelineRun = pipelineRun
    if (this.#state.state === 'starting') this.#state.state = 'running'
  }

  /** Closes the server and all connections. It is safe to call it twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#taps.close()
    this.#feed.close()
    this.#state.close()
    const closed = new Promise(resolve => this.#server.close(resolve))
    this.#server.closeIdleConnections()
    // The final answers are being sent; a client that does not read them at once must not delay the end of the program.
    const forceClose = setTimeout(() => this.#server.closeAllConnections(), 200)
    await closed
    clearTimeout(forceClose)
  }

  #drain(): void {
    this.#state.state = 'draining'
  }

  #tick(): void {
    this.#state.tick()
    this.#feed.tick()
  }

  async #listen(address: EndpointAddress): Promise<void> {
    if (address.kind === 'socket') await prepareSocketPath(address.path)
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.once('listening', () => {
        this.#server.off('error', reject)
        resolve()
      })
      if (address.kind === 'address') this.#server.listen(address.port, address.address)
      else {
        // The socket is created synchronously in this call, with access for its owner only.
        const mask = process.umask(0o177)
        this.#server.listen(address.path)
        process.umask(mask)
      }
    })
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    response.on('error', () => {})
    try {
      const hostNames = this.#settings.address.kind === 'address' ? this.#settings.hosts : undefined
      const rejection = rejectionOf(request, hostNames)
      if (rejection) {
        response.setHeader('connection', 'close')
        if (rejection.status === 405) response.setHeader('allow', 'GET, HEAD')
        sendText(response, rejection.status, rejection.reason)
      } else if (!this.#rateLimiter.allows()) {
        response.setHeader('retry-after', '1').setHeader('connection', 'close')
        sendText(response, 429, 'too many requests per second')
      } else await routeOf(request)(request, response, this.#views)
    } catch (error) {
      sendFaults(response, error)
    }
  }
}
