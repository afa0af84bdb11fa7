// SPDX-License-Identifier: Apache-2.0
import { isObject } from '../../contract/objects.js'
import type { Options, TransportPlugin } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { readNumber, readText } from '../read-options.js'
import { deferredTransport } from './deferred-transport.js'
import {
  basicAuthOptions,
  basicAuthorization,
  connectionWarnings,
  type HttpAddress,
  headerValue,
  httpConnectionOptions,
  httpSettingsOf,
  parseHttpAddress,
} from './http-options.js'

export const httpTransport: TransportPlugin = {
  kind: 'transport',
  name: 'http',
  contract: 2,
  summary: 'sends records to an HTTP server, as lines or as a JSON array',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      'http.url': { type: 'string', description: 'URL of the server. Shown masked, because webhook URLs often contain a token.', secret: true },
      'http.method': { type: 'string', enum: ['POST', 'PUT'], description: 'HTTP method.', default: 'POST' },
      'http.body': { type: 'string', enum: ['ndjson', 'array'], description: 'Body of a request: one record per line, or a JSON array.', default: 'ndjson' },
      'http.headers': { type: 'object', description: 'Additional headers by name. Shown masked.', secret: true },
      ...basicAuthOptions('http'),
      'http.token': { type: 'string', description: 'Bearer token instead of a user.', secret: true },
      ...httpConnectionOptions('http'),
      'http.batch.records': { type: 'integer', minimum: 0, description: 'Maximum number of records per request. 0: no limit, see `buffer`.', default: 0 },
      'http.batch.bytes': { type: 'integer', minimum: 1000, maximum: 50_000_000, description: 'Maximum size of a request with more than one record before compression, in bytes.', default: 1_000_000 },
    },
    examples: [{ export: 'http', buffer: 500, 'http.url': 'https://collector.example/ingest', 'http.gzip': true }],
  },
  batching: options => ({ bytes: readNumber(options, 'http.batch.bytes') || 1_000_000 }),
  warnings: options =>
    connectionWarnings(options, 'http', [readAddress(options)], authorizationOf(options, 'http') !== undefined),
  create(options, host) {
    const address = readAddress(options)
    const headers = headersOf(options, 'http.headers')
    const connection = httpSettingsOf(options, 'http', [address], authorizationOf(options, 'http'), host)
    const settings = {
      path: address.path,
      method: readText(options, 'http.method') === 'PUT' ? 'PUT' : 'POST',
      isArray: readText(options, 'http.body') === 'array',
      records: readNumber(options, 'http.batch.records') || Number.POSITIVE_INFINITY,
      bytes: readNumber(options, 'http.batch.bytes') || 1_000_000,
    } as const
    return deferredTransport('http', async () => {
      const [{ HttpTransport }, { HttpClient }] = await Promise.all([import('./http.js'), import('../http-client.js')])
      return new HttpTransport(await HttpClient.load({ ...connection, headers: { ...headers, ...connection.headers } }), settings)
    })
  },
}

function readAddress(options: Options): HttpAddress {
  const url = readText(options, 'http.url')
  if (url === '')
    throw new Fault('SFP_WEB_SETTING', { key: 'http.url', reason: 'it is missing', hint: 'set the URL of the server' })
  return parseHttpAddress(url, 'http.url')
}

/** The value of the Authorization header: a bearer token or a user; undefined if there is neither. */
export function authorizationOf(options: Options, transport: string): string | undefined {
  const token = readText(options, `${transport}.token`)
  const user = basicAuthorization(options, transport)
  if (token === '') return user
  const key = `${transport}.token`
  if (user !== undefined) throw new Fault('SFP_WEB_SETTING', { key, reason: 'a user is also set', hint: 'set only one of them' })
  return headerValue(`Bearer ${token}`, key)
}

/** Headers by lower-case name. Headers that the transport or the connection sets are rejected. */
export function headersOf(options: Options, key: string): Readonly<Record<string, string>> {
  const given = options[key]
  if (!isObject(given)) return {}
  const fault = (name: string, reason: string): Fault =>
    new Fault('SFP_WEB_SETTING', {
      key,
      reason: `header "${name}" ${reason}`,
      hint: 'use names and strings such as "x-source": "edge-1"',
    })
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const lowerName = name.toLowerCase()
      if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lowerName)) throw fault(name, 'has an invalid header name')
      if (RESERVED_HEADERS.has(lowerName)) throw fault(name, 'is set by the transport')
      if (typeof value !== 'string' && typeof value !== 'number') throw fault(name, 'is not a string')
      return [lowerName, headerValue(String(value), key)]
    }),
  )
}

const RESERVED_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'expect',
  'upgrade',
])
