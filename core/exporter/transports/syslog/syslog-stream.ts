// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect, isIP } from 'node:net'
import { checkServerIdentity, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import { Fault } from '../../../errors/fault.js'
import { messageOf, reasonOf } from '../../../errors/reason.js'
import { StreamConnection, type SyslogConnection, waitForConnection } from './syslog-connection.js'
import { type SyslogMessageSettings, syslogHeader } from './syslog-message.js'

/** A line feed after each message, or its length in bytes before it (RFC 6587, octet counting). */
export type SyslogFraming = 'lf' | 'octet'

export interface SyslogStreamSettings {
  readonly host: string
  readonly port: number
  readonly message: SyslogMessageSettings
  readonly framing: SyslogFraming
  /** Time limit for connecting, in seconds. */
  readonly timeout: number
  /** Absent: plain TCP. */
  readonly tls?: SyslogTlsSettings | undefined
}

/** `ca`, `cert` and `key` are paths of PEM files. */
export interface SyslogTlsSettings {
  readonly ca: string
  readonly cert: string
  readonly key: string
  /** Expected name in the server's certificate, if it differs from the host. */
  readonly name: string
  readonly isVerified: boolean
}

/**
 * Connects with the features that the package lacks: TLS, and octet counting. Reads the files with each call, so that renewed
 * files take effect.
 */
export async function openSyslogStream(
  settings: SyslogStreamSettings,
  onFailure: (error: Error) => void,
): Promise<SyslogConnection> {
  const { host, port, message, framing, timeout, tls } = settings
  const socket = tls
    ? await waitForConnection(connectSecure(host, port, tls, await secureContextOf(tls)), 'secureConnect', timeout)
    : await waitForConnection(connect({ host, port }), 'connect', timeout)
  return new StreamConnection(
    socket,
    (text, onWritten) => socket.write(frameMessage(message, text, framing), error => onWritten(error ?? undefined)),
    onFailure,
  )
}

function frameMessage(message: SyslogMessageSettings, text: Uint8Array, framing: SyslogFraming): Buffer {
  const header = syslogHeader(message, new Date())
  // The header is ASCII, so its length in characters is its length in bytes.
  if (framing === 'octet') return Buffer.concat([Buffer.from(`${header.length + text.length} ${header}`), text])
  return Buffer.concat([Buffer.from(header), text, LINE_FEED])
}

const LINE_FEED = Buffer.from('\n')

function connectSecure(host: string, port: number, { name, isVerified }: SyslogTlsSettings, secureContext: SecureContext) {
  const expected = name || host
  return connectTls({
    host,
    port,
    secureContext,
    // SNI accepts no IP addresses.
    ...(isIP(expected) ? {} : { servername: expected }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(expected, certificate),
    rejectUnauthorized: isVerified,
  })
}

async function secureContextOf({ ca, cert, key }: SyslogTlsSettings): Promise<SecureContext> {
  const authority = await readPem('syslog.tls.ca', ca)
  const [certificatePem, privateKeyPem] = [await readPem('syslog.tls.cert', cert), await readPem('syslog.tls.key', key)]
  try {
    // A file without a certificate would be ignored silently, so it is parsed here.
    if (authority) new X509Certificate(authority)
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(authority ? { ca: authority } : {}),
      ...(certificatePem && privateKeyPem ? { cert: certificatePem, key: privateKeyPem } : {}),
    })
  } catch (error) {
    const files = [ca, cert, key].filter(path => path !== '').join(', ')
    throw new Fault('SFP_SYSLOG_TLS_FILES', { files, reason: messageOf(error) }, { cause: error })
  }
}

async function readPem(option: string, path: string): Promise<Buffer | undefined> {
  if (path === '') return undefined
  try {
    return await readFile(path)
  } catch (error) {
    throw new Fault('SFP_SYSLOG_FILE', { option, path, reason: reasonOf(error) }, { cause: error })
  }
}
