// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { shared, withoutShared } from '../../../core/testing/shared.js'
import type { RunSummary } from '../../../driver/cli/report/summarize.js'
import { runCommandLine } from '../../../driver/command-line.js'
import { programRoot } from '../../../driver/process/package.js'
import { encodeRecord } from '../avro/trace-writer.js'
import { loadNativeSockets } from '../drivers/socket/native-sockets.js'
import { MessageSender } from './message-sender.js'

/** Tests the whole program with two processes: one listens, the other sends. */

const folder = mkdtempSync(join(tmpdir(), 'replay-'))
after(() => rmSync(folder, { recursive: true }))

const MAIN = resolve(import.meta.dirname, '../../../driver/main.js')
const native = await loadNativeSockets().catch(() => undefined)
/** Time limit: longer than any test takes on a slow machine, so a test that exceeds it hangs. */
const BOUND = {
  timeout: 120_000,
  skip: !existsSync(MAIN) ? 'worker threads need compiled code' : native ? false : 'sockets of this type need Linux and koffi',
}

const WEBSHELL = join(programRoot(), 'resources', 'traces', 'webshell.sf')
/** Without a section for drivers. */
const ALERTS = join(programRoot(), 'resources', 'pipelines', 'default.json')

interface Program {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly told: string
  readonly summary: RunSummary
}

const running = new Set<ChildProcess>()
after(() => {
  for (const process of running) process.kill('SIGKILL')
})

function program(args: readonly string[], flags: readonly string[] = []): Program {
  const child = spawn(process.execPath, [...flags, MAIN, ...args], { cwd: programRoot(), stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const ended = (async () => {
    const [out, told, [status]] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'exit')])
    running.delete(child)
    return { status, out, told, summary: JSON.parse(/^\{.*$/m.exec(told)?.[0] ?? '{}') }
  })()
  return { process: child, ended }
}

/** The current output of a stream, and the complete output at its end. */
class Lines {
  text = ''

  constructor(stream: Readable) {
    stream.on('data', bytes => {
      this.text += String(bytes)
    })
  }
}

async function textOf(stream: Readable): Promise<string> {
  const lines = new Lines(stream)
  await once(stream, 'end')
  return lines.text
}

let sockets = 0
const freshPath = (): string => join(folder, `${sockets++}.sock`)

/** Starts a program that listens, and waits until it does. */
async function listener(path: string, args: readonly string[] = [], config = ALERTS): Promise<Program> {
  const started = program(['-config', config, '-driver', 'socket', '-log', 'error', '-summary', 'json', ...args, path])
  const ended = started.ended.then(({ told }) => assert.fail(`it ended: ${told}`))
  while (!existsSync(path)) await Promise.race([pause(10), ended])
  ended.catch(() => {})
  return started
}

const received = ({ summary }: Ended, part: string): number => summary.parts.find(({ name }) => name === part)?.in ?? -1

test(
  'check 107: replayed into a pipeline without a driver section, a trace gives the same alerts as its file',
  BOUND,
  async () => {
    const path = freshPath()
    const receiver = await listener(path)
    const sender = await program(['replay', '-to', path, WEBSHELL]).ended
    const [, sent] = /^(\d+) messages sent/m.exec(sender.told) ?? []
    assert.equal(sender.status, 0, sender.told)
    receiver.process.kill('SIGTERM')
    const live = await receiver.ended
    const file = await program(['-config', ALERTS, '-log', 'health', '-summary', 'json', WEBSHELL]).ended
    assert.equal(live.status, 0, live.told)
    assert.ok(file.out.length > 0)
    assert.equal(live.out, file.out)
    assert.equal(received(live, 'socket'), Number(sent))
    assert.equal(received(live, 'sysflowreader'), received(file, 'sysflowreader'))
  },
)

test('check 18: SIGTERM without connections ends the program with status 0, and the socket is removed', BOUND, async () => {
  const path = freshPath()
  const receiver = await listener(path)
  const begun = performance.now()
  receiver.process.kill('SIGTERM')
  const { status, told } = await receiver.ended
  assert.equal(status, 0, told)
  assert.ok(performance.now() - begun < 5000)
  assert.equal(existsSync(path), false)
})

test('SIGTERM under load: all messages that the sender considers sent are evaluated, and the status is 0', BOUND, async () => {
  const path = freshPath()
  const receiver = await listener(path)
  const sender = program(['replay', '-to', path, '-repeat', '1000000', '-connections', '3', WEBSHELL])
  // Some thousand messages have been processed when the first alerts are written.
  await once(receiver.process.stdout ?? assert.fail(), 'data')
  receiver.process.kill('SIGTERM')
  const [live, { status, told }] = await Promise.all([receiver.ended, sender.ended])
  const [, sent] = /SFP_REPLAY_SEND: connection lost after (\d+) messages/.exec(told) ?? []
  assert.equal(status, 1)
  assert.equal(live.status, 0, live.told)
  assert.equal(received(live, 'socket'), Number(sent), told)
  assert.equal(received(live, 'sysflowreader'), Number(sent))
})

test('a recorded trace of an older version, sent by several collectors, gives the alerts of its file once for each', {
  ...BOUND,
  skip: BOUND.skip || withoutShared,
}, async () => {
  const path = freshPath()
  const trace = shared('traces', 'processor', '1621959914')
  const config = join(folder, 'rules.json')
  writeFileSync(
    config,
    JSON.stringify({
      pipeline: [
        { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
        {
          processor: 'policyengine',
          in: 'flat flattenerchan',
          out: 'evt eventchan',
          mode: 'alert',
          policies: shared('policies', 'runtimeintegrity'),
        },
        { processor: 'exporter', in: 'evt eventchan', export: 'terminal' },
      ],
    }),
  )
  const receiver = await listener(path, [], config)
  const sender = await program(['replay', '-to', path, '-repeat', '2', '-connections', '3', trace]).ended
  assert.equal(sender.status, 0, sender.told)
  receiver.process.kill('SIGTERM')
  const live = await receiver.ended
  const file = await program(['-config', config, '-log', 'health', '-summary', 'json', trace]).ended
  const linesOf = ({ out }: Ended): string[] => out.split('\n').sort()
  assert.ok(file.out.length > 0)
  assert.deepEqual(new Set(linesOf(live)), new Set(linesOf(file)))
  assert.equal(linesOf(live).length - 1, (linesOf(file).length - 1) * 6)
})

test('a replay at a configured speed takes the expected time', BOUND, async () => {
  const path = freshPath()
  const receiver = await listener(path)
  const { told, status } = await program(['replay', '-to', path, '-speed', '2000', '-repeat', '4', WEBSHELL]).ended
  receiver.process.kill('SIGTERM')
  const live = await receiver.ended
  const [, sent, seconds] = /^(\d+) messages sent in ([\d.]+) s/m.exec(told) ?? []
  assert.equal(status, 0, told)
  assert.equal(received(live, 'socket'), Number(sent))
  assert.ok(Number(seconds) > (Number(sent) / 2000) * 0.9, told)
})

test('a path that two programs use belongs to the first', BOUND, async () => {
  const path = freshPath()
  const receiver = await listener(path)
  const second = await program(['-config', ALERTS, '-driver', 'socket', path]).ended
  assert.equal(second.status, 1)
  assert.match(second.told, /SFP_SOCKET_IN_USE/)
  receiver.process.kill('SIGTERM')
  assert.equal((await receiver.ended).status, 0)
})

/** Flags that make every thread of a program import `module` (source text) instead of koffi. */
function insteadOfKoffi(module: string): readonly string[] {
  const hooks = `export async function resolve(name, context, next) {
    return name === 'koffi' && !context.parentURL?.startsWith('data:') ? { url: ${JSON.stringify(dataUrl(module))}, shortCircuit: true } : next(name, context)
  }`
  const register = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))})`
  return ['--import', dataUrl(register)]
}

const dataUrl = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`

test('without the package koffi the start and -test fail, with the package to install', BOUND, async () => {
  const path = freshPath()
  for (const args of [[], ['-test']]) {
    const flags = insteadOfKoffi(`throw new Error('Cannot find package koffi')`)
    const { status, told } = await program(['-config', ALERTS, '-driver', 'socket', ...args, path], flags).ended
    assert.equal(status, 1)
    assert.match(told, /SFP_SOCKET_KOFFI.*Cannot find package koffi.*run: npm install koffi/)
    assert.equal(existsSync(path), false)
  }
})

test('if the reading thread fails, the run ends with an error, and earlier records are counted', BOUND, async () => {
  const path = freshPath()
  const real = pathToFileURL(createRequire(import.meta.url).resolve('koffi')).href
  const broken = `import koffi from ${JSON.stringify(real)}
    let calls = 0
    let messages = 0
    const func = library => definition => {
      const real = library.func(definition)
      if (!definition.includes('recvmmsg')) return real
      return (...args) => {
        if (calls++ === 3) throw new Error('broken after ' + messages + ' messages')
        const count = real(...args)
        messages += Math.max(0, count)
        return count
      }
    }
    export default { ...koffi, load: path => ({ func: func(koffi.load(path)) }) }`
  const receiver = program(
    ['-config', ALERTS, '-driver', 'socket', '-log', 'error', '-summary', 'json', path],
    insteadOfKoffi(broken),
  )
  const sender = await program(['replay', '-to', path, '-repeat', '100', WEBSHELL]).ended
  const ended = await receiver.ended
  assert.match(sender.told, /SFP_REPLAY_SEND/)
  assert.equal(ended.status, 1)
  const [, read] = /SFP_SOCKET_THREAD: the socket reader thread failed: broken after (\d+) messages/.exec(ended.told) ?? []
  assert.ok(Number(read) > 0, ended.told)
  assert.equal(existsSync(path), false)
  assert.equal(received(ended, 'socket'), Number(read))
  assert.equal(received(ended, 'sysflowreader'), Number(read))
})

const withoutPrlimit = spawnSync('prlimit', ['--version']).status === 0 ? false : 'no prlimit here (package util-linux)'

const limitDescriptors = ({ process }: Program, most: number): void =>
  assert.equal(spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${most}:`]).status, 0)

test('without free descriptors an error is reported, and waiting connections are accepted later', {
  ...BOUND,
  skip: BOUND.skip || withoutPrlimit,
}, async () => {
  assert.ok(native)
  const path = freshPath()
  const receiver = await listener(path, ['-log', 'info'])
  const log = new Lines(receiver.process.stderr ?? assert.fail())
  limitDescriptors(receiver, readdirSync(`/proc/${receiver.process.pid}/fd`).length + 8)
  const senders: MessageSender[] = []
  while (!log.text.includes('SFP_SOCKET_ACCEPT')) {
    try {
      if (senders.length < 20) senders.push(MessageSender.connect(native, path))
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'EAGAIN', 'only the backlog may be full')
    }
    await pause(10)
  }
  limitDescriptors(receiver, 1024)
  const bytes = encodeRecord({ branch: 'H', record: { version: 5, exporter: '', ip: '', filename: '' } })
  for (const sender of senders) {
    sender.send({ bytes, ends: Uint32Array.of(bytes.length) }, 0, 1)
    sender.close()
  }
  while (log.text.split(' closed after 1 messages').length <= senders.length) await pause(10)
  receiver.process.kill('SIGTERM')
  const { status, summary, told } = await receiver.ended
  assert.equal(status, 0, told)
  assert.match(told, /SFP_SOCKET_ACCEPT: cannot accept connections: too many files are open/)
  assert.equal(summary.parts[0]?.in, senders.length)
})

/** Runs `replay` in this process, to a socket without a listener. */
async function replayed(...args: readonly string[]): Promise<{ readonly status: number; readonly told: string }> {
  const stderr = new PassThrough()
  const status = await runCommandLine(['replay', ...args], {
    stdout: new PassThrough(), stderr, environment: {}, directory: folder, stop: AbortSignal.abort(), abort: new AbortController().signal,
  }) // biome-ignore format: short
  stderr.end()
  return { status, told: await textOf(stderr) }
}

const HAS_SOCKETS = { skip: native ? false : BOUND.skip }

test('a replay to a path without a listener is an error', HAS_SOCKETS, async () => {
  const { status, told } = await replayed('-to', join(folder, 'nowhere.sock'), WEBSHELL)
  assert.equal(status, 1)
  assert.match(told, /SFP_REPLAY_CONNECT: cannot connect to ".*nowhere\.sock": no such socket/)
})

test('invalid options of replay are refused, each by name', async () => {
  for (const [option, value] of [
    ['speed', '0'],
    ['speed', 'fast'],
    ['repeat', '-1'],
    ['connections', '65'],
    ['connections', '1.5'],
  ]) {
    const { status, told } = await replayed('-to', 'x.sock', `-${option}`, `${value}`, WEBSHELL)
    assert.equal(status, 1)
    assert.match(told, new RegExp(`SFP_REPLAY_OPTION: -${option} "${value}" is not an integer from 1 to`))
  }
  assert.equal((await replayed(WEBSHELL)).status, 2)
})

test('a trace that cannot be read is an error of the replay', HAS_SOCKETS, async () => {
  const { status, told } = await replayed('-to', 'x.sock', join(folder, 'missing.sf'))
  assert.equal(status, 1)
  assert.match(told, /SFP_INPUT_PATH/)
})
