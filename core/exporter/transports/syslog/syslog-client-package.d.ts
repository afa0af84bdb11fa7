// SPDX-License-Identifier: Apache-2.0

/** The used part of syslog-client 1.1.1, which has no types. */
declare module 'syslog-client' {
  import type { Socket as DatagramSocket } from 'node:dgram'
  import type { EventEmitter } from 'node:events'
  import type { Socket } from 'node:net'

  interface ClientOptions {
    readonly transport: 1 | 2
    readonly port: number
    /** Milliseconds. */
    readonly tcpTimeout?: number
    readonly rfc3164: false
    readonly syslogHostname: string
    readonly appName: string
    readonly dateFormatter: (this: Date) => string
  }

  interface MessageOptions {
    facility: number
    severity: number
    msgid: string
  }

  export interface Client extends EventEmitter {
    log(message: string, options: MessageOptions, callback: (error?: Error) => void): this
    /** The socket; the client connects first if there is none. */
    getTransport(callback: (error: Error | null | undefined, socket: Socket | DatagramSocket) => void): void
    close(): this
  }

  const syslog: {
    createClient(address: string, options: ClientOptions): Client
    readonly Transport: { readonly Tcp: 1; readonly Udp: 2 }
  }
  export default syslog
}
