// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Authority, withoutOpenssl } from '../../core/exporter/testing/certificates.js'
import { FakeElasticsearch } from '../../core/exporter/testing/fake-elasticsearch.js'
import { FakeS3 } from '../../core/exporter/testing/fake-s3.js'
import { FakeWeb } from '../../core/exporter/testing/fake-web.js'
import { shared, withoutShared } from '../../core/testing/shared.js'
import { EcsEncoder } from '../../plugins/sysflow/encoders/ecs-encoder.js'
import { encodeTraceLines } from '../../plugins/sysflow/testing/flatten-trace.js'
import { runCommandLine } from '../command-line.js'
import { packageVersion } from '../process/package.js'

const folder = mkdtempSync(join(tmpdir(), 'targets-'))
after(() => rmSync(folder, { recursive: true }))

const TRACE = resolve('resources/traces/webshell.sf')
const GOLDEN = readFileSync('resources/golden/webshell-alerts-ecs.json', 'utf8').trimEnd().split('\n')

class Text extends Writable {
  text = ''
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.text += Buffer.from(chunk).toString('utf8')
    done()
  }
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const [stdout, stderr] = [new Text(), new Text()]
  const never = new AbortController().signal
  const exit = await runCommandLine(args, { stdout, stderr, environment, directory: process.cwd(), stop: never, abort: never })
  return { exit, out: stdout.text, error: stderr.text }
}

const ALERTS = ['-config', 'resources/pipelines/es.json', TRACE]

async function cluster(tls?: ConstructorParameters<typeof FakeElasticsearch>[1]): Promise<[FakeElasticsearch, string]> {
  const server = new FakeElasticsearch([], tls)
  after(() => server.close())
  return [server, await server.listen()]
}

test('check 100: the alerts of the shipped trace are indexed like its golden ECS output, each once', async () => {
  const [server, address] = await cluster()
  const environment = { EXPORTER_ES_ADDRESSES: address, EXPORTER_ES_INDEX: 'alerts-%Y' }
  for (const runs of [1, 2]) {
    const { exit, error, out } = await run(ALERTS, environment)
    assert.equal(exit, 0, error)
    assert.equal(out, '')
    assert.deepEqual(server.documents, GOLDEN)
    assert.deepEqual([...server.indices.keys()], ['alerts-2024'])
    assert.equal(server.requests.filter(({ url }) => url.startsWith('/_bulk')).length, runs)
  }
})

test('check 100: every record of a recorded trace is indexed as ECS, under its id', { skip: withoutShared }, async () => {
  const [server, address] = await cluster()
  const pipeline = join(folder, 'enrich.json')
  const trace = shared('traces', 'processor/1621959914')
  const text = readFileSync('resources/pipelines/enrich.json', 'utf8')
  writeFileSync(pipeline, text)
  const environment = { EXPORTER_EXPORT: 'es', EXPORTER_FORMAT: 'ecs', EXPORTER_BUFFER: '500', EXPORTER_ES_ADDRESSES: address }
  const { exit, error } = await run(['-config', pipeline, trace], environment)
  assert.equal(exit, 0, error)
  const lines = new Set(await encodeTraceLines(trace, new EcsEncoder(packageVersion())))
  assert.deepEqual(
    server.documents.filter(document => !lines.has(document)),
    [],
  )
  assert.equal(new Set(server.documents).size, lines.size)
})

test('credentials are read from the environment and from files, and never shown', async () => {
  const vault = mkdtempSync(join(folder, 'vault-'))
  const [server, address] = await cluster()
  const environment = { EXPORTER_ES_ADDRESSES: address, EXPORTER_ES_USERNAME: 'elastic', EXPORTER_ES_PASSWORD: 'hunter2' }
  const shown = [await run(ALERTS, environment), await run(['config', ...ALERTS.slice(0, 2)], environment)]
  writeFileSync(join(vault, 'es.username'), 'elastic\n')
  writeFileSync(join(vault, 'es.password'), 'hunter2\n')
  const files = { EXPORTER_ES_ADDRESSES: address, EXPORTER_VAULT_SECRETS: 'true', EXPORTER_VAULT_PATH: vault }
  shown.push(await run(ALERTS, files), await run(['config', ...ALERTS.slice(0, 2)], files))
  for (const { exit, out, error } of shown) {
    assert.equal(exit, 0, error)
    assert.doesNotMatch(out + error, /hunter2|ZWxhc3RpYzpodW50ZXIy/)
  }
  assert.match(shown[1]?.out ?? '', /"es.password": "\*{8}"/)
  assert.deepEqual([...new Set(server.requests.map(({ headers }) => headers.authorization))], ['Basic ZWxhc3RpYzpodW50ZXIy'])
  assert.ok(server.requests.length > 1)
})

test('a secret without a file stops the start, with the keys that can name files', async () => {
  const { exit, error } = await run(ALERTS, { EXPORTER_VAULT_SECRETS: 'true', EXPORTER_VAULT_PATH: folder })
  assert.equal(exit, 1)
  assert.match(error, /SFP_WEB_SECRETS: .*one of es\.username, es\.password, es\.apikey/)
})

test('a cluster is verified with the authority of its certificate, and no other', { skip: withoutOpenssl }, async () => {
  const authority = new Authority(folder, 'ours')
  const { cert, key } = authority.issue('127.0.0.1')
  const [server, address] = await cluster({ cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') })
  const environment = { EXPORTER_ES_ADDRESSES: address, EXPORTER_RETRY_SECONDS: '0', EXPORTER_ES_APIKEY: 'hunter2' }
  const trusted = await run(ALERTS, { ...environment, EXPORTER_ES_TLS_CA: authority.cert })
  assert.deepEqual([trusted.exit, server.documents.length], [0, GOLDEN.length], trusted.error)
  const requests = server.requests.length
  const strangers = [{}, { EXPORTER_ES_TLS_CA: new Authority(folder, 'theirs').cert }]
  for (const settings of strangers) {
    const { exit, error } = await run(ALERTS, { ...environment, ...settings })
    assert.equal(exit, 1)
    assert.match(error, /SFP_WEB_CERTIFICATE: the certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted: .*"es\.tls\.ca"/s)
  }
  assert.equal(server.requests.length, requests, 'no request reaches a server that is not trusted')
  const trusting = await run(ALERTS, { ...environment, EXPORTER_ES_TLS_INSECURE: 'true' })
  assert.equal(trusting.exit, 0)
  assert.match(trusting.error, /SFP_WEB_UNVERIFIED: transport es does not verify the certificate of https/)
})

test('a cluster that requests a certificate receives it; an unusable certificate stops the start', {
  skip: withoutOpenssl,
}, async () => {
  const authority = new Authority(folder, 'both')
  const [theirs, ours] = [authority.issue('127.0.0.1'), authority.issue('edge-1')]
  const [cert, key, ca] = [theirs.cert, theirs.key, authority.cert].map(path => readFileSync(path, 'utf8'))
  const [server, address] = await cluster({ cert, key, ca, requestCert: true, rejectUnauthorized: true })
  const environment = { EXPORTER_ES_ADDRESSES: address, EXPORTER_ES_TLS_CA: authority.cert, EXPORTER_RETRY_SECONDS: '0' }
  assert.equal((await run(ALERTS, environment)).exit, 1)
  assert.equal(server.documents.length, 0)
  const identity = { EXPORTER_ES_TLS_CERT: ours.cert, EXPORTER_ES_TLS_KEY: ours.key }
  const known = await run(ALERTS, { ...environment, ...identity })
  assert.deepEqual([known.exit, server.documents.length], [0, GOLDEN.length], known.error)
  const mixed = await run(ALERTS, { ...environment, ...identity, EXPORTER_ES_TLS_KEY: theirs.key })
  assert.deepEqual([mixed.exit, /SFP_WEB_IDENTITY/.test(mixed.error)], [1, true], mixed.error)
  const half = await run(ALERTS, { ...environment, EXPORTER_ES_TLS_CERT: ours.cert })
  assert.deepEqual(
    [half.exit, /"es.tls.key": it is required together with "es.tls.cert"/.test(half.error)],
    [1, true],
    half.error,
  )
})

test('records that are given up set exit status 1, even if the failure of the target was reported before', async () => {
  const environment = { EXPORTER_ES_ADDRESSES: 'http://127.0.0.1:1', EXPORTER_RETRY_SECONDS: '1', EXPORTER_RETRY_PAUSE: '1' }
  const { exit, error } = await run(ALERTS, environment)
  assert.match(error, /warning SFP_DELIVERY_AGAIN: .*cannot connect to .*: connection refused/)
  assert.match(error, new RegExp(`${GOLDEN.length} DROPPED`))
  assert.equal(exit, 1)
})

test('with a spool each alert is indexed once, and rejected ones are stored with the reason', async () => {
  const server = new FakeElasticsearch([
    { kind: 'status', status: 503 },
    { kind: 'items', statuses: [201, 429, 400] },
    { kind: 'close after' },
  ])
  after(() => server.close())
  const [spool, dead] = [join(folder, 'spool'), join(folder, 'dead')]
  const { exit, error } = await run(ALERTS, {
    EXPORTER_ES_ADDRESSES: await server.listen(),
    EXPORTER_ES_GZIP: 'true',
    EXPORTER_SPOOL_PATH: spool,
    EXPORTER_SPOOL_DRAIN: '60',
    EXPORTER_DEADLETTER_PATH: dead,
  })
  assert.equal(exit, 0, error)
  assert.ok([...server.created.values()].every(times => times === 1))
  const letters = readdirSync(dead)
    .map(name => readFileSync(join(dead, name), 'latin1'))
    .join('')
  const reasons = [...letters.matchAll(/mapper_parsing_exception: failed to parse field \[process\.start\]/g)]
  assert.equal(reasons.length, Math.floor(GOLDEN.length / 3))
  assert.equal(server.documents.length + reasons.length, GOLDEN.length)
})

test('a web server receives the alerts of the shipped trace in order, and an object store one object with all of them', async () => {
  const [web, s3] = [new FakeWeb(), new FakeS3('hunter2')]
  after(() => Promise.all([web.close(), s3.close()]))
  const [url, endpoint] = [await web.listen(), await s3.listen()]
  const posted = await run(ALERTS, { EXPORTER_EXPORT: 'http', EXPORTER_HTTP_URL: url, EXPORTER_HTTP_BATCH_RECORDS: '4' })
  assert.equal(posted.exit, 0, posted.error)
  assert.equal(web.requests.map(({ body }) => body.toString()).join(''), `${GOLDEN.join('\n')}\n`)
  assert.equal(web.requests.length, Math.ceil(GOLDEN.length / 4))
  const keys = { EXPORTER_S3_ACCESSKEY: 'AKID', EXPORTER_S3_SECRETKEY: 'hunter2' }
  const stored = await run(ALERTS, {
    EXPORTER_EXPORT: 's3',
    EXPORTER_S3_ENDPOINT: endpoint,
    EXPORTER_S3_BUCKET: 'telemetry',
    ...keys,
  })
  assert.equal(stored.exit, 0, stored.error)
  assert.deepEqual(
    [...s3.objects.values()].map(object => gunzipSync(object).toString()),
    [`${GOLDEN.join('\n')}\n`],
  )
})

test('a collector receives the alerts of the shipped trace as one OTLP request in JSON', async () => {
  const web = new FakeWeb(() => ({ status: 200, body: '{}' }))
  after(() => web.close())
  const url = `${await web.listen()}/v1/logs`
  const { exit, error } = await run(ALERTS, { EXPORTER_EXPORT: 'otlp', EXPORTER_FORMAT: 'otel', EXPORTER_OTLP_URL: url })
  assert.equal(exit, 0, error)
  const requests = web.requests.map(
    ({ body }) => JSON.parse(body.toString()) as { resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[] },
  )
  assert.equal(requests.length, 1)
  const records = requests.flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(scope => scope.logRecords)),
  )
  assert.equal(records.length, GOLDEN.length)
})
