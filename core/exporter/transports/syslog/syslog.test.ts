// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { Chunk } from '../../../contract/exporter.js'
import { Ledger } from '../../../contract/ledger.js'
import type { Options } from '../../../contract/plugin.js'
import { NEVER_ABORTED } from '../../../contract/stage.js'
import { Fault } from '../../../errors/fault.js'
import { formatFault } from '../../../errors/format-fault.js'
import { Delivery } from '../../delivery/delivery.js'
import { Authority, withoutOpenssl } from '../../testing/certificates.js'
import { chunkOfTexts } from '../../testing/chunks.js'
import { FakeSyslog, type FakeSyslogSettings } from '../../testing/fake-syslog.js'
import { parseMessage, splitAtLineFeeds, splitByLength } from '../../testing/rfc5424.js'
import { SyslogTransport } from './syslog.js'
import { syslogSettings, syslogTransportPlugin } from './syslog-plugin.js'

const syslogTransport = syslogTransportPlugin('sysflow')

const folder = mkdtempSync(join(tmpdir(), 'syslog-'))
after(() => rmSync(folder, { recursive: true }))

/** Requires openssl: every test that reads the files is skipped without it. */
const authority = withoutOpenssl ? undefined : new Authority(folder)
const server = authority?.issue('localhost', '127.0.0.1')
const stranger = withoutOpenssl ? undefined : new Authority(folder, 'stranger')

const ca = authority?.cert ?? ''
/** All stream protocols and framings; the first one is sent through the package, like UDP. */
const STREAMS = [
  { way: 'tcp', options: { 'syslog.proto': 'tcp' }, split: splitAtLineFeeds },
  { way: 'tcp with octet counting', options: { 'syslog.proto': 'tcp', 'syslog.framing': 'octet' }, split: splitByLength },
  { way: 'tls', options: { 'syslog.proto': 'tls', 'syslog.tls.ca': ca }, split: splitByLength },
  {
    way: 'tls with line feeds',
    options: { 'syslog.proto': 'tls', 'syslog.tls.ca': ca, 'syslog.framing': 'lf' },
    split: splitAtLineFeeds,
  },
] as const

async function fake(t: TestContext, settings: FakeSyslogSettings & { way?: string } = {}): Promise<FakeSyslog> {
  const { way = 'tcp', ...rest } = settings
  const started = await FakeSyslog.start(way.startsWith('tls') && server ? { tls: server, ...rest } : rest)
  t.after(() => started.close())
  return started
}

interface Made {
  readonly transport: SyslogTransport
  readonly reported: Fault[]
}

/** A transport that is not opened yet; closed at the end of the test. */
function made(t: TestContext, options: Options, timeout?: number): Made {
  const reported: Fault[] = []
  const settings = syslogSettings({ 'syslog.host': '127.0.0.1', ...options }, 'sysflow')
  const transport = new SyslogTransport(timeout === undefined ? settings : { ...settings, timeout }, fault =>
    reported.push(fault),
  )
  t.after(() => transport.close())
  return { transport, reported }
}

const numbered = (from: number, to: number, size = 10): Chunk =>
  chunkOfTexts(...Array.from({ length: to - from }, (_, index) => `{"n":${from + index},"x":"${'x'.repeat(size)}"}`))

const textsOf = (messages: readonly Buffer[]): string[] => messages.map(message => parseMessage(message).text.toString())
const numbersOf = (messages: readonly Buffer[]): number[] =>
  textsOf(messages).map(text => (JSON.parse(text) as { readonly n: number }).n)
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

/** The complete messages of a stream that may have been cut off. */
const wholeOf = (stream: Buffer): Buffer[] => splitAtLineFeeds(stream.subarray(0, stream.lastIndexOf(10) + 1))

/** A delivery that retries like that of an exporter. */
function deliveryOf({ transport }: Made): { readonly delivery: Delivery; readonly ledger: Ledger } {
  const ledger = new Ledger()
  const retry = { seconds: 60, maxPauseSeconds: 1, wait: () => new Promise<void>(resolve => setImmediate(resolve)) }
  return { delivery: new Delivery(transport, ledger, () => {}, { retry }), ledger }
}

for (const { way, options, split } of STREAMS) {
  const skip = way.startsWith('tls') && withoutOpenssl

  test(`check 97: over ${way} each record is one message of RFC 5424, in order, with PRI 25 and the tag as message id`, {
    skip,
  }, async t => {
    const server = await fake(t, { way })
    const { transport } = made(t, { ...options, 'syslog.port': server.port, 'syslog.source': 'web 1', 'syslog.tag': 'edge' })
    await transport.open()
    assert.equal(await transport.send(numbered(0, 3), NEVER_ABORTED), undefined)
    assert.equal(await transport.send(numbered(3, 1500, 300), NEVER_ABORTED), undefined)
    await server.until(([stream]) => stream?.includes('"n":1499') ?? false)
    await transport.close()
    await server.until(() => server.open === 0)
    assert.equal(server.streams.length, 1)
    const messages = split(server.streams[0] as Buffer)
    assert.deepEqual(numbersOf(messages), range(0, 1500))
    const { facility, severity, host, app, pid, tag, data } = parseMessage(messages[0] as Buffer)
    assert.deepEqual(
      { facility, severity, host, app, pid, tag, data },
      { facility: 3, severity: 1, host: 'web_1', app: 'sfprocessor', pid: String(process.pid), tag: 'edge', data: '-' },
    )
  })

  test(`over ${way} no record can end its message early or begin another message`, { skip }, async t => {
    const server = await fake(t, { way })
    const { transport } = made(t, { ...options, 'syslog.port': server.port })
    await transport.open()
    const records = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), 400).concat(FORGERIES)
    assert.equal(await transport.send(chunkOfTexts(...records), NEVER_ABORTED), undefined)
    await transport.close()
    await server.until(() => server.streams.length === 1 && server.open === 0)
    assert.deepEqual(textsOf(split(server.streams[0] as Buffer)), records.map(written))
  })

  test(`over ${way} facility kern and severity emerg arrive as 0`, { skip }, async t => {
    const server = await fake(t, { way })
    const { transport } = made(t, {
      ...options,
      'syslog.port': server.port,
      'syslog.facility': 'kern',
      'syslog.severity': 'emerg',
    })
    await transport.open()
    await transport.send(chunkOfTexts('{}'), NEVER_ABORTED)
    await transport.close()
    await server.until(() => server.streams.length === 1 && server.open === 0)
    const [message] = split(server.streams[0] as Buffer).map(parseMessage)
    assert.deepEqual([message?.facility, message?.severity], [0, 0])
  })

  test(`check 98: over ${way} a closed port is a temporary error of the start`, { skip }, async t => {
    const server = await FakeSyslog.start()
    server.close()
    const { transport } = made(t, { ...options, 'syslog.port': server.port })
    await assert.rejects(transport.open(), (fault: Fault) => {
      assert.equal(fault.isTemporary, true)
      assert.match(
        formatFault(fault),
        /^SFP_SYSLOG_UNREACHABLE: cannot connect to the syslog server at \w+:\/\/127\.0\.0\.1:\d+: connection refused;/,
      )
      return true
    })
    assert.match((await transport.check()) ?? '', /connection refused/)
  })

  test(`check 98: over ${way} records after a broken connection are sent once, over a new connection`, { skip }, async t => {
    const server = await fake(t, { way, onConnection: (socket, index) => index === 0 && socket.once('data', () => socket.end()) })
    const { transport } = made(t, { ...options, 'syslog.port': server.port })
    await transport.open()
    assert.equal(await transport.send(numbered(0, 1), NEVER_ABORTED), undefined)
    await server.until(() => server.open === 0)
    assert.equal(await transport.send(numbered(1, 2), NEVER_ABORTED), undefined)
    await transport.close()
    await server.until(() => server.streams.length === 2 && server.open === 0)
    assert.deepEqual(
      server.streams.map(stream => numbersOf(split(stream))),
      [[0], [1]],
    )
    assert.equal(transport.report().connections, 2)
  })

  test(`over ${way} a server that closes the connection during a chunk receives the rest over new connections`, {
    skip,
  }, async t => {
    const server = await fake(t, {
      way,
      onConnection: (socket, index, reset) => index < 3 && socket.once('data', reset),
    })
    const transport = made(t, { ...options, 'syslog.port': server.port })
    const { delivery, ledger } = deliveryOf(transport)
    await delivery.open()
    ledger.in = 1000
    ledger.held = 1000
    await delivery.send(numbered(0, 1000, 20_000), NEVER_ABORTED)
    await delivery.close()
    await server.until(() => server.open === 0)
    assert.deepEqual([ledger.out, ledger.difference], [1000, 0])
    assert.ok(server.streams.length >= 2)
    // The last connection begins with the first record that was not known to be written, and continues to the end.
    const last = numbersOf(split(server.streams.at(-1) as Buffer))
    assert.deepEqual(last, range(1000 - last.length, 1000))
    assert.ok(last.length < 1000, 'something was written before it broke')
    // All earlier records were written and are counted as uncertain.
    assert.equal(transport.transport.report().uncertain, 1000 - last.length)
    assert.equal(transport.reported[0]?.code, 'SFP_SYSLOG_UNCERTAIN')
  })

  test(`over ${way} with syslog.confirm a chunk is sent again until the server has read it completely`, { skip }, async t => {
    const server = await fake(t, {
      way,
      onConnection: (socket, index, reset) => {
        if (index === 0) socket.once('data', reset)
        if (index === 1) socket.once('data', () => socket.end())
      },
    })
    const confirmed = made(t, { ...options, 'syslog.port': server.port, 'syslog.confirm': true })
    const { delivery, ledger } = deliveryOf(confirmed)
    await delivery.open()
    for (const first of [0, 5]) await delivery.send(numbered(first, first + 5), NEVER_ABORTED)
    assert.equal(server.open, 0)
    assert.equal(ledger.out, 10)
    assert.deepEqual(
      server.streams.slice(-2).map(stream => numbersOf(split(stream))),
      [range(0, 5), range(5, 10)],
    )
    assert.ok(server.streams.length >= 3)
    assert.equal(confirmed.transport.report().uncertain, undefined)
  })

  test(`over ${way} a server that accepts nothing is given up after a while, and the remaining records are sent again`, {
    skip,
  }, async t => {
    const server = await fake(t, { way, onConnection: (socket, index) => index === 0 && socket.pause() })
    const { transport } = made(t, { ...options, 'syslog.port': server.port }, 0.3)
    await transport.open()
    const chunk = numbered(0, 1000, 20_000)
    const reported = await transport.send(chunk, NEVER_ABORTED).then(
      outcome => outcome ?? assert.fail('it was taken'),
      (fault: Fault) => ({ rejected: [], retryable: range(0, 1000), reason: fault.message }),
    )
    assert.match(reported.reason ?? '', /lost: it accepted no data for 0\.3 s/)
    assert.deepEqual(reported.retryable, range(reported.retryable[0] ?? -1, 1000))
  })

  test(`over ${way} an abort ends a chunk that the server does not accept`, { skip }, async t => {
    const server = await fake(t, { way, onConnection: socket => socket.pause() })
    const { transport } = made(t, { ...options, 'syslog.port': server.port })
    await transport.open()
    const abort = new AbortController()
    const sent = transport.send(numbered(0, 1000, 20_000), abort.signal).catch(() => {})
    setImmediate(() => abort.abort())
    await sent
  })

  test(`over ${way} a record above syslog.max is rejected, and the other records arrive`, { skip }, async t => {
    const server = await fake(t, { way })
    const { transport } = made(t, { ...options, 'syslog.port': server.port, 'syslog.max': 480 })
    await transport.open()
    assert.deepEqual(await transport.send(chunkOfTexts('{"n":0}', 'x'.repeat(481), '{"n":2}', 'y'.repeat(480)), NEVER_ABORTED), {
      rejected: [{ recordIndex: 1, reason: 'its 481 bytes are more than syslog.max (480)' }],
      retryable: [],
    })
    await transport.close()
    await server.until(() => server.streams.length === 1 && server.open === 0)
    assert.deepEqual(textsOf(split(server.streams[0] as Buffer)), ['{"n":0}', '{"n":2}', 'y'.repeat(480)])
  })
}

/** Records that could look like two messages. */
const FORGERIES = [
  'a\n<25>1 2026-11-20T23:35:42Z vm x 1 t - b',
  'a\r\n',
  '\n',
  '',
  '7 <25>1 x',
  '\u0000',
  'a\u0085b\u2028c',
  '5 hello',
]

/** The record as JSON writes it; a lone surrogate has no UTF-8 encoding. */
const written = (record: string): string =>
  Buffer.from(record)
    .toString()
    .replace(/\p{Cc}/gu, control => `\\u00${control.charCodeAt(0).toString(16).padStart(2, '0')}`)

interface Datagrams {
  readonly port: number
  readonly received: Buffer[]
}

async function datagrams(t: TestContext): Promise<Datagrams> {
  const received: Buffer[] = []
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  socket.on('message', message => received.push(message))
  await once(socket, 'listening')
  t.after(() => socket.close())
  return { port: socket.address().port, received }
}

async function arrived({ received }: Datagrams, count: number): Promise<Buffer[]> {
  while (received.length < count) await new Promise(resolve => setTimeout(resolve, 2))
  return received
}

test('check 97: over udp each record is one datagram, its line feed included', async t => {
  const server = await datagrams(t)
  const { transport } = made(t, { 'syslog.proto': 'udp', 'syslog.port': server.port })
  await transport.open()
  const records = fc.sample(fc.string({ unit: 'binary', maxLength: 60 }), 40).concat(FORGERIES)
  assert.equal(await transport.send(chunkOfTexts(...records), NEVER_ABORTED), undefined)
  const messages = await arrived(server, records.length)
  assert.deepEqual(textsOf(messages.flatMap(splitAtLineFeeds)), records.map(written))
  assert.equal(messages.length, records.length)
})

test('over udp facility kern and severity emerg arrive as 0', async t => {
  const server = await datagrams(t)
  const { transport } = made(t, {
    'syslog.proto': 'udp',
    'syslog.port': server.port,
    'syslog.facility': 'kern',
    'syslog.severity': 'emerg',
  })
  await transport.open()
  await transport.send(chunkOfTexts('{}'), NEVER_ABORTED)
  assert.match(String((await arrived(server, 1))[0]), /^<0>1 /)
})

test('over udp a record larger than a datagram is rejected, and the other records arrive', async t => {
  const server = await datagrams(t)
  const { transport } = made(t, { 'syslog.proto': 'udp', 'syslog.port': server.port })
  await transport.open()
  assert.deepEqual(await transport.send(chunkOfTexts('{"n":0}', 'x'.repeat(70_000), '{"n":2}'), NEVER_ABORTED), {
    rejected: [{ recordIndex: 1, reason: 'it is longer than the maximum datagram size' }],
    retryable: [],
  })
  assert.deepEqual(numbersOf((await arrived(server, 2)).flatMap(splitAtLineFeeds)), [0, 2])
})

test('check 98: over udp no server needs to listen', async t => {
  const server = await FakeSyslog.start()
  server.close()
  const { transport } = made(t, { 'syslog.proto': 'udp', 'syslog.port': server.port })
  await transport.open()
  assert.equal(await transport.send(numbered(0, 3), NEVER_ABORTED), undefined)
  assert.equal(await transport.check(), undefined)
})

test('over udp the server name is resolved again after a minute', async t => {
  const server = await datagrams(t)
  let minutes = 0
  const settings = syslogSettings({ 'syslog.proto': 'udp', 'syslog.host': 'localhost', 'syslog.port': server.port }, 'sysflow')
  const transport = new SyslogTransport(
    settings,
    () => {},
    () => minutes * 60_000,
  )
  t.after(() => transport.close())
  await transport.open()
  await transport.send(numbered(0, 1), NEVER_ABORTED)
  await transport.send(numbered(1, 2), NEVER_ABORTED)
  assert.equal(transport.report().connections, undefined)
  minutes = 2
  await transport.send(numbered(2, 3), NEVER_ABORTED)
  assert.equal(transport.report().connections, 2)
  assert.deepEqual(numbersOf((await arrived(server, 3)).flatMap(splitAtLineFeeds)), [0, 1, 2])
})

test('an idle connection to an endless server is used again', async t => {
  const server = await fake(t)
  // The package gives up an idle connection after twice this time.
  const { transport, reported } = made(t, { 'syslog.port': server.port }, 0.1)
  await transport.open()
  await transport.send(numbered(0, 1), NEVER_ABORTED)
  await new Promise(resolve => setTimeout(resolve, 300))
  await transport.send(numbered(1, 2), NEVER_ABORTED)
  await server.until(([stream]) => stream !== undefined && wholeOf(stream).length === 2)
  assert.deepEqual([server.streams.length, reported], [1, []])
})

test('data from a server is skipped, and its close after the data is noticed', async t => {
  const server = await fake(t, { onConnection: (socket, index) => index === 0 && socket.end('hello\r\n'.repeat(10_000)) })
  const { transport } = made(t, { 'syslog.port': server.port })
  await transport.open()
  await server.until(() => server.open === 0)
  await transport.send(numbered(0, 1), NEVER_ABORTED)
  await transport.close()
  await server.until(() => server.open === 0 && server.streams.length === 2)
  assert.deepEqual(
    server.streams.map(({ length }) => length > 0),
    [false, true],
  )
})

test('records written more than a minute before a connection broke are not reported as uncertain', async t => {
  const server = await fake(t)
  let minutes = 0
  const reported: Fault[] = []
  const settings = syslogSettings({ 'syslog.host': '127.0.0.1', 'syslog.port': server.port }, 'sysflow')
  const transport = new SyslogTransport(
    settings,
    fault => reported.push(fault),
    () => minutes * 60_000,
  )
  t.after(() => transport.close())
  await transport.open()
  await transport.send(numbered(0, 100), NEVER_ABORTED)
  minutes = 2
  await transport.send(numbered(100, 103), NEVER_ABORTED)
  await server.until(([stream]) => stream !== undefined && wholeOf(stream).length === 103)
  server.close()
  while ((await transport.check()) === undefined) await new Promise(setImmediate)
  assert.equal(transport.report().uncertain, 3)
  assert.deepEqual(
    reported.map(({ code, details }) => [code, details.records]),
    [['SFP_SYSLOG_UNCERTAIN', 3]],
  )
})

test('over tls a server with another authority or another name is refused', { skip: withoutOpenssl }, async t => {
  const server = await fake(t, { way: 'tls' })
  const options = { 'syslog.proto': 'tls', 'syslog.port': server.port }
  const refused = async (more: Options, reason: RegExp): Promise<void> => {
    const { transport } = made(t, { ...options, ...more })
    await assert.rejects(transport.open(), (fault: Fault) => {
      assert.equal(fault.code, 'SFP_SYSLOG_CERTIFICATE')
      assert.match(formatFault(fault), reason)
      return true
    })
  }
  await refused({}, /is not trusted: unable to verify the first certificate; set "syslog\.tls\.ca"/)
  await refused({ 'syslog.tls.ca': stranger?.cert }, /is not trusted: /)
  await refused(
    { 'syslog.tls.ca': ca, 'syslog.tls.name': 'logs.example.com' },
    /does not match certificate's altnames|not in the cert's/,
  )
  const named = made(t, { ...options, 'syslog.tls.ca': ca, 'syslog.tls.name': 'localhost' })
  await named.transport.open()
  assert.deepEqual(
    server.streams.map(({ length }) => length),
    server.streams.map(() => 0),
  )
})

test('over tls certificates are not verified only if configured, and with a warning', { skip: withoutOpenssl }, async t => {
  const server = await fake(t, { way: 'tls' })
  const options = { 'syslog.proto': 'tls', 'syslog.port': server.port, 'syslog.tls.insecure': true }
  const { transport } = made(t, options)
  await transport.open()
  await transport.send(numbered(0, 1), NEVER_ABORTED)
  await transport.close()
  await server.until(() => server.open === 0)
  assert.deepEqual(numbersOf(splitByLength(server.streams[0] as Buffer)), [0])
  const warned = syslogTransport.warnings?.(options) ?? []
  assert.deepEqual(
    warned.map(warning => warning instanceof Fault && [warning.code, warning.level]),
    [['SFP_SYSLOG_UNVERIFIED', 'warning']],
  )
  assert.deepEqual(syslogTransport.warnings?.({ 'syslog.proto': 'tls' }), [])
})

test('over tls a server that requests a certificate receives it', { skip: withoutOpenssl }, async t => {
  const server = await fake(t, { tls: { ...(authority as Authority).issue('127.0.0.1'), clients: ca } })
  const own = (authority as Authority).issue('edge-1')
  const options = { 'syslog.proto': 'tls', 'syslog.port': server.port, 'syslog.tls.ca': ca, 'syslog.confirm': true }
  const disabledOptimizations = made(t, options)
  // With TLS 1.3 the server rejects only after the client has begun to send.
  await assert.rejects(
    disabledOptimizations.transport.open().then(() => disabledOptimizations.transport.send(numbered(0, 1), NEVER_ABORTED)),
    {
      code: 'SFP_SYSLOG_NOT_CONFIRMED',
      isTemporary: true,
    },
  )
  const { transport } = made(t, { ...options, 'syslog.tls.cert': own.cert, 'syslog.tls.key': own.key })
  await transport.open()
  assert.equal(await transport.send(numbered(1, 2), NEVER_ABORTED), undefined)
  assert.deepEqual(numbersOf(splitByLength(server.streams.at(-1) as Buffer)), [1])
})

test('over tls files that cannot be read or used are reported by name', { skip: withoutOpenssl }, async t => {
  const garbage = join(folder, 'rubbish.pem')
  writeFileSync(garbage, 'nothing')
  const [one, other] = [(authority as Authority).issue('one'), (authority as Authority).issue('other')]
  const shown = async (options: Options): Promise<string> => {
    const { transport } = made(t, { 'syslog.proto': 'tls', ...options })
    return transport.open().then(
      () => 'opened',
      (fault: Fault) => `${fault.isTemporary} ${formatFault(fault)}`,
    )
  }
  assert.match(
    await shown({ 'syslog.tls.ca': join(folder, 'absent.pem') }),
    /^false SFP_SYSLOG_FILE: cannot read "syslog\.tls\.ca" from .*absent\.pem: no such file or directory; set it to a PEM file/,
  )
  assert.match(await shown({ 'syslog.tls.ca': garbage }), /^false SFP_SYSLOG_TLS_FILES: .*rubbish\.pem/)
  assert.match(
    await shown({ 'syslog.tls.cert': one.cert, 'syslog.tls.key': other.key }),
    /^false SFP_SYSLOG_TLS_FILES: .*key values mismatch/,
  )
})

test('a server that never completes the handshake is given up after a while', { skip: withoutOpenssl }, async t => {
  const server = await fake(t)
  const { transport } = made(t, { 'syslog.proto': 'tls', 'syslog.port': server.port, 'syslog.tls.ca': ca }, 0.2)
  await assert.rejects(transport.open(), /cannot connect to .*: no answer within 0\.2 s/)
  await server.until(() => server.open === 0)
})

for (const { way, options } of STREAMS) {
  const skip = way.startsWith('tls') && withoutOpenssl

  test(`over ${way} a server that never accepts the connection is given up after a while`, { skip }, async t => {
    // The kernel of the server accepts two connections for it and no more.
    const script = `const server = require('node:net').createServer()
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        require('node:fs').writeSync(1, String(server.address().port))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      })`
    const deaf = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => deaf.kill('SIGKILL'))
    const [port] = await once(deaf.stdout, 'data')
    const calls = [1, 2, 3, 4].map(() => connect(Number(port), '127.0.0.1').on('error', () => {}))
    t.after(() => {
      for (const call of calls) call.destroy()
    })
    await Promise.all(calls.slice(0, 2).map(call => once(call, 'connect')))
    const { transport } = made(t, { ...options, 'syslog.port': Number(port) }, 0.3)
    await assert.rejects(transport.open(), /cannot connect to .*: no answer within 0\.3 s/)
  })
}
