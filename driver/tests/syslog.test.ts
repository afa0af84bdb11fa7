// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { after, type TestContext, test } from 'node:test'
import { Authority, withoutOpenssl } from '../../core/exporter/testing/certificates.js'
import { FakeSyslog } from '../../core/exporter/testing/fake-syslog.js'
import { type ReceivedMessage, Rsyslog, withoutRsyslog, withoutRsyslogTls } from '../../core/exporter/testing/rsyslog.js'
import { shared, withoutShared } from '../../core/testing/shared.js'
import { runCommandLine } from '../command-line.js'

/** The whole program, from a trace to a syslog server. */

const folder = mkdtempSync(join(tmpdir(), 'to-syslog-'))
after(() => rmSync(folder, { recursive: true }))

interface Ended {
  readonly exit: number
  readonly out: string
  readonly error: string
}

/** Copies its input, since an exporter reuses its chunks. */
class Text extends Writable {
  text = ''
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.text += Buffer.from(chunk).toString()
    done()
  }
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const [stdout, stderr] = [new Text(), new Text()]
  const never = new AbortController().signal
  const exit = await runCommandLine(args, { stdout, stderr, environment, directory: process.cwd(), stop: never, abort: never })
  return { exit, out: stdout.text, error: stderr.text }
}

const ATTACK = resolve('resources/traces/webshell.sf')
const SYSLOG = ['-quiet', '-config', 'resources/pipelines/syslog.json']

const withoutTls = withoutOpenssl || withoutRsyslogTls
const authority = withoutTls ? undefined : new Authority(folder)
let servers = 0

async function rsyslog(t: TestContext, proto: string): Promise<Rsyslog> {
  const tls = proto === 'tls' && authority ? { authority, ...authority.issue('localhost', '127.0.0.1') } : undefined
  const server = new Rsyslog(join(folder, String(servers++)), tls)
  t.after(() => server.stop())
  await server.start()
  return server
}

const WAYS = [
  { way: 'udp', environment: { EXPORTER_SYSLOG_PROTO: 'udp', EXPORTER_SYSLOG_CONFIRM: 'false' }, skip: withoutRsyslog },
  { way: 'tcp', environment: { EXPORTER_SYSLOG_PROTO: 'tcp' }, skip: withoutRsyslog },
  {
    way: 'tcp with octet counting',
    environment: { EXPORTER_SYSLOG_PROTO: 'tcp', EXPORTER_SYSLOG_FRAMING: 'octet' },
    skip: withoutRsyslog,
  },
  { way: 'tls', environment: { EXPORTER_SYSLOG_PROTO: 'tls', EXPORTER_SYSLOG_TLS_CA: authority?.cert ?? '' }, skip: withoutTls },
  {
    way: 'tls with line feeds',
    environment: { EXPORTER_SYSLOG_PROTO: 'tls', EXPORTER_SYSLOG_TLS_CA: authority?.cert ?? '', EXPORTER_SYSLOG_FRAMING: 'lf' },
    skip: withoutTls,
  },
] as const

const textsOf = (messages: readonly ReceivedMessage[]): string[] => messages.map(({ text }) => text)
const linesOf = (out: string): string[] => out.split('\n').slice(0, -1)

for (const { way, environment, skip } of WAYS) {
  test(`every alert of the shipped trace reaches rsyslog over ${way}, with the text of the terminal output`, {
    skip,
  }, async t => {
    const server = await rsyslog(t, environment.EXPORTER_SYSLOG_PROTO)
    const alerts = linesOf((await run([...SYSLOG, ATTACK], { EXPORTER_EXPORT: 'terminal' })).out)
    const port = environment.EXPORTER_SYSLOG_PROTO === 'udp' ? server.udp : server.tcp
    const ended = await run([...SYSLOG, ATTACK], {
      ...environment,
      EXPORTER_SYSLOG_HOST: '127.0.0.1',
      EXPORTER_SYSLOG_PORT: String(port),
    })
    assert.deepEqual([ended.exit, ended.out, ended.error], [0, '', ''])
    const received = await server.receives(({ length }) => length >= alerts.length)
    assert.equal(alerts.length, 19)
    assert.deepEqual(textsOf(received), alerts)
    assert.deepEqual(
      [...new Set(received.map(({ pri, app, tag, data }) => [pri, app, tag, data].join()))],
      ['25,sfprocessor,sysflow,-'],
    )
  })
}

/** Not over UDP: datagrams that exceed the server's buffer are lost. */
for (const { way, environment, skip } of WAYS.filter(({ way }) => way !== 'udp')) {
  test(`every record of a recorded trace reaches rsyslog over ${way}`, { skip: skip || withoutShared }, async t => {
    const server = await rsyslog(t, environment.EXPORTER_SYSLOG_PROTO)
    const trace = shared('traces', 'processor', '1621959914')
    const all = { POLICYENGINE_MODE: 'enrich' }
    const records = linesOf((await run([...SYSLOG, trace], { ...all, EXPORTER_EXPORT: 'terminal' })).out)
    const options = { ...environment, EXPORTER_SYSLOG_HOST: '127.0.0.1', EXPORTER_SYSLOG_PORT: String(server.tcp) }
    const { exit, error } = await run([...SYSLOG, trace], { ...all, ...options })
    assert.deepEqual([exit, error], [0, ''])
    const received = await server.receives(({ length }) => length >= records.length)
    t.diagnostic(`${way}: ${received.length} records`)
    assert.ok(records.length > 500)
    const texts = textsOf(received)
    assert.deepEqual(texts.filter((text, index) => text !== records[index]).slice(0, 3), [])
  })
}

test('check 101: variables redirect any pipeline to a syslog server, with current and deprecated names', async t => {
  for (const [prefix, proto] of [
    ['EXPORTER_SYSLOG_', 'tcp'],
    ['EXPORTER_', 'tcp'],
  ] as const) {
    const server = await FakeSyslog.start()
    t.after(() => server.close())
    const environment = {
      EXPORTER_EXPORT: 'syslog',
      [`${prefix}PROTO`]: proto,
      [`${prefix}HOST`]: '127.0.0.1',
      [`${prefix}PORT`]: String(server.port),
      [`${prefix}TAG`]: 'edge',
    }
    const { exit } = await run(['-quiet', '-config', 'resources/pipelines/default.json', ATTACK], environment)
    assert.equal(exit, 0)
    await server.until(() => server.open === 0)
    const messages = String(server.streams[0]).split('\n').slice(0, -1)
    assert.equal(messages.length, 19)
    assert.ok(messages.every(message => /^<25>1 \S+ \S+ sfprocessor \d+ edge - \{"version":5,/.test(message)))
  }
})

test('check 98: a closed port over tcp ends the start with exit 1 and a hint', async () => {
  const server = await FakeSyslog.start()
  server.close()
  const { exit, error } = await run([...SYSLOG, ATTACK], {
    EXPORTER_SYSLOG_HOST: '127.0.0.1',
    EXPORTER_SYSLOG_PORT: String(server.port),
  })
  assert.equal(exit, 1)
  assert.match(
    error,
    /SFP_SYSLOG_UNREACHABLE: cannot connect to the syslog server at tcp:\/\/127\.0\.0\.1:\d+: connection refused; start the server, or correct "syslog\.host"/,
  )
})

test('check 98: with a spool a closed port does not end the start, and the next run sends the stored records', async t => {
  const away = await FakeSyslog.start()
  away.close()
  const environment = {
    EXPORTER_SYSLOG_HOST: '127.0.0.1',
    EXPORTER_SYSLOG_PORT: String(away.port),
    EXPORTER_SPOOL_PATH: join(folder, 'spool'),
  }
  const first = await run([...SYSLOG, ATTACK], environment)
  assert.equal(first.exit, 0, first.error)
  assert.match(first.error, /connection refused/)
  const server = await FakeSyslog.start({}, away.port)
  t.after(() => server.close())
  const second = await run([...SYSLOG, ATTACK], environment)
  assert.equal(second.exit, 0, second.error)
  await server.until(() => server.open === 0)
  assert.equal(Buffer.concat(server.streams).toString().split('\n').length - 1, 2 * 19)
})

test('conflicting settings end the start, each with a hint', async () => {
  const reported = async (environment: Readonly<Record<string, string>>): Promise<string> => {
    const { exit, error } = await run([...SYSLOG, '-test', ATTACK], environment)
    assert.equal(exit, 1)
    return error
  }
  assert.match(
    await reported({ EXPORTER_SYSLOG_TLS_CA: 'ca.pem' }),
    /SFP_SYSLOG_WITHOUT_EFFECT: .*"syslog\.tls\.ca" has no effect over tcp; remove it, or set "syslog\.proto" to tls/,
  )
  assert.match(await reported({ EXPORTER_SYSLOG_PROTO: 'udp' }), /"syslog\.confirm" has no effect over udp; .* to tcp or tls/)
  assert.match(
    await reported({ EXPORTER_SYSLOG_PROTO: 'tls', EXPORTER_SYSLOG_TLS_KEY: 'key.pem' }),
    /SFP_SYSLOG_KEY_PAIR: "syslog\.tls\.key" is set, but "syslog\.tls\.cert" is not/,
  )
  assert.match(await reported({ EXPORTER_SYSLOG_PROTO: 'ipx' }), /ipx/)
})

test('the value tcp+tls of older documentation means tls', { skip: withoutTls }, async t => {
  const server = await rsyslog(t, 'tls')
  const environment = {
    EXPORTER_SYSLOG_PROTO: 'tcp+tls',
    EXPORTER_SYSLOG_TLS_CA: authority?.cert ?? '',
    EXPORTER_SYSLOG_PORT: String(server.tcp),
  }
  const { exit, error } = await run(['-log', 'warn', '-summary', 'none', ...SYSLOG.slice(1), ATTACK], environment)
  assert.equal(exit, 0, error)
  assert.match(error, /"tcp\+tls"/)
  assert.equal((await server.receives(({ length }) => length >= 19)).length, 19)
})
