// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect, isIP } from 'node:net'
import { checkServerIdentity, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import { Fault } from '../../errors/fault.js'
import { messageOf, reasonOf } from '../../errors/reason.js'
import { type Connection, connected, StreamConnection } from './syslog-connection.js'
import { header, type MessageSettings } from './syslog-message.js'

/** A line feed behind each message, or its length in bytes before it (RFC 6587, octet counting). */
export type Framing = 'lf' | 'octet'

export interface StreamSettings {
  readonly host: string
  readonly port: number
  readonly message: MessageSettings
  readonly framing: Framing
  /** Seconds that connecting may take. */
  readonly timeout: number
  /** None: plain TCP. */
  readonly tls?: TlsSettings | undefined
}

/** `ca`, `cert` and `key` are paths of PEM files. */
export interface TlsSettings {
  readonly ca: string
  readonly cert: string
  readonly key: string
  /** The name that the server's certificate must bear, where that is not its host. */
  readonly name: string
  readonly isVerified: boolean
}

/** What the package cannot do: TLS, and octet counting. Files are read at each call, so that renewed ones count. */
export async function openStream(settings: StreamSettings, broke: (error: Error) => void): Promise<Connection> {
  const { host, port, message, framing, timeout, tls } = settings
  const socket = tls
    ? await connected(secured(host, port, tls, await contextOf(tls)), 'secureConnect', timeout)
    : await connected(connect({ host, port }), 'connect', timeout)
  return new StreamConnection(
    socket,
    (text, taken) => socket.write(framed(message, text, framing), error => taken(error ?? undefined)),
    broke,
  )
}

function framed(message: MessageSettings, text: Uint8Array, framing: Framing): Buffer {
  const head = header(message, new Date())
  // The header is ASCII.
  if (framing === 'octet') return Buffer.concat([Buffer.from(`${head.length + text.length} ${head}`), text])
  return Buffer.concat([Buffer.from(head), text, LINE_FEED])
}

const LINE_FEED = Buffer.from('\n')

function secured(host: string, port: number, { name, isVerified }: TlsSettings, secureContext: SecureContext) {
  const expected = name || host
  return connectTls({
    host,
    port,
    secureContext,
    // An address is no name that could be asked for.
    ...(isIP(expected) ? {} : { servername: expected }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(expected, certificate),
    rejectUnauthorized: isVerified,
  })
}

async function contextOf({ ca, cert, key }: TlsSettings): Promise<SecureContext> {
  const authority = await read('syslog.tls.ca', ca)
  const [own, secret] = [await read('syslog.tls.cert', cert), await read('syslog.tls.key', key)]
  try {
    // What holds no certificate would be passed over in silence.
    if (authority) new X509Certificate(authority)
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(authority ? { ca: authority } : {}),
      ...(own && secret ? { cert: own, key: secret } : {}),
    })
  } catch (error) {
    const files = [ca, cert, key].filter(path => path !== '').join(', ')
    throw new Fault('SFP_SYSLOG_TLS_FILES', { files, reason: messageOf(error) }, { cause: error })
  }
}

async function read(option: string, path: string): Promise<Buffer | undefined> {
  if (path === '') return undefined
  try {
    return await readFile(path)
  } catch (error) {
    throw new Fault('SFP_SYSLOG_FILE', { option, path, reason: reasonOf(error) }, { cause: error })
  }
}
