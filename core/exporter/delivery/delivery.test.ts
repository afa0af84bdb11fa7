// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Chunk, DeliveryResult, RejectedRecord, Transport } from '../../contract/exporter.js'
import { Ledger } from '../../contract/ledger.js'
import { NEVER_ABORTED } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { chunkOfTexts } from '../testing/chunks.js'
import { type DeadLetterSink, Delivery } from './delivery.js'

type Answer = DeliveryResult | Fault | undefined

/** A target that gives the answers in order, then accepts everything; `taken` contains accepted records as texts. */
function target(answers: Answer[]): { transport: Transport; taken: string[]; sent: string[][] } {
  const taken: string[] = []
  const sent: string[][] = []
  const transport: Transport = {
    name: 'memory',
    open: async () => {},
    close: async () => {},
    async send(sentChunk: Chunk) {
      const texts = textsOf(sentChunk)
      sent.push(texts)
      const answer = answers.shift()
      if (answer instanceof Fault) throw answer
      const not = new Set([...(answer?.retryable ?? []), ...(answer?.rejected.map(({ recordIndex }) => recordIndex) ?? [])])
      taken.push(...texts.filter((_, record) => !not.has(record)))
      return answer
    },
  }
  return { transport, taken, sent }
}

const textsOf = ({ bytes, ends }: Chunk): string[] =>
  [...ends].map((end, record) => Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())

/** A clock that advances only during pauses. */
function clock(seconds: number): { retry: ConstructorParameters<typeof Delivery>[3]['retry']; waits: number[] } {
  const waits: number[] = []
  let now = 0
  const wait = async (milliseconds: number, abort: AbortSignal): Promise<void> => {
    abort.throwIfAborted()
    waits.push(milliseconds)
    now += milliseconds
  }
  return { waits, retry: { seconds, maxPauseSeconds: 30, now: () => now, wait } }
}

const away = (): Fault => new Fault('SFP_EXPORT_TERMINAL', { reason: 'away' }, { isTemporary: true })
const never = (): Fault => new Fault('SFP_EXPORT_TERMINAL', { reason: 'never' })

interface Sent {
  readonly taken: string[]
  readonly sent: string[][]
  readonly ledger: Ledger
  readonly reported: string[]
  readonly waits: number[]
  readonly letters: string[]
}

async function send(texts: readonly string[], answers: Answer[], seconds: number, isCaching = false): Promise<Sent> {
  const { transport, taken, sent } = target(answers)
  const { retry, waits } = clock(seconds)
  const [reported, letters]: [string[], string[]] = [[], []]
  const ledger = new Ledger()
  const deadLetters: DeadLetterSink = {
    async put(letter: Chunk, refusals: readonly RejectedRecord[]) {
      letters.push(...textsOf(letter).map((text, record) => `${text}: ${refusals[record]?.reason}`))
    },
    close: async () => {},
  }
  const fault = (error: Error, lostData: boolean): void => {
    assert.ok(error instanceof Fault)
    reported.push(`${error.code}${lostData ? ' lost' : ''}`)
  }
  const delivery = new Delivery(transport, ledger, fault, { retry, deadLetters: isCaching ? deadLetters : undefined })
  ledger.in = ledger.held = texts.length
  await delivery.send(chunkOfTexts(...texts), NEVER_ABORTED)
  assert.equal(ledger.difference, 0)
  assert.equal(ledger.held, 0)
  return { taken, sent, ledger, reported, waits, letters }
}

test('temporary failures are retried with growing pauses, and reported once', async () => {
  const { taken, reported, waits } = await send(['a', 'b'], Array.from({ length: 12 }, away), 3600)
  assert.deepEqual([taken, reported, waits.length], [['a', 'b'], ['SFP_DELIVERY_AGAIN'], 12])
  waits.forEach((pause, index) => {
    const most = Math.min(100 * 2 ** index, 30_000)
    assert.ok(pause >= most / 2 && pause <= most, `pause ${index}: ${pause}`)
  })
})

test('after the configured time, records are rejected and counted', async () => {
  const { taken, ledger, reported, waits } = await send(['a', 'b'], Array.from({ length: 100 }, away), 60)
  assert.deepEqual([taken, ledger.dropped.get('not written')], [[], 2])
  assert.ok(waits.reduce((sum, pause) => sum + pause, 0) < 91_000)
  assert.deepEqual(reported, ['SFP_DELIVERY_AGAIN', 'SFP_EXPORT_TERMINAL lost'])
})

test('permanent failures are not retried', async () => {
  const { sent, ledger, reported } = await send(['a'], [never()], 3600)
  assert.deepEqual([sent.length, ledger.dropped.get('not written'), reported], [1, 1, ['SFP_EXPORT_TERMINAL lost']])
})

test('without retry time, the first failure is final', async () => {
  const { sent, reported } = await send(['a'], [away()], 0)
  assert.deepEqual([sent.length, reported], [1, ['SFP_EXPORT_TERMINAL lost']])
})

test('if only some records of a chunk fail temporarily, only these are sent again', async () => {
  const answers = [
    { rejected: [{ recordIndex: 1, reason: 'too long' }], retryable: [0, 3], reason: 'busy' },
    away(),
    { rejected: [], retryable: [1] },
  ]
  const { taken, sent, ledger, letters, reported } = await send(['a', 'b', 'c', 'd'], answers, 60, true)
  assert.deepEqual(sent, [['a', 'b', 'c', 'd'], ['a', 'd'], ['a', 'd'], ['d']])
  assert.deepEqual([taken, letters], [['c', 'a', 'd'], ['b: too long']])
  assert.deepEqual([ledger.out, ledger.filtered.get('dead letter')], [3, 1])
  assert.deepEqual(reported, ['SFP_DELIVERY_REFUSED'])
})

test('a chunk that is aborted while it waits counts as held', async () => {
  const { transport } = target([away()])
  const control = new AbortController()
  const retry = {
    seconds: 60,
    maxPauseSeconds: 1,
    wait: async () => {
      control.abort(new Error('enough'))
      throw new Error('aborted')
    },
  }
  const ledger = new Ledger()
  ledger.in = ledger.held = 1
  const delivery = new Delivery(transport, ledger, () => {}, { retry })
  await assert.rejects(delivery.send(chunkOfTexts('a'), control.signal), /enough/)
  delivery.dropHeld()
  assert.deepEqual([ledger.dropped.get('not written'), ledger.difference], [1, 0])
})

for (const [when, sends] of [
  ['while it is sent', () => new Promise<undefined>(() => {})],
  ['while a part of it waits', async () => ({ rejected: [], retryable: [0] })],
] as const) {
  test(`a run that is aborted by a fault ${when} does not count as rejected by its target`, async () => {
    const control = new AbortController()
    const reason = new Fault('SFP_RUN_DRAIN_DEADLINE', { seconds: 1, records: 2 })
    const retry = { seconds: 60, maxPauseSeconds: 1, wait: async () => control.abort(reason) }
    const reported: Error[] = []
    const letters: DeadLetterSink = { put: async () => assert.fail('it was put aside'), close: async () => {} }
    const transport = { name: 'memory', open: async () => {}, close: async () => {}, send: sends }
    const ledger = new Ledger()
    ledger.in = ledger.held = 2
    const delivery = new Delivery(transport, ledger, fault => reported.push(fault), { retry, deadLetters: letters })
    const sent = delivery.send(chunkOfTexts('a', 'b'), control.signal)
    setImmediate(() => control.abort(reason))
    await assert.rejects(sent, reason)
    assert.deepEqual(
      reported.filter(fault => fault === reason),
      [],
    )
    assert.equal(ledger.dropped.size, 0)
    assert.ok(ledger.held > 0)
  })
}

test('for any results of a target, each record is delivered, rejected or given up once', async () => {
  const answer = fc.oneof(
    fc.constant('away' as const),
    fc.constant('never' as const),
    fc.constant('whole' as const),
    fc.array(fc.constantFrom('taken', 'again', 'refused'), { minLength: 12, maxLength: 12 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(answer, { maxLength: 8 }), async (count, script) => {
      const texts = Array.from({ length: count }, (_, record) => `r${record}`)
      let left = count
      const answers = script.map((step): Answer => {
        if (step === 'away') return away()
        if (step === 'never') return never()
        if (step === 'whole') return undefined
        const fates = step.slice(0, left)
        const again = fates.flatMap((fate, record) => (fate === 'again' ? [record] : []))
        const refused = fates.flatMap((fate, record) => (fate === 'refused' ? [{ recordIndex: record, reason: 'no' }] : []))
        left = again.length
        return { retryable: again, rejected: refused }
      })
      const { taken, letters, ledger } = await send(texts, answers, 3600, true)
      const retained = letters.map(letter => letter.split(':')[0] ?? '')
      assert.deepEqual([...taken, ...retained].sort(), texts.sort())
      assert.equal(ledger.out, taken.length)
    }),
  )
})
