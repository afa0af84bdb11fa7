// SPDX-License-Identifier: Apache-2.0
import type { Options, TransportPlugin } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { NameTemplate } from '../name-template.js'
import { readNumber, readText } from '../read-options.js'
import { deferredTransport } from './deferred-transport.js'
import {
  connectionWarnings,
  type HttpAddress,
  headerValue,
  httpConnectionOptions,
  httpSettingsOf,
  parseHttpAddress,
} from './http-options.js'
import type { S3Credentials } from './s3.js'

/** `defaultFolder`: folder of objects if the settings name none. */
export const s3TransportPlugin = (defaultFolder: string): TransportPlugin => ({
  kind: 'transport',
  name: 's3',
  contract: 2,
  summary: 'writes objects with many records to S3-compatible storage',
  options: {
    type: 'object',
    additionalProperties: false,
    // biome-ignore format: a table
    properties: {
      's3.endpoint': { type: 'string', description: 'URL of the object store (path-style bucket addressing).', default: 'https://s3.amazonaws.com' },
      's3.region': { type: 'string', description: 'Region for request signatures.', default: 'us-east-1' },
      's3.bucket': { type: 'string', description: 'Name of the bucket. It must exist.' },
      's3.prefix': { type: 'string', description: 'Prefix of object names. Variables: %Y, %m, %d and %H (time of the upload in UTC), %{host}, %{stage} and %{format}.', default: defaultPrefixIn(defaultFolder) },
      's3.accesskey': { type: 'string', description: 'Access key id. Default: environment variable AWS_ACCESS_KEY_ID.', secret: true },
      's3.secretkey': { type: 'string', description: 'Secret access key. Default: environment variable AWS_SECRET_ACCESS_KEY.', secret: true },
      's3.sessiontoken': { type: 'string', description: 'Session token of temporary credentials. Default without an access key: environment variable AWS_SESSION_TOKEN.', secret: true },
      ...httpConnectionOptions('s3'),
      's3.gzip': { type: 'boolean', description: 'Compress objects.', default: true },
      's3.object.bytes': { type: 'integer', minimum: 1000, maximum: 67_108_864, description: 'Approximate maximum size of an object before compression, in bytes. A few records can exceed it. Twice this size is held in memory.', default: 8_388_608 },
      's3.object.seconds': { type: 'integer', minimum: 1, maximum: 3600, description: 'Maximum age of an object before its upload, in seconds.', default: 60 },
    },
    examples: [{ export: 's3', 's3.endpoint': 'https://minio.example:9000', 's3.bucket': 'telemetry', 's3.object.seconds': 300 }],
  },
  batching: options => ({
    records: readNumber(options, 'buffer') > 1 ? readNumber(options, 'buffer') : MAX_OBJECT_RECORDS,
    bytes: readNumber(options, 's3.object.bytes') || 8_388_608,
    milliseconds: (readNumber(options, 's3.object.seconds') || 60) * 1000,
  }),
  // Credentials are not sent, they only sign.
  warnings: options => connectionWarnings(options, 's3', [readAddress(options)], false),
  create(options, host) {
    const { origin, path } = readAddress(options)
    const bucket = readText(options, 's3.bucket')
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..')) {
      const hint = 'use 3 to 63 characters of a-z, 0-9, "." and "-"'
      throw settingFault('s3.bucket', bucket === '' ? 'it is missing' : `"${bucket}" is not a valid bucket name`, hint)
    }
    const prefix = new NameTemplate(
      readText(options, 's3.prefix') || defaultPrefixIn(defaultFolder),
      { key: 's3.prefix', hasFolders: true, maxBytes: 900 },
      { stage: host.stage, format: host.format },
    )
    const settings = {
      root: `${origin}${path.replace(/\/+$/, '')}/${bucket}/`,
      region: readText(options, 's3.region') || 'us-east-1',
      prefix,
      isCompressed: options['s3.gzip'] !== false,
      credentials: credentialsOf(options, process.env),
    }
    // The signature covers the body as it is sent, so the transport compresses it before signing and the connection does not; the
    // credentials are in the signature.
    const connection = { ...httpSettingsOf(options, 's3', [{ origin, path }], undefined, host), isCompressed: false }
    return deferredTransport('s3', async () => {
      const [{ S3Transport }, { HttpClient }] = await Promise.all([import('./s3.js'), import('../http-client.js')])
      return S3Transport.load(await HttpClient.load(connection), settings)
    })
  },
})

const defaultPrefixIn = (folder: string): string => `${folder}/%Y/%m/%d/%H/`

const readAddress = (options: Options): HttpAddress =>
  parseHttpAddress(readText(options, 's3.endpoint') || 'https://s3.amazonaws.com', 's3.endpoint')

function credentialsOf(options: Options, environment: Readonly<Record<string, string | undefined>>): S3Credentials {
  const isGiven = readText(options, 's3.accesskey') !== '' || readText(options, 's3.secretkey') !== ''
  const [id, secret, token] = isGiven
    ? ['s3.accesskey', 's3.secretkey', 's3.sessiontoken'].map(key => readText(options, key))
    : ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map(name => environment[name] ?? '')
  const hint = 'set it, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment'
  if (!id) throw settingFault('s3.accesskey', 'it is missing', hint)
  if (!secret) throw settingFault('s3.secretkey', 'it is missing', hint)
  return {
    accessKeyId: headerValue(id, 's3.accesskey'),
    secretAccessKey: secret,
    ...(token ? { sessionToken: headerValue(token, 's3.sessiontoken') } : {}),
  }
}

const settingFault = (key: string, reason: string, hint: string): Fault => new Fault('SFP_WEB_SETTING', { key, reason, hint })

const MAX_OBJECT_RECORDS = 1_000_000
