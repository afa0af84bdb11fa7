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
    name: 'the transport name is the name of the plugin',
    rationale: 'The option export and the summary show this name.',
    check(subject) {
      const { name } = subject.plugin.create(subject.options, hostOf(subject))
      ensure(name === subject.plugin.name, `the name is "${name}"`)
      return undefined
    },
  },
  {
    name: 'all records arrive, complete and in order',
    rationale: 'send resolves when every record of the chunk is safe at the target. Afterwards the chunk is reused.',
    async check(subject) {
      const { readDelivered } = subject.setup
      if (!readDelivered) return 'the test setup has no "readDelivered", which returns the records that arrived'
      const host = await runLifecycle(subject, async transport => {
        for (const records of CHUNKS) await sendAndOverwrite(subject, transport, records)
      })
      const arrivedRecords = await readDelivered(subject.folder, host)
      ensure(
        isDeepStrictEqual(arrivedRecords, CHUNKS.flat()),
        `sent: ${JSON.stringify(CHUNKS.flat())}; arrived: ${JSON.stringify(arrivedRecords)}`,
      )
      return undefined
    },
  },
  {
    name: 'the delivery result refers to records of the chunk',
    rationale: 'Rejected records become dead letters and retryable records are sent again, both by their index in the chunk.',
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
    name: 'send ends soon after abort',
    rationale: 'A second signal ends the program at once.',
    async check(subject) {
      await runLifecycle(subject, async transport => {
        const abort = new AbortController()
        const sent = transport.send(chunkFromRecords(['{"record":1}']), abort.signal)
        const settled = sent.then(
          () => {},
          () => {},
        )
        abort.abort(new Error('aborted by a conformance test'))
        await subject.beforeTimeout(settled, 'send after abort')
      })
      return undefined
    },
  },
  {
    name: 'open ends soon, and close works after an open that failed',
    rationale: 'A pipeline starts with all its components or not at all.',
    async check(subject) {
      const transport = subject.plugin.create(subject.options, hostOf(subject))
      await subject.beforeTimeout(
        transport.open().catch(() => {}),
        'open',
      )
      await subject.beforeTimeout(transport.close(), 'close')
      return undefined
    },
  },
  {
    name: 'finish never rejects',
    rationale: 'Records are delivered or dropped by then; there is nothing left to fail.',
    async check(subject) {
      const { finish } = subject.plugin.create(subject.options, hostOf(subject))
      if (!finish) return 'the transport has no finish'
      await runLifecycle(subject, async transport => {
        await sendAndOverwrite(subject, transport, ['{"record":1}'])
        await subject.beforeTimeout(transport.finish?.(NEVER_ABORTED), 'finish')
      })
      return undefined
    },
  },
  {
    name: 'batching bounds are integers of at least 1',
    rationale: 'Records are collected until one of these bounds is reached.',
    check({ plugin, options }) {
      if (!plugin.batching) return 'the plugin has no batching'
      for (const [what, bound] of Object.entries(plugin.batching(options)))
        ensure(bound === undefined || (Number.isInteger(bound) && Number(bound) >= 1), `${what} is ${String(bound)}`)
      return undefined
    },
  },
]

/** Records with common pitfalls: quotes, other scripts, an empty object, length. */
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
    await subject.beforeTimeout(transport.open(), 'open')
    transport.begin?.()
    await use(transport)
    await subject.beforeTimeout(transport.finish?.(NEVER_ABORTED), 'finish')
  } finally {
    await subject.beforeTimeout(transport.close(), 'close')
  }
  return host
}

/** Overwrites the chunk after `send`, as the exporter reuses it: a transport that still reads it gets wrong bytes. */
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
    ensure(Number.isInteger(record) && record >= 0 && record < length, `the result names record ${record} of ${length}`)
  ensure(
    retryable.every((record, index) => index === 0 || record > (retryable[index - 1] ?? 0)),
    `retryable is not in ascending order: ${retryable.join(', ')}`,
  )
  const both = retryable.find(record => rejected.some(entry => entry.recordIndex === record))
  ensure(both === undefined, `record ${both} is both rejected and retryable`)
}
