// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse } from 'yaml'
import type { Plugin } from '../../../../core/contract/plugin.js'
import { Faults } from '../../../../core/errors/fault.js'
import { shared, withoutShared } from '../../../../core/testing/shared.js'
import { scenarioSchema } from '../../../../plugins/sysflow/scenario/scenario-schema.js'
import { parseSettings } from '../../../config/pipeline-file/parse-settings.js'
import { DRIVER_KEYS, STAGE_KEYS } from '../../../config/section-keys.js'
import { builtInRegistry } from '../../../loader/built-in.js'
import { Registry } from '../../../loader/registry.js'
import { DRIVER_PROPERTIES, pipelineSchema, STAGE_PROPERTIES } from './pipeline-schema.js'
import { recordTypesOf, rulesSchema } from './rules-schema.js'

const AJV = new Ajv({ allErrors: true, strict: false })
const REGISTRY = await builtInRegistry({ stdout: new Writable(), version: '' })
const PIPELINE = AJV.compile(pipelineSchema(REGISTRY))
const RULES = AJV.compile(rulesSchema(recordTypesOf(REGISTRY.adapters)))
const SCENARIO = AJV.compile(scenarioSchema())

const SHIPPED = [
  ...filesIn('resources/pipelines', '.json'),
  ...['plugins', 'resources/templates'].flatMap(folder => filesIn(folder, 'pipeline.json')),
]
for (const file of SHIPPED) test(`${file} matches its schema`, () => fits(PIPELINE, JSON.parse(readFileSync(file, 'utf8'))))

for (const file of [...filesIn('policies/attack', '.yaml'), ...filesIn('policies/distribution', '.yaml')])
  test(`${file} matches its schema`, () => fits(RULES, parse(readFileSync(file, 'utf8'))))

for (const file of [...filesIn('policies/tests', '.yaml'), ...filesIn('resources/scenarios', '.yaml')])
  test(`${file} is what its schema says`, () => fits(SCENARIO, parse(readFileSync(file, 'utf8'))))

const FALCO = ['falco', 'distribution', 'runtimeintegrity', 'tests'].flatMap(name => filesIn(shared('policies', name), '.yaml'))
test('published rule files match the schema', {
  skip: withoutShared,
}, () => {
  for (const file of FALCO) {
    const rules = yamlOf(file)
    if (rules !== undefined) fits(RULES, rules, file)
  }
})

/** Change → the expected error. */
const WRONG_PIPELINES: readonly (readonly [string, (pipeline: Pipeline) => void, RegExp])[] = [
  [
    'an unknown processor',
    ({ pipeline }) => set(pipeline[1], 'processor', 'policyengin'),
    /pipeline\/1\/processor must be equal to one of/,
  ],
  ['an unknown key', ({ pipeline }) => set(pipeline[2], 'formt', 'json'), /property name must be valid|"formt"/],
  [
    'a stage without an input',
    ({ pipeline }) => Reflect.deleteProperty(pipeline[1] ?? {}, 'in'),
    /must have required property 'in'/,
  ],
  ['a channel without a type', ({ pipeline }) => set(pipeline[1], 'in', 'flat'), /pipeline\/1\/in must match pattern/],
  [
    'an unknown value of a setting',
    ({ pipeline }) => set(pipeline[1], 'mode', 'allert'),
    /pipeline\/1\/mode must be equal to one of/,
  ],
  ['a string instead of a number', ({ pipeline }) => set(pipeline[2], 'buffer', 'many'), /buffer must match pattern/],
  ['a number out of range', ({ pipeline }) => set(pipeline[2], 'buffer', -1), /buffer must be >= 0/],
  ['an unknown target', ({ pipeline }) => set(pipeline[2], 'export', 'terminl'), /export must be equal to one of/],
  ['an unknown format', ({ pipeline }) => set(pipeline[2], 'format', 'jsn'), /format must be equal to one of/],
  ['an unknown handler', ({ pipeline }) => set(pipeline[0], 'handler', 'flatener'), /handler must be equal to one of/],
  [
    'an unknown driver',
    pipeline => set(pipeline, 'drivers', [{ driver: 'fil', out: 'sysflow sysflowchan' }]),
    /drivers\/0\/driver must be equal/,
  ],
  ['an unknown top-level key', pipeline => set(pipeline, 'pipelin', []), /must NOT have additional properties/],
  ['no stages', pipeline => set(pipeline, 'pipeline', []), /must NOT have fewer than 1 items/],
  ['an invalid port', pipeline => set(pipeline, 'admin', { port: 70_000 }), /admin\/port must be <= 65535/],
  ['plugins that are not a list', pipeline => set(pipeline, 'plugins', './x.js'), /plugins must be array/],
]

for (const [what, change, objection] of WRONG_PIPELINES)
  test(`the schema of pipelines refuses ${what}`, () => refuses(PIPELINE, changed(change), objection))

test('deprecated names and strings for numbers are accepted, deprecated names are marked', () => {
  fits(
    PIPELINE,
    changed(({ pipeline }) => {
      set(pipeline[2], 'path', 'alerts.json')
      set(pipeline[2], 'buffer', '10')
      set(pipeline[1], 'mode', 'filter')
      set(pipeline[1], 'concurrency', 5)
    }),
  )
  const { definitions } = pipelineSchema(REGISTRY) as { definitions: Definitions }
  const { path, 'file.path': today } = definitions['processor-exporter']?.properties ?? {}
  assert.equal(path?.deprecated, true)
  assert.equal(today?.deprecated, undefined)
  assert.equal(definitions['processor-exporter']?.properties?.['es.password']?.writeOnly, true)
})

test('a file that names plugins can use their components and keys, other files cannot', () => {
  const withPlugin = (pipeline: Pipeline): void => {
    set(pipeline.pipeline[2], 'export', 'archive')
    set(pipeline.pipeline[2], 'archive.path', 'x')
    set(pipeline.pipeline[0], 'processor', 'mine')
  }
  refuses(
    PIPELINE,
    changed(withPlugin),
    /processor must be equal to one of.*property name must be valid.*export must be equal to one of/,
  )
  for (const key of ['plugins', 'plugdir', 'handlerdir', 'actiondir', 'driverdir'])
    fits(
      PIPELINE,
      changed(pipeline => {
        withPlugin(pipeline)
        set(pipeline, key, key === 'plugins' ? ['archive'] : 'plugins')
      }),
    )
})

test('comments and variables are accepted where the program accepts them', () => {
  fits(PIPELINE, {
    _comment: 'x',
    admin: { _why: 1, port: '${PORT}', tap: '${TAP:-false}' },
    drivers: [{ driver: '${DRIVER:-file}', _: {}, out: '${OUT}' }],
    pipeline: [
      { _comment: 1, processor: 'policyengine', in: '${IN}', out: ['${OUT:-events} eventchan'], mode: '${MODE:-alert}' },
      { processor: 'exporter', in: 'a b', export: '${TARGET}', format: '${FORMAT}', buffer: '${BUFFER:-1}' },
    ],
  })
  refuses(
    PIPELINE,
    changed(({ pipeline }) => set(pipeline[1], 'mode', '$MODE')),
    /pipeline\/1\/mode must match a schema/,
  )
  refuses(
    PIPELINE,
    changed(({ pipeline }) => set(pipeline[2], 'buffer', '$${x}')),
    /buffer must match pattern/,
  )
})

const NESTED: Plugin = {
  kind: 'processor',
  name: 'nested',
  contract: 2,
  summary: '',
  accepts: ['a'],
  offers: ['a'],
  create: () => assert.fail('a schema makes nothing'),
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      retry: {
        type: 'object',
        additionalProperties: false,
        required: ['count'],
        description: '',
        properties: { count: { type: 'integer', description: '' }, mode: { type: 'string', enum: ['a', 'b'], description: '' } },
      },
      steps: { type: 'array', items: { component: 'action' }, description: '' },
    },
  },
}
const WITH_NESTED = AJV.compile(pipelineSchema(new Registry([...REGISTRY.plugins, NESTED])))
const nestedStage = (settings: object): object => ({ pipeline: [{ processor: 'nested', in: 'a a', ...settings }] })

for (const [what, settings, objection] of [
  ['an unknown key of an object', { retry: { count: 1, cuont: 2 } }, /retry must NOT have additional properties/],
  ['a missing key of an object', { retry: {} }, /retry must have required property 'count'/],
  ['a wrong type in an object', { retry: { count: [] } }, /retry\/count must be integer,string/],
  ['an unknown value in an object', { retry: { count: 1, mode: 'c' } }, /retry\/mode must be equal to one of/],
  ['an item without a component name', { steps: [{}] }, /steps\/0 must have required property 'action'/],
  [
    'an unknown key of a component',
    { steps: [{ action: 'log', 'log.atributes': [] }] },
    /steps\/0 must NOT have additional properties/,
  ],
] as const)
  test(`the schema of pipelines refuses ${what}`, () => refuses(WITH_NESTED, nestedStage(settings), objection))

test('the schema of pipelines accepts nested keys, with comments and variables', () => {
  fits(
    WITH_NESTED,
    nestedStage({
      retry: { _: 1, count: '${COUNT}', mode: '${MODE}' },
      steps: [{ _a: 1, action: 'log', 'log.attributes': 'a' }],
    }),
  )
})

test('an option that a transport requires is required where the exporter uses the transport', async () => {
  const shelf: Plugin = {
    kind: 'transport',
    name: 'shelf',
    contract: 2,
    summary: '',
    create: () => assert.fail('a schema makes nothing'),
    options: {
      type: 'object',
      additionalProperties: false,
      required: ['shelf.path'],
      properties: { 'shelf.path': { type: 'string', description: '' } },
    },
  }
  const registry = await builtInRegistry({ stdout: new Writable(), version: '' })
  registry.add(shelf)
  const schema = AJV.compile(pipelineSchema(registry))
  refuses(
    schema,
    changed(({ pipeline }) => set(pipeline[2], 'export', 'shelf')),
    /pipeline\/2 must have required property 'shelf.path'/,
  )
  fits(
    schema,
    changed(({ pipeline }) => {
      set(pipeline[2], 'export', 'shelf')
      set(pipeline[2], 'shelf.path', 'x')
    }),
  )
  fits(
    schema,
    changed(() => {}),
  )
})

test('the schema has all keys of the top level and of sections', () => {
  const known = knownAtTop()
  const { properties } = pipelineSchema(REGISTRY) as { properties: object }
  // `inside` is the deprecated name of `admin`.
  assert.deepEqual(Object.keys(properties).sort(), ['$schema', 'inside', ...known].sort())
  assert.deepEqual(Object.keys(STAGE_PROPERTIES).sort(), STAGE_KEYS.toSorted())
  assert.deepEqual(Object.keys(DRIVER_PROPERTIES).sort(), DRIVER_KEYS.toSorted())
})

test('defaults match their schema, and so do the examples of components', () => {
  const { definitions } = pipelineSchema(REGISTRY) as { definitions: Definitions }
  let compared = 0
  for (const [name, { properties = {} }] of Object.entries(definitions))
    for (const [key, property] of Object.entries(properties)) {
      if (property.default === undefined) continue
      compared++
      assert.ok(AJV.validate(property, property.default), `${name} ${key}: ${AJV.errorsText()}`)
    }
  assert.ok(compared > 50)
  for (const { name, options } of REGISTRY.all('processor'))
    for (const example of options.examples ?? []) fits(PIPELINE, { pipeline: [{ processor: name, in: 'a b', ...example }] }, name)
})

for (const [what, text, objection] of [
  ['an empty entry', '- rul: x\n', /must have required property 'rule'/],
  ['a rule without a condition', '- rule: x\n  desc: y\n', /must have required property 'condition'/],
  [
    'an unknown key of a rule',
    '- rule: x\n  desc: y\n  condition: a = b\n  priorty: high\n',
    /must NOT have additional properties/,
  ],
  ['an unknown priority', '- rule: x\n  desc: y\n  condition: a = b\n  priority: worst\n', /priority/],
  ['an unknown record type', '- rule: x\n  desc: y\n  condition: a = b\n  prefilter: [PX]\n', /prefilter\/0/],
  ['a list without items', '- list: x\n', /must have required property 'items'/],
  ['a mapping instead of a list', 'rule: x\n', /must be array/],
] as const)
  test(`the schema of rules refuses ${what}`, () => refuses(RULES, parse(text), objection))

test('the schema of rules accepts synonyms, letter cases and appended rules', () => {
  fits(
    RULES,
    parse(
      '- drop: a\n  condition: x = y\n- rule: b\n  description: c\n  condition: x = y\n  priority: WARNING\n  action: tag:x\n- rule: b\n  append: true\n  tags: [z]\n- required_engine_version: 4\n',
    ),
  )
})

const CAST = 'processes:\n  sh: { exe: /bin/sh }\n'
for (const [what, text, objection] of [
  ['a scenario without events', CAST, /must have required property 'events'/],
  ['an unknown key', `${CAST}event: []\n`, /must NOT have additional properties/],
  ['an empty event', `${CAST}events: [{ by: sh, raed: /a }]\n`, /must have required property 'read'/],
  ['an event without an actor', `${CAST}events: [{ read: /a }]\n`, /must have required property 'by'/],
  ['an unknown enum value', `${CAST}events: [{ by: sh, connect: "10.0.0.1:1", protocol: tpc }]\n`, /protocol/],
  ['a process without a program', 'processes: { sh: { args: x } }\nevents: []\n', /must have required property 'exe'/],
] as const)
  test(`the schema of scenarios refuses ${what}`, () => refuses(SCENARIO, parse(text), objection))

interface Pipeline {
  readonly pipeline: readonly object[]
}
type Definitions = Readonly<Record<string, { readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>> }>>

function changed(change: (pipeline: Pipeline) => void): Pipeline {
  const pipeline = JSON.parse(readFileSync('resources/pipelines/default.json', 'utf8')) as Pipeline
  change(pipeline)
  return pipeline
}

const set = (target: object | undefined, key: string, value: unknown): void => void Reflect.set(target ?? {}, key, value)

function fits(validate: ValidateFunction, value: unknown, what = ''): void {
  const isFine = validate(value)
  assert.ok(isFine, `${what} ${AJV.errorsText(validate.errors)}`)
}

function refuses(validate: ValidateFunction, value: unknown, objection: RegExp): void {
  assert.equal(validate(value), false)
  assert.match(AJV.errorsText(validate.errors), objection)
}

/** Files that only the legacy parser reads are not valid YAML, so editors cannot check them. */
function yamlOf(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

function filesIn(folder: string, ending: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.filter(name => name.endsWith(ending)).sort().map(name => join(folder, name)) // biome-ignore format: one thought
  } catch {
    return []
  }
}

/** The suggestions of the program for an unknown top-level key. */
function knownAtTop(): string[] {
  try {
    parseSettings('{"nonsense": 1, "pipeline": [{}]}', 'pipeline.json')
  } catch (error) {
    if (error instanceof Faults) return String(error.faults[0]?.details.known).split(', ')
  }
  throw new Error('the program took a key that is nonsense')
}
