// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { Ledger } from '../../../contract/ledger.js'
import type { Options } from '../../../contract/plugin.js'
import { NEVER_ABORTED } from '../../../contract/stage.js'
import type { Fault } from '../../../errors/fault.js'
import { Delivery } from '../../delivery/delivery.js'
import { Authority, withoutOpenssl } from '../../testing/certificates.js'
import { chunkOfTexts } from '../../testing/chunks.js'
import { type ReceivedMessage, Rsyslog, withoutRsyslog, withoutRsyslogTls } from '../../testing/rsyslog.js'
import { SyslogTransport } from './syslog.js'
import { syslogSettings } from './syslog-plugin.js'

const folder = mkdtempSync(join(tmpdir(), 'rsyslog-'))
after(() => rmSync(folder, { recursive: true }))

const withoutTls = withoutOpenssl || withoutRsyslogTls
const authority = withoutTls ? undefined : new Authority(folder)
let servers = 0

async function rsyslog(t: TestContext, proto: string, asksForCertificate = false): Promise<Rsyslog> {
  const tls =
    proto === 'tls' && authority ? { authority, ...authority.issue('localhost', '127.0.0.1'), asksForCertificate } : undefined
  const server = new Rsyslog(join(folder, String(servers++)), tls)
  t.after(() => server.stop())
  await server.start()
  return server
}

const transportTo = (server: Rsyslog, options: Options, reported: Fault[] = []): SyslogTransport =>
  new SyslogTransport(syslogSettings({ 'syslog.host': '127.0.0.1', 'syslog.port': server.tcp, ...options }, 'sysflow'), fault =>
    reported.push(fault),
  )

const CHUNKS = 150
const RECORDS_OF_CHUNK = 20

const numberOf = ({ text }: ReceivedMessage): number => (JSON.parse(text) as { readonly n: number }).n

/**
 * Sends numbered records. After a third and two thirds of the chunks it restarts the server while sending continues. Returns how
 * often each record has arrived.
 */
async function sentThroughRestarts(server: Rsyslog, transport: SyslogTransport, signal: NodeJS.Signals): Promise<number[]> {
  const ledger = new Ledger()
  const retry = { seconds: 120, maxPauseSeconds: 1 }
  const delivery = new Delivery(transport, ledger, () => {}, { retry })
  await delivery.open()
  const total = CHUNKS * RECORDS_OF_CHUNK
  ledger.in = total + 1
  ledger.held = total + 1
  let restart = Promise.resolve()
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    if (chunk === Math.floor(CHUNKS / 3) || chunk === Math.floor((2 * CHUNKS) / 3)) {
      await restart
      restart = server.stop(signal).then(() => server.start())
    }
    const records = Array.from(
      { length: RECORDS_OF_CHUNK },
      (_, index) => `{"n":${chunk * RECORDS_OF_CHUNK + index},"x":"${'x'.repeat(500)}"}`,
    )
    await delivery.send(chunkOfTexts(...records), NEVER_ABORTED)
  }
  await restart
  // Records sent after the last restart arrive in any case.
  await delivery.send(chunkOfTexts(`{"n":${total}}`), NEVER_ABORTED)
  await delivery.close()
  assert.deepEqual([ledger.out, ledger.difference], [total + 1, 0])
  const received = await server.receives(messages => messages.some(message => numberOf(message) === total))
  const counts = new Array<number>(total + 1).fill(0)
  for (const message of received) counts[numberOf(message)] = (counts[numberOf(message)] ?? 0) + 1
  return counts.slice(0, total)
}

const SUITES = [
  { way: 'tcp', options: { 'syslog.proto': 'tcp' }, skip: withoutRsyslog },
  { way: 'tcp with octet counting', options: { 'syslog.proto': 'tcp', 'syslog.framing': 'octet' }, skip: withoutRsyslog },
  { way: 'tls', options: { 'syslog.proto': 'tls', 'syslog.tls.ca': authority?.cert ?? '' }, skip: withoutTls },
] as const

for (const { way, options, skip } of SUITES) {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`rsyslog, restarted twice with ${signal} while records are sent over ${way} with syslog.confirm, receives all records`, {
      skip,
    }, async t => {
      const server = await rsyslog(t, options['syslog.proto'])
      const transport = transportTo(server, { ...options, 'syslog.confirm': true })
      const counts = await sentThroughRestarts(server, transport, signal)
      const missing = counts.filter(count => count === 0).length
      t.diagnostic(
        `${way}, ${signal}: ${counts.length} records, ${missing} missing, ${counts.filter(count => count > 1).length} twice`,
      )
      assert.equal(missing, 0)
    })
  }

  test(`rsyslog, restarted twice while records are sent over ${way}, lacks at most the records reported as uncertain`, {
    skip,
  }, async t => {
    const server = await rsyslog(t, options['syslog.proto'])
    const transport = transportTo(server, options)
    const counts = await sentThroughRestarts(server, transport, 'SIGTERM')
    const missing = counts.filter(count => count === 0).length
    const { uncertain } = transport.report()
    t.diagnostic(`${way}: ${counts.length} records, ${missing} missing, ${uncertain} uncertain`)
    assert.ok(missing <= Number(uncertain ?? 0), `${missing} are missing`)
  })
}

test('rsyslog with TLS accepts records only from clients with a certificate of its authority', {
  skip: withoutTls,
}, async t => {
  const server = await rsyslog(t, 'tls', true)
  const options = { 'syslog.proto': 'tls', 'syslog.tls.ca': authority?.cert, 'syslog.confirm': true }
  const disabledOptimizations = transportTo(server, options)
  await assert.rejects(
    disabledOptimizations.open().then(() => disabledOptimizations.send(chunkOfTexts('{"n":0}'), NEVER_ABORTED)),
    (fault: Fault) => fault.isTemporary,
  )
  await disabledOptimizations.close()
  const own = (authority as Authority).issue('edge-1')
  const transport = transportTo(server, { ...options, 'syslog.tls.cert': own.cert, 'syslog.tls.key': own.key })
  await transport.open()
  assert.equal(await transport.send(chunkOfTexts('{"n":1}'), NEVER_ABORTED), undefined)
  await transport.close()
  assert.deepEqual((await server.receives(({ length }) => length > 0)).map(numberOf), [1])
})

test('a client that trusts another authority refuses rsyslog with TLS, and sends nothing', { skip: withoutTls }, async t => {
  const server = await rsyslog(t, 'tls')
  for (const ca of [{}, { 'syslog.tls.ca': new Authority(folder, 'stranger').cert }]) {
    const transport = transportTo(server, { 'syslog.proto': 'tls', ...ca })
    await assert.rejects(transport.open(), { code: 'SFP_SYSLOG_CERTIFICATE' })
    await transport.close()
  }
  assert.deepEqual(server.received(), [])
})

test('rsyslog parses every field of a message correctly', { skip: withoutRsyslog }, async t => {
  const server = await rsyslog(t, 'tcp')
  const begin = Math.floor(Date.now() / 1000) * 1000
  const options = {
    'syslog.tag': 'edge',
    'syslog.source': 'web-1',
    'syslog.app': 'probe',
    'syslog.facility': 'local7',
    'syslog.severity': 'debug',
  }
  for (const [proto, port] of [
    ['tcp', server.tcp],
    ['udp', server.udp],
  ] as const) {
    const transport = transportTo(server, { ...options, 'syslog.proto': proto, 'syslog.port': port })
    await transport.open()
    await transport.send(chunkOfTexts('{"a":"\u0001\u007f\u0085é😀\n<0>"}'), NEVER_ABORTED)
    await transport.close()
  }
  for (const { time, ...message } of await server.receives(({ length }) => length === 2)) {
    const text = '{"a":"\\u0001\\u007f\\u0085é😀\\u000a<0>"}'
    assert.deepEqual(message, { pri: '191', host: 'web-1', app: 'probe', pid: String(process.pid), tag: 'edge', data: '-', text })
    assert.ok(Date.parse(time) >= begin && Date.parse(time) <= Date.now())
  }
})

test('rsyslog accepts the configuration in the documentation', { skip: withoutTls }, () => {
  const [, shown = ''] = /```conf[^\n]*\n([\s\S]*?)```/.exec(readFileSync('docs/targets/syslog.md', 'utf8')) ?? []
  const { cert, key } = (authority as Authority).issue('localhost')
  const files = new Map([
    ['ca.pem', authority?.cert ?? ''],
    ['server.pem', cert],
    ['server.key', key],
  ])
  const path = join(folder, 'shown.conf')
  writeFileSync(
    path,
    shown.replace(/\/etc\/rsyslog\/([\w.]+)/g, (_, name: string) => files.get(name) ?? assert.fail(name)),
  )
  const { status, stderr } = spawnSync('rsyslogd', ['-N1', '-f', path], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  assert.doesNotMatch(stderr, /error/i)
})
