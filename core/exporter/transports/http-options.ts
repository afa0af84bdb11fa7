// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { Host } from '../../contract/host.js'
import type { OptionSchema, Options } from '../../contract/plugin.js'
import type { FaultCode } from '../../errors/catalogue.js'
import { Fault } from '../../errors/fault.js'
import type { HttpSettings } from '../http-client.js'
import { readNumber, readText } from '../read-options.js'

/** The keys that all HTTP transports have, with the name of the transport as prefix. */
// biome-ignore format: a table
export const httpConnectionOptions = (transport: string): Readonly<Record<string, OptionSchema>> => ({
  [`${transport}.tls.ca`]: { type: 'string', path: true, description: 'PEM file of trusted certificate authorities, instead of those of the system.' },
  [`${transport}.tls.cert`]: { type: 'string', path: true, description: 'PEM file of the client certificate.' },
  [`${transport}.tls.key`]: { type: 'string', path: true, description: 'PEM file of the key of the client certificate.' },
  [`${transport}.tls.insecure`]: { type: 'boolean', description: 'Accept any certificate. Anyone who can intercept the connection can then read and change the data.', default: false },
  [`${transport}.gzip`]: { type: 'boolean', description: 'Compress requests.', default: false },
  [`${transport}.seconds`]: { type: 'integer', minimum: 1, maximum: 3600, description: 'Response timeout in seconds.', default: 60 },
})

/** The keys for user and password, with the name of the transport as prefix. */
// biome-ignore format: a table
export const basicAuthOptions = (transport: string): Readonly<Record<string, OptionSchema>> => ({
  [`${transport}.username`]: { type: 'string', description: 'User for basic authentication.', secret: true },
  [`${transport}.password`]: { type: 'string', description: 'Password of the user.', secret: true },
})

/** A server's address: its origin for messages and connections, and its path and query. */
export interface HttpAddress {
  readonly origin: string
  readonly path: string
}

/** Throws a fault that does not repeat the given value, which may contain a secret. */
export function parseHttpAddress(given: string, key: string): HttpAddress {
  const fault = (reason: string): Fault => new Fault('SFP_WEB_ADDRESS', { key, reason })
  let url: URL
  try {
    url = new URL(given)
  } catch {
    throw fault('it is not a URL')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw fault('it does not start with http: or https:')
  if (url.username !== '' || url.password !== '') throw fault('it contains a user name or a password')
  return { origin: url.origin, path: `${url.pathname}${url.search}` }
}

/** The connection settings; `authorization`: the header value from the credentials of the transport. */
export function httpSettingsOf(
  options: Options,
  transport: string,
  addresses: readonly HttpAddress[],
  authorization: string | undefined,
  host: Host,
): HttpSettings {
  const key = (name: string): string => `${transport}.${name}`
  const file = (name: string): string | undefined => {
    const path = readText(options, key(name))
    return path === '' ? undefined : resolve(host.directory, path)
  }
  const [cert, privateKey] = [file('tls.cert'), file('tls.key')]
  if ((cert === undefined) !== (privateKey === undefined)) {
    const [given, missing] = cert === undefined ? ['tls.key', 'tls.cert'] : ['tls.cert', 'tls.key']
    throw new Fault('SFP_WEB_SETTING', {
      key: key(missing),
      reason: `it is required together with "${key(given)}"`,
      hint: 'set both or none',
    })
  }
  return {
    transport,
    origins: addresses.map(({ origin }) => origin),
    headers: authorization === undefined ? {} : { authorization },
    ca: file('tls.ca'),
    clientCertificate: cert !== undefined && privateKey !== undefined ? { cert, key: privateKey } : undefined,
    isInsecure: options[key('tls.insecure')] === true,
    isCompressed: options[key('gzip')] === true,
    timeoutSeconds: readNumber(options, key('seconds')) || 60,
    connections: 4,
  }
}

/** Warns of settings that let others on the network read or change the sent data. */
export function connectionWarnings(
  options: Options,
  transport: string,
  addresses: readonly HttpAddress[],
  hasCredentials: boolean,
): readonly Fault[] {
  const isUnverified = ({ origin }: HttpAddress): boolean =>
    options[`${transport}.tls.insecure`] === true && origin.startsWith('https:')
  const warning = (code: FaultCode, { origin }: HttpAddress): Fault =>
    new Fault(code, { transport, address: origin }, { level: 'warning' })
  return [
    ...addresses
      .filter(({ origin }) => hasCredentials && isUnencrypted(origin))
      .map(address => warning('SFP_WEB_PLAIN', address)),
    ...addresses.filter(isUnverified).map(address => warning('SFP_WEB_UNVERIFIED', address)),
  ]
}

/** The value of the Authorization header for a user; undefined if there is none. */
export function basicAuthorization(options: Options, transport: string): string | undefined {
  const [user, password] = [readText(options, `${transport}.username`), readText(options, `${transport}.password`)]
  if (user === '' && password === '') return undefined
  if (user === '' || password === '') {
    const [given, missing] = user === '' ? ['password', 'username'] : ['username', 'password']
    const key = `${transport}.${missing}`
    throw new Fault('SFP_WEB_SETTING', {
      key,
      reason: `it is required together with "${transport}.${given}"`,
      hint: 'set both or none',
    })
  }
  if (user.includes(':'))
    throw new Fault('SFP_WEB_SETTING', {
      key: `${transport}.username`,
      reason: 'it has a colon',
      hint: 'use a user name without a colon',
    })
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Credentials become header values: characters that would end the header are rejected. The fault does not repeat the value. */
export function headerValue(value: string, key: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw new Fault('SFP_WEB_SETTING', {
    key,
    reason: 'it has characters that are invalid in a header',
    hint: 'check its source',
  })
}

const isUnencrypted = (origin: string): boolean => {
  const { protocol, hostname } = new URL(origin)
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
