// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Batch, CountedBatch } from '../contract/batch.js'
import { EvaluatedBatch } from '../contract/evaluated-batch.js'
import type { Chunk, Encoder, Transport } from '../contract/exporter.js'
import { Fault } from '../errors/fault.js'
import { Exporter } from './exporter.js'

/** Records that are numbers; the encoder writes them as text. */
class Numbers extends CountedBatch {
  isReleased = false
  readonly length: number
  constructor(readonly values: readonly string[]) {
    super()
    this.length = values.length
  }
  protected override recycle(): void {
    this.isReleased = true
  }
}

const encoder: Encoder<Numbers> = {
  format: 'plain',
  encode(batch, from, to, into) {
    for (let index = from; index < to; index++) {
      into.text(batch.records.values[batch.rows[index] as number] ?? '')
      into.finishRecord()
    }
  },
}

/** A transport that stores its chunks; `refuse` returns the error with which a chunk fails. */
class Memory implements Transport {
  readonly name = 'memory'
  readonly chunks: string[][] = []
  isOpen = false
  constructor(readonly refuse: (chunk: number) => Error | undefined = () => undefined) {}
  async open(): Promise<void> {
    this.isOpen = true
  }
  async send(chunk: Chunk): Promise<undefined> {
    await new Promise(setImmediate)
    const lines = Buffer.from(chunk.bytes).toString().split('\n').slice(0, -1)
    assert.equal(lines.length, chunk.length)
    const error = this.refuse(this.chunks.push(lines) - 1)
    if (error) throw error
  }
  async close(): Promise<void> {
    this.isOpen = false
  }
}

const all = (batch: Numbers): EvaluatedBatch<Numbers> =>
  new EvaluatedBatch(
    batch,
    Uint32Array.from(batch.values, (_, row) => row),
    new Array<null>(batch.length).fill(null),
  )

const nowhere = { send: async () => {}, close: () => {} }
const silent = (): void => {}

async function* inOrder(batches: readonly Numbers[]): AsyncGenerator<Batch> {
  for (const batch of batches) yield all(batch)
}

const numbered = (...lengths: readonly number[]): Numbers[] => {
  let next = 0
  return lengths.map(length => new Numbers(Array.from({ length }, () => String(next++))))
}

for (const writesAhead of [true, false]) {
  const how = writesAhead ? '' : ', without encoding ahead'
  test(`records are sent immediately, in order, and released when they are safe${how}`, async () => {
    const memory = new Memory()
    const batches = numbered(3, 0, 1)
    const exporter = new Exporter(encoder, memory, { buffer: 0, retry: ONCE, writesAhead }, silent)
    await exporter.open()
    await exporter.run(inOrder(batches), nowhere, new AbortController().signal)
    await exporter.close()
    assert.deepEqual(memory.chunks, [['0', '1', '2'], ['3']])
    assert.ok(batches.every(batch => batch.isReleased))
    const { in: received, out, held, difference } = exporter.ledger
    assert.deepEqual([received, out, held, difference], [4, 4, 0, 0])
    assert.deepEqual(exporter.report(), { transport: 'memory', format: 'plain', records: 4, bytes: 8, pages: 2 })
    assert.equal(memory.isOpen, false)
  })

  test(`check 96: buffer 3 sends three records together, and the rest at the end${how}`, async () => {
    const memory = new Memory()
    const batches = numbered(1, 1, 3, 2)
    const exporter = new Exporter(encoder, memory, { buffer: 3, retry: ONCE, writesAhead }, silent)
    await exporter.run(inOrder(batches), nowhere, new AbortController().signal)
    assert.deepEqual(memory.chunks, [['0', '1', '2'], ['3', '4', '5'], ['6']])
    assert.ok(batches.every(batch => batch.isReleased))
  })

  /** The input delivers one record and then nothing; checks what is sent before the input ends, and after. */
  async function alone(): Promise<void> {
    const memory = new Memory()
    const exporter = new Exporter(encoder, memory, { buffer: 3, flushAfter: 1, retry: ONCE, writesAhead }, silent)
    const batch = new Numbers(['alone'])
    let end: (() => void) | undefined
    async function* slow(): AsyncGenerator<Batch> {
      yield all(batch)
      await new Promise<void>(resolve => {
        end = resolve
      })
    }
    const run = exporter.run(slow(), nowhere, new AbortController().signal)
    while (!batch.isReleased) await new Promise(resolve => setTimeout(resolve, 1))
    assert.deepEqual(memory.chunks, [['alone']])
    assert.equal(exporter.ledger.held, 0)
    end?.()
    await run
    assert.equal(memory.chunks.length, 1)
  }

  test(`check 96: a single record is sent after a while${how}`, () => alone())

  test(`a clock that is set back does not delay collected records${how}`, async context => {
    let now = 1_700_000_000_000
    context.mock.method(Date, 'now', () => {
      now -= 3_600_000
      return now
    })
    await alone()
  })

  test(`large batches are sent in chunks of bounded size${how}`, async () => {
    const memory = new Memory()
    const exporter = new Exporter(encoder, memory, { buffer: 0, retry: ONCE, writesAhead }, silent)
    const wide = new Numbers(new Array<string>(40).fill('x'.repeat(100_000)))
    await exporter.run(inOrder([new Numbers(new Array<string>(3000).fill('y')), wide]), nowhere, new AbortController().signal)
    assert.deepEqual(
      memory.chunks.map(chunk => chunk.length),
      [1024, 1024, 952, 16, 16, 8],
    )
  })

  test(`a rejected chunk is counted as dropped and reported once per series of failures, and the next chunk is sent${how}`, async () => {
    const full = new Fault('SFP_EXPORT_FILE_WRITE', { path: 'x', reason: 'full', records: 1 })
    const memory = new Memory(chunk => (chunk === 1 || chunk === 2 || chunk === 4 ? full : undefined))
    const reported: [Error, boolean][] = []
    const batches = numbered(1, 2, 3, 4, 5, 6)
    const exporter = new Exporter(encoder, memory, { buffer: 0, retry: ONCE, writesAhead }, (fault, lostData) =>
      reported.push([fault, lostData]),
    )
    await exporter.run(inOrder(batches), nowhere, new AbortController().signal)
    assert.deepEqual(reported, [
      [full, true],
      [full, true],
    ])
    assert.deepEqual([exporter.ledger.out, exporter.ledger.dropped.get('not written'), exporter.ledger.difference], [11, 10, 0])
    assert.ok(batches.every(batch => batch.isReleased))
  })

  test(`when standard output was closed by closes the pipe, the run ends and the record counts add up${how}`, async () => {
    const memory = new Memory(chunk => (chunk === 1 ? new Fault('SFP_EXPORT_CLOSED') : undefined))
    const reported: Error[] = []
    const exporter = new Exporter(encoder, memory, { buffer: 0, retry: ONCE, writesAhead }, fault => reported.push(fault))
    await assert.rejects(exporter.run(inOrder(numbered(1, 2, 3)), nowhere, new AbortController().signal), {
      code: 'SFP_EXPORT_CLOSED',
    })
    assert.deepEqual(reported, [])
    assert.deepEqual(
      [exporter.ledger.in, exporter.ledger.out, exporter.ledger.held, exporter.ledger.difference],
      // The third batch may be encoded while the second is being rejected.
      [writesAhead ? 6 : 3, 1, 0, 0],
    )
  })

  test(`an abort ends a run whose target accepts nothing${how}`, async () => {
    const stuck: Transport = { name: 'stuck', open: async () => {}, send: () => new Promise(() => {}), close: async () => {} }
    const exporter = new Exporter(encoder, stuck, { buffer: 0, retry: ONCE, writesAhead }, silent)
    const abort = new AbortController()
    const run = exporter.run(inOrder(numbered(2)), nowhere, abort.signal)
    setImmediate(() => abort.abort(new Error('stop')))
    await assert.rejects(run, /stop/)
    assert.equal(exporter.ledger.difference, 0)
  })

  test(`for all batches, buffers and failures every record is sent once, in order, or counted as dropped${how}`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { maxLength: 12 }),
        fc.nat(60),
        fc.array(fc.boolean(), { maxLength: 10 }),
        async (lengths, buffer, failures) => {
          const memory = new Memory(chunk => (failures[chunk] ? new Fault('SFP_EXPORT_TERMINAL', { reason: 'test' }) : undefined))
          const batches = numbered(...lengths)
          const exporter = new Exporter(encoder, memory, { buffer, retry: ONCE, writesAhead }, silent)
          await exporter.run(inOrder(batches), nowhere, new AbortController().signal)
          const total = lengths.reduce((sum, length) => sum + length, 0)
          assert.deepEqual(
            memory.chunks.flat().map(Number),
            Array.from({ length: total }, (_, index) => index),
          )
          const lost = memory.chunks.filter((_, chunk) => failures[chunk]).flat().length
          const { in: received, out, held, difference } = exporter.ledger
          assert.deepEqual([received, out, held, difference], [total, total - lost, 0, 0])
          assert.ok(batches.every(batch => batch.isReleased))
        },
      ),
      { numRuns: 100 },
    )
  })
}

const ONCE = { seconds: 0, maxPauseSeconds: 1 }

test('a transport that fails to open stops the start', async () => {
  const closed: Transport = {
    name: 'closed',
    open: () => Promise.reject(new Fault('SFP_EXPORT_CLOSED')),
    send: async () => {},
    close: async () => {},
  }
  await assert.rejects(new Exporter(encoder, closed, { buffer: 0, retry: ONCE }, silent).open(), { code: 'SFP_EXPORT_CLOSED' })
})
