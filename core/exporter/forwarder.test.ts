// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../contract/batch.js'
import type { Chunk, Transport } from '../contract/exporter.js'
import { Fault } from '../errors/fault.js'
import { EncodedChunk } from './encoded-chunk.js'
import { Forwarder } from './forwarder.js'

const nowhere = { send: async () => {}, close: () => {} }

function chunks(lengths: readonly number[], done: () => void): EncodedChunk[] {
  return lengths.map(
    length =>
      new EncodedChunk(
        Buffer.alloc(length * 2, 'a\n'),
        Uint32Array.from({ length }, (_, i) => 2 * i + 2),
        done,
      ),
  )
}

async function* inOrder(batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches
}

/** A target that rejects some chunks, by their number. */
const target = (refuse: (chunk: number) => Error | undefined, sent: Chunk[] = []): Transport => ({
  name: 'memory',
  open: async () => {},
  send: async chunk => {
    const error = refuse(sent.push(chunk) - 1)
    if (error) throw error
  },
  close: async () => {},
})

const ONCE = { retry: { seconds: 0, maxPauseSeconds: 1 } }

test('chunks arrive as they are; one that is refused is counted, and the next is tried', async () => {
  const full = new Fault('SFP_EXPORT_TERMINAL', { reason: 'full' })
  const [reported, sent]: [Error[], Chunk[]] = [[], []]
  const forwarder = new Forwarder(
    'json',
    target(chunk => (chunk === 1 || chunk === 2 ? full : undefined), sent),
    ONCE,
    fault => reported.push(fault),
  )
  let done = 0
  const given = chunks([1, 2, 3, 4], () => done++)
  await forwarder.open()
  await forwarder.run(inOrder(given), nowhere, new AbortController().signal)
  await forwarder.close()
  assert.deepEqual([sent, done, reported], [given, 4, [full]])
  const { in: received, out, held, dropped, difference } = forwarder.ledger
  assert.deepEqual([received, out, held, dropped.get('not written'), difference], [10, 5, 0, 5, 0])
  assert.deepEqual(forwarder.report(), { transport: 'memory', format: 'json', records: 5, bytes: 10, pages: 2 })
})

test('when the target takes nothing more the run ends, and the books balance', async () => {
  const forwarder = new Forwarder(
    'json',
    target(() => new Fault('SFP_EXPORT_CLOSED')),
    ONCE,
    () => assert.fail(),
  )
  let done = 0
  const run = forwarder.run(inOrder(chunks([3, 4], () => done++)), nowhere, new AbortController().signal)
  await assert.rejects(run, { code: 'SFP_EXPORT_CLOSED' })
  assert.deepEqual([done, forwarder.ledger.in, forwarder.ledger.held, forwarder.ledger.difference], [1, 3, 0, 0])
})
