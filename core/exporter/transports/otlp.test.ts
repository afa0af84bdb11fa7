// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Transport } from '../../contract/exporter.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { HttpClient } from '../http-client.js'
import { chunkOfTexts } from '../testing/chunks.js'
import { FakeWeb, type WebAnswer } from '../testing/fake-web.js'
import { transportHost } from '../testing/transport-host.js'
import { OtlpTransport } from './otlp.js'
import { otlpTransport } from './otlp-plugin.js'

async function collector(...answers: WebAnswer[]): Promise<{ web: FakeWeb; transport: Transport; origin: string }> {
  const web = new FakeWeb(() => answers.shift() ?? { status: 200, body: '{"partialSuccess":{}}' })
  const origin = await web.listen()
  const transport = otlpTransport.create({ 'otlp.url': `${origin}/v1/logs` }, transportHost())
  after(() => Promise.all([transport.close(), web.close()]))
  await transport.open()
  return { web, transport, origin }
}

test('records of other formats are bodies of log records', async () => {
  const { web, transport } = await collector()
  assert.equal(await transport.send(chunkOfTexts('{"a":"ä\\n"}', '{"b":2}'), NEVER_ABORTED), undefined)
  const [request] = web.requests
  assert.deepEqual([request?.method, request?.url], ['POST', '/v1/logs'])
  assert.equal(request?.headers['content-type'], 'application/json')
  const [resource, ...others] = JSON.parse(request?.body.toString() ?? '').resourceLogs
  assert.deepEqual(others, [])
  assert.deepEqual(resource.resource.attributes[0], { key: 'service.name', value: { stringValue: 'sfprocessor' } })
  const [scope] = resource.scopeLogs
  assert.equal(scope.scope.name, 'sfprocessor.json')
  assert.deepEqual(
    scope.logRecords.map((record: { body: { stringValue: string } }) => record.body.stringValue),
    ['{"a":"ä\\n"}', '{"b":2}'],
  )
  for (const { observedTimeUnixNano } of scope.logRecords) assert.match(observedTimeUnixNano, /^\d{19}$/)
})

test('records of format otel are joined as they are', async () => {
  const web = new FakeWeb()
  const origin = await web.listen()
  const client = await HttpClient.load({
    transport: 'otlp',
    origins: [origin],
    headers: {},
    isInsecure: false,
    isCompressed: false,
    timeoutSeconds: 5,
    connections: 1,
  })
  const transport = new OtlpTransport(client, { path: '/v1/logs', format: 'otel', version: '1.0.0', bytes: 1000 })
  after(() => Promise.all([transport.close(), web.close()]))
  await transport.send(chunkOfTexts('{"resource":{}}', '{"scopeLogs":[]}'), NEVER_ABORTED)
  assert.equal(web.requests[0]?.body.toString(), '{"resourceLogs":[{"resource":{}},{"scopeLogs":[]}]}')
})

test('log records that the collector rejects are counted as rejected, though it does not say which', async () => {
  const partial = (count: unknown): WebAnswer => ({
    status: 200,
    body: JSON.stringify({ partialSuccess: { rejectedLogRecords: count, errorMessage: 'too old' } }),
  })
  const { transport } = await collector(partial('1'), partial(2), partial(70), partial(0), { status: 200, body: '' })
  const chunk = chunkOfTexts('{"a":1}', '{"b":2}', '{"c":3}')
  const refused = async (): Promise<number[]> =>
    ((await transport.send(chunk, NEVER_ABORTED))?.rejected ?? []).map(({ recordIndex }) => recordIndex)
  assert.match(
    (await transport.send(chunk, NEVER_ABORTED))?.rejected[0]?.reason ?? '',
    /without saying which: 1 of 3 records: too old/,
  )
  assert.deepEqual([await refused(), await refused(), await refused(), await refused()], [[1, 2], [0, 1, 2], [], []])
})

test('a busy collector is a temporary failure', async () => {
  const { transport } = await collector({ status: 503 })
  await assert.rejects(transport.send(chunkOfTexts('{}'), NEVER_ABORTED), { code: 'SFP_WEB_STATUS', isTemporary: true })
})
