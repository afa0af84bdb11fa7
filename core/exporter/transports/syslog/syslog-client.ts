// SPDX-License-Identifier: Apache-2.0
import { Socket as DatagramSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIPv4, Socket } from 'node:net'
import syslog, { type Client } from 'syslog-client'
import { PendingWrites, StreamConnection, type SyslogConnection } from './syslog-connection.js'
import { type SyslogMessageSettings, syslogTimestamp } from './syslog-message.js'

/**
 * UDP, and TCP with a line feed after each message, through the package syslog-client. The package connects, writes the header
 * and writes the message to the socket. This module and its callers add what the package lacks: see the comments.
 */

export interface SyslogClientSettings {
  readonly host: string
  readonly port: number
  readonly message: SyslogMessageSettings
  /** Time limit for connecting, in seconds. */
  readonly timeout: number
}

export async function openUdp(settings: SyslogClientSettings): Promise<SyslogConnection> {
  const addresses = await addressesOf(settings.host)
  // UDP does not show whether a server listens, so IPv4 is preferred, on which most servers listen.
  const address = addresses.find(isIPv4) ?? addresses[0] ?? settings.host
  return new DatagramConnection(createClient(address, settings, syslog.Transport.Udp), settings.message)
}

export async function openTcp(settings: SyslogClientSettings, onFailure: (error: Error) => void): Promise<SyslogConnection> {
  let failure: unknown
  for (const address of await addressesOf(settings.host)) {
    try {
      const client = createClient(address, settings, syslog.Transport.Tcp)
      const socket = await waitForSocket(client, settings.timeout)
      return new StreamConnection(socket, clientWriter(client, settings.message), onFailure)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** The package accepts host names for IPv4 only, and over UDP would resolve the name for every message. */
const addressesOf = async (host: string): Promise<string[]> => (await lookup(host, { all: true })).map(({ address }) => address)

function createClient(address: string, { port, message, timeout }: SyslogClientSettings, transport: 1 | 2): Client {
  const client = syslog.createClient(address, {
    transport,
    port,
    // Without it the package reports an error after ten idle seconds. While connecting, our own shorter limit applies; later it
    // is switched off.
    tcpTimeout: 2 * timeout * 1000,
    rfc3164: false,
    syslogHostname: message.host,
    appName: message.app,
    dateFormatter() {
      return syslogTimestamp(this)
    },
  })
  // Without a listener an error would end the process; each error also reaches a callback or shows in the socket.
  return client.on('error', () => {})
}

/** Facility and severity are passed with each message: as settings of the client, a 0 would count as absent. */
function clientWriter(client: Client, { facility, severity, tag }: SyslogMessageSettings): SyslogConnection['write'] {
  return (text, onWritten) => {
    // The text never ends in a line feed, so the package adds the one that ends the message.
    client.log(Buffer.from(text.buffer, text.byteOffset, text.length).toString(), { facility, severity, msgid: tag }, error =>
      onWritten(error && stripErrorPrefix(error)),
    )
  }
}

/** Connects. The package cannot cancel a connection attempt: a socket that connects after the limit is closed. */
function waitForSocket(client: Client, seconds: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let isTimedOut = false
    const timer = setTimeout(() => {
      isTimedOut = true
      reject(new Error(`no answer within ${seconds} s`))
    }, seconds * 1000)
    client.getTransport((error, socket) => {
      clearTimeout(timer)
      if (!(socket instanceof Socket)) reject(error ?? new Error('it is not a TCP socket'))
      else if (isTimedOut) socket.destroy()
      // The package would let the process exit while data is still pending.
      else resolve(socket.ref())
    })
  })
}

class DatagramConnection implements SyslogConnection {
  readonly #client: Client
  readonly #send: SyslogConnection['write']
  readonly #pendingWrites = new PendingWrites()
  #socket: DatagramSocket | undefined
  #failure: Error | undefined

  constructor(client: Client, message: SyslogMessageSettings) {
    this.#client = client
    this.#send = clientWriter(client, message)
    client.on('error', (error: Error) => {
      if (this.#failure) return
      this.#failure = error
      // The package drops the socket without closing it.
      this.#socket?.close()
      this.#pendingWrites.fail(error)
    })
    client.getTransport((_error, socket) => {
      if (socket instanceof DatagramSocket) this.#socket = socket.ref()
    })
  }

  get failure(): Error | undefined {
    return this.#failure
  }

  write(text: Uint8Array, onWritten: (error?: Error) => void): void {
    this.#send(text, this.#pendingWrites.add(onWritten))
  }

  async finish(): Promise<void> {
    this.destroy()
  }

  destroy(error = new Error('it was aborted')): void {
    if (this.#failure) return
    this.#failure = error
    this.#client.close()
    this.#pendingWrites.fail(error)
  }
}

const stripErrorPrefix = (error: Error): Error =>
  Object.assign(error, { message: error.message.replace(/^(net\.write|dgram\.send)\(\) failed: /, '') })
