// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Transport } from '../../contract/exporter.js'
import type { Options } from '../../contract/plugin.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { formatFault } from '../../errors/format-fault.js'
import { chunkOfTexts } from '../testing/chunks.js'
import { FakeWeb, type WebAnswer } from '../testing/fake-web.js'
import { transportHost } from '../testing/transport-host.js'
import { httpTransport } from './http-plugin.js'

const CHUNK = chunkOfTexts('{"a":1}', '{"b":2}', '{"c":3}')

async function hook(options: Options, ...answers: WebAnswer[]): Promise<{ web: FakeWeb; transport: Transport }> {
  const web = new FakeWeb(() => answers.shift() ?? { status: 204 })
  const transport = httpTransport.create({ 'http.url': `${await web.listen()}/hook?token=hunter2`, ...options }, transportHost())
  after(() => Promise.all([transport.close(), web.close()]))
  await transport.open()
  return { web, transport }
}

test('records are posted one per line, with the configured method, address and headers', async () => {
  const { web, transport } = await hook({
    'http.method': 'PUT',
    'http.headers': { 'X-Source': 'edge-1' },
    'http.token': 'abcdef',
  })
  assert.equal(await transport.send(CHUNK, NEVER_ABORTED), undefined)
  const [request] = web.requests
  assert.deepEqual([request?.method, request?.url], ['PUT', '/hook?token=hunter2'])
  assert.equal(request?.body.toString(), '{"a":1}\n{"b":2}\n{"c":3}\n')
  assert.equal(request?.headers['x-source'], 'edge-1')
  assert.equal(request?.headers.authorization, 'Bearer abcdef')
  assert.equal(request?.headers['content-type'], 'application/x-ndjson')
})

test('records are posted as one array, compressed, with a user, if configured', async () => {
  const options = { 'http.body': 'array', 'http.gzip': true, 'http.username': 'u', 'http.password': 'p' }
  const { web, transport } = await hook(options)
  await transport.send(CHUNK, NEVER_ABORTED)
  const [request] = web.requests
  assert.equal(request?.headers['content-encoding'], 'gzip')
  assert.deepEqual(JSON.parse(gunzipSync(request?.body ?? '').toString()), [{ a: 1 }, { b: 2 }, { c: 3 }])
  assert.equal(request?.headers.authorization, `Basic ${Buffer.from('u:p').toString('base64')}`)
})

test('a chunk beyond the batch limits is sent in several requests, in order', async () => {
  const { web, transport } = await hook({ 'http.batch.records': 2 })
  await transport.send(CHUNK, NEVER_ABORTED)
  assert.deepEqual(
    web.requests.map(({ body }) => body.toString()),
    ['{"a":1}\n{"b":2}\n', '{"c":3}\n'],
  )
})

test('if a chunk needs several requests, only the failed ones are sent again', async () => {
  const { transport } = await hook({ 'http.batch.records': 1 }, { status: 200 }, { status: 400, body: 'no' }, { status: 503 })
  const outcome = await transport.send(CHUNK, NEVER_ABORTED)
  assert.deepEqual([outcome?.rejected.map(({ recordIndex }) => recordIndex), outcome?.retryable], [[1], [2]])
})

test('messages contain neither the path of the address nor a header, even if the server returns them', async () => {
  const secrets = { 'http.headers': { 'x-key': 'hunter2-key' }, 'http.token': 'hunter2-token' }
  const echo = 'you sent x-key: hunter2-key and Authorization: Bearer hunter2-token'
  const { transport } = await hook(secrets, { status: 400, body: echo })
  await assert.rejects(transport.send(CHUNK, NEVER_ABORTED), (error: Fault) => {
    assert.match(error.message, /answers 400: you sent x-key: \*{8} and Authorization: \*{8}/)
    return !formatFault(error).includes('hunter2')
  })
})

test('the text of an error page is reported without markup', async () => {
  const chunk = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>'
  const { transport } = await hook({}, { status: 502, body: chunk })
  await assert.rejects(transport.send(CHUNK, NEVER_ABORTED), /answers 502: 502 Bad Gateway$/)
})

test('invalid settings are refused, and the error does not contain them', () => {
  const cases: [Options, RegExp][] = [
    [{}, /"http.url": it is missing/],
    [{ 'http.url': 'example.com/hunter2' }, /SFP_WEB_ADDRESS/],
    [{ 'http.url': 'http://x/', 'http.headers': { 'content-length': '3' } }, /header "content-length" is set by the transport/],
    [{ 'http.url': 'http://x/', 'http.headers': { 'a b': '3' } }, /header "a b" has an invalid header name/],
    [{ 'http.url': 'http://x/', 'http.headers': { a: 'hunter2\n' } }, /characters that are invalid in a header/],
    [{ 'http.url': 'http://x/', 'http.headers': { a: { hunter2: 1 } } }, /header "a" is not a string/],
    [{ 'http.url': 'http://x/', 'http.token': 'hunter2', 'http.username': 'u', 'http.password': 'p' }, /a user is also set/],
  ]
  for (const [options, expected] of cases) {
    assert.throws(
      () => httpTransport.create(options, transportHost()),
      (error: unknown) => error instanceof Fault && expected.test(formatFault(error)) && !formatFault(error).includes('hunter2'),
      String(expected),
    )
  }
})
