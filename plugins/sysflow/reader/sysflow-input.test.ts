// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Batch } from '../../../core/contract/batch.js'
import { Ledger } from '../../../core/contract/ledger.js'
import { NEVER_ABORTED } from '../../../core/contract/stage.js'
import { Fault } from '../../../core/errors/fault.js'
import { shared, withoutShared } from '../../../core/testing/shared.js'
import { encodeRecord, writeTrace } from '../avro/trace-writer.js'
import { appendixATrace } from '../testing/appendix-a-trace.js'
import { faultCollectingHost, flattenTrace } from '../testing/flatten-trace.js'
import type { EventColumns } from './event-columns.js'
import { Flattener } from './flattener.js'
import { SysFlowBlock } from './sysflow-block.js'
import { SysFlowInput } from './sysflow-input.js'
import { SysFlowReader } from './sysflow-reader.js'

const SMALL_BLOCKS = { blockSize: 200 }

/** The output of an input, and its reports. */
class Output {
  readonly ledger = new Ledger()
  readonly faults: Error[] = []
  readonly blocks: SysFlowBlock[] = []
  readonly input: SysFlowInput

  constructor(maxMessageBytes?: number) {
    const dependencies = {
      ledger: this.ledger,
      host: faultCollectingHost(this.faults),
      ...(maxMessageBytes !== undefined && { maxMessageBytes }),
    }
    this.input = new SysFlowInput({ send: batch => this.#take(batch), close() {} }, dependencies)
  }

  /** Every event in the blocks. */
  async rows(): Promise<readonly string[]> {
    const rows: string[] = []
    const blocks = this.blocks.splice(0)
    async function* all(): AsyncGenerator<Batch> {
      yield* blocks
    }
    const send = async (batch: Batch): Promise<void> => {
      rows.push(...rowsOf(batch as EventColumns))
      batch.release()
    }
    await new SysFlowReader(new Flattener(), faultCollectingHost(this.faults)).run(all(), { send, close() {} }, NEVER_ABORTED)
    assert.deepEqual([this.ledger.difference, this.ledger.held], [0, 0])
    return rows
  }

  async #take(batch: Batch): Promise<void> {
    assert.ok(batch instanceof SysFlowBlock)
    this.blocks.push(batch)
  }
}

const rowsOf = (columns: EventColumns): string[] =>
  Array.from({ length: columns.length }, (_, row) =>
    [
      columns.type[row],
      columns.tsHigh[row],
      columns.tsLow[row],
      columns.actor[row]?.process.exe,
      columns.actor[row]?.parent?.process.exe,
      columns.actor[row]?.container.name,
      columns.file[row]?.path,
    ].join(' '),
  )

async function expected(bytes: Buffer): Promise<readonly string[]> {
  const rows: string[] = []
  await flattenTrace(bytes, columns => rows.push(...rowsOf(columns)))
  return rows
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    if (at % 3 === 0) await nextTurn()
    yield bytes.subarray(at, at + size)
  }
}

const TRACE = writeTrace(appendixATrace(), SMALL_BLOCKS)

test('a trace gives the same rows whole, in pieces of any size, and message by message', async () => {
  const rows = await expected(TRACE)
  assert.equal(rows.length, 6)
  const whole = new Output()
  assert.equal(await whole.input.trace('whole', TRACE, { stop: NEVER_ABORTED }), true)
  assert.deepEqual(await whole.rows(), rows)
  for (const size of [1, 7, 100, 100_000]) {
    const pieces = new Output()
    assert.equal(await pieces.input.trace('pieces', inPieces(TRACE, size), { stop: NEVER_ABORTED }), true)
    assert.deepEqual(await pieces.rows(), rows, `pieces of ${size}`)
    assert.deepEqual(pieces.faults, [])
  }
  for (const size of [1, 5, 100]) {
    const messages = appendixATrace().map(encodeRecord)
    const sent = new Output()
    const sender = sent.input.sender('sender')
    while (messages.length > 0) await sender.send(messages.splice(0, size))
    assert.deepEqual(await sent.rows(), rows, `${size} messages at a time`)
  }
})

test('recorded traces give the same rows in pieces', { skip: withoutShared }, async () => {
  const folder = shared('traces', 'processor')
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name))
    const output = new Output()
    await output.input.trace(name, inPieces(bytes, 65_000), { stop: NEVER_ABORTED })
    assert.deepEqual(await output.rows(), await expected(bytes), name)
  }
})

test('only the last block of a trace is passed on at once', async () => {
  for (const bytes of [TRACE, inPieces(TRACE, 1000)]) {
    const { input, blocks } = new Output()
    await input.trace('t', bytes, { stop: NEVER_ABORTED })
    assert.ok(blocks.length > 2)
    assert.deepEqual(
      blocks.map(({ metadata }) => metadata.needsFlush),
      blocks.map((_, number) => number === blocks.length - 1),
    )
  }
})

test('available data is passed on while the rest has not arrived', async () => {
  const { input, blocks } = new Output()
  let goOn = (): void => {}
  const gate = new Promise<void>(resolve => {
    goOn = resolve
  })
  async function* halting(): AsyncGenerator<Uint8Array> {
    yield TRACE.subarray(0, -1)
    await gate
    yield TRACE.subarray(-1)
  }
  const all = writeTrace(appendixATrace(), SMALL_BLOCKS)
  const count = new Output()
  await count.input.trace('t', all, { stop: NEVER_ABORTED })
  const read = input.trace('t', halting(), { stop: NEVER_ABORTED })
  while (blocks.length < count.blocks.length - 1) await nextTurn()
  assert.equal(blocks.at(-1)?.metadata.needsFlush, true)
  goOn()
  assert.equal(await read, true)
  assert.equal(blocks.length, count.blocks.length)
})

test('a trace is acknowledged after the release of the last record created from it', async () => {
  const { input, blocks } = new Output()
  let isDone = false
  await input.trace('t', TRACE, {
    stop: NEVER_ABORTED,
    abort: NEVER_ABORTED,
    done: () => {
      isDone = true
    },
  })
  for (const block of blocks.splice(1)) block.release()
  assert.equal(isDone, false)
  blocks[0]?.release()
  assert.equal(isDone, true)
})

test('at a stop all read data has been sent, and nothing unread is acknowledged', async () => {
  const output = new Output()
  const stop = new AbortController()
  let isDone = false
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield TRACE.subarray(0, -30)
    setImmediate(() => setImmediate(() => stop.abort()))
    await new Promise(() => {})
  }
  const isWhole = await output.input.trace('t', endless(), {
    stop: stop.signal,
    abort: NEVER_ABORTED,
    done: () => {
      isDone = true
    },
  })
  assert.equal(isWhole, false)
  assert.ok(output.blocks.length > 0)
  await output.rows()
  assert.deepEqual([isDone, output.faults], [false, []], 'half a block is no damage then')
})

test('a trace that is invalid is reported by name and finished; the next one is read', async () => {
  const output = new Output()
  let done = 0
  const options = { stop: NEVER_ABORTED, abort: NEVER_ABORTED, done: () => void done++ }
  assert.equal(await output.input.trace('s3://bucket/a', Buffer.from('no trace at all'), options), true)
  await output.input.trace('s3://bucket/b', TRACE, options)
  assert.equal((await output.rows()).length, 6)
  assert.equal(done, 2)
  const [fault] = output.faults as { code?: string; where?: string }[]
  assert.deepEqual([fault?.code, fault?.where], ['SFP_SYSFLOW_NOT_AVRO', 's3://bucket/a'])
})

test('an error of the supplier of pieces is thrown to it; earlier data is passed on and not acknowledged', async () => {
  const output = new Output()
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield TRACE.subarray(0, -30)
    throw new Error('the line is dead')
  }
  const done = (): never => assert.fail('it is not done')
  await assert.rejects(
    output.input.trace('t', failing(), { stop: NEVER_ABORTED, abort: NEVER_ABORTED, done }),
    /the line is dead/,
  )
  assert.ok((await output.rows()).length > 0)
})

test('a message that is too long is dropped, counted and reported; the others are read', async () => {
  const output = new Output(200)
  const messages = [...appendixATrace().map(encodeRecord), Buffer.alloc(201)]
  await output.input.sender('queue 1').send(messages)
  assert.equal(output.ledger.dropped.get('message too long'), 1 + messages.filter(({ length }) => length > 200).length - 1)
  assert.match(output.faults.at(-1)?.message ?? '', /a message of 201 bytes exceeds the limit of 200/)
  await output.rows()
})

test('a header determines the layout of the records after it, at any position; an unknown version selects the newest', async () => {
  const output = new Output()
  const [, ...others] = appendixATrace()
  const header = (version: number): Buffer =>
    encodeRecord({ branch: 'H', record: { version, exporter: 'x', ip: '', filename: '' } })
  await output.input.sender('s').send([header(5), ...others.map(encodeRecord), header(77), ...others.map(encodeRecord)])
  assert.equal((await output.rows()).length, 12)
  assert.match(output.faults[0]?.message ?? '', /format version 77/)
})

test('each sender has separate entities', async () => {
  const output = new Output()
  const [one, two] = [output.input.sender('one'), output.input.sender('two')]
  const messages = appendixATrace().map(encodeRecord)
  await one.send(messages.slice(0, 5))
  await two.send(messages)
  await one.send(messages.slice(5, 6))
  assert.deepEqual((await output.rows()).filter(row => row.startsWith('4 ')).length, 2)
  assert.deepEqual(output.faults, [])
})

test('the buffers of messages can be reused after they are sent, and are acknowledged together', async () => {
  const output = new Output()
  const [header] = appendixATrace().map(encodeRecord)
  const event = encodeRecord(appendixATrace()[5] ?? assert.fail())
  let done = 0
  const sender = output.input.sender('s')
  await sender.send([header ?? assert.fail(), event], { abort: NEVER_ABORTED, done: () => void done++ })
  event.fill(0)
  assert.equal(done, 0)
  assert.equal((await output.rows()).length, 1)
  assert.equal(done, 1)
  await sender.send([], { abort: NEVER_ABORTED, done: () => void done++ })
  assert.equal(done, 2)
})

test('batches that are released by an abort are not acknowledged', async () => {
  const abort = new AbortController()
  const output = new Output()
  const told = { abort: abort.signal, done: () => assert.fail('it was not delivered') }
  await output.input.trace('t', TRACE, { stop: NEVER_ABORTED, ...told })
  await output.input.sender('s').send(appendixATrace().map(encodeRecord), told)
  abort.abort()
  for (const block of output.blocks) block.release()
})

test('errors of a plugin in JavaScript are refused with a reason', async () => {
  const { input } = new Output()
  const done = (): void => {}
  const wrong = { stop: NEVER_ABORTED, done } as unknown as { stop: AbortSignal }
  await assert.rejects(input.trace('t', TRACE, wrong), /"done" requires "abort"/)
  const texts = ['Obj'] as unknown as Uint8Array[]
  await assert.rejects(input.trace('t', texts, { stop: NEVER_ABORTED }), /what came of t is no piece of bytes: string/)
})

test('a rejection of send is passed through, and not reported as an error of the trace', async () => {
  const faults: Error[] = []
  const reason = new Fault('SFP_RUN_DRAIN_DEADLINE', { seconds: 1, records: 2 })
  const output = { send: () => Promise.reject(reason), close() {} }
  const input = new SysFlowInput(output, { ledger: new Ledger(), host: faultCollectingHost(faults) })
  await assert.rejects(input.trace('t', TRACE, { stop: NEVER_ABORTED }), error => error === reason)
  assert.deepEqual(faults, [])
})
