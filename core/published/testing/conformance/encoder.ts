// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import { EvaluatedBatch, unevaluated } from '../../../contract/evaluated-batch.js'
import type { EncoderPlugin } from '../../../contract/plugin.js'
import { ChunkBuffer } from '../../../exporter/chunk-buffer.js'
import { recordsFromChunk } from '../run-component.js'
import { TrackedBatch } from '../tracked-batch.js'
import { type ConformanceTest, ensure, type PluginUnderTest, withUnit } from './conformance-test.js'

export const ENCODER_TESTS: readonly ConformanceTest<'encoder'>[] = [
  {
    name: 'its format is its name',
    rationale: 'That is the word of the option format, and what the summary shows.',
    check(subject) {
      const { plugin, options } = subject
      const { format } = plugin.create(options, subject.host({ inputType: plugin.accepts[0] }))
      ensure(format === plugin.name, `its format is "${format}"`)
      return undefined
    },
  },
  {
    name: 'it throws nothing, whatever the record says',
    rationale: 'A record that it throws on is lost.',
    check: subject =>
      forEachType(subject, async type => {
        await encodeRecords(subject, type)
      }),
  },
  {
    name: 'every row gives one record',
    rationale: 'Pages are counted, acknowledged and sent again by record.',
    check: subject =>
      forEachType(subject, async type => {
        const { lines, rows } = await encodeRecords(subject, type)
        ensure(lines.length === rows, `${withUnit(rows, 'row')} gave ${withUnit(lines.length, 'record')}`)
      }),
  },
  {
    name: 'a record holds no line feed but the one behind it',
    rationale: 'Whoever reads a file or a stream takes a line for a record. What is for people has as many as they need.',
    check: subject =>
      forEachType(subject, async type => {
        if (subject.plugin.isHumanReadable) return
        const line = (await encodeRecords(subject, type)).lines.find(text => text.includes('\n'))
        ensure(line === undefined, `one is ${JSON.stringify(line?.slice(0, 80))}`)
      }),
  },
  {
    name: 'the same records give the same bytes, however they are cut',
    rationale: 'What was sent again after a failure must be the same, and pages are as large as they happen to be.',
    check: subject =>
      forEachType(subject, async type => {
        const [whole, ...others] = await Promise.all([undefined, 1, 5].map(step => encodeRecords(subject, type, step)))
        for (const { lines } of others)
          for (const [index, line] of lines.entries())
            ensure(
              line === whole?.lines[index],
              `record ${index + 1} is "${line.slice(0, 80)}", and "${whole?.lines[index]?.slice(0, 80)}" in one piece`,
            )
      }),
  },
  {
    name: 'it keeps no hold on a batch',
    rationale: 'The exporter releases batches when their records are safe.',
    check: subject =>
      forEachType(subject, async type => {
        const { tracked } = await encodeRecords(subject, type)
        ensure(
          tracked.every(({ references, extraReleases }) => references === 0 && extraReleases === 0),
          'it has retained or released one',
        )
      }),
  },
]

async function forEachType(
  subject: PluginUnderTest<EncoderPlugin>,
  check: (type: string) => Promise<void>,
): Promise<string | undefined> {
  const { accepts } = subject.plugin
  const types = subject.testableTypes(accepts).filter(type => type !== 'sysflowchan')
  if (types.length === 0) return `there are no records for ${accepts.join(', ')}: give some under "input"`
  for (const type of types) await check(type)
  return undefined
}

interface EncodedRecords {
  readonly lines: readonly string[]
  readonly rows: number
  readonly tracked: readonly TrackedBatch[]
}

/** Everything as it is encoded, `step` rows at a time. */
async function encodeRecords(
  subject: PluginUnderTest<EncoderPlugin>,
  inputType: string,
  step = Number.POSITIVE_INFINITY,
): Promise<EncodedRecords> {
  const encoder = subject.plugin.create(subject.options, subject.host({ inputType, format: subject.plugin.name }))
  const tracked: TrackedBatch[] = []
  const chunk = new ChunkBuffer()
  let rows = 0
  await subject.beforeTimeout(encoder.open?.(), 'opening')
  try {
    for (const batch of await subject.batches(inputType)) {
      const evaluated = new TrackedBatch<EvaluatedBatch<Batch>>(batch instanceof EvaluatedBatch ? batch : unevaluated(batch))
      tracked.push(evaluated)
      const { length } = evaluated.batch
      for (let from = 0; from < length; from += step)
        encoder.encode(evaluated.batch as EvaluatedBatch<never>, from, Math.min(length, from + step), chunk)
      rows += length
      evaluated.batch.release()
    }
  } finally {
    await encoder.close?.()
  }
  return { lines: recordsFromChunk(chunk.chunk()), rows, tracked }
}
