// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Channel } from '../../../../core/channel/channel.js'
import type { Batch } from '../../../../core/contract/batch.js'
import { type Host, type Logger, silentLogger } from '../../../../core/contract/host.js'
import type { Options } from '../../../../core/contract/plugin.js'
import { Fault } from '../../../../core/errors/fault.js'
import { Validator } from '../../../../driver/config/options/validate.js'
import type { TraceRecord } from '../../avro/trace-record.js'
import { encodeRecord } from '../../avro/trace-writer.js'
import type { EventColumns } from '../../reader/event-columns.js'
import { Flattener } from '../../reader/flattener.js'
import { SysFlowBlock } from '../../reader/sysflow-block.js'
import { SysFlowReader } from '../../reader/sysflow-reader.js'
import { MessageSender } from '../../replay/message-sender.js'
import { appendixATrace } from '../../testing/appendix-a-trace.js'
import { faultCollectingHost } from '../../testing/flatten-trace.js'
import { SchemaRandom } from '../../testing/random-schema.js'
import { loadNativeSockets } from './native-sockets.js'
import { SocketDriver, socketDriver } from './socket-driver.js'

const folder = mkdtempSync(join(tmpdir(), 'socket-'))
after(() => rmSync(folder, { recursive: true }))

const native = await loadNativeSockets().catch(() => undefined)
const isCompiled = existsSync(new URL('./socket-worker.js', import.meta.url))
/** Time limit: longer than any test takes on a slow machine, so a test that exceeds it hangs. */
const BOUND = {
  timeout: 60_000,
  skip: !isCompiled ? 'worker threads need compiled code' : native ? false : 'sockets of this type need Linux and koffi',
}

const LONGEST = 64 * 1024

/** A listening driver, its reports, and a function to end it. */
class Listening {
  readonly path: string
  readonly faults: Fault[] = []
  readonly log: string[] = []
  readonly driver: SocketDriver
  readonly #stop = new AbortController()
  readonly #abort = new AbortController()

  constructor(options: Options = {}) {
    this.path = join(folder, `${sockets++}.sock`)
    const say = (text: string): void => {
      this.log.push(text.replaceAll(this.path, 'PATH'))
    }
    const log: Logger = { ...silentLogger, info: say, health: say }
    const fault = (error: Error): void => {
      assert.ok(error instanceof Fault)
      this.faults.push(error)
    }
    const host: Host = { ...faultCollectingHost(), log, reportFault: fault }
    this.driver = new SocketDriver({ ...DEFAULTS, 'message.max': LONGEST, ...options }, [this.path], host)
  }

  connect(): MessageSender {
    assert.ok(native)
    return MessageSender.connect(native, this.path)
  }

  run(send: (batch: Batch) => Promise<void>): Promise<void> {
    return this.driver.run({ send, close() {} }, this.#stop.signal, this.#abort.signal)
  }

  stop(): void {
    this.#stop.abort()
  }

  abort(): void {
    this.#abort.abort(new Error('aborted'))
  }
}

let sockets = 0
const DEFAULTS = Object.fromEntries(
  Object.entries(socketDriver.options.properties).map(([name, option]) => [name, option.default]),
)

async function listening(options: Options = {}): Promise<Listening> {
  const socket = new Listening(options)
  await socket.driver.open()
  return socket
}

/** Waits for a condition; the time limit of the test ends the wait. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn()
}

/** Sends all messages, however long the receiver takes. */
async function sendAll(sender: MessageSender, messages: readonly Uint8Array[]): Promise<void> {
  let end = 0
  const ends = Uint32Array.from(messages, ({ length }) => (end += length))
  const bytes = Buffer.alloc(Math.max(end, 4096))
  bytes.set(Buffer.concat(messages))
  for (let next = 0; next < messages.length; next = sender.send({ bytes, ends }, next, messages.length)) await nextTurn()
}

const event = (ts: number, hpid = 1): TraceRecord => ({
  branch: 'PE', record: { procOID: { createTS: 0n, hpid }, ts: BigInt(ts), tid: 1, opFlags: 4, args: [], ret: 0 },
}) // biome-ignore format: short

const header = (version = 5): TraceRecord => ({ branch: 'H', record: { version, exporter: 'here', ip: '', filename: '' } })

const processRecord = appendixATrace().find(({ branch }) => branch === 'P') ?? assert.fail()
const process1 = (exe: string): TraceRecord => ({
  branch: 'P',
  record: { ...processRecord.record, oid: { createTS: 0n, hpid: 1 }, poid: null, state: 'CREATED', exe } as never,
})

interface Row {
  readonly ts: bigint
  readonly exe: string
  readonly cwd: string
}

/** The output of a reader for the driver's blocks. */
interface Reading {
  readonly rows: Row[]
  readonly faults: Fault[]
  readonly reader: SysFlowReader
  readonly ended: Promise<void>
}

function reading(socket: Listening): Reading {
  const channel = new Channel<Batch>('sysflow', 'sysflowchan', new AbortController().signal)
  const rows: Row[] = []
  const faults: Fault[] = []
  const reader = new SysFlowReader(new Flattener(), {
    ...faultCollectingHost(),
    reportFault: error => faults.push(error as Fault),
  })
  const sender = channel.sender()
  const send = async (batch: Batch): Promise<void> => {
    rows.push(...rowsOf(batch as EventColumns))
    batch.release()
  }
  const read = reader.run(channel.receiver(), { send, close() {} }, new AbortController().signal)
  const driven = socket.run(batch => sender.send(batch)).finally(() => sender.close())
  return { rows, faults, reader, ended: Promise.all([read, driven]).then(() => {}) }
}

const rowsOf = (columns: EventColumns): Row[] =>
  Array.from({ length: columns.length }, (_, row) => {
    const { exe, cwd } = columns.actor[row]?.process ?? assert.fail()
    const ts = (BigInt(columns.tsHigh[row] ?? 0) << 32n) | BigInt(columns.tsLow[row] ?? 0)
    return { ts, exe, cwd }
  })

function assertBalanced({ driver }: Listening, reader?: SysFlowReader): void {
  assert.equal(driver.ledger.difference, 0)
  assert.equal(driver.ledger.held, 0)
  if (!reader) return
  assert.equal(reader.ledger.in, driver.ledger.out)
  assert.deepEqual([reader.ledger.difference, reader.ledger.held], [0, 0])
}

test('check 15: two messages in one connection are two records, passed on without a later message', BOUND, async () => {
  const socket = await listening()
  const { rows, ended, reader } = reading(socket)
  const sender = socket.connect()
  await sendAll(sender, [event(1), event(2)].map(encodeRecord))
  await until(() => rows.length === 2)
  await sendAll(sender, [encodeRecord(event(3))])
  await until(() => rows.length === 3)
  socket.stop()
  await ended
  assert.deepEqual(
    rows.map(({ ts }) => ts),
    [1n, 2n, 3n],
  )
  assertBalanced(socket, reader)
  sender.close()
  assert.equal(existsSync(socket.path), false)
})

test('check 15: a record of 20 000 bytes is read', BOUND, async () => {
  const socket = await listening()
  const { rows, ended } = reading(socket)
  const sender = socket.connect()
  await sendAll(sender, [process1('x'.repeat(20_000)), event(1)].map(encodeRecord))
  await until(() => rows.length === 1)
  assert.equal(rows[0]?.exe.length, 20_000)
  sender.close()
  socket.stop()
  await ended
})

test('check 16: messages that do not decode affect only the log and the record counts', BOUND, async () => {
  const socket = await listening()
  const { rows, faults, ended, reader } = reading(socket)
  const sender = socket.connect()
  const whole = encodeRecord(event(2))
  const garbage = [
    Buffer.from('no record'),
    whole.subarray(0, -1),
    Buffer.alloc(40, 255),
    Buffer.from([99]),
    whole.subarray(0, 1),
  ]
  await sendAll(sender, [...[header(), process1('/bin/one'), event(1)].map(encodeRecord), ...garbage, whole])
  await until(() => rows.length === 2)
  sender.close()
  socket.stop()
  await ended
  assert.deepEqual(
    rows.map(({ ts, exe }) => [ts, exe]),
    [[1n, '/bin/one'], [2n, '/bin/one']],
  ) // biome-ignore format: a table
  assert.deepEqual([...reader.ledger.dropped], [['undecodable record', garbage.length]])
  assert.deepEqual(faults.map(({ code, where }) => [code, where]), Array(garbage.length).fill(['SFP_SYSFLOW_UNDECODABLE', `connection 1 of ${socket.path}`])) // biome-ignore format: short
  assertBalanced(socket, reader)
})

test('check 17: a new collector sees the entities of the previous one, until a header resets them', BOUND, async () => {
  const socket = await listening()
  const { rows, ended } = reading(socket)
  const first = socket.connect()
  await sendAll(first, [header(), process1('/bin/first'), event(1)].map(encodeRecord))
  first.close()
  await until(() => socket.log.some(line => line.includes('1 of PATH closed')))
  const second = socket.connect()
  await sendAll(second, [event(2), header(), event(3)].map(encodeRecord))
  second.close()
  await until(() => rows.length === 3)
  socket.stop()
  await ended
  assert.deepEqual(
    rows.map(({ exe }) => exe),
    ['/bin/first', '/bin/first', ''],
  )
  assert.deepEqual(socket.log.slice(1), [
    'connection 1 of PATH accepted',
    'first record from connection 1 of PATH',
    'connection 1 of PATH closed after 3 messages',
    'connection 2 of PATH accepted',
    'first record from connection 2 of PATH',
    'connection 2 of PATH closed after 3 messages',
  ])
})

test('concurrent collectors have separate entities, and each keeps its order', BOUND, async () => {
  const socket = await listening({ backlog: 64 })
  const { rows, ended, reader } = reading(socket)
  const SENDERS = 20
  const EVENTS = 300
  const senders = Array.from({ length: SENDERS }, () => socket.connect())
  await Promise.all(senders.map((sender, n) => sendAll(sender, [header(), process1(`/bin/${n}`)].map(encodeRecord))))
  const events = Array.from({ length: EVENTS }, (_, ts) => encodeRecord(event(ts)))
  await Promise.all(senders.map(sender => sendAll(sender, events)))
  for (const sender of senders) sender.close()
  await until(() => rows.length === SENDERS * EVENTS)
  socket.stop()
  await ended
  for (let n = 0; n < SENDERS; n++)
    assert.deepEqual(
      rows.filter(({ exe }) => exe === `/bin/${n}`).map(({ ts }) => Number(ts)),
      Array.from({ length: EVENTS }, (_, ts) => ts),
    )
  assertBalanced(socket, reader)
})

test('a collector that never pauses does not block another one', BOUND, async () => {
  const socket = await listening()
  const { rows, ended } = reading(socket)
  const loud = socket.connect()
  const quiet = socket.connect()
  const message = encodeRecord(event(1))
  const ends = Uint32Array.from({ length: 1000 }, (_, n) => (n + 1) * message.length)
  const bytes = Buffer.concat(Array(1000).fill(message))
  let isHeard = false
  for (let turn = 0; !isHeard; turn++) {
    loud.send({ bytes, ends }, 0, 1000)
    if (turn === 20) await sendAll(quiet, [encodeRecord(event(99))])
    await nextTurn()
    isHeard = rows.some(({ ts }) => ts === 99n)
    rows.length = 0
  }
  socket.stop()
  await ended
  assert.equal(socket.driver.ledger.in, loud.sent + 1)
  loud.close()
  quiet.close()
})

test('check 20: processes with and without working directory and environment are read, also alternating', BOUND, async () => {
  const socket = await listening()
  const { rows, faults, ended } = reading(socket)
  const { record } = process1('/bin/p') as { record: object }
  const young = encodeRecord({ branch: 'P', record: { ...record, cwd: '/home', env: ['A=1'] } as never })
  const bare = encodeRecord({ branch: 'P', record: { ...record, cwd: '', env: [] } as never })
  // A record of version 4 ends where the last two fields begin: an empty text and an empty list, one byte each.
  const old = bare.subarray(0, -2)
  const sender = socket.connect()
  await sendAll(sender, [young, encodeRecord(event(1)), old, encodeRecord(event(2)), young, encodeRecord(event(3))])
  await sendAll(sender, [encodeRecord(header(4)), old, encodeRecord(event(4))])
  await until(() => rows.length === 4)
  sender.close()
  socket.stop()
  await ended
  assert.deepEqual(
    rows.map(({ exe, cwd }) => [exe, cwd]),
    [['/bin/p', '/home'], ['/bin/p', ''], ['/bin/p', '/home'], ['/bin/p', '']],
  ) // biome-ignore format: a table
  assert.deepEqual(faults, [])
})

test('a header of an unknown version is reported, and its records are read as the newest version', BOUND, async () => {
  const socket = await listening()
  const { rows, ended } = reading(socket)
  const sender = socket.connect()
  await sendAll(sender, [header(77), process1('/bin/new'), event(1)].map(encodeRecord))
  await until(() => rows.length === 1)
  sender.close()
  socket.stop()
  await ended
  assert.equal(rows[0]?.exe, '/bin/new')
  assert.deepEqual(socket.faults.map(({ code, level }) => [code, level]), [['SFP_SOCKET_VERSION', 'warning']]) // biome-ignore format: short
})

test('with a configured version, headers are ignored', BOUND, async () => {
  const socket = await listening({ 'schema.version': '4' })
  const { rows, faults, ended } = reading(socket)
  const { record } = process1('/bin/p') as { record: object }
  const young = encodeRecord({ branch: 'P', record: { ...record, cwd: '/home', env: ['A=1'] } as never })
  const sender = socket.connect()
  await sendAll(sender, [encodeRecord(header(5)), young, encodeRecord(event(1))])
  await until(() => rows.length === 1)
  sender.close()
  socket.stop()
  await ended
  assert.deepEqual([rows, faults], [[{ ts: 1n, exe: '/bin/p', cwd: '' }], []])
})

test('each of 20 000 messages with changed, removed and added bytes is a record, an entity or dropped', BOUND, async () => {
  const socket = await listening()
  const { rows, ended, reader } = reading(socket)
  const whole = appendixATrace().map(encodeRecord)
  const random = new SchemaRandom(15)
  const mutant = (): Buffer => {
    const bytes = Buffer.concat([random.pick(whole), Buffer.alloc(random.below(3))])
    for (let change = random.below(4); change > 0; change--) bytes[random.below(bytes.length)] = random.below(256)
    return bytes.subarray(0, random.chance(0.2) ? 1 + random.below(bytes.length) : bytes.length)
  }
  const messages = Array.from({ length: 20_000 }, mutant)
  const sender = socket.connect()
  await sendAll(sender, messages)
  sender.close()
  await until(() => socket.driver.ledger.out === messages.length)
  socket.stop()
  await ended
  const { ledger } = reader
  assert.equal(ledger.in, messages.length)
  assert.equal(ledger.out, rows.length)
  assert.ok(rows.length > 0 && (ledger.dropped.get('undecodable record') ?? 0) > 0 && (ledger.filtered.get('entity') ?? 0) > 0)
  assertBalanced(socket, reader)
})

test('messages that are too long are counted as dropped, and only a few of them are reported', BOUND, async () => {
  const socket = await listening()
  const { rows, ended, reader } = reading(socket)
  const sender = socket.connect()
  const long = Buffer.alloc(LONGEST + 1)
  await sendAll(sender, [...Array(100).fill(long), encodeRecord(event(1))])
  await until(() => rows.length === 1)
  sender.close()
  socket.stop()
  await ended
  assert.deepEqual([...socket.driver.ledger.dropped], [['message too long', 100]])
  assert.deepEqual([socket.driver.ledger.in, socket.driver.ledger.out], [101, 1])
  assert.deepEqual(
    socket.faults.map(({ code }) => code),
    [...Array(10).fill('SFP_SOCKET_OVERSIZED'), 'SFP_RUN_MORE_FAULTS'],
  )
  assertBalanced(socket, reader)
})

test('10 000 collectors connect and disconnect, in turn and concurrently, and no message is lost', BOUND, async () => {
  const socket = await listening()
  const { rows, ended, reader } = reading(socket)
  const message = [encodeRecord(event(1))]
  for (let round = 0; round < 1000; round++) {
    const senders: MessageSender[] = []
    while (senders.length < 10) {
      try {
        senders.push(socket.connect())
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'EAGAIN', 'only the backlog may be full')
        await nextTurn()
      }
    }
    for (const sender of senders) await sendAll(sender, message)
    for (const sender of senders) sender.close()
  }
  await until(() => rows.length === 10_000)
  socket.stop()
  await ended
  assert.deepEqual(socket.driver.report(), { connections: 10_000, connected: 0, blocks: 10_000, bytes: 10_000 * (message[0]?.length ?? 0) }) // biome-ignore format: short
  assertBalanced(socket, reader)
})

test('if records are not accepted the sender waits, and later all of them arrive once and in order', BOUND, async () => {
  const socket = await listening()
  const held: SysFlowBlock[] = []
  let isHolding = true
  const numbers: number[] = []
  const use = (block: SysFlowBlock): void => {
    const ends = block.metadata.ends ?? assert.fail()
    for (const end of ends) numbers.push(block.bytes.readUInt32LE(end - 1024))
    block.release()
  }
  // Every block is held, so no page is returned.
  const ended = socket.run(async batch => {
    assert.ok(batch instanceof SysFlowBlock)
    if (isHolding) held.push(batch)
    else use(batch)
  })
  const sender = socket.connect()
  const bytes = Buffer.alloc(64 * 1024 * 1024)
  const count = bytes.length / 1024
  for (let n = 0; n < count; n++) {
    bytes[n * 1024 + 1023] = 1
    bytes.writeUInt32LE(n + 1, n * 1024)
  }
  const ends = Uint32Array.from({ length: count }, (_, n) => (n + 1) * 1024)
  let next = 0
  // Ten times in succession there was no room for longer than a slow machine takes to read a page.
  for (let waits = 0; waits < 10; ) {
    const before = next
    next = sender.send({ bytes, ends }, next, count)
    waits = next === before ? waits + 1 : 0
    if (next === before) sender.wait(50)
    await nextTurn()
  }
  assert.ok(next > 100, 'some were taken')
  // 16 pages of 128 kB plus one message each, and the kernel's buffer.
  assert.ok(sender.sent * 1024 < 16 * (128 * 1024 + 1024) + 512 * 1024, `${sender.sent} messages were taken`)
  assert.equal(held.reduce((sum, { length }) => sum + length, 0) <= sender.sent, true)
  isHolding = false
  for (const block of held.splice(0)) use(block)
  while (next < 8000) {
    next = sender.send({ bytes, ends }, next, 8000)
    await nextTurn()
  }
  socket.stop()
  await ended
  sender.close()
  assert.deepEqual(
    numbers,
    Array.from({ length: 8000 }, (_, n) => n + 1),
  )
  assert.equal(socket.driver.ledger.in, 8000)
  assertBalanced(socket)
})

test('a stop under load passes on every message that the sender considers sent', BOUND, async () => {
  for (let round = 0; round < 20; round++) {
    const socket = await listening()
    const { ended, reader } = reading(socket)
    const sender = socket.connect()
    const message = encodeRecord(event(1))
    const ends = Uint32Array.from({ length: 1000 }, (_, n) => (n + 1) * message.length)
    const bytes = Buffer.concat(Array(1000).fill(message))
    const isBroken = (async () => {
      for (;;) {
        try {
          for (let next = 0; next < 1000; await nextTurn()) next = sender.send({ bytes, ends }, next, 1000)
        } catch (error) {
          return (error as { code?: string }).code
        }
        if (sender.sent > 1000 * (round + 1)) socket.stop()
      }
    })()
    assert.equal(await isBroken, 'EPIPE')
    await ended
    sender.close()
    assert.equal(socket.driver.ledger.in, sender.sent)
    assertBalanced(socket, reader)
  }
})

test('an abort rejects at once, even if a sender continues and nothing is accepted', BOUND, async () => {
  const socket = await listening()
  const rejected = assert.rejects(
    socket.run(() => Promise.resolve()),
    /aborted/,
  )
  const sender = socket.connect()
  const bytes = Buffer.alloc(1024 * 1024)
  const ends = Uint32Array.from({ length: 1024 }, (_, n) => (n + 1) * 1024)
  for (let full = 0; full < 3; ) {
    if (sender.send({ bytes, ends }, 0, 1024) === 0) full++
    await nextTurn()
  }
  socket.abort()
  await rejected
  sender.close()
})

test(
  'errors of the start are reported by the driver: a file at the path, an unknown owner, two paths, an invalid mode',
  BOUND,
  async () => {
    const path = join(folder, 'file')
    writeFileSync(path, '')
    const made = (options: Options, ...paths: string[]): SocketDriver =>
      new SocketDriver({ ...DEFAULTS, ...options }, paths, faultCollectingHost())
    await assert.rejects(made({}, path).open(), { code: 'SFP_SOCKET_NOT_A_SOCKET' })
    await assert.rejects(made({ owner: 'nobody-of-that-name' }, join(folder, 'owned')).open(), { code: 'SFP_SOCKET_OWNER' })
    assert.throws(() => made({}, 'one', 'two'), { code: 'SFP_SOCKET_PATHS' })
    for (const mode of ['rw', '0888', '66', '']) assert.throws(() => made({ mode }, 'one'), { code: 'SFP_SOCKET_MODE' })
  },
)

test('the examples are valid settings', () => {
  for (const { driver: _, path: __, out: ___, ...settings } of socketDriver.options.examples as readonly Record<
    string,
    unknown
  >[])
    assert.deepEqual(new Validator().validate(socketDriver.options, settings), [])
})
