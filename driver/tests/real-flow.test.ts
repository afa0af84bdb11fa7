// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Rsyslog, withoutRsyslog } from '../../core/exporter/testing/rsyslog.js'
import { shared, withoutShared } from '../../core/testing/shared.js'

const root = mkdtempSync(join(tmpdir(), 'flow-'))
after(() => rmSync(root, { recursive: true }))

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))
const skip = withoutRsyslog || withoutShared || (existsSync(MAIN) ? false : 'needs the compiled program')
const REPETITIONS = 60

/** A run of the program; resolves with its exit status and its output when it has ended. */
interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<readonly [number | null, string]>
}

function program(...args: string[]): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SFPROCESSOR_CACHE: 'off' },
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', text => {
    said += text
  })
  return { child, ended: once(child, 'close').then(([code]) => [code, said] as const) }
}

function pipeline(name: string, exporters: readonly object[]): string {
  const path = join(root, name)
  const channels = exporters.map((_, index) => `alerts${index} eventchan`)
  const stages = [
    { processor: 'sysflowreader', in: 'raw sysflowchan', out: 'flat flattenerchan' },
    {
      processor: 'policyengine',
      policies: shared('policies/runtimeintegrity'),
      mode: 'alert',
      in: 'flat flattenerchan',
      out: channels,
    },
    ...exporters.map((exporter, index) => ({
      processor: 'exporter',
      name: `exporter${index}`,
      in: channels[index],
      ...exporter,
    })),
  ]
  writeFileSync(path, JSON.stringify({ pipeline: stages }))
  return path
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)

function counted(lines: readonly string[], times = 1): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + times)
  return counts
}

test('a collector, a processor and rsyslog that is restarted twice: every alert arrives, and all record counts agree', {
  skip,
  timeout: 180_000,
}, async context => {
  const trace = shared('traces/processor/1621959914')
  // The result of a file run over the trace.
  const single = join(root, 'once.json')
  const [exit, said] = await program('-quiet', '-config', pipeline('once', [{ export: 'file', 'file.path': single }]), trace)
    .ended
  assert.equal(exit, 0, said)
  const expected = counted(linesOf(single), REPETITIONS)
  const alerts = linesOf(single).length * REPETITIONS

  const rsyslog = new Rsyslog(join(root, 'rsyslog'))
  await rsyslog.start()
  const socket = join(root, 'sysflow.sock')
  const file = join(root, 'alerts.json')
  const config = pipeline('live', [
    { export: 'syslog', 'syslog.proto': 'tcp', 'syslog.host': '127.0.0.1', 'syslog.port': rsyslog.tcp, 'syslog.confirm': true, 'spool.path': join(root, 'spool'), 'retry.pause': 1 },
    { export: 'file', 'file.path': file },
  ]) // biome-ignore format: long
  const receiver = program('-log', 'error', '-summary', 'json', '-driver', 'socket', '-config', config, socket)
  const sender = program('replay', '--to', socket, '--repeat', String(REPETITIONS), '--speed', '100000', trace)
  for (const part of [0.25, 0.6]) {
    await rsyslog.receives(messages => messages.length >= alerts * part)
    await rsyslog.stop()
    await rsyslog.start()
  }
  const [sent, report] = await sender.ended
  assert.equal(sent, 0, report)
  const enough = (messages: readonly { text: string }[]): boolean => {
    const counts = counted(messages.map(({ text }) => text))
    return [...expected].every(([line, count]) => (counts.get(line) ?? 0) >= count)
  }
  const received = await rsyslog.receives(enough)
  receiver.child.kill('SIGTERM')
  const [status, log] = await receiver.ended
  await rsyslog.stop()
  assert.equal(status, 0, log)

  const summary = JSON.parse(log.split('\n').find(line => line.startsWith('{"exit"')) ?? '{}')
  const messages = Number(/^(\d+) messages sent/m.exec(report)?.[1])
  const [driver, , , log0, log1] = summary.parts
  assert.deepEqual([driver.in, driver.out, driver.dropped], [messages, messages, {}])
  // The file contains each alert as often as it was sent; alerts that rsyslog received twice were sent again after a restart.
  assert.deepEqual(counted(linesOf(file)), expected)
  assert.deepEqual([log0.out, log1.out], [alerts, alerts])
  context.diagnostic(`${messages} messages, ${alerts} alerts, ${received.length - alerts} of them twice at rsyslog`)
  for (const { text } of received) assert.ok(expected.has(text), 'an alert arrived that nobody sent')
})
