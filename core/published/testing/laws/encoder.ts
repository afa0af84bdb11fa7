// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../../contract/batch.js'
import type { EncoderPlugin } from '../../../contract/plugin.js'
import { JudgedBatch, unjudged } from '../../../contract/verdict.js'
import { PageBuffer } from '../../../exporter/page.js'
import { recordsOf } from '../run-part.js'
import { Watched } from '../watched.js'
import { counted, hold, type Law, type Subject } from './law.js'

export const ENCODER_LAWS: readonly Law<'encoder'>[] = [
  {
    name: 'its format is its name',
    because: 'That is the word of the option format, and what the summary shows.',
    check(subject) {
      const { plugin, options } = subject
      const { format } = plugin.create(options, subject.host({ inputType: plugin.accepts[0] }))
      hold(format === plugin.name, `its format is "${format}"`)
      return undefined
    },
  },
  {
    name: 'it throws nothing, whatever the record says',
    because: 'A record that it throws on is lost.',
    check: subject =>
      forEachType(subject, async type => {
        await encoded(subject, type)
      }),
  },
  {
    name: 'every row gives one record',
    because: 'Pages are counted, acknowledged and sent again by record.',
    check: subject =>
      forEachType(subject, async type => {
        const { lines, rows } = await encoded(subject, type)
        hold(lines.length === rows, `${counted(rows, 'row')} gave ${counted(lines.length, 'record')}`)
      }),
  },
  {
    name: 'a record holds no line feed but the one behind it',
    because: 'Whoever reads a file or a stream takes a line for a record. What is for people has as many as they need.',
    check: subject =>
      forEachType(subject, async type => {
        if (subject.plugin.isForPeople) return
        const line = (await encoded(subject, type)).lines.find(text => text.includes('\n'))
        hold(line === undefined, `one is ${JSON.stringify(line?.slice(0, 80))}`)
      }),
  },
  {
    name: 'the same records give the same bytes, however they are cut',
    because: 'What was sent again after a failure must be the same, and pages are as large as they happen to be.',
    check: subject =>
      forEachType(subject, async type => {
        const [whole, ...others] = await Promise.all([undefined, 1, 5].map(step => encoded(subject, type, step)))
        for (const { lines } of others)
          for (const [index, line] of lines.entries())
            hold(
              line === whole?.lines[index],
              `record ${index + 1} is "${line.slice(0, 80)}", and "${whole?.lines[index]?.slice(0, 80)}" in one piece`,
            )
      }),
  },
  {
    name: 'it keeps no hold on a batch',
    because: 'The exporter releases batches when their records are safe.',
    check: subject =>
      forEachType(subject, async type => {
        const { watched } = await encoded(subject, type)
        hold(
          watched.every(({ holds, surplus }) => holds === 0 && surplus === 0),
          'it has retained or released one',
        )
      }),
  },
]

async function forEachType(subject: Subject<EncoderPlugin>, check: (type: string) => Promise<void>): Promise<string | undefined> {
  const { accepts } = subject.plugin
  const types = subject.typesOf(accepts).filter(type => type !== 'sysflowchan')
  if (types.length === 0) return `there are no records for ${accepts.join(', ')}: give some under "input"`
  for (const type of types) await check(type)
  return undefined
}

interface Encoded {
  readonly lines: readonly string[]
  readonly rows: number
  readonly watched: readonly Watched[]
}

/** Everything as it is encoded, `step` rows at a time. */
async function encoded(subject: Subject<EncoderPlugin>, inputType: string, step = Number.POSITIVE_INFINITY): Promise<Encoded> {
  const encoder = subject.plugin.create(subject.options, subject.host({ inputType, format: subject.plugin.name }))
  const watched: Watched[] = []
  const page = new PageBuffer()
  let rows = 0
  await subject.soon(encoder.open?.(), 'opening')
  try {
    for (const batch of await subject.batches(inputType)) {
      const judged = new Watched<JudgedBatch<Batch>>(batch instanceof JudgedBatch ? batch : unjudged(batch))
      watched.push(judged)
      const { length } = judged.batch
      for (let from = 0; from < length; from += step)
        encoder.encode(judged.batch as JudgedBatch<never>, from, Math.min(length, from + step), page)
      rows += length
      judged.batch.release()
    }
  } finally {
    await encoder.close?.()
  }
  return { lines: recordsOf(page.page()), rows, watched }
}
