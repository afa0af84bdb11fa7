// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { AwsV4Signer } from 'aws4fetch'
import type { Chunk, DeliveryResult, Transport } from '../../contract/exporter.js'
import { Fault } from '../../errors/fault.js'
import type { HttpClient } from '../http-client.js'
import { hourOf, type NameTemplate } from '../name-template.js'
import { partBytes, sendInParts } from './send-in-parts.js'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface S3Settings {
  /** URL of the bucket, with a slash at the end. */
  readonly root: string
  readonly region: string
  readonly prefix: NameTemplate
  readonly isCompressed: boolean
  readonly credentials: S3Credentials
}

/**
 * Stores one object per chunk. The exporter buffers records until an object is large or old enough; the buffer is in memory, and
 * the input counts as read only when the object is stored. A chunk that is sent again keeps its object name, so it replaces an
 * earlier attempt.
 */
export class S3Transport implements Transport {
  readonly name = 's3'
  readonly #client: HttpClient
  readonly #settings: S3Settings
  readonly #Signer: typeof AwsV4Signer
  /** Hash of the records that were sent last, and the name of their object. */
  #lastObject = { hash: '', name: '' }
  #objects = 0
  #storedBytes = 0

  static async load(client: HttpClient, settings: S3Settings): Promise<S3Transport> {
    const aws = await import('aws4fetch').catch(error => {
      throw new Fault('SFP_WEB_PACKAGE', { transport: 's3', package: 'aws4fetch' }, { cause: error })
    })
    return new S3Transport(client, settings, aws.AwsV4Signer)
  }

  private constructor(client: HttpClient, settings: S3Settings, Signer: typeof AwsV4Signer) {
    this.#client = client
    this.#settings = settings
    this.#Signer = Signer
  }

  async open(): Promise<void> {}

  send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    return sendInParts(chunk, ONE_PART, async part => {
      const records = partBytes(chunk, part)
      const body = this.#settings.isCompressed ? await promisify(gzip)(records) : records
      const { url, headers } = await this.#signRequest('PUT', this.#objectNameOf(records), body)
      await this.#client.send({ method: 'PUT', path: url.pathname, headers, body }, abort)
      this.#objects++
      this.#storedBytes += body.length
      return undefined
    })
  }

  async check(): Promise<string | undefined> {
    const { url, headers } = await this.#signRequest('GET', '?list-type=2&max-keys=1')
    return this.#client.check(`${url.pathname}${url.search}`, headers)
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  report(): Readonly<Record<string, unknown>> {
    return { objects: this.#objects, 'bytes stored': this.#storedBytes }
  }

  #objectNameOf(records: Buffer): string {
    const hash = createHash('sha256').update(records).digest('hex')
    if (hash !== this.#lastObject.hash) {
      const now = Date.now()
      const minute = new Date(now).toISOString().slice(0, 16).replace(/[-:]/g, '')
      const extension = this.#settings.isCompressed ? 'ndjson.gz' : 'ndjson'
      this.#lastObject = { hash, name: `${this.#settings.prefix.nameAt(hourOf(now))}${minute}-${hash.slice(0, 32)}.${extension}` }
    }
    return this.#lastObject.name
  }

  async #signRequest(method: string, name: string, body?: Buffer): Promise<{ url: URL; headers: Record<string, string> }> {
    const { root, region, credentials, isCompressed } = this.#settings
    const type = isCompressed ? 'application/gzip' : 'application/x-ndjson'
    const headers = {
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
      ...(body ? { 'content-type': type } : {}),
    }
    const signed = await new this.#Signer({
      method,
      url: `${root}${name}`,
      headers,
      region,
      service: 's3',
      ...credentials,
    }).sign()
    return { url: signed.url, headers: Object.fromEntries(signed.headers) }
  }
}

const ONE_PART = { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY, concurrency: 1 }
