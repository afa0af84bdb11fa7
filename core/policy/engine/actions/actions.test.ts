// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Action, ActionContext } from '../../../contract/action.js'
import type { Batch } from '../../../contract/batch.js'
import type { EvaluatedBatch, RuleMatches } from '../../../contract/evaluated-batch.js'
import { type Host, NONE_DISABLED } from '../../../contract/host.js'
import type { ActionPlugin, Options } from '../../../contract/plugin.js'
import type { Stage } from '../../../contract/stage.js'
import { Fault } from '../../../errors/fault.js'
import { pluginError } from '../../../errors/plugin-error.js'
import { componentsOf } from '../../../testing/components.js'
import { interpretRow } from '../../interpret/interpret.js'
import type { NamedAction, Policy, Rule, RuleCondition } from '../../policy.js'
import { FAKE_ADAPTER, FakeBatch, FakeEntity, NO_VALUES } from '../../testing/fake-adapter.js'
import { randomBatch, randomPolicy, ruleOf, SeededRandom } from '../../testing/random-policy.js'
import { policyEngine } from '../plugin.js'
import { MAX_ADDED_TEXT_LENGTH, MAX_ADDITIONS } from './additions.js'

const TRUE: RuleCondition = { kind: 'constant', value: true }
const position = { file: 'rules.yaml', line: 3, column: 12 }

const textIs = (text: string): RuleCondition => ({
  kind: 'criterion',
  criterion: {
    operator: '=',
    left: { kind: 'attribute', attribute: 'row.text', path: '' },
    right: [{ kind: 'literal', text }],
  },
})

const named = (...items: string[]): NamedAction[] =>
  items.map(item => {
    const [name = '', argument = ''] = item.split(':')
    return { name, argument, position }
  })

const policyOf = (...rules: Rule[]): Policy => ({ rules, filters: [] })

function action(name: string, parts: Partial<Action> = {}, facts: Partial<ActionPlugin> = {}): ActionPlugin {
  const options = { type: 'object', additionalProperties: false, properties: {} } as const
  const create = (): Action => ({ run() {}, ...parts })
  return { kind: 'action', name, contract: 2, summary: '', options, isPartitionable: true, create, ...facts }
}

/** Adds a tag with the name, the argument and the rule. */
const taggingAction = (name: string): ActionPlugin =>
  action(name, { run: hit => hit.addTag([name, hit.argument, hit.rule.name].filter(Boolean).join(' ')) })

class Bench {
  readonly faults: Error[] = []
  readonly lost: Error[] = []
  readonly sent: { row: number; matches: RuleMatches | null }[] = []
  readonly stage: Stage

  constructor(policy: Policy, plugins: readonly ActionPlugin[], options: Options = {}, host: Partial<Host> = {}) {
    const load = () => ({ policy, warnings: [] })
    this.stage = policyEngine(componentsOf([FAKE_ADAPTER], plugins), load).create(
      { policies: 'p', ...options },
      {
        log: { trace() {}, info() {}, warn() {}, error() {}, health() {} },
        stage: 'engine',
        directory: '.',
        inputType: 'fakechan',
        outputType: 'eventchan',
        disabledOptimizations: NONE_DISABLED,
        records: () => [],
        reportFault: (fault, lostData) => {
          this.faults.push(fault)
          if (lostData) this.lost.push(fault)
        },
        ...host,
      },
    )
  }

  /** Opens the stage, evaluates rows with these texts, closes the stage. */
  async run(...texts: string[]): Promise<this> {
    await this.stage.open?.()
    await this.evaluate(...texts)
    await this.stage.close?.()
    return this
  }

  evaluate(...texts: string[]): Promise<void> {
    return this.take(batchOf(texts))
  }

  async take(batch: FakeBatch): Promise<void> {
    async function* input(): AsyncGenerator<Batch> {
      yield batch
    }
    const send = async (out: Batch): Promise<void> => {
      const { rows, matches } = out as EvaluatedBatch<FakeBatch>
      rows.forEach((row, index) => {
        this.sent.push({ row, matches: matches[index] ?? null })
      })
      out.release()
    }
    await this.stage.run(input(), { send, close() {} }, new AbortController().signal)
    assert.equal(batch.recycled, 1)
    assert.equal(this.stage.ledger.difference, 0)
  }

  get tags(): (readonly string[] | undefined)[] {
    return this.sent.map(({ matches }) => matches?.contextTags)
  }

  get codes(): string[] {
    return this.faults.map(fault => (fault instanceof Fault ? fault.code : fault.message))
  }

  get actions(): unknown {
    return this.stage.report?.().actions
  }
}

function batchOf(texts: readonly string[]): FakeBatch {
  const entity = new FakeEntity(NO_VALUES)
  return new FakeBatch(texts.map(text => ({ type: 'PE', flags: 0, actor: entity, file: entity, values: { ...NO_VALUES, text } })))
}

test('check 83: actions run rule by rule, and within a rule in list order, for alerts and enriched records', async () => {
  const policy = policyOf(
    ruleOf(textIs('a'), { name: 'one', actions: named('b:1', 'a'), tags: ['rule'] }),
    ruleOf(TRUE, { name: 'two', actions: named('a', 'b', 'a') }),
    ruleOf(textIs('b'), { name: 'three' }),
  )
  for (const mode of ['alert', 'enrich']) {
    const bench = await new Bench(policy, [taggingAction('a'), taggingAction('b')], { mode }).run('a', 'b')
    assert.deepEqual(bench.tags, [
      ['b 1 one', 'a one', 'a two', 'b two', 'a two'],
      ['a two', 'b two', 'a two'],
    ])
    assert.deepEqual(bench.faults, [])
    assert.deepEqual(bench.actions, { b: { runs: 3, faults: 0 }, a: { runs: 5, faults: 0 } })
  }
})

test('check 83: for any policy and records, tags are those of the rules that the interpreter finds, in their order', async () => {
  let tagged = 0
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandom(seed)
    const { rules, filters } = randomPolicy(random, 8)
    const items = ['a', 'b:1', 'b:2', 'unknown'] as const
    const policy = {
      filters,
      rules: rules.map(rule => ({ ...rule, actions: named(...random.listOf(3, () => random.pick(items))) })),
    }
    const batch = randomBatch(random, 40)
    const expected = batch.rows.flatMap((_, row) => {
      const { dropped, rules: matchedRules } = interpretRow(policy, FAKE_ADAPTER, batch, row)
      const known = matchedRules.flatMap(({ name, actions }) =>
        actions.filter(use => use.name !== 'unknown').map(use => [use.name, use.argument, name].filter(Boolean).join(' ')),
      )
      return dropped ? [] : [{ row, tags: matchedRules.length === 0 ? undefined : known }]
    })
    const bench = new Bench(policy, [taggingAction('a'), taggingAction('b')], { mode: 'enrich' })
    await bench.stage.open?.()
    await bench.take(batch)
    await bench.stage.close?.()
    assert.deepEqual(
      bench.sent.map(({ row, matches }) => ({ row, tags: matches?.contextTags })),
      expected,
    )
    tagged += expected.filter(({ tags = [] }) => tags.length > 1).length
  }
  assert.ok(tagged > 100, `only ${tagged} records say much`)
})

test('two engines have separate actions', async () => {
  const counts = action(
    'counts',
    {},
    {
      create() {
        let runs = 0
        return { run: hit => hit.addTag(String(++runs)) }
      },
    },
  )
  const policy = policyOf(ruleOf(TRUE, { actions: named('counts') }))
  for (let engines = 0; engines < 2; engines++)
    assert.deepEqual((await new Bench(policy, [counts]).run('a', 'b')).tags, [['1'], ['2']])
})

test('records without additions share the rule matches of their combination, others have their own', async () => {
  const marks = action('marks', { run: hit => hit.record.text('row.text') === 'a' && hit.addTag('x') })
  const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('marks') })), [marks]).run('b', 'a', 'b', 'a')
  const [b, a, otherB, otherA] = bench.sent.map(({ matches }) => matches)
  assert.equal(b, otherB)
  assert.deepEqual(a, otherA)
  assert.notEqual(a, otherA)
  assert.notEqual(a, b)
  assert.equal(a?.rules, b?.rules)
})

test('an action sees the record, the rule and all rule matches, and of fields with one name the last wins', async () => {
  const looks = action('looks', {
    run(hit) {
      hit.addField('text', hit.record.text('row.text'))
      hit.addField('rules', hit.record.matches?.rules.length ?? 0)
      hit.addField('large', 18446744073709551615n)
      hit.addField('again', false)
      hit.addField('again', true)
      hit.addField('by', `${hit.rule.name} ${hit.rule.priority}`)
    },
  })
  const policy = policyOf(ruleOf(TRUE, { name: 'one', priority: 'high', actions: named('looks') }), ruleOf(TRUE, { name: 'two' }))
  const bench = await new Bench(policy, [looks]).run('here')
  const fields = bench.sent[0]?.matches?.fields
  assert.deepEqual(
    [...(fields ?? [])],
    [
      ['text', 'here'],
      ['rules', 2],
      ['large', 18446744073709551615n],
      ['again', true],
      ['by', 'one high'],
    ],
  )
})

test('an action may destructure its hit', async () => {
  const notes = action('notes', {
    run({ addTag, addField }) {
      addTag('taken')
      addField('apart', true)
    },
  })
  const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('notes') })), [notes]).run('a')
  assert.deepEqual(bench.tags, [['taken']])
  assert.equal(bench.sent[0]?.matches?.fields?.get('apart'), true)
})

test('check 84: an unknown action causes a warning with its place and the nearest name, and its rule works', async () => {
  const policy = policyOf(ruleOf(TRUE, { name: 'acts', actions: named('nwo', 'now') }))
  const bench = await new Bench(policy, [taggingAction('now')]).run('x')
  assert.deepEqual(bench.tags, [['now acts']])
  const [warning, ...others] = bench.faults
  assert.ok(warning instanceof Fault && warning.level === 'warning' && others.length === 0)
  assert.deepEqual([warning.code, warning.position], ['SFP_ENGINE_UNKNOWN_ACTION', position])
  assert.equal(warning.hint, 'rule "acts" runs without it. Did you mean "now"?')
})

test('an argument that an action refuses causes a warning with its place, and other uses work', async () => {
  const picky = action('picky', {
    check(argument) {
      if (argument === 'bad') throw pluginError('bad is no word', { hint: 'say good' })
      if (argument === 'worse') throw new TypeError('worse\nat line 7')
    },
    run: hit => hit.addTag(hit.argument),
  })
  const policy = policyOf(ruleOf(TRUE, { name: 'acts', actions: named('picky:bad', 'picky:good', 'picky:worse') }))
  const bench = await new Bench(policy, [picky]).run('x')
  assert.deepEqual(bench.tags, [['good']])
  assert.deepEqual(
    bench.faults.map(fault => [fault.message, (fault as Fault).level, (fault as Fault).position?.column]),
    [
      ['invalid use of action "picky": bad is no word; say good', 'warning', 12],
      ['invalid use of action "picky": worse', 'warning', 12],
    ],
  )
})

test('an action that throws is reported a few times and counted, adds nothing, and the record continues with everything else', async () => {
  const fails = action('fails', {
    run(hit) {
      hit.addTag('before')
      hit.addField('kept', 2)
      hit.addField('new', 3)
      throw new Error(`not ${hit.record.text('row.text')}`)
    },
  })
  const first = action('first', { run: hit => hit.addField('kept', 1) })
  const policy = policyOf(ruleOf(TRUE, { name: 'acts', actions: named('first', 'fails', 'after') }))
  const bench = await new Bench(policy, [first, fails, taggingAction('after')]).run('a', 'b', 'c', 'd', 'e')
  assert.deepEqual(bench.tags, new Array(5).fill(['after acts']))
  for (const { matches } of bench.sent) assert.deepEqual(matches?.fields, new Map([['kept', 1]]))
  assert.deepEqual(
    bench.faults.map(({ message }) => message),
    [
      ...['a', 'b', 'c'].map(text => `action "fails" failed in run (rule "acts"): not ${text}`),
      '2 more errors of action "fails"',
    ],
  )
  assert.deepEqual(bench.lost, [])
  assert.deepEqual(bench.actions, { first: { runs: 5, faults: 0 }, fails: { runs: 5, faults: 5 }, after: { runs: 5, faults: 0 } })
})

test('an action that returns a promise is an error, and a rejection of the promise is handled', async () => {
  const strays: unknown[] = []
  const listen = (error: unknown): number => strays.push(error)
  process.on('unhandledRejection', listen)
  const slow = action('slow', {
    async run(hit: ActionContext) {
      hit.addTag('at once')
      await setImmediate()
      hit.addTag('late')
    },
  })
  const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('slow') })), [slow]).run('a')
  for (let turn = 0; turn < 3; turn++) await setImmediate()
  process.off('unhandledRejection', listen)
  assert.deepEqual(strays, [])
  assert.deepEqual(bench.tags, [[]])
  assert.match(bench.faults[0]?.message ?? '', /^action "slow" failed in run \(rule "rule"\): it returned a promise/)
})

test('a hit is invalid after the action has returned', async () => {
  const retained: ActionContext[] = []
  const keeper = action('keeper', { run: hit => retained.push(hit) })
  const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('keeper') })), [keeper]).run('a')
  for (const use of [
    (hit: ActionContext) => hit.addTag('x'),
    (hit: ActionContext) => hit.addField('x', 1),
    (hit: ActionContext) => hit.record,
  ])
    assert.throws(() => use(retained[0] as ActionContext), { message: 'a hit is valid only until "run" returns' })
  assert.deepEqual(bench.tags, [[]])
})

test('an invalid tag or field is an error of the action that adds it', async () => {
  const attempts: ((hit: ActionContext) => void)[] = [
    hit => hit.addTag(''),
    hit => hit.addTag(7 as unknown as string),
    hit => hit.addField('', 1),
    hit => hit.addField('x', Number.NaN),
    hit => hit.addField('x', 2n ** 64n),
    hit => hit.addField('x', null as unknown as string),
    hit => hit.addField('x'.repeat(257), 1),
  ]
  for (const run of attempts) {
    const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('odd') })), [action('odd', { run })]).run('a')
    assert.deepEqual(bench.codes, ['SFP_PLUGIN_FAILED'])
    assert.deepEqual(bench.sent[0]?.matches, { ...bench.sent[0]?.matches, contextTags: [] })
    assert.equal(bench.sent[0]?.matches?.fields, undefined)
  }
})

test('additions of actions to a record are limited, and shortened and omitted ones are counted', async () => {
  const floods = action('floods', {
    run(hit) {
      hit.addTag('t'.repeat(MAX_ADDED_TEXT_LENGTH + 1))
      for (let number = 0; number < MAX_ADDITIONS; number++) hit.addTag(String(number))
      hit.addField('long', 'v'.repeat(MAX_ADDED_TEXT_LENGTH + 1))
      for (let number = 0; number < MAX_ADDITIONS; number++) hit.addField(String(number), number)
      hit.addField('long', 'short')
    },
  })
  const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('floods') })), [floods]).run('a')
  const { contextTags = [], fields } = bench.sent[0]?.matches ?? {}
  assert.equal(contextTags.length, MAX_ADDITIONS)
  assert.equal(contextTags[0], `${'t'.repeat(MAX_ADDED_TEXT_LENGTH - 1)}…`)
  assert.equal(fields?.size, MAX_ADDITIONS)
  assert.equal(fields?.get('long'), 'short')
  assert.deepEqual(bench.actions, { floods: { runs: 1, faults: 0, cut: 4 } })
})

test('actions that no rule names are never created; others are created once, opened, and closed at the end', async () => {
  const acts: string[] = []
  const recordedAction = (name: string): ActionPlugin =>
    action(
      name,
      {},
      {
        create() {
          acts.push(`create ${name}`)
          return {
            open: async () => void acts.push(`open ${name}`),
            run: () => acts.push(`run ${name}`),
            close: async () => void acts.push(`close ${name}`),
          }
        },
      },
    )
  const policy = policyOf(ruleOf(TRUE, { actions: named('used', 'used:again') }))
  await new Bench(policy, [recordedAction('used'), recordedAction('unused')]).run('a')
  assert.deepEqual(acts, ['create used', 'open used', 'run used', 'run used', 'close used'])
})

test('an action of a disabled rule is checked, but neither opened nor run', async () => {
  const acts: string[] = []
  const idle = action('idle', {
    open: async () => void acts.push('open'),
    run: () => acts.push('run'),
    close: async () => void acts.push('close'),
  })
  const policy = policyOf(ruleOf(TRUE), ruleOf(TRUE, { enabled: false, actions: named('idle', 'idel') }))
  const bench = await new Bench(policy, [idle]).run('a')
  assert.deepEqual(acts, [])
  assert.deepEqual(bench.codes, ['SFP_ENGINE_UNKNOWN_ACTION'])
})

test('a hit can be destructured', async () => {
  const apart = action('apart', {
    run({ record, rule, addTag, addField }) {
      addTag(rule.name)
      addField('text', record.text('row.text'))
    },
  })
  const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('apart') })), [apart]).run('a')
  assert.deepEqual(bench.faults, [])
  assert.deepEqual([bench.tags, bench.sent[0]?.matches?.fields?.get('text')], [[['rule']], 'a'])
})

test('an action receives its own settings, and its keys are keys of the engine', async () => {
  const seen: Options[] = []
  const properties = { 'set.word': { type: 'string', description: '' } } as const
  const set = action(
    'set',
    {},
    {
      options: { type: 'object', additionalProperties: false, properties },
      create(options) {
        seen.push(options)
        return { run() {} }
      },
    },
  )
  await new Bench(policyOf(ruleOf(TRUE, { actions: named('set') })), [set], { mode: 'enrich', 'set.word': 'x' }).run()
  assert.deepEqual(seen, [{ 'set.word': 'x' }])
  const { options } = policyEngine(componentsOf([FAKE_ADAPTER], [set]), () => ({ policy: policyOf(), warnings: [] }))
  assert.ok('set.word' in options.properties && 'policies' in options.properties)
})

test('traces are partitioned only if every possible action of the rules is partitionable', () => {
  const engine = policyEngine(componentsOf([FAKE_ADAPTER], [action('a'), action('b', {}, { isPartitionable: false })]), () => ({
    policy: policyOf(),
    warnings: [],
  }))
  assert.deepEqual(
    engine.subcomponents?.({ policies: 'p' }).map(({ name }) => name),
    ['a', 'b'],
  )
  assert.deepEqual(engine.subcomponents?.({ mode: 'enrich' }), [])
})

test('an action that fails in create or open stops the start, and is reported by name', async () => {
  const broken: [string, ActionPlugin][] = [
    ['create', action('broken', {}, { create: () => { throw new Error('no') } })], // biome-ignore format: a table
    ['open', action('broken', { open: async () => { throw new Error('no') } })], // biome-ignore format: a table
  ]
  for (const [step, plugin] of broken) {
    const bench = new Bench(policyOf(ruleOf(TRUE, { actions: named('fine', 'broken') })), [taggingAction('fine'), plugin])
    await assert.rejects(async () => bench.stage.open?.(), { message: `action "broken" failed in ${step}: no`, where: 'engine' })
    await bench.stage.close?.()
  }
  const empty = action('empty', {}, { create: () => undefined as unknown as Action })
  const bench = new Bench(policyOf(ruleOf(TRUE, { actions: named('empty') })), [empty])
  await assert.rejects(
    async () => bench.stage.open?.(),
    /action "empty" failed in create: the returned value has no function "run"/,
  )
})

test('an action that fails or hangs in close is reported by name, and the run ends', async () => {
  for (const [close, reason] of [
    [async () => Promise.reject(new Error('no')), 'no'],
    [() => new Promise<void>(() => {}), 'it has not ended after 3 s'],
  ] as const) {
    const bench = await new Bench(policyOf(ruleOf(TRUE, { actions: named('stays') })), [action('stays', { close })]).run('a')
    assert.deepEqual(
      bench.faults.map(({ message }) => message),
      [`action "stays" failed in close: ${reason}`],
    )
    assert.deepEqual(bench.actions, { stays: { runs: 1, faults: 1 } })
  }
})

test('the report of an action appears beside its counts; an invalid report is an error, reported once', async () => {
  const report = (): never => {
    throw new Error('no')
  }
  const plugins = [
    action('tells', { report: () => ({ seen: 3, runs: 'many' }) }),
    action('fails', { report }),
    action('counts', { report: () => ({ large: 3n }) }),
    action('lists', { report: () => [1] as unknown as Record<string, unknown> }),
  ]
  const policy = policyOf(ruleOf(TRUE, { actions: named('tells', 'fails', 'counts', 'lists') }))
  const bench = await new Bench(policy, plugins).run('a')
  for (let times = 0; times < 2; times++) JSON.stringify(bench.actions)
  assert.deepEqual(bench.actions, {
    tells: { runs: 1, faults: 0, seen: 3 },
    fails: { runs: 1, faults: 1 },
    counts: { runs: 1, faults: 1 },
    lists: { runs: 1, faults: 0 },
  })
  assert.equal(bench.faults.filter(({ message }) => / failed in report: /.test(message)).length, 2)
})
