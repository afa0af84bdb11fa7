// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Batch } from '../../../core/contract/batch.js'
import type { Fault } from '../../../core/errors/fault.js'
import { findInputFiles } from '../../../core/input/input-files.js'
import { shared, withoutShared } from '../../../core/testing/shared.js'
import { encodeRecord, writeTrace } from '../avro/trace-writer.js'
import { SenderRegistry } from '../drivers/socket/sender-registry.js'
import type { EventColumns } from '../reader/event-columns.js'
import { Flattener } from '../reader/flattener.js'
import { LATEST_LAYOUT, LayoutDecoders } from '../reader/schema-layouts.js'
import { SysFlowBlock } from '../reader/sysflow-block.js'
import { SysFlowReader } from '../reader/sysflow-reader.js'
import { appendixATrace } from '../testing/appendix-a-trace.js'
import { faultCollectingHost, flattenTrace } from '../testing/flatten-trace.js'
import { assertSame, type PlainForm, rowForm } from '../testing/plain-sysflow.js'
import { type MessageBlock, messagesOf } from './trace-messages.js'

const folder = mkdtempSync(join(tmpdir(), 'messages-'))
after(() => rmSync(folder, { recursive: true }))

async function allMessages(path: string, faults: Fault[] = []): Promise<MessageBlock[]> {
  const found: MessageBlock[] = []
  for (const file of (await findInputFiles([path])).files)
    for await (const messages of messagesOf(file, fault => faults.push(fault))) found.push(messages)
  return found
}

test('a trace is split into the messages of a collector', async () => {
  const records = appendixATrace()
  const path = join(folder, 'cut.sf')
  writeFileSync(path, writeTrace(records, { blockSize: 300 }))
  const parts = await allMessages(path)
  assert.ok(parts.length > 1)
  const messages = parts.flatMap(({ bytes, ends }) => [...ends].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)))
  assert.deepEqual(messages, records.map(encodeRecord))
})

test('everything else of a damaged trace is sent, and the damage is reported', async () => {
  const bytes = writeTrace(Array(40).fill(appendixATrace()).flat(), { codec: 'null', blockSize: 2000 })
  const damaged = Buffer.from(bytes)
  damaged.fill(255, 9000, 9100)
  writeFileSync(join(folder, 'whole.sf'), bytes)
  writeFileSync(join(folder, 'damaged.sf'), damaged)
  const faults: Fault[] = []
  const count = (parts: readonly MessageBlock[]): number => parts.reduce((sum, { ends }) => sum + ends.length, 0)
  const [whole, rest] = [await allMessages(join(folder, 'whole.sf')), await allMessages(join(folder, 'damaged.sf'), faults)]
  assert.ok(count(rest) < count(whole) && count(rest) > count(whole) / 2)
  assert.ok(faults.length > 0)
})

/** Events and header as a reader decodes them. */
function formsOf(columns: EventColumns): PlainForm[] {
  const { version, exporter, ip, filename } = columns.header
  return Array.from({ length: columns.length }, (_, row) => ({
    ...rowForm(columns, row),
    header: { version, exporter, ip, filename },
  }))
}

/** The result for messages without a schema. */
async function readAsMessages(parts: readonly MessageBlock[]): Promise<PlainForm[]> {
  const senders = new SenderRegistry(new LayoutDecoders(), LATEST_LAYOUT)
  senders.open(1)
  const sender = senders.of(1)
  async function* blocks(): AsyncGenerator<Batch> {
    for (const { bytes, ends } of parts)
      for (let first = 0, next = 0; first < ends.length; first = next) {
        const start = ends[first - 1] ?? 0
        for (next = first + 1; next < ends.length && bytes[ends[next - 1] as number] !== 0; ) next++
        const messages = bytes.subarray(start, ends[next - 1])
        assert.equal(senders.updateLayout(messages, sender), undefined)
        const { decoder, fallbackDecoder } = sender.state.decoders
        const facts = {
          ends: ends.slice(first, next).map(end => end - start),
          ...(fallbackDecoder && { fallbackDecoder }),
        }
        yield new SysFlowBlock(decoder, messages, next - first, 'messages', sender.state, facts)
      }
  }
  const faults: Error[] = []
  const forms: PlainForm[] = []
  const send = async (batch: Batch): Promise<void> => {
    forms.push(...formsOf(batch as EventColumns))
    batch.release()
  }
  const reader = new SysFlowReader(new Flattener(), faultCollectingHost(faults))
  await reader.run(blocks(), { send, close() {} }, new AbortController().signal)
  assert.deepEqual(faults, [])
  assert.equal(reader.ledger.difference, 0)
  return forms
}

const TRACES = withoutShared
  ? []
  : readdirSync(shared('traces'), { recursive: true, encoding: 'utf8' })
      .map(name => join(shared('traces'), name))
      .filter(path => statSync(path).isFile() && readFileSync(path).subarray(0, 3).toString() === 'Obj')

test('records of every version, sent without their schema, are read as from their file', {
  skip: withoutShared,
}, async context => {
  const versions = new Set<unknown>()
  for (const path of TRACES) {
    await context.test(path.slice(shared('traces').length + 1), async () => {
      const expected: PlainForm[] = []
      await flattenTrace(path, rows => expected.push(...formsOf(rows)))
      assertSame(await readAsMessages(await allMessages(path)), expected)
      for (const { header } of expected) versions.add((header as { version: number }).version)
    })
  }
  assert.deepEqual([...versions].sort(), [1000, 1001, 2, 3, 4, 5])
})
