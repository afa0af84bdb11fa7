// SPDX-License-Identifier: Apache-2.0
import { Socket as DatagramSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIPv4, Socket } from 'node:net'
import syslog, { type Client } from 'syslog-client'
import { type Connection, StreamConnection, UntoldWrites } from './syslog-connection.js'
import { type MessageSettings, timestamp } from './syslog-message.js'

/**
 * UDP, and TCP with a line feed behind each message, through the package syslog-client. It connects, writes the header and
 * puts the message into the socket. What it lacks is done here and by those who call: see the comments.
 */

export interface ClientSettings {
  readonly host: string
  readonly port: number
  readonly message: MessageSettings
  /** Seconds that connecting may take. */
  readonly timeout: number
}

export async function openUdp(settings: ClientSettings): Promise<Connection> {
  const addresses = await addressesOf(settings.host)
  // Nobody says whether anybody listens, so the kind of address that most listen on is taken.
  const address = addresses.find(isIPv4) ?? addresses[0] ?? settings.host
  return new DatagramConnection(clientOf(address, settings, syslog.Transport.Udp), settings.message)
}

export async function openTcp(settings: ClientSettings, broke: (error: Error) => void): Promise<Connection> {
  let failure: unknown
  for (const address of await addressesOf(settings.host)) {
    try {
      const client = clientOf(address, settings, syslog.Transport.Tcp)
      const socket = await socketOf(client, settings.timeout)
      return new StreamConnection(socket, writerOf(client, settings.message), broke)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** The package takes a name for IPv4 only, and over UDP would look it up for every message. */
const addressesOf = async (host: string): Promise<string[]> => (await lookup(host, { all: true })).map(({ address }) => address)

function clientOf(address: string, { port, message, timeout }: ClientSettings, transport: 1 | 2): Client {
  const client = syslog.createClient(address, {
    transport,
    port,
    // Else it complains after ten idle seconds. While connecting our own limit comes first; then it is switched off.
    tcpTimeout: 2 * timeout * 1000,
    rfc3164: false,
    syslogHostname: message.host,
    appName: message.app,
    dateFormatter() {
      return timestamp(this)
    },
  })
  // Without a listener an error would end the process; each also comes to a callback, or shows in the socket.
  return client.on('error', () => {})
}

/** Facility and severity go with each message: as settings of the client, a 0 would count as not given. */
function writerOf(client: Client, { facility, severity, tag }: MessageSettings): Connection['write'] {
  return (text, taken) => {
    // No text ends in a line feed, so the package adds the one that ends the message.
    client.log(Buffer.from(text.buffer, text.byteOffset, text.length).toString(), { facility, severity, msgid: tag }, error =>
      taken(error && withoutPrefix(error)),
    )
  }
}

/** Connects. The package lets nobody stop it: a socket that comes too late is closed then. */
function socketOf(client: Client, seconds: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      reject(new Error(`no answer within ${seconds} s`))
    }, seconds * 1000)
    client.getTransport((error, socket) => {
      clearTimeout(timer)
      if (!(socket instanceof Socket)) reject(error ?? new Error('it is no TCP socket'))
      else if (isLate) socket.destroy()
      // The package would let the process end while something is still to be written.
      else resolve(socket.ref())
    })
  })
}

class DatagramConnection implements Connection {
  readonly #client: Client
  readonly #put: Connection['write']
  readonly #untold = new UntoldWrites()
  #socket: DatagramSocket | undefined
  #broken: Error | undefined

  constructor(client: Client, message: MessageSettings) {
    this.#client = client
    this.#put = writerOf(client, message)
    client.on('error', (error: Error) => {
      if (this.#broken) return
      this.#broken = error
      // The package forgets the socket without closing it.
      this.#socket?.close()
      this.#untold.fail(error)
    })
    client.getTransport((_error, socket) => {
      if (socket instanceof DatagramSocket) this.#socket = socket.ref()
    })
  }

  get broken(): Error | undefined {
    return this.#broken
  }

  write(text: Uint8Array, taken: (error?: Error) => void): void {
    this.#put(text, this.#untold.add(taken))
  }

  async finish(): Promise<void> {
    this.destroy()
  }

  destroy(error = new Error('it was given up')): void {
    if (this.#broken) return
    this.#broken = error
    this.#client.close()
    this.#untold.fail(error)
  }
}

const withoutPrefix = (error: Error): Error =>
  Object.assign(error, { message: error.message.replace(/^(net\.write|dgram\.send)\(\) failed: /, '') })
