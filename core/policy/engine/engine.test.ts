// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../contract/batch.js'
import type { EvaluatedBatch } from '../../contract/evaluated-batch.js'
import { type Host, NONE_DISABLED } from '../../contract/host.js'
import type { Options } from '../../contract/plugin.js'
import type { Stage } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { componentsOf } from '../../testing/components.js'
import { interpretRow } from '../interpret/interpret.js'
import type { Policy, RuleCondition } from '../policy.js'
import { FAKE_ADAPTER, FakeBatch, FakeEntity, NO_VALUES } from '../testing/fake-adapter.js'
import { randomBatch, randomPolicy, ruleOf, SeededRandom } from '../testing/random-policy.js'
import { policyEngine } from './plugin.js'

const TRUE: RuleCondition = { kind: 'constant', value: true }
const position = { file: 'rules.yaml', line: 3, column: 1 }

function textIs(text: string): RuleCondition {
  const left = { kind: 'attribute', attribute: 'row.text', path: '' } as const
  return { kind: 'criterion', criterion: { operator: '=', left, right: [{ kind: 'literal', text }] } }
}

const POLICY: Policy = {
  rules: [
    ruleOf(textIs('a'), { name: 'is a', priority: 'high' }),
    ruleOf({ kind: 'any', terms: [textIs('a'), textIs('b')] }, { name: 'is a or b' }),
    ruleOf({ kind: 'unavailable', attribute: 'x' }, { name: 'never' }),
    ruleOf(TRUE, { name: 'all NF', prefilter: ['NF'] }),
  ],
  filters: [{ name: 'noise', condition: textIs('noise'), enabled: true, position }],
}

function batchOf(...texts: string[]): FakeBatch {
  const entity = new FakeEntity(NO_VALUES)
  return new FakeBatch(texts.map(text => ({ type: 'PE', flags: 0, actor: entity, file: entity, values: { ...NO_VALUES, text } })))
}

interface RecordingHost {
  readonly faults: Error[]
  readonly host: Host
}

function recordingHost(): RecordingHost {
  const faults: Error[] = []
  const log = { trace() {}, info() {}, warn() {}, error() {}, health() {} }
  const reportFault = (one: Error): number => faults.push(one)
  return {
    faults,
    host: {
      log,
      stage: 'policyengine',
      directory: '.',
      inputType: 'fakechan',
      outputType: 'eventchan',
      disabledOptimizations: NONE_DISABLED,
      records: () => [],
      reportFault,
    },
  }
}

function engine(options: Options, policy = POLICY, { host }: RecordingHost = recordingHost()): Stage {
  return policyEngine(componentsOf([FAKE_ADAPTER]), () => ({ policy, warnings: [] })).create(options, host)
}

interface Output {
  readonly row: number
  readonly rules: readonly string[] | null
}

/** Runs a stage over batches. Every output is released, as by an exporter. */
async function run(stage: Stage, batches: readonly FakeBatch[]): Promise<Output[][]> {
  const outputs: Output[][] = []
  async function* input(): AsyncGenerator<Batch> {
    yield* batches
  }
  const send = async (batch: Batch): Promise<void> => {
    const { rows, matches } = batch as EvaluatedBatch<FakeBatch>
    assert.equal(rows.length, matches.length)
    outputs.push([...rows].map((row, index) => ({ row, rules: matches[index]?.rules.map(({ name }) => name) ?? null })))
    batch.release()
  }
  await stage.open?.()
  await stage.run(input(), { send, close() {} }, new AbortController().signal)
  await stage.close?.()
  return outputs
}

const TEXTS = ['x', 'a', 'noise', 'b', 'a']

test('check 81: mode alert passes on matches only, one output per record with all its rules, in order', async () => {
  const stage = engine({ policies: 'p', mode: 'alert' })
  const batches = [batchOf(...TEXTS), batchOf('x', 'noise'), batchOf('b')]
  assert.deepEqual(await run(stage, batches), [
    [
      { row: 1, rules: ['is a', 'is a or b'] },
      { row: 3, rules: ['is a or b'] },
      { row: 4, rules: ['is a', 'is a or b'] },
    ],
    [{ row: 0, rules: ['is a or b'] }],
  ])
  assert.deepEqual([stage.ledger.in, stage.ledger.out, stage.ledger.held, stage.ledger.difference], [8, 4, 0, 0])
  assert.deepEqual(Object.fromEntries(stage.ledger.filtered), { 'drop filter': 2, 'no rule matched': 2 })
  assert.deepEqual(
    batches.map(({ recycled }) => recycled),
    [1, 1, 1],
  )
})

test('with -perflog the engine reports the cost of each rule, over all its policies', async () => {
  const { host, faults } = recordingHost()
  const measured = (perflog: boolean): Stage =>
    engine({ policies: 'p', mode: 'alert' }, POLICY, { faults, host: { ...host, perflog } })
  const stage = measured(true)
  await run(stage, [batchOf(...TEXTS)])
  const costs = stage.report?.().costs as { rule: string; evaluations: number; matches: number }[]
  assert.deepEqual(costs.map(({ rule, matches }) => `${rule} ${matches}`).sort(), ['is a 2', 'is a or b 3'])
  const other = measured(false)
  await run(other, [batchOf(...TEXTS)])
  assert.equal(other.report?.().costs, undefined)
})

test('check 81: mode enrich passes on all records that no filter drops, with their matches', async () => {
  const stage = engine({ policies: 'p', mode: 'enrich' })
  const [outputs] = await run(stage, [batchOf(...TEXTS)])
  assert.deepEqual(
    outputs?.map(({ row }) => row),
    [0, 1, 3, 4],
  )
  assert.deepEqual(
    outputs?.map(({ rules }) => rules?.length ?? null),
    [null, 2, 1, 2],
  )
  assert.deepEqual(Object.fromEntries(stage.ledger.filtered), { 'drop filter': 1 })
  assert.equal(stage.ledger.difference, 0)
})

test('check 81: mode enrich without policies passes on all records without evaluation', async () => {
  for (const [options, warnings] of [
    [{ mode: 'enrich' }, 0],
    [{ mode: 'bypass', policies: 'p' }, 1],
  ] as const) {
    const reports = recordingHost()
    const stage = engine(options, POLICY, reports)
    const batches = [batchOf(...TEXTS), batchOf(), batchOf('noise'), batchOf(...TEXTS)]
    const outputs = await run(stage, batches)
    assert.deepEqual(
      outputs.map(rows => rows.map(({ row }) => row)),
      [[0, 1, 2, 3, 4], [0], [0, 1, 2, 3, 4]],
    )
    assert.ok(outputs.flat().every(({ rules }) => rules === null))
    assert.deepEqual([stage.ledger.in, stage.ledger.out, stage.ledger.difference], [11, 11, 0])
    assert.deepEqual(
      batches.map(({ recycled }) => recycled),
      [1, 1, 1, 1],
    )
    assert.equal(reports.faults.length, warnings)
  }
})

test('the summary counts alerts by priority and rule, and names the rules that never match', async () => {
  const stage = engine({ policies: 'p' })
  await run(stage, [batchOf(...TEXTS)])
  assert.deepEqual(stage.report?.(), {
    rules: 4,
    filters: 1,
    inactive: ['never'],
    alerts: 3,
    byPriority: { high: 2, low: 3 },
    byRule: { 'is a or b': 3, 'is a': 2 },
    // The fingerprint of no files: these policies do not come from a file.
    ruleSet: 'e3b0c44298fc1c14',
  })
})

test('for any policy and records, the record counts add up and the output is that of the interpreter', async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const random = new SeededRandom(seed)
    const policy = randomPolicy(random, 6)
    const batches = [randomBatch(random, 30), randomBatch(random, 0), randomBatch(random, 30)]
    const stage = engine({ policies: 'p', mode: 'alert' }, policy)
    const outputs = (await run(stage, batches)).flat()
    const expected = batches.flatMap(batch =>
      batch.rows.flatMap((_, row) => {
        const rules = interpretRow(policy, FAKE_ADAPTER, batch, row).rules.map(({ name }) => name)
        return rules.length === 0 ? [] : [{ row, rules }]
      }),
    )
    assert.deepEqual(outputs, expected)
    assert.equal(stage.ledger.difference, 0)
    assert.deepEqual(
      batches.map(({ recycled }) => recycled),
      [1, 1, 1],
    )
  }
})

test('check 105: two engines that evaluate the same batch have separate state', async () => {
  const one = engine({ policies: 'p', mode: 'enrich' })
  const other = engine({ policies: 'p', mode: 'enrich' }, { rules: [ruleOf(textIs('x'), { name: 'is x' })], filters: [] })
  for (let round = 0; round < 3; round++) {
    const batch = batchOf(...TEXTS)
    batch.retain()
    assert.deepEqual(
      (await run(one, [batch]))[0]?.map(({ rules }) => rules?.length ?? 0),
      [0, 2, 1, 2],
    )
    assert.deepEqual(
      (await run(other, [batch]))[0]?.map(({ rules }) => rules?.length ?? 0),
      [1, 0, 0, 0, 0],
    )
    assert.equal(batch.recycled, 1)
  }
})

test('check 84: an unknown action causes a warning with its place, and the rule still works', async () => {
  const reports = recordingHost()
  const policy = { rules: [ruleOf(TRUE, { name: 'acts', actions: [{ name: 'podname', argument: '', position }] })], filters: [] }
  const outputs = await run(engine({ policies: 'p' }, policy, reports), [batchOf('x')])
  assert.deepEqual(outputs, [[{ row: 0, rules: ['acts'] }]])
  const [warning] = reports.faults
  assert.ok(warning instanceof Fault && warning.level === 'warning')
  assert.deepEqual(
    [warning.code, warning.position?.line, warning.details],
    ['SFP_ENGINE_UNKNOWN_ACTION', 3, { action: 'podname', name: 'acts', nearest: '' }],
  )
})

test('invalid settings are errors before the start', () => {
  assert.throws(() => engine({ mode: 'alert' }), { code: 'SFP_ENGINE_NO_POLICIES' })
  assert.throws(() => engine({ mode: 'alert', policies: '' }), { code: 'SFP_ENGINE_NO_POLICIES' })
  assert.throws(() => engine({ policies: 'p', language: 'sigma' }), { code: 'SFP_ENGINE_NO_SIGMA' })
  const host = { ...recordingHost().host, inputType: 'logchan' }
  assert.throws(() => engine({ policies: 'p' }, POLICY, { faults: [], host }), { code: 'SFP_ENGINE_NO_SOURCE' })
})

test('a policy that cannot be loaded stops the start', async () => {
  const load = (): never => {
    throw new Fault('SFP_ENGINE_BAD_REGEX', { pattern: '(' })
  }
  const stage = policyEngine(componentsOf([FAKE_ADAPTER]), load).create({ policies: 'p' }, recordingHost().host)
  await assert.rejects(async () => stage.open?.(), { code: 'SFP_ENGINE_BAD_REGEX' })
  await stage.close?.()
})

test('an abort ends the run at once, and records that are being sent count as held', async () => {
  const stage = engine({ policies: 'p' })
  const abort = new AbortController()
  async function* input(): AsyncGenerator<Batch> {
    yield batchOf('a', 'x')
    yield batchOf('a')
  }
  const send = async (): Promise<void> => {
    abort.abort(new Error('aborted'))
    throw abort.signal.reason
  }
  await stage.open?.()
  await assert.rejects(stage.run(input(), { send, close() {} }, abort.signal), { message: 'aborted' })
  assert.deepEqual([stage.ledger.in, stage.ledger.held, stage.ledger.difference], [2, 1, 0])
})
