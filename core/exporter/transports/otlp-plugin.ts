// SPDX-License-Identifier: Apache-2.0
import type { Options, TransportPlugin } from '../../contract/plugin.js'
import { readNumber, readText } from '../read-options.js'
import { deferredTransport } from './deferred-transport.js'
import {
  basicAuthOptions,
  connectionWarnings,
  type HttpAddress,
  httpConnectionOptions,
  httpSettingsOf,
  parseHttpAddress,
} from './http-options.js'
import { authorizationOf, headersOf } from './http-plugin.js'

export const otlpTransport: TransportPlugin = {
  kind: 'transport',
  name: 'otlp',
  contract: 2,
  summary: 'sends log records to an OpenTelemetry collector, as JSON over HTTP',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      'otlp.url': { type: 'string', description: 'URL of the log receiver of the collector.', default: 'http://localhost:4318/v1/logs' },
      'otlp.headers': { type: 'object', description: 'Additional headers by name. Shown masked.', secret: true },
      ...basicAuthOptions('otlp'),
      'otlp.token': { type: 'string', description: 'Bearer token instead of a user.', secret: true },
      ...httpConnectionOptions('otlp'),
      'otlp.batch.bytes': { type: 'integer', minimum: 1000, maximum: 50_000_000, description: 'Maximum size of a request with more than one record before compression, in bytes.', default: 4_000_000 },
    },
    examples: [{ export: 'otlp', format: 'otel', buffer: 500, 'otlp.url': 'http://localhost:4318/v1/logs' }],
  },
  batching: options => ({ bytes: readNumber(options, 'otlp.batch.bytes') || 4_000_000 }),
  warnings: options =>
    connectionWarnings(options, 'otlp', [readAddress(options)], authorizationOf(options, 'otlp') !== undefined),
  create(options, host) {
    const address = readAddress(options)
    const headers = headersOf(options, 'otlp.headers')
    const connection = httpSettingsOf(options, 'otlp', [address], authorizationOf(options, 'otlp'), host)
    const { format, version } = host
    const settings = { path: address.path, format, version, bytes: readNumber(options, 'otlp.batch.bytes') || 4_000_000 }
    return deferredTransport('otlp', async () => {
      const [{ OtlpTransport }, { HttpClient }] = await Promise.all([import('./otlp.js'), import('../http-client.js')])
      return new OtlpTransport(await HttpClient.load({ ...connection, headers: { ...headers, ...connection.headers } }), settings)
    })
  },
}

const readAddress = (options: Options): HttpAddress =>
  parseHttpAddress(readText(options, 'otlp.url') || 'http://localhost:4318/v1/logs', 'otlp.url')
