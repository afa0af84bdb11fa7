// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { Acknowledgement, ListBatch } from '../../core/contract/batch.js'
import { NONE_DISABLED, silentLogger } from '../../core/contract/host.js'
import type { Attribute } from '../../core/contract/record-adapter.js'
import { PLAIN_ATTRIBUTE, plainAdapter } from '../../core/testing/plain-adapter.js'
import { Validator } from '../../driver/config/options/validate.js'
import { parseSettings } from '../../driver/config/pipeline-file/parse-settings.js'
import { builtInRegistry } from '../../driver/loader/built-in.js'
import { auditLedgers } from '../../driver/pipeline/audit.js'
import { buildPipeline } from '../../driver/pipeline/build.js'
import { planPipeline } from '../../driver/pipeline/plan.js'
import { runPipeline } from '../../driver/pipeline/run.js'
import { writeTrace } from './avro/trace-writer.js'
import type { HandlerPlugin } from './reader/handler.js'
import { appendixATrace } from './testing/appendix-a-trace.js'

const folder = mkdtempSync(join(tmpdir(), 'handler-records-'))
after(() => rmSync(folder, { recursive: true }))
const TRACE = join(folder, 'a.sf')
const RULES = join(folder, 'rules.yaml')
writeFileSync(TRACE, writeTrace(appendixATrace()))
writeFileSync(RULES, '- rule: busy\n  desc: Many events\n  condition: count.events > 3\n  priority: high\n')

interface Count {
  readonly exe: string
  readonly events: number
}
type Counts = ListBatch<Count>
const ATTRIBUTES: readonly Attribute<Counts>[] = [
  {
    ...PLAIN_ATTRIBUTE,
    name: 'count.exe',
    type: 'text',
    description: 'Who.',
    read: (batch, row) => batch.records[row]?.exe ?? '',
  },
  {
    ...PLAIN_ATTRIBUTE,
    name: 'count.events',
    type: 'number',
    description: 'How many.',
    read: (batch, row) => batch.records[row]?.events ?? 0,
  },
]
const COUNT_ADAPTER = plainAdapter('countchan', 'countjudged', ATTRIBUTES)

/** Counts events by program. */
const counter: HandlerPlugin = {
  kind: 'handler',
  name: 'counter',
  contract: 2,
  summary: 'A double.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: ['countchan'],
  adapters: [COUNT_ADAPTER],
  create: (_options, host) => ({
    events(batch) {
      const counts = new Map<string, number>()
      for (const record of host.records(batch)) {
        const exe = record.text('sf.proc.exe')
        counts.set(exe, (counts.get(exe) ?? 0) + 1)
      }
      const receipt = new Acknowledgement(() => batch.release())
      const made = new ListBatch(
        [...counts].map(([exe, events]) => ({ exe, events })),
        receipt,
      )
      receipt.release()
      return made
    },
  }),
}

test('records of a handler with their own channel type are evaluated with their own attributes, and written', async () => {
  const stdout = new PassThrough()
  const written = text(stdout)
  const registry = await builtInRegistry({ stdout, version: '1' })
  registry.add(counter, '/plugins/counter.js')
  const pipeline = `{"pipeline": [
    {"processor": "sysflowreader", "handler": "counter", "in": "sysflow sysflowchan", "out": "counts countchan"},
    {"processor": "policyengine", "in": "counts countchan", "out": "alerts countjudged", "policies": ${JSON.stringify(RULES)}},
    {"processor": "exporter", "in": "alerts countjudged", "export": "terminal"}]}`
  const context = { validator: new Validator(), globals: {}, directories: [], currentDirectory: '.' }
  const wiring = planPipeline(parseSettings(pipeline, 'p.json'), registry, { driver: undefined, paths: [TRACE] }, context)
  const reported: string[] = []
  const host = {
    log: silentLogger,
    directory: '.',
    disabledOptimizations: NONE_DISABLED,
    reportFault: (fault: Error) => void reported.push(fault.message),
  }
  const built = await buildPipeline(wiring, (stage, types) => ({ ...host, stage, ...types }), { opensDrivers: true })
  const outcome = await runPipeline(built, { stop: new AbortController().signal })
  stdout.end()
  reported.push(...[...outcome.faults, ...auditLedgers(built, outcome.endedEarly)].map(({ message }) => message))
  assert.deepEqual(reported, [])
  const lines = (await written)
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    lines.map(line => [line['count.exe'], line['count.events'], line.policies[0].id]),
    [['/bin/sh', 4, 'busy']],
  )
  const { in: received, created, out } = built.stages[0]?.stage.ledger ?? assert.fail()
  assert.deepEqual([received, created, out], [14, 3, 3])
})
