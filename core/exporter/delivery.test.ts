// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Delivered, Page, Refusal, Transport } from '../contract/exporter.js'
import { Ledger } from '../contract/ledger.js'
import { Fault } from '../errors/fault.js'
import { pageOf as page } from './testing/pages.js'
import { type DeadLetters, Delivery } from './delivery.js'

const NEVER = new AbortController().signal

type Answer = Delivered | Fault | undefined

/** A target that answers as told, then takes everything; what it took, as texts. */
function target(answers: Answer[]): { transport: Transport; taken: string[]; sent: string[][] } {
  const taken: string[] = []
  const sent: string[][] = []
  const transport: Transport = {
    name: 'memory',
    open: async () => {},
    close: async () => {},
    async send(sentPage: Page) {
      const texts = textsOf(sentPage)
      sent.push(texts)
      const answer = answers.shift()
      if (answer instanceof Fault) throw answer
      const not = new Set([...(answer?.again ?? []), ...(answer?.refused.map(({ record }) => record) ?? [])])
      taken.push(...texts.filter((_, record) => !not.has(record)))
      return answer
    },
  }
  return { transport, taken, sent }
}

const textsOf = ({ bytes, ends }: Page): string[] =>
  [...ends].map((end, record) => Buffer.from(bytes.subarray(ends[record - 1] ?? 0, end - 1)).toString())

/** A clock that stands still but for the pauses. */
function clock(seconds: number): { retry: ConstructorParameters<typeof Delivery>[3]['retry']; pauses: number[] } {
  const pauses: number[] = []
  let now = 0
  const wait = async (milliseconds: number, abort: AbortSignal): Promise<void> => {
    abort.throwIfAborted()
    pauses.push(milliseconds)
    now += milliseconds
  }
  return { pauses, retry: { seconds, longestPause: 30, now: () => now, wait } }
}

const away = (): Fault => new Fault('SFP_EXPORT_TERMINAL', { reason: 'away' }, { isTemporary: true })
const never = (): Fault => new Fault('SFP_EXPORT_TERMINAL', { reason: 'never' })

interface Sent {
  readonly taken: string[]
  readonly sent: string[][]
  readonly ledger: Ledger
  readonly told: string[]
  readonly pauses: number[]
  readonly letters: string[]
}

async function send(texts: readonly string[], answers: Answer[], seconds: number, keeps = false): Promise<Sent> {
  const { transport, taken, sent } = target(answers)
  const { retry, pauses } = clock(seconds)
  const [told, letters]: [string[], string[]] = [[], []]
  const ledger = new Ledger()
  const deadLetters: DeadLetters = {
    async put(letter: Page, refusals: readonly Refusal[]) {
      letters.push(...textsOf(letter).map((text, record) => `${text}: ${refusals[record]?.reason}`))
    },
    close: async () => {},
  }
  const fault = (error: Error, lostData: boolean): void => {
    assert.ok(error instanceof Fault)
    told.push(`${error.code}${lostData ? ' lost' : ''}`)
  }
  const delivery = new Delivery(transport, ledger, fault, { retry, deadLetters: keeps ? deadLetters : undefined })
  ledger.taken = ledger.held = texts.length
  await delivery.send(page(...texts), NEVER)
  assert.equal(ledger.difference, 0)
  assert.equal(ledger.held, 0)
  return { taken, sent, ledger, told, pauses, letters }
}

test('what fails for a reason that may pass is sent again, after pauses that grow, and told once', async () => {
  const { taken, told, pauses } = await send(['a', 'b'], Array.from({ length: 12 }, away), 3600)
  assert.deepEqual([taken, told, pauses.length], [['a', 'b'], ['SFP_DELIVERY_AGAIN'], 12])
  pauses.forEach((pause, index) => {
    const most = Math.min(100 * 2 ** index, 30_000)
    assert.ok(pause >= most / 2 && pause <= most, `pause ${index}: ${pause}`)
  })
})

test('after the time that the settings give, records are given up and counted', async () => {
  const { taken, ledger, told, pauses } = await send(['a', 'b'], Array.from({ length: 100 }, away), 60)
  assert.deepEqual([taken, ledger.dropped.get('not written')], [[], 2])
  assert.ok(pauses.reduce((sum, pause) => sum + pause, 0) < 91_000)
  assert.deepEqual(told, ['SFP_DELIVERY_AGAIN', 'SFP_EXPORT_TERMINAL lost'])
})

test('what can never succeed is not sent again', async () => {
  const { sent, ledger, told } = await send(['a'], [never()], 3600)
  assert.deepEqual([sent.length, ledger.dropped.get('not written'), told], [1, 1, ['SFP_EXPORT_TERMINAL lost']])
})

test('without time to try again, the first failure is the last', async () => {
  const { sent, told } = await send(['a'], [away()], 0)
  assert.deepEqual([sent.length, told], [1, ['SFP_EXPORT_TERMINAL lost']])
})

test('of a page whose records fare differently only those are sent again that may succeed', async () => {
  const answers = [
    { refused: [{ record: 1, reason: 'too long' }], again: [0, 3], reason: 'busy' },
    away(),
    { refused: [], again: [1] },
  ]
  const { taken, sent, ledger, letters, told } = await send(['a', 'b', 'c', 'd'], answers, 60, true)
  assert.deepEqual(sent, [['a', 'b', 'c', 'd'], ['a', 'd'], ['a', 'd'], ['d']])
  assert.deepEqual([taken, letters], [['c', 'a', 'd'], ['b: too long']])
  assert.deepEqual([ledger.passed, ledger.used.get('dead letter')], [3, 1])
  assert.deepEqual(told, ['SFP_DELIVERY_REFUSED'])
})

test('a page that is aborted while it waits is held, not lost silently', async () => {
  const { transport } = target([away()])
  const control = new AbortController()
  const retry = {
    seconds: 60,
    longestPause: 1,
    wait: async () => {
      control.abort(new Error('enough'))
      throw new Error('aborted')
    },
  }
  const ledger = new Ledger()
  ledger.taken = ledger.held = 1
  const delivery = new Delivery(transport, ledger, () => {}, { retry })
  await assert.rejects(delivery.send(page('a'), control.signal), /enough/)
  delivery.giveUp()
  assert.deepEqual([ledger.dropped.get('not written'), ledger.difference], [1, 0])
})

for (const [when, sends] of [
  ['while it is sent', () => new Promise<undefined>(() => {})],
  ['while a part of it waits', async () => ({ refused: [], again: [0] })],
] as const) {
  test(`a run that is aborted by a fault ${when} has not been refused by its target`, async () => {
    const control = new AbortController()
    const reason = new Fault('SFP_RUN_DRAIN_DEADLINE', { seconds: 1, records: 2 })
    const retry = { seconds: 60, longestPause: 1, wait: async () => control.abort(reason) }
    const told: Error[] = []
    const letters: DeadLetters = { put: async () => assert.fail('it was put aside'), close: async () => {} }
    const transport = { name: 'memory', open: async () => {}, close: async () => {}, send: sends }
    const ledger = new Ledger()
    ledger.taken = ledger.held = 2
    const delivery = new Delivery(transport, ledger, fault => told.push(fault), { retry, deadLetters: letters })
    const sent = delivery.send(page('a', 'b'), control.signal)
    setImmediate(() => control.abort(reason))
    await assert.rejects(sent, reason)
    assert.deepEqual(
      told.filter(fault => fault === reason),
      [],
    )
    assert.equal(ledger.dropped.size, 0)
    assert.ok(ledger.held > 0)
  })
}

test('whatever a target answers, each record is taken once, refused once or given up once', async () => {
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
        const refused = fates.flatMap((fate, record) => (fate === 'refused' ? [{ record, reason: 'no' }] : []))
        left = again.length
        return { again, refused }
      })
      const { taken, letters, ledger } = await send(texts, answers, 3600, true)
      const kept = letters.map(letter => letter.split(':')[0] ?? '')
      assert.deepEqual([...taken, ...kept].sort(), texts.sort())
      assert.equal(ledger.passed, taken.length)
    }),
  )
})
