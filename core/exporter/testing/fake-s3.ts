// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac } from 'node:crypto'
import { FakeWeb, type WebAnswer, type WebRequest } from './fake-web.js'

/** An object store that accepts objects whose request is signed correctly (AWS Signature Version 4, headers). */
export class FakeS3 {
  readonly objects = new Map<string, Buffer>()
  readonly #web: FakeWeb
  readonly #steps: WebAnswer[]
  readonly #secret: string

  /** `steps`: responses to the first requests, which store nothing. */
  constructor(secret: string, steps: readonly WebAnswer[] = []) {
    this.#secret = secret
    this.#steps = [...steps]
    this.#web = new FakeWeb(request => this.#answer(request))
  }

  get seen(): readonly WebRequest[] {
    return this.#web.requests
  }

  listen(): Promise<string> {
    return this.#web.listen()
  }

  close(): Promise<void> {
    return this.#web.close()
  }

  #answer(request: WebRequest): WebAnswer {
    const step = this.#steps.shift()
    if (step) return step
    const key = request.headers['x-amz-date'] as string
    if (!isSigned(request, this.#secret))
      return {
        status: 403,
        body: `<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKID</AWSAccessKeyId><Message>Signed at ${key}</Message></Error>`,
      }
    if (request.method === 'PUT') this.objects.set(decodeURIComponent(request.url), request.body)
    return { status: 200 }
  }
}

/** Recomputes the signature from the received request. */
function isSigned({ method, url, headers, body }: WebRequest, secret: string): boolean {
  const authorization = /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
    headers.authorization ?? '',
  )
  const [, scope = '', names = '', signature] = authorization ?? []
  const bodyHash = sha256(body)
  if (!authorization || headers['x-amz-content-sha256'] !== bodyHash || !names.split(';').includes('host')) return false
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  searchParams.sort()
  const path = pathname
    .split('/')
    .map(part => encodeURIComponent(decodeURIComponent(part)))
    .join('/')
  const lines = names.split(';').map(name => `${name}:${String(headers[name]).trim()}\n`)
  const canonical = [method, path, searchParams.toString(), lines.join(''), names, bodyHash].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(Buffer.from(canonical))].join('\n')
  const key = scope.split('/').reduce<Buffer>((last, part) => hmac(last, part), Buffer.from(`AWS4${secret}`))
  return hmac(key, text).toString('hex') === signature
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
