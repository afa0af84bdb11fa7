// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os'
import type { Options, TransportPlugin } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { NameTemplate } from '../name-template.js'
import { readDuration } from '../read-duration.js'
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

/** `defaultIndex`: index of documents if the settings name none. */
export const esTransportPlugin = (defaultIndex: string): TransportPlugin => ({
  kind: 'transport',
  name: 'es',
  contract: 2,
  summary: 'indexes records in Elasticsearch or OpenSearch, each record once',
  formats: ['ecs', 'json'],
  needsDocumentId: true,
  needsTime: true,
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      'es.addresses': { type: 'string', description: 'URLs of the cluster nodes, separated by commas. The nodes are used in turn.', default: 'http://localhost:9200' },
      'es.index': { type: 'string', description: 'Index or data stream. Variables: %Y, %m, %d and %H (time of the record in UTC), %{host}, %{stage} and %{format}.', default: defaultIndex },
      ...basicAuthOptions('es'),
      'es.apikey': { type: 'string', description: 'API key instead of a user: `id:key`, or its base64 form.', secret: true },
      ...httpConnectionOptions('es'),
      'es.setup': { type: 'boolean', description: 'Install an index template with the field types of ECS output at startup. Requires format ecs.', default: false },
      'es.bulk.numWorkers': { type: 'integer', minimum: 0, maximum: 64, description: 'Concurrent requests. 0: number of CPU cores, at most 4.', default: 0 },
      'es.bulk.flushBuffer': { type: 'integer', minimum: 1000, maximum: 50_000_000, description: 'Maximum size of a request with more than one record, in bytes.', default: 5_000_000 },
      'es.bulk.flushTimeout': { type: 'string', description: 'Maximum wait of collected records if `buffer` is above 1, for example 30s. Default: one second.' },
    },
    examples: [
      {
        export: 'es',
        format: 'ecs',
        buffer: 5000,
        'es.addresses': 'https://es-1:9200, https://es-2:9200',
        'es.index': `${defaultIndex}-%Y.%m.%d`,
        'vault.secrets': true,
      },
    ],
  },
  batching: options => ({
    bytes: Math.min(requestBytesOf(options) * concurrencyOf(options), MAX_CHUNK_BYTES),
    ...flushTimeoutOf(options),
  }),
  warnings: options => connectionWarnings(options, 'es', addressesOf(options), authorizationOf(options) !== undefined),
  create(options, host) {
    const addresses = addressesOf(options)
    const index = new NameTemplate(
      readText(options, 'es.index') || defaultIndex,
      { key: 'es.index', maxBytes: 255 },
      { stage: host.stage, format: host.format },
    )
    const connection = httpSettingsOf(options, 'es', addresses, authorizationOf(options), host)
    const isInstalling = options['es.setup'] === true
    if (isInstalling && host.format !== 'ecs') {
      throw new Fault('SFP_WEB_SETTING', {
        key: 'es.setup',
        reason: `no template exists for format ${host.format}`,
        hint: 'set "format" to ecs',
      })
    }
    const settings = {
      index,
      bytes: requestBytesOf(options),
      concurrency: concurrencyOf(options),
      isInstalling,
      path: addresses[0]?.path ?? '/',
    }
    return deferredTransport('es', async () => {
      const [{ EsTransport }, { HttpClient }] = await Promise.all([import('./es.js'), import('../http-client.js')])
      return new EsTransport(await HttpClient.load(connection), settings)
    })
  },
})

function addressesOf(options: Options): HttpAddress[] {
  const given = readText(options, 'es.addresses') || 'http://localhost:9200'
  return given.split(',').map(address => parseHttpAddress(address.trim(), 'es.addresses'))
}

function authorizationOf(options: Options): string | undefined {
  const key = readText(options, 'es.apikey')
  const user = basicAuthorization(options, 'es')
  if (key === '') return user
  if (user !== undefined)
    throw new Fault('SFP_WEB_SETTING', { key: 'es.apikey', reason: 'a user is also set', hint: 'set only one of them' })
  return headerValue(`ApiKey ${key.includes(':') ? Buffer.from(key).toString('base64') : key}`, 'es.apikey')
}

const requestBytesOf = (options: Options): number => readNumber(options, 'es.bulk.flushBuffer') || 5_000_000
const concurrencyOf = (options: Options): number =>
  readNumber(options, 'es.bulk.numWorkers') || Math.min(availableParallelism(), 4)

const flushTimeoutOf = (options: Options): { milliseconds?: number } => {
  const milliseconds = readDuration(options, 'es.bulk.flushTimeout')
  return milliseconds === undefined ? {} : { milliseconds }
}

/** Memory holds two chunks of this size: one is filled while the other is sent. */
const MAX_CHUNK_BYTES = 16 * 1024 * 1024
