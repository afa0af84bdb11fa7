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
    name: 'the format is the name of the plugin',
    rationale: 'The option format and the summary show this name.',
    check(subject) {
      const { plugin, options } = subject
      const { format } = plugin.create(options, subject.host({ inputType: plugin.accepts[0] }))
      ensure(format === plugin.name, `the format is "${format}"`)
      return undefined
    },
  },
  {
    name: 'encode never throws',
    rationale: 'A record whose encoding fails is lost.',
    check: subject =>
      forEachType(subject, async type => {
        await encodeRecords(subject, type)
      }),
  },
  {
    name: 'every row becomes one record',
    rationale: 'Chunks are counted, acknowledged and retried by record.',
    check: subject =>
      forEachType(subject, async type => {
        const { lines, rows } = await encodeRecords(subject, type)
        ensure(lines.length === rows, `${withUnit(rows, 'row')} became ${withUnit(lines.length, 'record')}`)
      }),
  },
  {
    name: 'an encoded record has only one line feed, at its end',
    rationale: 'Readers of files and streams read each line as a record. Human-readable formats (isHumanReadable) are exempt.',
    check: subject =>
      forEachType(subject, async type => {
        if (subject.plugin.isHumanReadable) return
        const line = (await encodeRecords(subject, type)).lines.find(text => text.includes('\n'))
        ensure(line === undefined, `a record is ${JSON.stringify(line?.slice(0, 80))}`)
      }),
  },
  {
    name: 'the encoded bytes do not depend on how records are divided into calls',
    rationale: 'Chunk sizes vary, and a record that is sent again after a failure must have the same bytes.',
    check: subject =>
      forEachType(subject, async type => {
        const [whole, ...others] = await Promise.all([undefined, 1, 5].map(step => encodeRecords(subject, type, step)))
        for (const { lines } of others)
          for (const [index, line] of lines.entries())
            ensure(
              line === whole?.lines[index],
              `record ${index + 1} is "${line.slice(0, 80)}", but "${whole?.lines[index]?.slice(0, 80)}" when all records are encoded in one call`,
            )
      }),
  },
  {
    name: 'encode neither retains nor releases a batch',
    rationale: 'The exporter releases a batch when its records have been delivered.',
    check: subject =>
      forEachType(subject, async type => {
        const { tracked } = await encodeRecords(subject, type)
        ensure(
          tracked.every(({ references, extraReleases }) => references === 0 && extraReleases === 0),
          'a batch was retained or released',
        )
      }),
  },
]

async function forEachType(
  subject: PluginUnderTest<EncoderPlugin>,
  check: (type: string) => Promise<void>,
): Promise<string | undefined> {
  const { accepts } = subject.plugin
  const { accepts: chosen, input } = subject.setup
  // The records of a channel without an adapter cannot be listed, so encoders do not write them.
  const types = subject.testableTypes(accepts).filter(type => chosen || input || subject.adapterFor(type))
  if (types.length === 0) return `no sample records for ${accepts.join(', ')}: supply batches in "input" of the test setup`
  for (const type of types) await check(type)
  return undefined
}

interface EncodedRecords {
  readonly lines: readonly string[]
  readonly rows: number
  readonly tracked: readonly TrackedBatch[]
}

/** Encodes all records, `step` rows in each call. */
async function encodeRecords(
  subject: PluginUnderTest<EncoderPlugin>,
  inputType: string,
  step = Number.POSITIVE_INFINITY,
): Promise<EncodedRecords> {
  const encoder = subject.plugin.create(subject.options, subject.host({ inputType, format: subject.plugin.name }))
  const tracked: TrackedBatch[] = []
  const chunk = new ChunkBuffer()
  let rows = 0
  await subject.beforeTimeout(encoder.open?.(), 'open')
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
