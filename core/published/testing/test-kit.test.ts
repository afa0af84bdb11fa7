// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../contract/batch.js'
import { ListBatch } from '../../contract/batch.js'
import type { ActionPlugin, EncoderPlugin, OptionsSchema } from '../../contract/plugin.js'
import type { TypedAttribute } from '../../contract/record-adapter.js'
import type { SampleOptions, SampleRecords } from '../../contract/sample-records.js'
import { plainAdapter } from '../../testing/plain-adapter.js'
import { SampleCatalog } from './sample-catalog.js'
import { createTestKit } from './test-kit.js'

/** A family of one channel type whose records are numbers, to show that the test support depends on no built-in family. */
type Numbers = ListBatch<number>

const number: TypedAttribute<Numbers> = {
  name: 'number',
  aliases: [],
  type: 'number',
  dependsOn: 'row',
  recordTypes: [],
  description: 'The number.',
  read: ({ records }, row) => records[row] ?? 0,
}
const ADAPTER = plainAdapter('numberchan', 'evaluatednumberchan', [number])

interface NumberSampleOptions extends SampleOptions {
  readonly count?: number
}

const SAMPLES: SampleRecords<NumberSampleOptions> = {
  channels: ['numberchan'],
  adapters: [ADAPTER],
  async batches(_channel, { count = 4, batchSize = 16 }) {
    const batches: Batch[] = []
    for (let from = 0; from < count; from += batchSize)
      batches.push(new ListBatch(Array.from({ length: Math.min(batchSize, count - from) }, (_, index) => from + index)))
    return batches
  },
}

const kit = createTestKit<NumberSampleOptions>(new SampleCatalog([SAMPLES]), {})

const NO_OPTIONS: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }

const parity: ActionPlugin = {
  kind: 'action',
  name: 'parity',
  contract: 2,
  summary: 'tags numbers',
  options: NO_OPTIONS,
  create: () => ({
    run: ({ record, addTag }) => addTag(Number(record.value('number')) % 2 ? 'odd' : 'even'),
  }),
}

const digits: EncoderPlugin = {
  kind: 'encoder',
  name: 'digits',
  contract: 2,
  summary: 'writes numbers',
  options: NO_OPTIONS,
  accepts: ['*'],
  create: (_, host) => ({
    format: 'digits',
    encode(batch, from, to, into) {
      for (const record of host.records(batch, from, to)) {
        into.text(record.text('number') + (record.matches ? '!' : ''))
        into.finishRecord()
      }
    },
  }),
}

test('the options of a family select its sample records', async () => {
  const sizes = (await kit.batchesOf('numberchan', { count: 5, batchSize: 2 })).map(({ length }) => length)
  assert.deepEqual(sizes, [2, 2, 1])
})

test('a channel of evaluated records carries the sample records with rule matches', async () => {
  const { lines } = await kit.runEncoder(digits, { inputType: 'evaluatednumberchan' })
  assert.deepEqual(lines, ['0!', '1', '2', '3!'])
})

test('an action is run on the first channel type that rules can read', async () => {
  const { results } = await kit.runAction(parity, { records: { count: 2 } })
  assert.deepEqual(
    results.map(({ tags }) => tags),
    [['even'], ['odd']],
  )
})

test('conformance tests run on every channel type of the families', async () => {
  for (const plugin of [parity, digits])
    for (const conformanceTest of kit.conformanceTestsFor(plugin.kind)) await kit.runConformanceTest(conformanceTest, plugin)
  const failing: ActionPlugin = { ...parity, create: () => ({ run: () => assert.fail('no parity') }) }
  const [violated] = kit.conformanceTestsFor('action').filter(({ name }) => name === 'run never throws')
  assert.ok(violated)
  await assert.rejects(kit.runConformanceTest(violated, failing), /violates the contract "run never throws": no parity\./)
})

test('a family brings the conformance tests of handlers', () => {
  const own = { name: 'a requirement', rationale: 'A reason.', check: () => undefined }
  const { conformanceTestsFor } = createTestKit(new SampleCatalog([]), { handler: [own] })
  assert.equal(conformanceTestsFor('handler').at(-1), own)
  assert.ok(!kit.conformanceTestsFor('handler').includes(own))
})
