// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Chunk, RejectedRecord, Transport } from '../../contract/exporter.js'
import { Ledger } from '../../contract/ledger.js'
import type { Options } from '../../contract/plugin.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { formatFault } from '../../errors/format-fault.js'
import { Delivery } from '../delivery/delivery.js'
import { chunkOfRecordsWithMeta, type RecordForChunk } from '../testing/chunks.js'
import { type BulkStep, FakeElasticsearch } from '../testing/fake-elasticsearch.js'
import { transportHost } from '../testing/transport-host.js'
import { esTransportPlugin } from './es-plugin.js'

const esTransport = esTransportPlugin('sysflow')

const servers: FakeElasticsearch[] = []
after(() => Promise.all(servers.map(server => server.close())))

async function cluster(...steps: BulkStep[]): Promise<{ server: FakeElasticsearch; address: string }> {
  const server = new FakeElasticsearch(steps)
  servers.push(server)
  return { server, address: await server.listen() }
}

async function transportTo(address: string, options: Options = {}): Promise<Transport> {
  const transport = esTransport.create({ 'es.addresses': address, 'es.seconds': 5, ...options }, transportHost('ecs'))
  await transport.open()
  after(() => transport.close())
  return transport
}

/** A record of a chunk; its number is its id. */
const record = (number: number, hour = '2023-11-14T22'): RecordForChunk => ({
  id: number.toString(16).padStart(16, '0'),
  time: BigInt(Date.parse(`${hour}:13:20Z`)) * 1_000_000n,
  text: `{"number":${number}}`,
})
const records = (count: number): Chunk => chunkOfRecordsWithMeta(...Array.from({ length: count }, (_, number) => record(number)))

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  return assert.fail('no fault')
}

test('check 100: a chunk is one request with a create action, the id and a document for each record', async () => {
  const { server, address } = await cluster()
  const transport = await transportTo(address)
  assert.equal(await transport.send(records(2), NEVER_ABORTED), undefined)
  const [request] = server.requests
  assert.equal(request?.method, 'POST')
  assert.match(request?.url ?? '', /^\/_bulk\?filter_path=/)
  assert.equal(request?.headers['content-type'], 'application/x-ndjson')
  assert.equal(
    request?.body,
    '{"create":{"_index":"sysflow","_id":"0000000000000000"}}\n{"number":0}\n' +
      '{"create":{"_index":"sysflow","_id":"0000000000000001"}}\n{"number":1}\n',
  )
})

test('check 100: an item that can never be indexed is rejected with the type and reason of the cluster', async () => {
  const { server, address } = await cluster({ kind: 'items', statuses: [201, 400, 429, 503] })
  const transport = await transportTo(address)
  const outcome = await transport.send(records(4), NEVER_ABORTED)
  assert.deepEqual(outcome?.rejected, [
    { recordIndex: 1, reason: 'mapper_parsing_exception: failed to parse field [process.start]' },
  ])
  assert.deepEqual(outcome?.retryable, [2, 3])
  assert.match(outcome?.reason ?? '', /answers 429 for a record: mapper_parsing_exception/)
  assert.deepEqual(server.ids, ['0000000000000000'])
})

test('a record that already exists counts as safe, and is in the index once', async () => {
  const { server, address } = await cluster()
  const transport = await transportTo(address)
  await transport.send(records(3), NEVER_ABORTED)
  assert.equal(await transport.send(records(3), NEVER_ABORTED), undefined)
  assert.equal(server.documents.length, 3)
  assert.deepEqual(transport.report?.(), { requests: 2, 'there already': 3 })
})

test('records whose response was lost are sent again, and found there', async () => {
  const { server, address } = await cluster({ kind: 'close after' })
  const transport = await transportTo(address)
  const fault = await faultOf(transport.send(records(3), NEVER_ABORTED))
  assert.deepEqual([fault.code, fault.isTemporary], ['SFP_WEB_UNREACHABLE', true])
  assert.equal(await transport.send(records(3), NEVER_ABORTED), undefined)
  assert.deepEqual([...server.created.values()], [1, 1, 1])
})

test('retryable statuses are temporary faults, the others are not', async () => {
  for (const status of [408, 425, 429, 500, 502, 503, 504, 301, 400, 401, 403, 404]) {
    const { address } = await cluster({ kind: 'status', status, headers: { location: 'http://127.0.0.1:1/' } })
    const fault = await faultOf((await transportTo(address)).send(records(2), NEVER_ABORTED))
    assert.deepEqual([fault.code, fault.isTemporary], ['SFP_WEB_STATUS', status > 404 || status === 0], String(status))
  }
})

test('a request that is too large is halved until it fits; a single record that does not fit is rejected', async () => {
  const tooLarge: BulkStep = { kind: 'status', status: 413 }
  const { server, address } = await cluster(tooLarge, tooLarge, tooLarge)
  const outcome = await (await transportTo(address, { 'es.bulk.numWorkers': 1 })).send(records(4), NEVER_ABORTED)
  assert.deepEqual(
    outcome?.rejected.map(({ recordIndex }) => recordIndex),
    [0],
  )
  assert.match(outcome?.rejected[0]?.reason ?? '', /answers 413/)
  assert.equal(server.documents.length, 3)
})

test('a chunk larger than es.bulk.flushBuffer is sent in several requests within the limit', async () => {
  const { server, address } = await cluster()
  const transport = await transportTo(address, { 'es.bulk.flushBuffer': 1000, 'es.bulk.numWorkers': 3 })
  assert.equal(await transport.send(records(50), NEVER_ABORTED), undefined)
  assert.equal(server.documents.length, 50)
  assert.ok(server.requests.length > 4)
  for (const { body } of server.requests) assert.ok(body.length <= 1000, String(body.length))
})

test('invalid responses are temporary faults: the records are sent again and found there', async () => {
  const bodies = [
    '',
    '{',
    '[]',
    '{"items":3}',
    '{"items":[]}',
    '{"items":[{"create":{}},{}]}',
    `{"items":"${'x'.repeat(100_000)}"}`,
  ]
  const { server, address } = await cluster(...bodies.map(body => ({ kind: 'say', body }) as const))
  const transport = await transportTo(address)
  for (const body of bodies) {
    const fault = await faultOf(transport.send(records(2), NEVER_ABORTED))
    assert.deepEqual([fault.code, fault.isTemporary], ['SFP_WEB_ANSWER', true], body.slice(0, 40))
    assert.ok(formatFault(fault).length < 500)
  }
  assert.equal(await transport.send(records(2), NEVER_ABORTED), undefined)
  assert.equal(server.documents.length, 2)
})

test('an endless response is cut off', async () => {
  const { address } = await cluster({ kind: 'say', body: 'x'.repeat(33 * 1024 * 1024) })
  const fault = await faultOf((await transportTo(address)).send(records(1), NEVER_ABORTED))
  assert.match(fault.message, /the response is too large/)
  assert.ok(fault.isTemporary)
})

test('a server that never responds is given up after es.seconds', async () => {
  const { address } = await cluster({ kind: 'stall' })
  const fault = await faultOf((await transportTo(address, { 'es.seconds': 1 })).send(records(1), NEVER_ABORTED))
  assert.match(fault.message, /no answer within 1 seconds/)
  assert.ok(fault.isTemporary)
})

test('sending ends soon after the abort, with its reason', async () => {
  const { server, address } = await cluster({ kind: 'stall' })
  const control = new AbortController()
  const sending = (await transportTo(address)).send(records(1), control.signal)
  sending.catch(() => {})
  while (server.requests.length === 0) await new Promise(setImmediate)
  control.abort(new Error('enough'))
  await assert.rejects(sending, /enough/)
})

test('nodes are used in turn, and an unreachable node is skipped', async () => {
  const [one, two, gone] = [await cluster(), await cluster(), await cluster()]
  await gone.server.close()
  const transport = await transportTo([one.address, gone.address, two.address].join(', '))
  for (let chunk = 0; chunk < 6; chunk++)
    assert.equal(await transport.send(chunkOfRecordsWithMeta(record(chunk)), NEVER_ABORTED), undefined)
  assert.ok(one.server.documents.length >= 2 && two.server.documents.length >= 2)
  assert.equal(one.server.documents.length + two.server.documents.length, 6)
})

test('the index of a record is that of its own hour, so a record is always in the same index', async () => {
  const { server, address } = await cluster()
  const transport = await transportTo(address, { 'es.index': 'flows-%{stage}-%Y.%m.%d' })
  await transport.send(chunkOfRecordsWithMeta(record(1, '2023-11-14T23'), record(2, '2023-11-15T00')), NEVER_ABORTED)
  assert.deepEqual([...server.indices.keys()], ['flows-exporter-2023.11.14', 'flows-exporter-2023.11.15'])
})

test('every request has credentials, compressed or not, and no message contains them', async () => {
  const cases: [Options, string][] = [
    [{ 'es.username': 'elastic', 'es.password': 'hunter2' }, `Basic ${Buffer.from('elastic:hunter2').toString('base64')}`],
    [{ 'es.apikey': 'id:hunter2' }, `ApiKey ${Buffer.from('id:hunter2').toString('base64')}`],
    [{ 'es.apikey': 'aHVudGVyMg==' }, 'ApiKey aHVudGVyMg=='],
  ]
  for (const [options, expected] of cases) {
    const { server, address } = await cluster({ kind: 'status', status: 401 })
    const transport = await transportTo(address, { ...options, 'es.gzip': true })
    const fault = await faultOf(transport.send(records(1), NEVER_ABORTED))
    assert.doesNotMatch(JSON.stringify([formatFault(fault), fault.details, String(fault.cause)]), /hunter2|aHVudGVyMg/)
    assert.equal(await transport.send(records(1), NEVER_ABORTED), undefined)
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization),
      [expected, expected],
    )
  }
})

test('settings that exclude each other are refused before the start, and the error contains no secret', () => {
  const cases: [Options, RegExp][] = [
    [{ 'es.addresses': 'http://elastic:hunter2@localhost' }, /SFP_WEB_ADDRESS: .*contains a user name or a password/],
    [{ 'es.addresses': 'hunter2' }, /SFP_WEB_ADDRESS: .*not a URL/],
    [{ 'es.addresses': 'ftp://localhost' }, /SFP_WEB_ADDRESS/],
    [{ 'es.username': 'elastic' }, /"es.password": it is required together with "es.username"/],
    [{ 'es.password': 'hunter2' }, /"es.username": it is required together with "es.password"/],
    [{ 'es.username': 'e', 'es.password': 'hunter2', 'es.apikey': 'hunter2' }, /"es.apikey": a user is also set/],
    [{ 'es.apikey': 'hunter2\r\nx' }, /invalid in a header/],
    [{ 'es.index': '%{host}' }, /"es.index": it starts with a variable/],
    [{ 'es.bulk.flushTimeout': 'soon' }, /"soon" is not a duration/],
  ]
  for (const [options, expected] of cases) {
    assert.throws(
      () => {
        esTransport.batching?.(options)
        esTransport.create(options, transportHost('ecs'))
      },
      (error: Fault) => expected.test(formatFault(error)) && !formatFault(error).includes('hunter2'),
      String(expected),
    )
  }
  assert.throws(() => esTransport.create({ 'es.setup': true }, transportHost('json')), /no template exists for format json/)
})

test('credentials that would be sent unencrypted to another host cause a warning', () => {
  const warned = (options: Options): string[] =>
    (esTransport.warnings?.({ 'es.apikey': 'k', ...options }) ?? []).map(warning =>
      warning instanceof Fault ? `${warning.code} ${warning.level}` : '',
    )
  assert.deepEqual(warned({ 'es.addresses': 'http://elastic.example:9200' }), ['SFP_WEB_PLAIN warning'])
  for (const address of ['https://elastic.example', 'http://localhost:9200', 'http://127.0.0.1', 'http://[::1]:9200'])
    assert.deepEqual(warned({ 'es.addresses': address }), [])
})

test('the index template is installed at the start if configured, for all possible index names', async () => {
  const { server, address } = await cluster()
  await transportTo(`${address}/behind/`, { 'es.setup': true, 'es.index': 'flows-%Y' })
  const [request] = server.requests
  assert.deepEqual([request?.method, request?.url], ['PUT', '/behind/_index_template/flows-ecs'])
  assert.deepEqual(JSON.parse(request?.body ?? '').index_patterns, ['flows-*'])
  const { address: other } = await cluster()
  assert.equal((await faultOf(transportTo('http://127.0.0.1:1', { 'es.setup': true }))).code, 'SFP_WEB_UNREACHABLE')
  assert.equal(await (await transportTo(other)).check?.(), undefined)
  assert.match((await (await transportTo('http://127.0.0.1:1')).check?.()) ?? '', /cannot connect to/)
})

test('a server that requests a pause gets no request during the pause', async () => {
  const busy: BulkStep = { kind: 'status', status: 429, headers: { 'retry-after': '1' } }
  const { server, address } = await cluster(busy)
  const transport = await transportTo(address)
  assert.ok((await faultOf(transport.send(records(1), NEVER_ABORTED))).isTemporary)
  const control = new AbortController()
  const sending = transport.send(records(1), control.signal)
  sending.catch(() => {})
  await new Promise(setImmediate)
  assert.equal(server.requests.length, 1)
  control.abort(new Error('enough'))
  await assert.rejects(sending, /enough/)
  assert.equal(server.requests.length, 1)
})

/** A step that ends by itself; a stall would take a second each. */
const step: fc.Arbitrary<BulkStep> = fc.oneof(
  fc.constant({ kind: 'take' } as const),
  fc.constantFrom(429, 500, 503, 413, 400, 401).map(status => ({ kind: 'status', status }) as const),
  fc
    .array(fc.constantFrom(201, 201, 429, 503, 400, 404), { minLength: 1, maxLength: 5 })
    .map(statuses => ({ kind: 'items', statuses }) as const),
  fc.constantFrom({ kind: 'close' } as const, { kind: 'close after' } as const),
  fc.constantFrom('', '{}', '{"items":[{}]}', 'nonsense').map(body => ({ kind: 'say', body }) as const),
)

test('for any responses of a cluster, each record is indexed once by its id, rejected once or given up once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(step, { maxLength: 8 }),
      fc.constantFrom(1000, 5_000_000),
      async (count, steps, bytes) => {
        const { server, address } = await cluster(...steps)
        const transport = esTransport.create(
          { 'es.addresses': address, 'es.bulk.flushBuffer': bytes, 'es.bulk.numWorkers': 2 },
          transportHost('ecs'),
        )
        await transport.open()
        const refused: string[] = []
        const ledger = new Ledger()
        ledger.in = ledger.held = count
        const deadLetters = {
          async put(chunk: Chunk, _: readonly RejectedRecord[]) {
            refused.push(...(chunk.meta?.ids ?? []).map(String))
          },
          close: async () => {},
        }
        const retry = { seconds: 3600, maxPauseSeconds: 1, wait: async () => {} }
        await new Delivery(transport, ledger, () => {}, { retry, deadLetters }).send(records(count), NEVER_ABORTED)
        await transport.close()
        await server.close()
        assert.deepEqual([ledger.held, ledger.difference], [0, 0])
        assert.ok([...server.created.values()].every(times => times === 1))
        assert.equal(ledger.out + (ledger.filtered.get('dead letter') ?? 0), count)
        assert.equal(new Set(refused).size, refused.length)
        // A record may be both: indexed by a request whose response was lost, and rejected when it was sent again.
        assert.equal(new Set([...server.ids, ...refused]).size, count)
      },
    ),
    { numRuns: 60 },
  )
})

test('collected records are bounded by the size of concurrent requests, and wait for the configured time', () => {
  assert.deepEqual(esTransport.batching?.({ 'es.bulk.numWorkers': 2 }), { bytes: 10_000_000 })
  assert.deepEqual(esTransport.batching?.({ 'es.bulk.numWorkers': 64, 'es.bulk.flushTimeout': '1m30s' }), {
    bytes: 16 * 1024 * 1024,
    milliseconds: 90_000,
  })
})
