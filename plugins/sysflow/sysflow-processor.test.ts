// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import type { Batch } from '../../core/contract/batch.js'
import { NONE_DISABLED, silentLogger } from '../../core/contract/host.js'
import type { GenericHandlerPlugin } from '../../core/contract/plugin.js'
import { Validator } from '../../driver/config/options/validate.js'
import { parseSettings } from '../../driver/config/pipeline-file/parse-settings.js'
import { builtInRegistry } from '../../driver/loader/built-in.js'
import { auditLedgers } from '../../driver/pipeline/audit.js'
import { buildPipeline } from '../../driver/pipeline/build.js'
import { planPipeline } from '../../driver/pipeline/plan.js'
import { runPipeline } from '../../driver/pipeline/run.js'
import { writeTrace } from './avro/trace-writer.js'
import type { Handler } from './reader/handler.js'
import { appendixATrace } from './testing/appendix-a-trace.js'

const folder = mkdtempSync(join(tmpdir(), 'processor-'))
after(() => rmSync(folder, { recursive: true }))
const TRACE = join(folder, 'a.sf')
writeFileSync(TRACE, writeTrace(appendixATrace()))

const PIPELINE = `{"pipeline": [
  {"processor": "sysflowreader", "handler": "context", "in": "sysflow sysflowchan", "out": ["one ctxchan", "two ctxchan"]},
  {"processor": "sysflowprocessor", "handler": "mine", "in": "one ctxchan"},
  {"processor": "sysflowprocessor", "in": "two ctxchan", "out": "flat flattenerchan"},
  {"processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan", "mode": "enrich"},
  {"processor": "exporter", "in": "events eventchan", "export": "null"}]}`

interface Ended {
  readonly reported: readonly string[]
  readonly warned: readonly string[]
  readonly ledgers: readonly string[]
}

async function ended(create: (records: (batch: Batch) => Iterable<{ text(name: string): string }>) => Handler): Promise<Ended> {
  const mine: GenericHandlerPlugin = {
    kind: 'handler',
    name: 'mine',
    contract: 2,
    summary: 'A double.',
    options: { type: 'object', additionalProperties: false, properties: {} },
    offers: [],
    create: (_options, host) => create(batch => host.records(batch)),
  }
  const registry = await builtInRegistry({ stdout: new PassThrough(), version: '1' })
  registry.add(mine, '/plugins/mine.js')
  const context = { validator: new Validator(), globals: {}, directories: [], currentDirectory: '.' }
  const wiring = planPipeline(parseSettings(PIPELINE, 'p.json'), registry, { driver: undefined, paths: [TRACE] }, context)
  const reported: string[] = []
  const warned: string[] = []
  const log = { ...silentLogger, warn: (text: string) => void warned.push(text) }
  const host = {
    log,
    directory: '.',
    disabledOptimizations: NONE_DISABLED,
    reportFault: (fault: Error) => void reported.push(fault.message),
  }
  const pipeline = await buildPipeline(wiring, (stage, types) => ({ ...host, stage, ...types }), { opensDrivers: true })
  const outcome = await runPipeline(pipeline, { stop: new AbortController().signal })
  reported.push(...[...outcome.faults, ...auditLedgers(pipeline, outcome.endedEarly)].map(({ message }) => message))
  const ledgers = pipeline.stages.map(
    ({ name, stage: { ledger } }) =>
      `${name} ${ledger.in} ${ledger.out} ${[...ledger.filtered, ...ledger.dropped].map(([reason, count]) => `${reason} ${count}`)}`,
  )
  return { reported, warned, ledgers }
}

test('several handlers receive the same events', async () => {
  const seen: string[] = []
  const { reported, warned, ledgers } = await ended(records => ({
    events(batch) {
      for (const record of records(batch)) seen.push(record.text('sf.type'))
      batch.release()
      return undefined
    },
  }))
  assert.deepEqual(seen, ['PE', 'FF', 'FE', 'FF', 'NF', 'KE'])
  assert.deepEqual([reported, warned], [[], []])
  assert.deepEqual(ledgers, [
    'sysflowreader 14 6 entity 8',
    'sysflowprocessor 6 0 handled 6',
    'sysflowprocessor#2 6 6 ',
    'policyengine 6 6 ',
    'exporter 6 6 ',
  ])
})

test('an exception of one handler loses its events and not those of the other', async () => {
  const { reported, ledgers } = await ended(() => ({
    events() {
      throw new Error('out of paper')
    },
  }))
  assert.deepEqual(reported, ['handler "mine" failed in events: out of paper'])
  assert.deepEqual(ledgers.slice(1, 3), ['sysflowprocessor 6 0 handler "mine" failed 6', 'sysflowprocessor#2 6 6 '])
})

test('a handler that wants entities is informed that there are none', async () => {
  const { warned } = await ended(() => ({ entity: () => assert.fail('it is told of none') }))
  assert.deepEqual(warned, ['its handler needs entities, which only a sysflowreader provides'])
})
