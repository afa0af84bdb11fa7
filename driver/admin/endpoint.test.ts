// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, type TestContext, test } from 'node:test'
import { NONE_DISABLED, silentLogger } from '../../core/contract/host.js'
import type { Receiver } from '../../core/contract/stage.js'
import { Fault } from '../../core/errors/fault.js'
import { adminSettings } from '../config/admin-options.js'
import { Validator } from '../config/options/validate.js'
import { parseSettings } from '../config/pipeline-file/parse-settings.js'
import { Registry } from '../loader/registry.js'
import { startSingleThreaded } from '../pipeline/pipeline-run.js'
import { planPipeline } from '../pipeline/plan.js'
import { runPipeline } from '../pipeline/run.js'
import type { Wiring } from '../pipeline/wiring.js'
import { Log } from '../process/log.js'
import { parsedExposition } from '../testing/exposition-parser.js'
import { type HttpRequestOptions, type HttpResponse, readUntilClosed, requestHttp } from '../testing/http-request.js'
import type { NumberBatch } from '../testing/number-driver.js'
import { numbersPlugin, passPlugin, sinkPlugin } from '../testing/number-plugins.js'
import { SinkStage } from '../testing/sink-stage.js'
import { HOSTILE } from '../testing/some-snapshot.js'
import { AdminEndpoint } from './endpoint.js'
import type { PipelineSnapshot } from './snapshot.js'

const folder = mkdtempSync(join(tmpdir(), 'inside-'))
after(() => rmSync(folder, { recursive: true }))

/** A sink that accepts no more records until the test releases it, and whose health the test sets. */
class HeldSink extends SinkStage {
  readonly released: Promise<void>
  release: () => void = () => {}
  illness: string | undefined

  constructor() {
    super()
    this.released = new Promise(resolve => {
      this.release = resolve
    })
  }

  override async run(input: Receiver<NumberBatch>): Promise<void> {
    await this.released
    await super.run(input)
  }

  async check(): Promise<string | undefined> {
    return this.illness
  }
}

function wired(sink: HeldSink): Wiring {
  const stages = [
    { processor: 'pass', name: HOSTILE, in: 'a numberchan', out: 'b numberchan' },
    { processor: 'sink', in: 'b numberchan' },
  ]
  const text = JSON.stringify({ drivers: [{ driver: 'numbers', out: 'a numberchan' }], pipeline: stages })
  const plugins = [numbersPlugin(), passPlugin(), { ...sinkPlugin(), create: () => sink }]
  const context = { validator: new Validator(), globals: {}, directories: [], currentDirectory: '.' }
  return planPipeline(parseSettings(text, 'p.json'), new Registry(plugins), { driver: undefined, paths: [] }, context)
}

interface Opened {
  readonly endpoint: AdminEndpoint
  readonly at: number | string
  readonly sink: HeldSink
  readonly wiring: Wiring
  readonly stop: AbortController
  readonly log: () => string
  ask(path: string, asked?: HttpRequestOptions): Promise<HttpResponse>
}

async function opened(context: TestContext, options: Readonly<Record<string, unknown>> = {}): Promise<Opened> {
  const sink = new HeldSink()
  const wiring = wired(sink)
  const stop = new AbortController()
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const log = new Log('info', stream)
  const endpoint = new AdminEndpoint(adminSettings({ address: '127.0.0.1', port: 0, ...options }, []), wiring, log, {
    stop: stop.signal,
  })
  await endpoint.open()
  context.after(async () => {
    sink.release()
    await endpoint.close()
    await log.close()
  })
  const { address } = endpoint
  const at = address.kind === 'socket' ? address.path : address.port
  return { endpoint, at, sink, wiring, stop, log: () => text, ask: (path, asked) => requestHttp(at, path, asked) }
}

/** Starts a run whose sink is blocked until the test releases it; `ended` resolves when the run ends. */
async function running(given: Opened): Promise<{ ended: Promise<unknown> }> {
  const host = { log: silentLogger, directory: '.', disabledOptimizations: NONE_DISABLED, reportFault() {} }
  const pipelineRun = await startSingleThreaded(given.wiring, (stage, types) => ({ ...host, stage, ...types }), true)
  given.endpoint.markRunning(pipelineRun)
  const ended = runPipeline(pipelineRun.pipeline, { stop: given.stop.signal })
  return { ended }
}

/** Repeats a request until the answer is as expected, for at most one minute. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const answer = await ask()
    if (isWanted(answer)) return answer
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return assert.fail('it did not come about within a minute')
}

test('a process is alive from the start, and ready while it runs, its checks pass, and it does not drain', async context => {
  const given = await opened(context)
  assert.deepEqual((await given.ask('/healthz')).status, 200)
  const starting = await given.ask('/readyz')
  assert.deepEqual([starting.status, starting.body], [503, 'the run is starting\n'])
  const { ended } = await running(given)
  assert.deepEqual((await given.ask('/readyz')).body, 'ready\n')
  given.stop.abort()
  const draining = await given.ask('/readyz')
  assert.deepEqual([draining.status, draining.body], [503, 'the run is draining\n'])
  assert.equal((await given.ask('/healthz')).status, 200)
  given.sink.release()
  await ended
})

test('an unhealthy component makes the process not ready, and is reported by name', async context => {
  const given = await opened(context)
  given.sink.illness = 'no disk'
  await running(given)
  const { status, body } = await given.ask('/readyz')
  assert.deepEqual([status, body], [503, 'the health check of stage "sink" failed: no disk\n'])
})

test('the metrics of a run are in the strict format, and agree with its record counts', async context => {
  const given = await opened(context)
  assert.ok(parsedExposition((await given.ask('/metrics')).body).has('sfprocessor_state'))
  const { ended } = await running(given)
  given.sink.release()
  await ended
  const { headers, body } = await given.ask('/metrics')
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  const received = parsedExposition(body).get('sfprocessor_records_in_total')?.samples
  assert.deepEqual(
    received?.map(({ labels, value }) => [labels.part, labels.kind, value]),
    [['numbers', 'driver', 100], [HOSTILE, 'stage', 100], ['sink', 'stage', 100]], // biome-ignore format: a table
  )
})

test('the pipeline is reported with its wiring and queue depths', async context => {
  const given = await opened(context)
  await running(given)
  const { headers, body } = await until(
    () => given.ask('/pipeline'),
    answer => (JSON.parse(answer.body) as PipelineSnapshot).channels.some(({ depth }) => depth.records > 0),
  )
  assert.equal(headers['content-type'], 'application/json')
  const snapshot = JSON.parse(body) as PipelineSnapshot
  assert.deepEqual(
    snapshot.parts.map(({ name, component, inputs, outputs }) => [name, component, inputs, outputs]),
    [
      ['numbers', 'numbers', [], ['a']],
      [HOSTILE, 'pass', ['a'], ['b']],
      ['sink', 'sink', ['b'], []],
    ],
  )
  assert.deepEqual(
    snapshot.channels.map(({ name, type, from, to }) => [name, type, from, to]),
    [
      ['a', 'numberchan', ['numbers'], [HOSTILE]],
      ['b', 'numberchan', [HOSTILE], ['sink']],
    ],
  )
  assert.equal(snapshot.state, 'running')
})

test('browsers receive the live page, with a content security policy, and without data of the run', async context => {
  const given = await opened(context)
  await running(given)
  for (const [path, accept] of [
    ['/', '*/*'],
    ['/pipeline', 'text/html,*/*'],
  ] as const) {
    const { headers, body } = await given.ask(path, { headers: { accept } })
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; style-src 'sha256-/)
    assert.ok(!body.includes('<img') && !body.includes('numberchan'))
  }
})

test('no response can be cached, framed, sniffed or read by other sites', async context => {
  const given = await opened(context)
  for (const path of ['/', '/metrics', '/healthz', '/readyz', '/pipeline', '/nothing', '/tap/a']) {
    const { headers } = await given.ask(path)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
    assert.equal(headers['access-control-allow-origin'], undefined)
  }
})

test('invalid requests are refused', async context => {
  const { ask } = await opened(context)
  const status = async (path: string, asked?: HttpRequestOptions): Promise<number> => (await ask(path, asked)).status
  assert.equal(await status('/metrics', { method: 'POST' }), 405)
  assert.equal(await status('/metrics', { headers: { host: 'evil.example' } }), 421)
  assert.equal(await status('/metrics', { headers: { 'sec-fetch-site': 'cross-site' } }), 403)
  assert.equal(await status('/metrics', { body: 'x', headers: { 'content-length': '1' } }), 413)
  assert.equal(await status(`/${'x'.repeat(3000)}`), 414)
  assert.equal(await status('/metrics', { headers: { x: 'y'.repeat(9000) } }), 431)
  assert.equal(await status('/nothing'), 404)
  assert.equal(await status('//evil.example/metrics'), 404)
  assert.equal(await status('/tap/%ff%'), 403)
  assert.equal(await status('/metrics', { method: 'HEAD' }), 200)
})

test('a host name in "hosts" is accepted', async context => {
  const { ask } = await opened(context, { hosts: ['Box.example'] })
  assert.equal((await ask('/healthz', { headers: { host: 'box.example:9464' } })).status, 200)
})

test('too many requests get a wait time, and the connection is closed', async context => {
  const { at } = await opened(context)
  const socket = connect(Number(at), '127.0.0.1')
  const said = readUntilClosed(socket)
  socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(300))
  const statuses = [...(await said).matchAll(/^HTTP\/1\.1 (\d+) [\s\S]*?\r\n\r\n/gm)]
  assert.ok(statuses.length >= 101)
  assert.ok(statuses.slice(0, 100).every(([, status]) => status === '200'))
  assert.equal(statuses.at(-1)?.[1], '429')
  assert.match(statuses.at(-1)?.[0] ?? '', /\r\nretry-after: 1\r\nconnection: close\r\n/)
})

test('garbage, endless requests and clients that never read delay neither the run nor its end', async context => {
  const given = await opened(context)
  const { ended } = await running(given)
  const sockets: Socket[] = []
  const say = (text: string): Promise<string> => {
    const socket = connect(Number(given.at), '127.0.0.1')
    sockets.push(socket)
    socket.write(text)
    return readUntilClosed(socket)
  }
  const garbage = say('\0\u0001\u0002 nonsense\r\n\r\n')
  say('GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: ')
  for (let reader = 0; reader < 12; reader++) {
    say('GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n')
    sockets.at(-1)?.pause()
  }
  assert.match(await garbage, /^HTTP\/1\.1 400 /)
  given.sink.release()
  await ended
  await given.endpoint.close()
  assert.deepEqual(given.sink.values.length, 100)
  for (const socket of sockets) socket.destroy()
})

test('connections above the limit are closed at once', async context => {
  const given = await opened(context)
  const sockets = Array.from({ length: 80 }, () => connect(Number(given.at), '127.0.0.1'))
  context.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  const closed = await until(
    async () => {
      for (const socket of sockets) socket.on('error', () => {}).resume()
      return sockets.filter(({ closed, readableEnded }) => closed || readableEnded).length
    },
    count => count >= 16,
  )
  assert.ok(closed >= 16)
})

test('snapshots are streamed at once and each second, to a bounded number of clients', async context => {
  const given = await opened(context)
  await running(given)
  const socket = connect(Number(given.at), '127.0.0.1')
  socket.write('GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n')
  let text = ''
  socket.on('data', chunk => {
    text += String(chunk)
  })
  await until(
    async () => text.split('\n\n').filter(event => event.includes('data: {')).length,
    count => count >= 3,
  )
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-type: text\/event-stream/)
  const others = Array.from({ length: 7 }, () => connect(Number(given.at), '127.0.0.1'))
  for (const other of others) other.write('GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await Promise.all(others.map(other => new Promise(resolve => other.once('data', resolve))))
  assert.equal((await given.ask('/live')).status, 503)
  for (const one of [socket, ...others]) one.destroy()
})

test('only the owner can access a Unix socket; an unused socket is replaced, anything else is not', async context => {
  const path = join(folder, 'deep', 'inside.sock')
  const first = await opened(context, { socket: path })
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal((await first.ask('/healthz', { headers: { host: 'whatever' } })).status, 200)
  await assert.rejects(opened(context, { socket: path }), /cannot listen on unix:.*: another process listens on it/)
  await first.endpoint.close()
  assert.ok(!existsSync(path))

  const file = join(folder, 'precious')
  writeFileSync(file, 'x')
  await assert.rejects(opened(context, { socket: file }), /the path exists and is not a socket/)
  assert.ok(existsSync(file))
})

test('a port in use and a foreign address are reported', async context => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  context.after(() => other.close())
  const bound = other.address()
  const port = typeof bound === 'object' ? (bound?.port ?? 0) : 0
  const fault = async (options: object): Promise<Fault> =>
    opened(context, { ...options }).then(
      () => assert.fail('it listens'),
      error => (error instanceof Fault ? error : assert.fail(String(error))),
    )
  assert.equal(
    (await fault({ port })).message,
    `the endpoint cannot listen on http://127.0.0.1:${port}: another process listens on it`,
  )
  assert.match((await fault({ address: '192.0.2.1' })).message, /this machine has no such address$/)
})

test('listening on other addresses than loopback causes a warning', async context => {
  const exposed = await opened(context, { address: '0.0.0.0' })
  await until(
    async () => exposed.log(),
    text => text.includes('SFP_ADMIN_EXPOSED'),
  )
  const inner = await opened(context)
  await until(
    async () => inner.log(),
    text => text.includes('The endpoint listens on http://127.0.0.1:'),
  )
  assert.ok(!inner.log().includes('SFP_ADMIN_EXPOSED'))
})

test('closing twice is harmless', async context => {
  const { endpoint } = await opened(context)
  await endpoint.close()
  await endpoint.close()
})
