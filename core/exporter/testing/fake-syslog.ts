// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as timeout } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import type { IssuedCertificate } from './certificates.js'

export interface FakeSyslogSettings {
  /** Called for each connection; `index` counts from 0, `reset` closes the connection with a reset. */
  readonly onConnection?: (socket: Socket, index: number, reset: () => void) => void
  /** Uses TLS; `clients`: the authority that must have issued the client certificates. */
  readonly tls?: IssuedCertificate & { readonly clients?: string }
}

/** A syslog server on a loopback port that records the bytes of each connection, and fails as the settings say. */
export class FakeSyslog {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #chunks: Buffer[][] = []
  port = 0

  private constructor(settings: FakeSyslogSettings) {
    const rawSockets = new Map<number | undefined, Socket>()
    const accept = (socket: Socket): void => {
      const raw = rawSockets.get(socket.remotePort)
      this.#accept(socket, settings, () => raw?.resetAndDestroy())
    }
    const { tls } = settings
    this.#server = tls
      ? createTlsServer(
          {
            cert: readFileSync(tls.cert),
            key: readFileSync(tls.key),
            ...(tls.clients ? { requestCert: true, rejectUnauthorized: true, ca: readFileSync(tls.clients) } : {}),
          },
          accept,
        )
      : createServer()
    this.#server.on('connection', raw => rawSockets.set(raw.remotePort, raw))
    if (!tls) this.#server.on('connection', accept)
  }

  /** `port`: 0 for a free one. */
  static async start(settings: FakeSyslogSettings = {}, port = 0): Promise<FakeSyslog> {
    const fake = new FakeSyslog(settings)
    fake.#server.listen(port, '127.0.0.1')
    await once(fake.#server, 'listening')
    fake.port = (fake.#server.address() as AddressInfo).port
    return fake
  }

  /** The bytes of each connection, in the order of the connections. */
  get streams(): Buffer[] {
    return this.#chunks.map(chunks => Buffer.concat(chunks))
  }

  /** Number of open connections. */
  get open(): number {
    return this.#sockets.size
  }

  async until(condition: (streams: readonly Buffer[]) => boolean): Promise<void> {
    const end = Date.now() + MAX_WAIT
    while (!condition(this.streams)) {
      if (Date.now() > end) throw new Error(`it never came to that; ${this.streams.map(({ length }) => length)} bytes`)
      await timeout(2)
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  #accept(socket: Socket, { onConnection }: FakeSyslogSettings, reset: () => void): void {
    const chunks: Buffer[] = []
    const index = this.#chunks.push(chunks) - 1
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', chunk => chunks.push(chunk))
    onConnection?.(socket, index, reset)
  }
}

/** Milliseconds; long, since nothing is measured. */
const MAX_WAIT = 60_000
