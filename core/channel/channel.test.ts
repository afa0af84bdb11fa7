// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CountedBatch } from '../contract/batch.js'
import type { Receiver } from '../contract/stage.js'
import { Channel } from './channel.js'
import { fanOut } from './fan-out.js'
import { merge } from './merge.js'

class Numbers extends CountedBatch {
  readonly values: readonly number[]
  readonly length: number
  released = false

  constructor(
    values: readonly number[],
    readonly weight = 0,
  ) {
    super()
    this.values = values
    this.length = values.length
  }

  protected override recycle(): void {
    this.released = true
  }
}

const channel = (records = 100, batches = 16, abort: AbortSignal = new AbortController().signal): Channel<Numbers> =>
  new Channel('numbers', 'numberchan', abort, { records, batches, bytes: 1000 })

async function collect(receiver: Receiver<Numbers>, into: number[] = []): Promise<number[]> {
  for await (const batch of receiver) {
    into.push(...batch.values)
    batch.release()
  }
  return into
}

test('a channel delivers every batch once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(), { maxLength: 5 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 3 }),
      async (batches, records, limit) => {
        const queue = channel(records, limit)
        const sender = queue.sender()
        const receiver = queue.receiver()
        const received = collect(receiver)
        for (const values of batches) {
          await sender.send(new Numbers(values))
          assert.ok(queue.queued < records)
        }
        sender.close()
        assert.deepEqual(await received, batches.flat())
        assert.equal(sender.sent, batches.flat().length)
        assert.equal(receiver.received, sender.sent)
      },
    ),
    { numRuns: 50 },
  )
})

test('several receivers share the batches of a channel; each batch is received once', async () => {
  const queue = channel(4)
  const sender = queue.sender()
  const received = [collect(queue.receiver()), collect(queue.receiver()), collect(queue.receiver())]
  for (let value = 0; value < 100; value++) await sender.send(new Numbers([value]))
  sender.close()
  const all = (await Promise.all(received)).flat()
  assert.deepEqual(
    all.sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, value) => value),
  )
})

test('a channel ends when its last sender has closed, and closing twice is harmless', async () => {
  const queue = channel()
  const [first, second] = [queue.sender(), queue.sender()]
  const received = collect(queue.receiver())
  await first.send(new Numbers([1]))
  first.close()
  first.close()
  await second.send(new Numbers([2]))
  second.close()
  assert.deepEqual(await received, [1, 2])
})

test('a sender to a full channel waits until there is room', async () => {
  const queue = channel(2)
  const sender = queue.sender()
  let isThrough = false
  const sending = sender.send(new Numbers([1, 2])).then(() => {
    isThrough = true
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(isThrough, false)
  const inbox = queue.receiver()[Symbol.asyncIterator]()
  await inbox.next()
  await sending
  assert.equal(isThrough, true)
})

test('few records in many batches also fill a channel', async () => {
  const queue = channel(1000, 2)
  const sender = queue.sender()
  await sender.send(new Numbers([1]))
  let isThrough = false
  const sending = sender.send(new Numbers([2])).then(() => {
    isThrough = true
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(isThrough, false)
  await queue.receiver()[Symbol.asyncIterator]().next()
  await sending
})

test('few records in heavy batches also fill a channel', async () => {
  const queue = channel(100, 16)
  const sender = queue.sender()
  const receiver = queue.receiver()[Symbol.asyncIterator]()
  await sender.send(new Numbers([1], 600))
  let isSent = false
  const second = sender.send(new Numbers([2], 600)).then(() => {
    isSent = true
  })
  await new Promise(setImmediate)
  assert.equal(isSent, false)
  await receiver.next()
  await second
  assert.equal(isSent, true)
})

test('abort rejects pending and later calls with its reason', async () => {
  const control = new AbortController()
  const full = channel(1, 16, control.signal)
  const empty = channel(1, 16, control.signal)
  const sender = full.sender()
  empty.sender()
  const waits = [sender.send(new Numbers([1])), collect(empty.receiver())]
  control.abort(new Error('enough'))
  for (const wait of waits) await assert.rejects(wait, /enough/)
  await assert.rejects(sender.send(new Numbers([2])), /enough/)
  await assert.rejects(collect(full.receiver()), /enough/)
})

test('sending after close is refused', async () => {
  const sender = channel().sender()
  sender.close()
  await assert.rejects(sender.send(new Numbers([1])), /after the sender had closed/)
})

test('a sender that never waits still lets timers and signals run', async () => {
  const queue = channel()
  const sender = queue.sender()
  const received = collect(queue.receiver())
  let hadTurn = false
  setImmediate(() => {
    hadTurn = true
  })
  for (let sends = 0; sends < 100; sends++) await sender.send(new Numbers([1]))
  sender.close()
  await received
  assert.ok(hadTurn)
})

test('a fan-out gives every batch to each receiver and is released by the last', async () => {
  const [left, right] = [channel(2), channel(3)]
  const tee = fanOut([left.sender(), right.sender()])
  const received = Promise.all([collect(left.receiver()), collect(right.receiver())])
  const batches = [[1, 2], [3], [], [4, 5, 6, 7]].map(values => new Numbers(values))
  for (const batch of batches) await tee.send(batch)
  tee.close()
  assert.deepEqual(await received, [
    [1, 2, 3, 4, 5, 6, 7],
    [1, 2, 3, 4, 5, 6, 7],
  ])
  assert.ok(batches.every(batch => batch.released))
})

test('a fan-out without receivers releases its batches', async () => {
  const batch = new Numbers([1])
  await fanOut<Numbers>([]).send(batch)
  assert.ok(batch.released)
})

test('merged inputs arrive in the order in which they were sent, and end together', async () => {
  const [left, right] = [channel(), channel()]
  const senders = [left.sender(), right.sender()]
  const received = collect(merge([left.receiver(), right.receiver()]))
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  for (let value = 0; value < 20; value++) {
    await senders[value % 3 === 0 ? 1 : 0]?.send(new Numbers([value]))
    await turn()
  }
  for (const sender of senders) sender.close()
  assert.deepEqual(
    await received,
    Array.from({ length: 20 }, (_, value) => value),
  )
})

test('a merged input that is always ready does not starve the other', async () => {
  const [busy, quiet] = [channel(1000, 1000), channel()]
  const [often, once] = [busy.sender(), quiet.sender()]
  for (let value = 0; value < 100; value++) await often.send(new Numbers([value]))
  await once.send(new Numbers([-1]))
  often.close()
  once.close()
  const order = await collect(merge([busy.receiver(), quiet.receiver()]))
  assert.ok(order.indexOf(-1) < 10, `the quiet one came ${order.indexOf(-1)}th`)
})

test('channels that have ended can be reopened, alone, behind a fan-out and merged, and continue counting', async () => {
  const [left, right] = [channel(), channel()]
  const senders = [left.sender(), right.sender()]
  const receivers = [left.receiver(), right.receiver()]
  const tee = fanOut(senders)
  const merged = merge(receivers)
  for (const value of [1, 2, 3]) {
    const received = collect(merged)
    await tee.send(new Numbers([value]))
    assert.throws(() => left.reopen(), /not come to its end/)
    tee.close()
    assert.deepEqual(await received, [value, value])
    await assert.rejects(async () => senders[0]?.send(new Numbers([9])), /after the sender had closed/)
    left.reopen()
    right.reopen()
  }
  assert.deepEqual([senders[0]?.sent, receivers[1]?.received], [3, 3])
})

test('a tap receives every batch in order before the receiver, and nothing after its removal', async () => {
  const queue = channel()
  const sender = queue.sender()
  const seen: number[] = []
  queue.tap = ({ values }) => seen.push(...values)
  await sender.send(new Numbers([1, 2]))
  await sender.send(new Numbers([3]))
  assert.deepEqual(seen, [1, 2, 3])
  queue.tap = null
  await sender.send(new Numbers([4]))
  sender.close()
  assert.deepEqual(await collect(queue.receiver()), [1, 2, 3, 4])
  assert.deepEqual(seen, [1, 2, 3])
})

test('the depth of a channel is reported in records, batches and bytes', async () => {
  const queue = channel()
  await queue.sender().send(new Numbers([1, 2], 7))
  await queue.sender().send(new Numbers([3], 5))
  assert.deepEqual(queue.depth, { records: 3, batches: 2, bytes: 12 })
  assert.deepEqual(queue.capacity, { records: 100, batches: 16, bytes: 1000 })
})
