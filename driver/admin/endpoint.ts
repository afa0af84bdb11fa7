// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '../../core/errors/fault.js'
import { reasonOf } from '../../core/errors/reason.js'
import type { InsideSettings } from '../config/admin-options.js'
import type { Job } from '../pipeline/job.js'
import type { Log } from '../process/log.js'
import type { Wiring } from '../pipeline/wiring.js'
import type { World } from '../pipeline/prepare.js'
import { answerFault, answerText } from './answer.js'
import { objectionTo, SAFE_HEADERS } from './guard.js'
import { LiveFeed } from './live-feed.js'
import type { Picture } from './picture.js'
import { isLoopback, type Place, placeText } from '../config/admin-address.js'
import { Rate } from './rate.js'
import { routeOf, type Sights } from './routes.js'
import { RunState } from './run-state.js'
import { clearWay } from './socket-path.js'
import { Taps } from './tap/taps.js'

const MOST_CONNECTIONS = 64
const MOST_HEADER_BYTES = 8 * 1024
/** Whoever does not read what was sent, or says nothing, is cut off after this. */
const IDLE_MS = 30_000
const MOST_REQUESTS_A_SECOND = 100

/**
 * Shows a run from within over HTTP: metrics, health, the pipeline, live records. Whatever is asked of it, its work is
 * bounded: connections, headers, requests a second, bytes that wait for slow readers, time spent on live records.
 */
export class Endpoint {
  readonly #settings: InsideSettings
  readonly #log: Log
  readonly #state: RunState
  readonly #server: Server
  readonly #rate = new Rate(MOST_REQUESTS_A_SECOND)
  readonly #feed: LiveFeed
  readonly #taps: Taps
  readonly #sights: Sights
  #timer: NodeJS.Timeout | undefined

  constructor(
    settings: InsideSettings,
    wiring: Wiring,
    log: Log,
    { stop }: Pick<World, 'stop'>,
    plugins?: () => Picture['plugins'],
  ) {
    this.#settings = settings
    this.#log = log
    this.#state = new RunState(wiring, plugins)
    this.#feed = new LiveFeed(() => this.#state.picture())
    this.#taps = new Taps(this.#state, settings)
    this.#sights = { state: this.#state, feed: this.#feed, taps: this.#taps }
    this.#server = createServer(
      { maxHeaderSize: MOST_HEADER_BYTES, headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
      (request, response) => void this.#answer(request, response),
    )
    this.#server.maxConnections = MOST_CONNECTIONS
    this.#server.setTimeout(IDLE_MS)
    stop.addEventListener('abort', () => this.#drain(), { once: true })
  }

  /** Resolves when it listens. Throws a fault if it cannot. */
  async open(): Promise<void> {
    const { place } = this.#settings
    try {
      await this.#listen(place)
    } catch (error) {
      this.#state.close()
      const reason = reasonOf(error, {
        EADDRINUSE: 'another process listens there',
        EADDRNOTAVAIL: 'this machine has no such address',
      })
      throw new Fault('SFP_INSIDE_UNAVAILABLE', { place: placeText(place), reason }, { cause: error })
    }
    this.#timer = setInterval(() => this.#tick(), 1000).unref()
    if (place.kind === 'address' && !isLoopback(place.address))
      this.#log.fault('', new Fault('SFP_INSIDE_EXPOSED', { place: placeText(this.place) }, { level: 'warning' }))
    this.#log.of('').info(`The endpoint listens at ${placeText(this.place)}`)
  }

  /** Where it listens; with port 0, the port that was free. */
  get place(): Place {
    const { place } = this.#settings
    const bound = this.#server.address() as AddressInfo | null
    return place.kind === 'address' ? { ...place, port: bound?.port ?? place.port } : place
  }

  running(job: Job): void {
    this.#state.job = job
    if (this.#state.state === 'starting') this.#state.state = 'running'
  }

  /** Ends all that is open. Safe to call twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#taps.close()
    this.#feed.close()
    this.#state.close()
    const closed = new Promise(resolve => this.#server.close(resolve))
    this.#server.closeIdleConnections()
    // Last words are on their way; whoever does not take them at once does not hold the program.
    const late = setTimeout(() => this.#server.closeAllConnections(), 200)
    await closed
    clearTimeout(late)
  }

  #drain(): void {
    this.#state.state = 'draining'
  }

  #tick(): void {
    this.#state.tick()
    this.#feed.tick()
  }

  async #listen(place: Place): Promise<void> {
    if (place.kind === 'socket') await clearWay(place.path)
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.once('listening', () => {
        this.#server.off('error', reject)
        resolve()
      })
      if (place.kind === 'address') this.#server.listen(place.port, place.address)
      else {
        // The socket is made within this call, for its owner alone.
        const mask = process.umask(0o177)
        this.#server.listen(place.path)
        process.umask(mask)
      }
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value)
    response.on('error', () => {})
    try {
      const names = this.#settings.place.kind === 'address' ? this.#settings.hosts : undefined
      const objection = objectionTo(request, names)
      if (objection) {
        response.setHeader('connection', 'close')
        if (objection.status === 405) response.setHeader('allow', 'GET, HEAD')
        answerText(response, objection.status, objection.reason)
      } else if (!this.#rate.allows()) {
        response.setHeader('retry-after', '1').setHeader('connection', 'close')
        answerText(response, 429, 'too many requests in this second')
      } else await routeOf(request)(request, response, this.#sights)
    } catch (error) {
      answerFault(response, error)
    }
  }
}
