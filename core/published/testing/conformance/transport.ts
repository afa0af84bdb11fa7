// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import type { Chunk, DeliveryResult, Transport } from '../../../contract/exporter.js'
import type { TransportPlugin } from '../../../contract/plugin.js'
import { NEVER_ABORTED } from '../../../contract/stage.js'
import type { TestHost } from '../host.js'
import { chunkFromRecords } from '../run-component.js'
import { type ConformanceTest, ensure, type PluginUnderTest } from './conformance-test.js'

export const TRANSPORT_TESTS: readonly ConformanceTest<'transport'>[] = [
  {
    name: 'its transport has its name',
    rationale: 'That is the word of the option export, and what the summary shows.',
    check(subject) {
      const { name } = subject.plugin.create(subject.options, hostOf(subject))
      ensure(name === subject.plugin.name, `it is called "${name}"`)
      return undefined
    },
  },
  {
    name: 'what was sent has arrived, whole and in order',
    rationale: 'send resolves when every record of the page is safe at the target; the page is used again after that.',
    async check(subject) {
      const { readDelivered } = subject.setup
      if (!readDelivered) return 'nobody can say what has arrived: give "arrived"'
      const host = await runLifecycle(subject, async transport => {
        for (const records of CHUNKS) await sendAndOverwrite(subject, transport, records)
      })
      const arrivedRecords = await readDelivered(subject.folder, host)
      ensure(
        isDeepStrictEqual(arrivedRecords, CHUNKS.flat()),
        `${JSON.stringify(CHUNKS.flat())} were sent, and ${JSON.stringify(arrivedRecords)} have arrived`,
      )
      return undefined
    },
  },
  {
    name: 'what it says of a page is about records of that page',
    rationale: 'Records that were refused are set aside, others are sent again, by their numbers.',
    async check(subject) {
      await runLifecycle(subject, async transport => {
        for (const records of CHUNKS) {
          const delivered = await sendAndOverwrite(subject, transport, records)
          if (delivered !== undefined) checkDelivered(delivered, records.length)
        }
      })
      return undefined
    },
  },
  {
    name: 'sending ends soon when it is aborted',
    rationale: 'A second signal ends the program at once.',
    async check(subject) {
      await runLifecycle(subject, async transport => {
        const abort = new AbortController()
        const sent = transport.send(chunkFromRecords(['{"record":1}']), abort.signal)
        const settled = sent.then(
          () => {},
          () => {},
        )
        abort.abort(new Error('aborted by a law'))
        await subject.beforeTimeout(settled, 'an aborted send')
      })
      return undefined
    },
  },
  {
    name: 'what cannot start says so when it is opened, and is closed like any other',
    rationale: 'A pipeline starts wholly or not at all.',
    async check(subject) {
      const transport = subject.plugin.create(subject.options, hostOf(subject))
      await subject.beforeTimeout(
        transport.open().catch(() => {}),
        'opening',
      )
      await subject.beforeTimeout(transport.close(), 'closing')
      return undefined
    },
  },
  {
    name: 'finish never rejects',
    rationale: 'What was sent is safe by then, or has been given up.',
    async check(subject) {
      const { finish } = subject.plugin.create(subject.options, hostOf(subject))
      if (!finish) return 'it has no finish'
      await runLifecycle(subject, async transport => {
        await sendAndOverwrite(subject, transport, ['{"record":1}'])
        await subject.beforeTimeout(transport.finish?.(NEVER_ABORTED), 'finish')
      })
      return undefined
    },
  },
  {
    name: 'what it wants at once is a whole number of at least 1',
    rationale: 'Pages are collected until one of these bounds is reached.',
    check({ plugin, options }) {
      if (!plugin.batching) return 'it takes pages as they come'
      for (const [what, bound] of Object.entries(plugin.batching(options)))
        ensure(bound === undefined || (Number.isInteger(bound) && Number(bound) >= 1), `${what} is ${String(bound)}`)
      return undefined
    },
  },
]

/** Records with what breaks careless code: quotes, other scripts, an empty object, length. */
const CHUNKS: readonly (readonly string[])[] = [
  ['{"record":1}', '{"text":"a \\"quoted\\" \\n word"}', '{"text":"größer \u{1f600}"}'],
  ['{}'],
  Array.from({ length: 300 }, (_, number) => JSON.stringify({ number, text: 'x'.repeat(100) })),
]

const hostOf = (subject: PluginUnderTest<TransportPlugin>): TestHost =>
  subject.host({ format: subject.plugin.formats?.[0] ?? 'json' })

async function runLifecycle(
  subject: PluginUnderTest<TransportPlugin>,
  use: (transport: Transport) => Promise<void>,
): Promise<TestHost> {
  const host = hostOf(subject)
  const transport = subject.plugin.create(subject.options, host)
  try {
    await subject.beforeTimeout(transport.open(), 'opening')
    transport.begin?.()
    await use(transport)
    await subject.beforeTimeout(transport.finish?.(NEVER_ABORTED), 'finish')
  } finally {
    await subject.beforeTimeout(transport.close(), 'closing')
  }
  return host
}

/** Pages are used again: what a transport still reads after `send` it reads wrongly. */
async function sendAndOverwrite(
  subject: PluginUnderTest<TransportPlugin>,
  transport: Transport,
  records: readonly string[],
): Promise<DeliveryResult | undefined> {
  const chunk = chunkFromRecords(records)
  const delivered = await subject.beforeTimeout(transport.send(chunk, NEVER_ABORTED), 'send')
  overwrite(chunk)
  return delivered
}

function overwrite({ bytes, ends }: Chunk): void {
  bytes.fill(0x21)
  ends.fill(0)
}

function checkDelivered({ rejected, retryable }: DeliveryResult, length: number): void {
  for (const record of [...rejected.map(({ recordIndex }) => recordIndex), ...retryable])
    ensure(Number.isInteger(record) && record >= 0 && record < length, `it names record ${record} of ${length}`)
  ensure(
    retryable.every((record, index) => index === 0 || record > (retryable[index - 1] ?? 0)),
    `the records that it wants again are not in order: ${retryable.join(', ')}`,
  )
  const both = retryable.find(record => rejected.some(entry => entry.recordIndex === record))
  ensure(both === undefined, `record ${both} is refused and wanted again`)
}
