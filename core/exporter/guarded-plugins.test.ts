// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Batch, ListBatch } from '../contract/batch.js'
import { unevaluated } from '../contract/evaluated-batch.js'
import type { Chunk, ChunkWriter, DeliveryResult, Encoder, Transport } from '../contract/exporter.js'
import { NEVER_ABORTED } from '../contract/stage.js'
import { Fault } from '../errors/fault.js'
import { formatFault } from '../errors/format-fault.js'
import { Exporter } from './exporter.js'
import { GuardedTransport } from './guarded-transport.js'
import { chunkOfTexts } from './testing/chunks.js'

type Words = ListBatch<string>

/** An encoder that writes words. `spoil` may do anything instead of writing a word, and returns whether it did. */
const encoderOf = (spoil: (word: string, into: ChunkWriter) => boolean): Encoder<Words> => ({
  format: 'words',
  encode({ records, rows }, from, to, into) {
    for (let index = from; index < to; index++) {
      const word = records.records[rows[index] as number] ?? ''
      if (spoil(word, into)) continue
      into.text(word)
      into.finishRecord()
    }
  },
})

/** Sends everything, or handles a chunk as `act` does. */
class Target implements Transport {
  readonly name = 'target'
  readonly records: string[] = []
  constructor(readonly act: (chunk: Chunk, abort: AbortSignal) => Promise<DeliveryResult | undefined> = async () => undefined) {}
  async open(): Promise<void> {}
  async send(chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> {
    const delivered = await this.act(chunk, abort)
    this.records.push(...Buffer.from(chunk.bytes).toString().split('\n').slice(0, -1))
    return delivered
  }
  async close(): Promise<void> {}
}

interface Reported {
  readonly text: string
  readonly lostData: boolean
}

function reporter(): { readonly reported: Reported[]; report(fault: Error, lostData: boolean): void } {
  const reported: Reported[] = []
  return {
    reported,
    report: (fault, lostData) => reported.push({ text: fault instanceof Fault ? formatFault(fault) : String(fault), lostData }),
  }
}

const NOWHERE = { send: async () => {}, close: () => {} }
const ONCE = { seconds: 0, maxPauseSeconds: 1 }

async function exported(words: readonly (readonly string[])[], encoder: Encoder<Words>, transport: Transport, buffer = 0) {
  const { reported, report } = reporter()
  const contained = new GuardedTransport('target', transport, report)
  const exporter = new Exporter(encoder, contained, { buffer, retry: ONCE }, report)
  await exporter.open()
  async function* input(): AsyncGenerator<Batch> {
    for (const batch of words) yield unevaluated(new ListBatch(batch))
  }
  await exporter.run(input(), NOWHERE, NEVER_ABORTED)
  await exporter.close()
  assert.equal(exporter.ledger.difference, 0)
  assert.equal(exporter.ledger.held, 0)
  return { reported, ledger: exporter.ledger }
}

for (const [what, spoil, reason] of [
  [
    'throws on',
    (word: string, into: ChunkWriter) => {
      if (word !== 'bad') return false
      into.text('half of it')
      throw new TypeError('no such word')
    },
    'no such word',
  ],
  [
    'does not finish',
    (word: string, into: ChunkWriter) => {
      if (word !== 'bad') return false
      into.text(word)
      return true
    },
    'it did not finish a record',
  ],
  ['leaves out', (word: string) => word === 'bad', 'it wrote 0 records for 1'],
  [
    'doubles',
    (word: string, into: ChunkWriter) => {
      if (word === 'bad') into.finishRecord()
      return false
    },
    'it wrote 2 records for 1',
  ],
] as const) {
  test(`a record that the encoder ${what} is dropped alone, and it is told of which encoder`, async () => {
    const target = new Target()
    const words = [['a', 'bad', 'b'], ['bad'], ['c', 'd']]
    const { reported, ledger } = await exported(words, encoderOf(spoil), target)
    assert.deepEqual(target.records, ['a', 'b', 'c', 'd'])
    assert.deepEqual([ledger.out, ...ledger.dropped], [4, ['encoder "words" failed', 2]])
    const text = `SFP_PLUGIN_FAILED: encoder "words" failed in encode: ${reason}; ask the author of the plugin`
    assert.deepEqual(reported, [
      { text, lostData: true },
      { text, lostData: true },
    ])
  })
}

test('whatever records an encoder fails on and wherever chunks end, the others come out whole, once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom('ok', 'throws', 'torn', 'none'), { maxLength: 40 }), { maxLength: 6 }),
      fc.constantFrom(0, 3, 1000),
      async (kinds, buffer) => {
        let next = 0
        const words = kinds.map(batch => batch.map(kind => `${kind}-${next++}`))
        const spoil = (word: string, into: ChunkWriter): boolean => {
          if (word.startsWith('ok')) return false
          if (!word.startsWith('none')) into.text(`{${word}`)
          if (word.startsWith('throws')) throw new Error(word)
          return true
        }
        const target = new Target()
        await exported(words, encoderOf(spoil), target, buffer)
        assert.deepEqual(
          target.records,
          words.flat().filter(word => word.startsWith('ok')),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('of an encoder that fails on every record ten faults are told, and how many more there were', async () => {
  const words = Array.from({ length: 500 }, (_, index) => `${index}`)
  const all = encoderOf(() => {
    throw new Error('never')
  })
  const { reported, ledger } = await exported([words], all, new Target())
  assert.equal(ledger.dropped.get('encoder "words" failed'), 500)
  assert.equal(reported.length, 11)
  assert.match(reported.at(-1)?.text ?? '', /490 more errors of encoder "words"/)
})

test('a transport that throws something costs that chunk alone, and is named', async () => {
  let chunk = 0
  const target = new Target(async () => {
    if (chunk++ === 1) throw new TypeError('undefined is not a function')
    return undefined
  })
  const { reported, ledger } = await exported(
    [['a'], ['b', 'c'], ['d']],
    encoderOf(() => false),
    target,
  )
  assert.deepEqual(target.records, ['a', 'd'])
  assert.deepEqual([ledger.out, ...ledger.dropped], [2, ['not written', 2]])
  assert.deepEqual(reported, [
    {
      text: 'SFP_PLUGIN_FAILED: transport "target" failed in send: undefined is not a function; ask the author of the plugin',
      lostData: true,
    },
  ])
})

for (const [what, delivered] of [
  ['a record that is not in the page', { rejected: [{ recordIndex: 3, reason: 'x' }], retryable: [] }],
  ['half a record', { rejected: [], retryable: [0.5] }],
  ['a record twice', { rejected: [{ recordIndex: 1, reason: 'x' }], retryable: [1] }],
  ['records in no list', { rejected: undefined, retryable: [] } as unknown as DeliveryResult],
] as const) {
  test(`what a transport says of ${what} is its fault, and the chunk is not taken for delivered`, async () => {
    const target = new Target(async () => delivered)
    const { reported, ledger } = await exported(
      [['a', 'b', 'c']],
      encoderOf(() => false),
      target,
    )
    assert.deepEqual([ledger.out, ...ledger.dropped], [0, ['not written', 3]])
    assert.match(reported[0]?.text ?? '', /SFP_PLUGIN_FAILED: transport "target" failed in send/)
  })
}

test('a fault of a transport stays what it is, and a temporary one is tried again', async () => {
  let tries = 0
  const target = new Target(async () => {
    if (tries++ === 0) throw new Fault('SFP_PLUGIN_SAYS', { what: 'busy', hint: '' }, { isTemporary: true })
    return undefined
  })
  const { reported, report } = reporter()
  const transport = new GuardedTransport('target', target, report)
  const settings = { buffer: 0, retry: { seconds: 10, maxPauseSeconds: 1, wait: async () => {} } }
  const exporter = new Exporter(
    encoderOf(() => false),
    transport,
    settings,
    report,
  )
  async function* input(): AsyncGenerator<Batch> {
    yield unevaluated(new ListBatch(['a']))
  }
  await exporter.run(input(), NOWHERE, NEVER_ABORTED)
  assert.deepEqual([target.records, exporter.ledger.out], [['a'], 1])
  assert.match(reported[0]?.text ?? '', /SFP_DELIVERY_AGAIN: .*busy/)
})

for (const step of ['open', 'begin', 'close'] as const) {
  test(`what a transport throws in ${step} names it`, async () => {
    const broken: Transport = {
      ...{ name: 'target', open: async () => {}, send: async () => undefined, close: async () => {} },
      [step]: () => {
        throw new Error('oh')
      },
    }
    const contained = new GuardedTransport('target', broken, () => {})
    await assert.rejects(async () => contained[step](), /transport "target" failed in .*: oh/)
  })
}

test('what a transport throws in check is its answer; in report and finish it is told and changes nothing', async () => {
  const { reported, report } = reporter()
  const fail = (): never => {
    throw new Error('oh')
  }
  const transport = { ...{ name: 't', open: async () => {}, send: async () => undefined }, close: async () => {} }
  const contained = new GuardedTransport('target', { ...transport, check: fail, report: fail, finish: fail }, report)
  assert.equal(await contained.check(), 'transport "target" failed in check: oh')
  assert.deepEqual([contained.report(), contained.report()], [{}, {}])
  await contained.finish(NEVER_ABORTED)
  assert.deepEqual(
    reported.map(({ text, lostData }) => [text.replace(/;.*/, ''), lostData]),
    [
      ['SFP_PLUGIN_FAILED: transport "target" failed in report: oh', false],
      ['SFP_PLUGIN_FAILED: transport "target" failed in finish: oh', false],
    ],
  )
})

test('a transport that ends neither its send nor its close is named, and keeps nobody waiting', async () => {
  const { reported, report } = reporter()
  const stuck: Transport = {
    name: 'target',
    open: async () => {},
    send: () => new Promise(() => {}),
    close: () => new Promise(() => {}),
  }
  const contained = new GuardedTransport('target', stuck, report, 5)
  void contained.send(chunkOfTexts('a'), NEVER_ABORTED)
  await contained.close()
  assert.deepEqual(
    reported.map(({ text }) => text.replace(/:? it has.*/, '')),
    ['SFP_PLUGIN_FAILED: transport "target" failed in send', 'SFP_PLUGIN_FAILED: transport "target" failed in close'],
  )
})
