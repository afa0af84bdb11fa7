// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util'
import type { Delivered, Page, Transport } from '../../../contract/exporter.js'
import type { TransportPlugin } from '../../../contract/plugin.js'
import type { TestHost } from '../host.js'
import { pageOf } from '../run-part.js'
import { NEVER } from './channel-ends.js'
import { hold, type Law, type Subject } from './law.js'

export const TRANSPORT_LAWS: readonly Law<'transport'>[] = [
  {
    name: 'its transport has its name',
    because: 'That is the word of the option export, and what the summary shows.',
    check(subject) {
      const { name } = subject.plugin.create(subject.options, hostOf(subject))
      hold(name === subject.plugin.name, `it is called "${name}"`)
      return undefined
    },
  },
  {
    name: 'what was sent has arrived, whole and in order',
    because: 'send resolves when every record of the page is safe at the target; the page is used again after that.',
    async check(subject) {
      const { arrived } = subject.circumstances
      if (!arrived) return 'nobody can say what has arrived: give "arrived"'
      const host = await life(subject, async transport => {
        for (const records of PAGES) await sendAndOverwrite(subject, transport, records)
      })
      const found = await arrived(subject.folder, host)
      hold(
        isDeepStrictEqual(found, PAGES.flat()),
        `${JSON.stringify(PAGES.flat())} were sent, and ${JSON.stringify(found)} have arrived`,
      )
      return undefined
    },
  },
  {
    name: 'what it says of a page is about records of that page',
    because: 'Records that were refused are set aside, others are sent again, by their numbers.',
    async check(subject) {
      await life(subject, async transport => {
        for (const records of PAGES) {
          const delivered = await sendAndOverwrite(subject, transport, records)
          if (delivered !== undefined) checkDelivered(delivered, records.length)
        }
      })
      return undefined
    },
  },
  {
    name: 'sending ends soon when it is aborted',
    because: 'A second signal ends the program at once.',
    async check(subject) {
      await life(subject, async transport => {
        const abort = new AbortController()
        const sent = transport.send(pageOf(['{"record":1}']), abort.signal)
        const settled = sent.then(
          () => {},
          () => {},
        )
        abort.abort(new Error('aborted by a law'))
        await subject.soon(settled, 'an aborted send')
      })
      return undefined
    },
  },
  {
    name: 'what cannot start says so when it is opened, and is closed like any other',
    because: 'A pipeline starts wholly or not at all.',
    async check(subject) {
      const transport = subject.plugin.create(subject.options, hostOf(subject))
      await subject.soon(
        transport.open().catch(() => {}),
        'opening',
      )
      await subject.soon(transport.close(), 'closing')
      return undefined
    },
  },
  {
    name: 'finish never rejects',
    because: 'What was sent is safe by then, or has been given up.',
    async check(subject) {
      const { finish } = subject.plugin.create(subject.options, hostOf(subject))
      if (!finish) return 'it has no finish'
      await life(subject, async transport => {
        await sendAndOverwrite(subject, transport, ['{"record":1}'])
        await subject.soon(transport.finish?.(NEVER), 'finish')
      })
      return undefined
    },
  },
  {
    name: 'what it wants at once is a whole number of at least 1',
    because: 'Pages are collected until one of these bounds is reached.',
    check({ plugin, options }) {
      if (!plugin.gathers) return 'it takes pages as they come'
      for (const [what, bound] of Object.entries(plugin.gathers(options)))
        hold(bound === undefined || (Number.isInteger(bound) && Number(bound) >= 1), `${what} is ${String(bound)}`)
      return undefined
    },
  },
]

/** Records with what breaks careless code: quotes, other scripts, an empty object, length. */
const PAGES: readonly (readonly string[])[] = [
  ['{"record":1}', '{"text":"a \\"quoted\\" \\n word"}', '{"text":"größer \u{1f600}"}'],
  ['{}'],
  Array.from({ length: 300 }, (_, number) => JSON.stringify({ number, text: 'x'.repeat(100) })),
]

const hostOf = (subject: Subject<TransportPlugin>): TestHost => subject.host({ format: subject.plugin.formats?.[0] ?? 'json' })

async function life(subject: Subject<TransportPlugin>, use: (transport: Transport) => Promise<void>): Promise<TestHost> {
  const host = hostOf(subject)
  const transport = subject.plugin.create(subject.options, host)
  try {
    await subject.soon(transport.open(), 'opening')
    transport.begin?.()
    await use(transport)
    await subject.soon(transport.finish?.(NEVER), 'finish')
  } finally {
    await subject.soon(transport.close(), 'closing')
  }
  return host
}

/** Pages are used again: what a transport still reads after `send` it reads wrongly. */
async function sendAndOverwrite(
  subject: Subject<TransportPlugin>,
  transport: Transport,
  records: readonly string[],
): Promise<Delivered | undefined> {
  const page = pageOf(records)
  const delivered = await subject.soon(transport.send(page, NEVER), 'send')
  overwrite(page)
  return delivered
}

function overwrite({ bytes, ends }: Page): void {
  bytes.fill(0x21)
  ends.fill(0)
}

function checkDelivered({ refused, again }: Delivered, length: number): void {
  for (const record of [...refused.map(({ record }) => record), ...again])
    hold(Number.isInteger(record) && record >= 0 && record < length, `it names record ${record} of ${length}`)
  hold(
    again.every((record, index) => index === 0 || record > (again[index - 1] ?? 0)),
    `the records that it wants again are not in order: ${again.join(', ')}`,
  )
  const both = again.find(record => refused.some(refusal => refusal.record === record))
  hold(both === undefined, `record ${both} is refused and wanted again`)
}
