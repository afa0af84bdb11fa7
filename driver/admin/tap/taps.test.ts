// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { Channel } from '../../../core/channel/channel.js'
import type { Batch } from '../../../core/contract/batch.js'
import { Fault } from '../../../core/errors/fault.js'
import { flattenTrace } from '../../../plugins/sysflow/testing/flatten-trace.js'
import type { PipelineRun } from '../../pipeline/pipeline-run.js'
import { SYSFLOW_PIPELINE, wiringOf } from '../../testing/wiring-of.js'
import { RunState } from '../run-state.js'
import { Taps } from './taps.js'

const TRACE = 'resources/traces/webshell.sf'

const WIRING = await wiringOf(SYSFLOW_PIPELINE, { paths: [TRACE] })

/** A reader of an answer; its unread bytes count as unsent on the server side. */
class Reader extends PassThrough {
  text = ''
  status = 0

  collect(): this {
    this.on('data', chunk => {
      this.text += String(chunk)
    })
    return this
  }

  writeHead(status: number): this {
    this.status = status
    return this
  }

  get response(): ServerResponse {
    return this as unknown as ServerResponse
  }

  get lines(): Record<string, Record<string, number>>[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line))
  }

  /** The counts in the last counts line. */
  get counts(): Record<string, number> {
    return this.lines.findLast(line => 'tap' in line)?.tap ?? {}
  }
}

interface Given {
  readonly taps: Taps
  readonly flat: Channel<Batch>
  join(question?: Readonly<Record<string, string>>): Promise<Reader>
}

function given(context: TestContext, settings: { hasTap?: boolean; isRunning?: boolean } = {}): Given {
  const state = new RunState(WIRING)
  const flat = new Channel<Batch>('flat', 'flattenerchan', new AbortController().signal)
  const channels = new Map([['flat', flat]])
  if (settings.isRunning !== false) state.pipelineRun = { pipeline: { channels } } as unknown as PipelineRun
  const taps = new Taps(state, { hasTap: settings.hasTap ?? true, redacted: new Set() })
  context.after(() => {
    taps.close()
    state.close()
  })
  return {
    taps,
    flat,
    async join(question = {}) {
      const reader = new Reader().collect()
      await taps.open('flat', new URLSearchParams(question), reader.response)
      return reader
    },
  }
}

const codeOf = (joining: Promise<unknown>): Promise<string> =>
  joining.then(
    () => 'none',
    error => (error instanceof Fault ? error.code : String(error)),
  )

/** Sends all records of the trace through the channel. */
const flow = (flat: Channel<Batch>): Promise<unknown> => flattenTrace(TRACE, rows => flat.tap?.(rows))

test('a channel has a tap only while a session exists', async context => {
  const { flat, join } = given(context)
  assert.equal(flat.tap, null)
  const one = await join()
  const other = await join()
  assert.notEqual(flat.tap, null)
  one.destroy()
  await once(one, 'close')
  assert.notEqual(flat.tap, null)
  other.destroy()
  await once(other, 'close')
  assert.equal(flat.tap, null)
})

test('every session receives what it requested, and ends when it has enough', async context => {
  const { flat, join } = given(context)
  const [few, shells] = [
    await join({ limit: '2', fields: 'sf.type' }),
    await join({ where: 'sf.proc.name = sh', fields: 'sf.proc.name', limit: '3' }),
  ]
  await flow(flat)
  await Promise.all([few, shells].map(reader => once(reader, 'end')))
  assert.equal(few.lines.filter(line => 'sf.type' in line).length, 2)
  assert.deepEqual(
    shells.lines.filter(line => 'sf.proc.name' in line).map(line => line['sf.proc.name'] as unknown),
    ['sh', 'sh', 'sh'],
  )
  assert.equal(flat.tap, null)
  assert.deepEqual([few.counts.shown, shells.counts.shown], [2, 3])
})

test('the end of the run ends every session, with its records and the last counts', async context => {
  const { taps, flat, join } = given(context)
  const reader = await join({ fields: 'sf.type' })
  await flow(flat)
  taps.close()
  await once(reader, 'end')
  const { offered = 0, shown = 0, dropped = 0, skipped = 0 } = reader.counts
  assert.ok(offered > 1000)
  assert.equal(offered, shown + dropped + skipped)
  assert.equal(reader.lines.filter(line => 'sf.type' in line).length, shown)
})

test('a client that does not read is sent a bounded amount; the rest is dropped and counted', {
  timeout: 60_000,
}, async context => {
  const { taps, flat } = given(context)
  const lazy = new Reader({ highWaterMark: 1024 })
  await taps.open('flat', new URLSearchParams(), lazy.response)
  for (let time = 0; time < 5; time++) await flow(flat)
  // More bytes than the counts line show that the first lines have been sent.
  while (lazy.writableLength + lazy.readableLength < 10_000) await new Promise(resolve => setTimeout(resolve, 10))
  for (let time = 0; time < 5; time++) await flow(flat)
  assert.ok(lazy.writableLength + lazy.readableLength < 16 * 1024 * 1024)
  lazy.collect()
  taps.close()
  await once(lazy, 'end')
  const { offered = 0, shown = 0, dropped = 0, skipped = 0 } = lazy.counts
  assert.ok(dropped + skipped > 0)
  assert.equal(offered, shown + dropped + skipped)
})

test('taps are off by default, limited to four sessions, and wait for the run', async context => {
  assert.equal(await codeOf(given(context, { hasTap: false }).join()), 'SFP_TAP_OFF')
  assert.equal(await codeOf(given(context, { isRunning: false }).join()), 'SFP_TAP_NOT_RUNNING')
  const { join } = given(context)
  const readers = await Promise.all([join(), join(), join(), join()])
  assert.equal(await codeOf(join()), 'SFP_TAP_BUSY')
  readers[0]?.destroy()
  await once(readers[0] ?? assert.fail(), 'close')
  assert.equal(await codeOf(join()), 'none')
})

test('a session that fails ends, and the records continue', async context => {
  const { flat, join } = given(context)
  const reader = await join()
  const broken = { length: 1, retain() {}, release() {} }
  flat.tap?.(broken)
  await once(reader, 'end')
  assert.equal(flat.tap, null)
})
