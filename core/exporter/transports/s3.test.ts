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
import { FakeS3 } from '../testing/fake-s3.js'
import type { WebAnswer } from '../testing/fake-web.js'
import { transportHost } from '../testing/transport-host.js'
import { s3TransportPlugin } from './s3-plugin.js'

const s3Transport = s3TransportPlugin('sysflow')

const CHUNK = chunkOfTexts('{"a":1}', '{"b":2}', '{"c":3}')
const LINES = '{"a":1}\n{"b":2}\n{"c":3}\n'
const KEYS = { 's3.accesskey': 'AKID', 's3.secretkey': 'hunter2/+secret', 's3.bucket': 'telemetry' }

async function store(options: Options = {}, ...steps: WebAnswer[]): Promise<{ s3: FakeS3; transport: Transport }> {
  const s3 = new FakeS3('hunter2/+secret', steps)
  const transport = s3Transport.create({ 's3.endpoint': await s3.listen(), ...KEYS, ...options }, transportHost())
  after(() => Promise.all([transport.close(), s3.close()]))
  await transport.open()
  return { s3, transport }
}

test('a chunk is one compressed object of lines, in the bucket, under the prefix, signed', async () => {
  const { s3, transport } = await store({ 's3.prefix': 'flows/%{stage}/date=%Y-%m-%d/', 's3.sessiontoken': 'session' })
  assert.equal(await transport.send(CHUNK, NEVER_ABORTED), undefined)
  const [[name, body]] = [...s3.objects] as [[string, Buffer]]
  assert.match(name, /^\/telemetry\/flows\/exporter\/date=\d{4}-\d\d-\d\d\/\d{8}T\d{4}-[0-9a-f]{32}\.ndjson\.gz$/)
  assert.equal(gunzipSync(body).toString(), LINES)
  assert.equal(s3.seen[0]?.headers['x-amz-security-token'], 'session')
  assert.deepEqual(transport.report?.(), { objects: 1, 'bytes stored': body.length })
})

test('objects are plain lines if so set, and the store can be asked whether it is there', async () => {
  const { s3, transport } = await store({ 's3.gzip': false })
  await transport.send(CHUNK, NEVER_ABORTED)
  assert.deepEqual([...s3.objects.values()].map(String), [LINES])
  assert.equal(await transport.check?.(), undefined)
  assert.match(s3.seen.at(-1)?.url ?? '', /^\/telemetry\/\?list-type=2/)
})

test('a chunk that is sent again keeps the name of its object', async () => {
  const { s3, transport } = await store(
    {},
    { status: 503, body: '<Error><Code>SlowDown</Code><Message>Reduce</Message></Error>' },
  )
  await assert.rejects(transport.send(CHUNK, NEVER_ABORTED), (error: Fault) => {
    assert.match(error.message, /answers 503: SlowDown: Reduce$/)
    return error.isTemporary
  })
  await transport.send(CHUNK, NEVER_ABORTED)
  assert.equal(s3.seen[0]?.url, s3.seen[1]?.url)
  await transport.send(chunkOfTexts('{"d":4}'), NEVER_ABORTED)
  assert.notEqual(s3.seen[1]?.url, s3.seen[2]?.url)
  assert.equal(s3.objects.size, 2)
})

test('an object that the store finds too large is halved', async () => {
  const { s3, transport } = await store({ 's3.gzip': false }, { status: 413 })
  await transport.send(CHUNK, NEVER_ABORTED)
  assert.deepEqual([...s3.objects.values()].map(String).sort(), ['{"a":1}\n', '{"b":2}\n{"c":3}\n'])
})

test('a wrong key is refused for ever, and neither key is in the message', async () => {
  const { transport } = await store({ 's3.secretkey': 'hunter2 wrong' })
  await assert.rejects(transport.send(CHUNK, NEVER_ABORTED), (error: Fault) => {
    assert.match(error.message, /answers 403: SignatureDoesNotMatch: Signed/)
    return !error.isTemporary && !/hunter2|AKID/.test(formatFault(error))
  })
})

test('records gather until an object is large or old enough', () => {
  assert.deepEqual(s3Transport.batching?.({}), { records: 1_000_000, bytes: 8_388_608, milliseconds: 60_000 })
  const given = { buffer: 500, 's3.object.bytes': 1_000_000, 's3.object.seconds': 5 }
  assert.deepEqual(s3Transport.batching?.(given), { records: 500, bytes: 1_000_000, milliseconds: 5000 })
})

test('settings that cannot be used are refused', () => {
  const cases: [Options, RegExp][] = [
    [{ 's3.bucket': '' }, /"s3.bucket": it is missing/],
    [{ 's3.bucket': '../other' }, /"..\/other" is no name of a bucket/],
    [{ 's3.bucket': 'a..b' }, /no name of a bucket/],
    [{ 's3.accesskey': '' }, /"s3.accesskey": it is missing/],
    [{ 's3.prefix': '/%Y' }, /"s3.prefix": it begins with "\/"/],
    [{ 's3.prefix': 'a/../b' }, /"s3.prefix": it makes the name "a\/..\/b"/],
    [{ 's3.endpoint': 's3.example' }, /SFP_WEB_ADDRESS/],
  ]
  for (const [options, expected] of cases) {
    const create = (): Transport => s3Transport.create({ ...KEYS, ...options }, transportHost())
    assert.throws(create, (error: unknown) => error instanceof Fault && expected.test(formatFault(error)), String(expected))
  }
})
