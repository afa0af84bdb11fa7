// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DriverPlugin, OptionsSchema, Plugin, ProcessorPlugin } from '../../core/contract/plugin.js'
import { Faults } from '../../core/errors/fault.js'
import { formatFault } from '../../core/errors/format-fault.js'
import { Validator } from '../config/options/validate.js'
import { parseSettings } from '../config/pipeline-file/parse-settings.js'
import { Registry } from '../loader/registry.js'
import { NumberDriver } from '../testing/number-driver.js'
import { planPipeline } from './plan.js'
import type { DriverChoice } from './plan-drivers.js'
import type { Wiring } from './wiring.js'

const none: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }
const create = (): never => assert.fail('planning makes nothing')
const processor = (name: string, accepts: string[], offers: string[], options = none): ProcessorPlugin => ({
  kind: 'processor',
  name,
  contract: 2,
  summary: '',
  options,
  accepts,
  offers,
  create,
})
const driver = (name: string, offers = ['sysflowchan'], more: Partial<DriverPlugin> = {}): DriverPlugin => ({
  kind: 'driver',
  name,
  contract: 2,
  summary: '',
  options: none,
  offers,
  create: () => new NumberDriver(),
  ...more,
})
const handler: OptionsSchema = { ...none, properties: { handler: { type: 'string', enum: ['flattener'], description: '' } } }
const BUILT_IN: Plugin[] = [
  driver('file'),
  processor('sysflowreader', ['sysflowchan'], ['flattenerchan'], handler),
  processor('policyengine', ['flattenerchan', 'otelchan'], ['eventchan', 'otelchan']),
  processor('exporter', ['eventchan', 'otelchan'], []),
]

const READER = '{"processor": "sysflowreader", "in": "sysflow sysflowchan", "out": "flat flattenerchan"}'
const ENGINE = '{"processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan"}'
const EXPORTER = '{"processor": "exporter", "in": "events eventchan"}'

interface Given {
  readonly drivers?: string
  readonly choice?: Partial<DriverChoice>
  readonly plugins?: readonly Plugin[]
}

function planned(stages: readonly string[], { drivers, choice, plugins = [] }: Given = {}): Wiring {
  const text = `{${drivers === undefined ? '' : `"drivers": [${drivers}],\n`}"pipeline": [\n${stages.join(',\n')}\n]}`
  const registry = new Registry([...BUILT_IN, ...plugins])
  const context = { validator: new Validator(), globals: {}, directories: [], currentDirectory: '.' }
  return planPipeline(parseSettings(text, 'p.json'), registry, { driver: undefined, paths: ['trace.sf'], ...choice }, context)
}

/** "CODE line: message" of every error. */
function faults(stages: readonly string[], given: Given = {}): string[] {
  try {
    planned(stages, given)
  } catch (error) {
    assert.ok(error instanceof Faults)
    return error.faults.map(fault => `${fault.code} ${fault.position?.line ?? '-'}: ${formatFault(fault).replace(/^.*\^ /s, '')}`)
  }
  return []
}

test('a pipeline becomes stages, channels and the file driver on the root channel', () => {
  const wiring = planned([READER, ENGINE, EXPORTER])
  assert.deepEqual(
    [...wiring.channels.values()],
    [
      { name: 'sysflow', type: 'sysflowchan' },
      { name: 'flat', type: 'flattenerchan' },
      { name: 'events', type: 'eventchan' },
    ],
  )
  assert.deepEqual(
    wiring.stages.map(({ name, inputs, outputs }) => [name, inputs.map(i => i.name), outputs.map(o => o.name)]),
    [
      ['sysflowreader', ['sysflow'], ['flat']],
      ['policyengine', ['flat'], ['events']],
      ['exporter', ['events'], []],
    ],
  )
  assert.deepEqual(
    wiring.drivers.map(({ name, output, paths }) => [name, output.name, paths]),
    [['file', 'sysflow', ['trace.sf']]],
  )
  assert.deepEqual(wiring.warnings, [])
})

test('stages of one processor are distinguished by name or number', () => {
  const tee = ENGINE.replace('"events eventchan"', '["events eventchan", "more eventchan", "third eventchan"]')
  const named = '{"processor": "exporter", "name": "archive", "in": "more eventchan"}'
  const third = '{"processor": "exporter", "in": "third eventchan"}'
  assert.deepEqual(
    planned([READER, tee, EXPORTER, named, third]).stages.map(({ name }) => name),
    ['sysflowreader', 'policyengine', 'exporter', 'archive', 'exporter#2'],
  )
})

for (const [what, stages, expected] of [
  [
    'check 106: a missing processor',
    [READER, ENGINE, '{"in": "events eventchan"}'],
    /^SFP_PIPELINE_NO_PROCESSOR 4: .*known: sysflowreader/,
  ],
  [
    'check 106: a missing in',
    [READER, ENGINE, EXPORTER, '{"processor": "exporter"}'],
    /^SFP_PIPELINE_NO_INPUT 5: .*add "in": "NAME eventchan"/,
  ],
  [
    'check 106: a channel without type',
    [READER.replace('sysflow sysflowchan', 'sysflow'), ENGINE, EXPORTER],
    /^SFP_CHANNEL_TEXT 2: invalid channel "sysflow".*"sysflow sysflowchan"/,
  ],
  [
    'check 106: an unknown channel type',
    [READER.replace('flat flattenerchan', 'flat flatchan'), ENGINE, EXPORTER],
    /^SFP_CHANNEL_UNKNOWN_TYPE 2: unknown channel type "flatchan"; /,
  ],
  [
    'check 106: a type conflict',
    [READER, ENGINE, EXPORTER.replace('eventchan', 'otelchan')],
    /^SFP_CHANNEL_TYPE_CLASH 4: channel "events" has type otelchan in stage "exporter" and type eventchan in stage "policyengine"/,
  ],
  [
    'an unknown processor',
    [READER, ENGINE.replace('policyengine', 'policyengin'), EXPORTER],
    /^SFP_PIPELINE_UNKNOWN_PROCESSOR 3: unknown processor "policyengin"; did you mean "policyengine"\?/,
  ],
  ['a processor that is not a string', [READER, '{"processor": 7}'], /^SFP_PIPELINE_NO_PROCESSOR 3/],
  [
    'a type that a stage cannot read',
    [READER, ENGINE, EXPORTER, EXPORTER.replace('events eventchan', 'flat flattenerchan')],
    /^SFP_CHANNEL_WRONG_TYPE 5: stage "exporter#2" cannot read channel "flat" of type flattenerchan; it supports eventchan or otelchan/,
  ],
  [
    'a channel with three words',
    [READER, ENGINE, EXPORTER.replace('events eventchan', 'a b c')],
    /^SFP_CHANNEL_TEXT 4: invalid channel "a b c"/,
  ],
  [
    'a channel that is a number',
    [READER, ENGINE, '{"processor": "exporter", "in": [3]}'],
    /^SFP_CHANNEL_TEXT 4: invalid channel "3"/,
  ],
  [
    'a channel without a sender',
    [READER, ENGINE, EXPORTER, EXPORTER.replace('events', 'alerts')],
    /^SFP_CHANNEL_WITHOUT_SENDER 5: channel "alerts" has no sender/,
  ],
  [
    'a channel without a receiver',
    [READER, ENGINE.replace('"events eventchan"', '["events eventchan", "more eventchan"]'), EXPORTER],
    /^SFP_CHANNEL_WITHOUT_RECEIVER 3: channel "more" has no receiver/,
  ],
  [
    'inputs of different types',
    [READER, ENGINE, '{"processor": "exporter", "in": ["events eventchan", "other otelchan"]}'],
    /^SFP_CHANNEL_MIXED_TYPES 4: .*reads have different types: eventchan, otelchan/,
  ],
  ['an output of a last stage', [READER, ENGINE, EXPORTER.replace('}', ', "out": "x eventchan"}')], /^SFP_PIPELINE_LAST_STAGE 4/],
  [
    'two stages with one name',
    [READER, ENGINE.replace('}', ', "name": "x"}'), EXPORTER.replace('}', ', "name": "x"}')],
    /^SFP_PIPELINE_DUPLICATE_NAME 4: two stages have the name "x"/,
  ],
  [
    'an unknown handler',
    [READER.replace('}', ', "handler": "flatener"}'), ENGINE, EXPORTER],
    /^SFP_CONFIG_UNKNOWN_VALUE 2: invalid value "flatener" for "handler"; did you mean "flattener"\?/,
  ],
  [
    'a handler for a stage without handlers',
    [READER, ENGINE.replace('}', ', "handler": "flattener"}'), EXPORTER],
    /^SFP_CONFIG_UNKNOWN_KEY 3: "handler" is not a setting of stage "policyengine"/,
  ],
] as const) {
  test(`${what} is a load error`, () => {
    const [first, ...others] = faults(stages)
    assert.match(first ?? 'none', expected)
    assert.deepEqual(others, [])
  })
}

test('stages in a circle are a load error that names them', () => {
  const loop = processor('loop', ['flattenerchan'], ['flattenerchan'])
  const there =
    '{"processor": "loop", "name": "there", "in": ["flat flattenerchan", "b flattenerchan"], "out": "a flattenerchan"}'
  const back = '{"processor": "loop", "name": "back", "in": "a flattenerchan", "out": ["b flattenerchan", "c flattenerchan"]}'
  const found = faults([READER, there, back, ENGINE.replace('flat ', 'c '), EXPORTER], { plugins: [loop] })
  assert.equal(found.length, 1)
  assert.match(found[0] ?? '', /^SFP_PIPELINE_CYCLE 3: .*"there" → "back" → "there"/)
})

test('errors of several stages are reported together', () => {
  const found = faults(['{"processor": "x"}', '{"in": "a b"}', '{"processor": "exporter", "in": "e"}'], {
    drivers: '{"driver": "f"}',
  })
  assert.deepEqual(
    found.map(text => text.split(':')[0]),
    ['SFP_PIPELINE_UNKNOWN_PROCESSOR 3', 'SFP_PIPELINE_NO_PROCESSOR 4', 'SFP_PIPELINE_UNKNOWN_DRIVER 1', 'SFP_CHANNEL_TEXT 5'],
  )
})

test('a stage without an output causes a warning', () => {
  const { warnings } = planned([READER, '{"processor": "policyengine", "in": "flat flattenerchan"}'])
  assert.deepEqual(
    warnings.map(({ code, level }) => [code, level]),
    [['SFP_PIPELINE_NO_OUTPUT', 'warning']],
  )
})

const STAGES = [READER, ENGINE, EXPORTER]
const SECTION = '{"driver": "file", "out": "sysflow sysflowchan", "path": "own.sf"}'
const drivers = (given: Given): unknown =>
  planned(STAGES, given).drivers.map(({ name, paths, output }) => [name, ...paths, output.name])

test('check 108: the path of a driver section takes precedence over the positional argument', () => {
  assert.deepEqual(drivers({ drivers: SECTION }), [['file', 'own.sf', 'sysflow']])
  assert.deepEqual(drivers({ drivers: SECTION.replace('own.sf', '') }), [['file', 'trace.sf', 'sysflow']])
})

test('check 107: -driver socket works without a drivers section, and otherwise replaces it', () => {
  const plugins = [driver('socket')]
  assert.deepEqual(drivers({ plugins, choice: { driver: 'socket' } }), [['socket', 'trace.sf', 'sysflow']])
  const both = `${SECTION}, ${SECTION.replace('file', 'socket')}`
  assert.deepEqual(drivers({ plugins, choice: { driver: 'socket' }, drivers: both }), [
    ['file', 'own.sf', 'sysflow'],
    ['socket', 'own.sf', 'sysflow'],
  ])
})

test('-driver NAME runs only that driver, with its section if it has one', () => {
  const plugins = [driver('other')]
  const both = `${SECTION}, ${SECTION.replace('file', 'other').replace('own.sf', 'second.sf')}`
  assert.deepEqual(drivers({ plugins, choice: { driver: 'other' }, drivers: both }), [['other', 'second.sf', 'sysflow']])
  assert.deepEqual(drivers({ plugins, choice: { driver: 'other' }, drivers: SECTION }), [['other', 'trace.sf', 'sysflow']])
})

for (const [what, given, expected] of [
  ['an unknown driver', { choice: { driver: 'fil' } }, /^SFP_PIPELINE_UNKNOWN_DRIVER -: -driver {2}.*did you mean "file"\?/],
  ['a driver section without a driver', { drivers: '{"out": "sysflow sysflowchan"}' }, /^SFP_PIPELINE_NO_DRIVER_NAME 1/],
  [
    'a driver section without an out',
    { drivers: '{"driver": "file"}' },
    /^SFP_PIPELINE_NO_OUTPUT 1: driver "file" has no output channel/,
  ],
  [
    'an unknown key in a driver section',
    { drivers: SECTION.replace('}', ', "speed": 1}') },
    /^SFP_CONFIG_UNKNOWN_KEY 1: "speed" is not a setting of driver "file"/,
  ],
  [
    'a driver of the wrong type',
    { plugins: [driver('otelfile', ['otelchan'])], choice: { driver: 'otelfile' } },
    /^SFP_CHANNEL_WRONG_TYPE -: .*driver "otelfile" cannot write channel "sysflow"/,
  ],
  ['nothing to read', { choice: { paths: [] } }, /^SFP_PIPELINE_NO_PATH -: /],
] satisfies [string, Given, RegExp][]) {
  test(`${what} is a load error`, () => {
    const [first, ...others] = faults(STAGES, given)
    assert.match(first ?? 'none', expected)
    assert.deepEqual(others, [])
  })
}

test('a driver that needs no path runs without one', () => {
  const plugins = [driver('timer', ['sysflowchan'], { needsPath: false })]
  assert.deepEqual(drivers({ plugins, choice: { driver: 'timer', paths: [] } }), [['timer', 'sysflow']])
})

test('a duplicate name is refused by the registry', () => {
  assert.throws(() => new Registry([...BUILT_IN, driver('file')]), /the driver "file" already exists/)
})
