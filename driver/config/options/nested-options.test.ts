// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Environment } from '../../../core/contract/environment.js'
import type { OptionSchema, OptionsSchema } from '../../../core/contract/plugin.js'
import type { Fault } from '../../../core/errors/fault.js'
import { formatFault } from '../../../core/errors/format-fault.js'
import { overlayEnvironment } from '../environment.js'
import { parseSettings } from '../pipeline-file/parse-settings.js'
import { originText } from '../settings.js'
import { type ResolvedOptions, resolveOptions } from './resolve-options.js'
import { partAt } from './setting-parts.js'
import { Validator } from './validate.js'

const folder = mkdtempSync(join(tmpdir(), 'nested-'))
after(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'rules'), '')

const schemaOf = (properties: Readonly<Record<string, OptionSchema>>, required: readonly string[] = []): OptionsSchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})

const RETRY: OptionSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'How often to try again.',
  required: ['count'],
  properties: {
    count: { type: 'integer', minimum: 0, description: 'How often.' },
    pause: { type: 'number', description: 'Seconds between two tries.', default: 1.5, deprecatedNames: ['wait'] },
    mode: {
      type: 'string',
      enum: ['linear', 'doubling'],
      description: '',
      default: 'linear',
      deprecatedValues: { twice: 'doubling' },
    },
    'log.file': { type: 'string', path: true, description: '' },
  },
}

/** A list of targets, each with a list in it, and a list of actions, of which `all` contains actions again. */
const SCHEMA = schemaOf({
  retry: RETRY,
  targets: {
    type: 'array',
    description: '',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['host'],
      properties: {
        host: { type: 'string', description: 'Where to.' },
        password: { type: 'string', description: '', secret: true },
        ports: { type: 'array', items: { type: 'integer' }, description: '' },
        retry: RETRY,
      },
    },
  },
  names: { type: 'array', items: { type: 'string' }, description: '' },
  headers: { type: 'object', description: '' },
  actions: { type: 'array', items: { component: 'action' }, description: '' },
})

const ACTIONS: Readonly<Record<string, OptionsSchema>> = {
  set: schemaOf({ field: { type: 'string', description: 'Which field.' }, value: { type: 'string', description: '', secret: true }, times: { type: 'integer', description: '', default: 1 } }, ['field']), // biome-ignore format: a table
  all: schemaOf({ actions: { type: 'array', items: { component: 'action' }, description: '' } }),
}
const COMPONENTS = {
  find: (kind: string, name: string) => {
    const options = kind === 'action' && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
    return options && { options }
  },
  names: (kind: string) => (kind === 'action' ? Object.keys(ACTIONS) : []),
}

interface Resolved extends ResolvedOptions {
  readonly warnings: readonly Fault[]
}

/** `stage`: keys of the stage; lines of the result begin with the line of the stage. */
function resolved(stage: string, environment: Environment = {}): Resolved {
  const parsed = parseSettings(`{"pipeline": [{"processor": "transform", "in": "a b",\n${stage}\n}]}`, 'p.json', environment)
  const { settings, warnings } = overlayEnvironment(parsed, environment, { processor: () => SCHEMA, components: COMPONENTS })
  const section = settings.pipeline[0] ?? assert.fail()
  const options = resolveOptions('stage "transform"', SCHEMA, section, ['processor', 'in'], {
    validator: new Validator(),
    globals: {},
    directories: [folder],
    currentDirectory: folder,
    components: COMPONENTS,
  })
  return { ...options, warnings }
}

const place = ({ code, position, where }: Fault): string => `${where ?? `${position?.line}:${position?.column}`} ${code}`
const messages = ({ faults }: Resolved): string[] => faults.map(fault => formatFault(fault).split('\n').at(-1)?.trim() ?? '')

test('nested objects, lists of objects and lists of components become options, with their types and defaults', () => {
  const { options, faults } = resolved(`"retry": {"count": "3", "log.file": "rules"},
    "targets": [{"host": 1.10, "ports": ["80", 81], "retry": {"count": 1}}, {"host": "b", "ports": "1,2"}],
    "names": [1, "b", true],
    "headers": {"x": {"y": [1]}},
    "actions": [{"action": "set", "field": "a"}, {"action": "all", "actions": [{"action": "set", "field": "b", "times": "2"}]}]`)
  assert.deepEqual(faults, [])
  assert.deepEqual(options, {
    retry: { count: 3, 'log.file': join(folder, 'rules'), pause: 1.5, mode: 'linear' },
    targets: [
      { host: '1.10', ports: [80, 81], retry: { count: 1, pause: 1.5, mode: 'linear' } },
      { host: 'b', ports: [1, 2] },
    ],
    names: ['1', 'b', 'true'],
    headers: { x: { y: [1] } },
    actions: [
      { action: 'set', field: 'a', times: 1 },
      { action: 'all', actions: [{ action: 'set', field: 'b', times: 2 }] },
    ],
  })
})

for (const [what, stage, at, expected] of [
  ['an unknown key of an object', '"retry": {"count": 1, "puase": 2}', '2:23', /\^{7} "retry.puase" is not a setting of stage "transform"; did you mean "pause"\? Known: count, pause, mode, log.file$/],
  ['a missing key of an object', '"retry": {"pause": 2}', '2:10', /stage "transform" needs the setting "retry.count"; How often\.$/],
  ['a value out of range', '"retry": {"count": -1}', '2:20', /"retry.count" of stage "transform" must be >= 0$/],
  ['an unknown value', '"retry": {"count": 1, "mode": "liner"}', '2:31', /invalid value "liner" for "retry.mode"; did you mean "linear"\?/],
  ['a string instead of an object', '"retry": "often"', '2:10', /"retry" of stage "transform" must be an object, not the string "often"$/],
  ['an unknown key of an item', '"targets": [{"host": "a"}, {"hots": "b", "host": "c"}]', '2:29', /"targets\[1\].hots" is not a setting.*did you mean "host"\?/],
  ['a missing key of an item', '"targets": [{"host": "a"},\n  {}]', '3:3', /needs the setting "targets\[1\].host"; Where to\.$/],
  ['an item of another type', '"targets": [7]', '2:13', /"targets\[0\]" of stage "transform" must be an object, not 7$/],
  ['a value that is not a list', '"targets": 7', '2:12', /"targets" of stage "transform" must be an array of objects, not 7$/],
  ['an item of a nested list', '"targets": [{"host": "a", "ports": [1, "x"]}]', '2:40', /"targets\[0\].ports\[1\]" .* must be an integer, not the string "x"$/],
  ['an object in a list of strings', '"names": ["a", {}]', '2:16', /"names\[1\]" .* must be a string, not an object$/],
  ['an unknown component', '"actions": [{"action": "sett"}]', '2:24', /invalid value "sett" for "actions\[0\].action"; did you mean "set"\? Known: set, all$/],
  ['an empty component', '"actions": [{"field": "a"}]', '2:13', /needs the setting "actions\[0\].action"; the name of the action$/],
  ['a component that is not an object', '"actions": ["set"]', '2:13', /"actions\[0\]" .* must be an object, not the string "set"$/],
  ['an unknown key of a component', '"actions": [{"action": "set", "field": "a", "tiems": 2}]', '2:45', /"actions\[0\].tiems" is not a setting.*did you mean "times"\?/],
  ['a missing key of a component', '"actions": [{"action": "all", "actions": [{"action": "set"}]}]', '2:43', /needs the setting "actions\[0\].actions\[0\].field"; Which field\.$/],
  ['a wrong type in a nested component', '"actions": [{"action": "all", "actions": [{"action": "set", "field": []}]}]', '2:70', /"actions\[0\].actions\[0\].field" .* must be a string, not an array$/],
] as const) // biome-ignore format: a table
  test(`${what} is refused, with its place and key path`, () => {
    const result = resolved(stage)
    assert.equal(result.faults.length, 1, messages(result).join('\n'))
    const [fault = assert.fail()] = result.faults
    assert.equal(`${fault.position?.line}:${fault.position?.column}`, at)
    assert.match(messages(result)[0] ?? '', expected)
  })

test('errors of several levels are reported together, also in a file with comments', () => {
  const { faults } = resolved(`/* one */ "retry": {"pause": "x"}, // two
    "_note": {"any": "thing"}, "targets": [{"host": "a", "_why": 1, "prots": []}], # three "
    "actions": [{"action": "set", /* {" */ "field": 1, "valeu": 1}]`)
  assert.deepEqual(faults.map(place), [
    '2:20 SFP_CONFIG_MISSING_KEY',
    '2:30 SFP_CONFIG_WRONG_TYPE',
    '3:69 SFP_CONFIG_UNKNOWN_KEY',
    '4:56 SFP_CONFIG_UNKNOWN_KEY',
  ])
})

test('deprecated keys and values are replaced at any depth, with a warning at their place', () => {
  const { options, faults } = resolved('"targets": [{"host": "a", "retry": {"count": 1, "wait": 2, "mode": "twice"}}]')
  assert.deepEqual(options.targets, [{ host: 'a', retry: { count: 1, mode: 'doubling', pause: 2 } }])
  assert.deepEqual(faults.map(place), ['2:57 SFP_CONFIG_OLD_KEY', '2:68 SFP_CONFIG_OLD_VALUE'])
})

test('a variable sets a nested key, a list item by its number, and a new last item', () => {
  const { options, faults, warnings, origins } = resolved(
    '"retry": {"count": 1}, "targets": [{"host": "a", "ports": [1]}], "actions": [{"action": "set", "field": "x"}]',
    {
      TRANSFORM_RETRY_COUNT: '2',
      transform_retry_LOG_FILE: 'rules',
      TRANSFORM_TARGETS_0_HOST: 'b',
      TRANSFORM_TARGETS_0_PORTS_1: '2',
      TRANSFORM_TARGETS_0_RETRY_COUNT: '5',
      TRANSFORM_TARGETS_1: '{"host": "json", "ports": [3]}',
      TRANSFORM_TARGETS_1_HOST: 'c',
      TRANSFORM_TARGETS_2_HOST: 'd',
      TRANSFORM_ACTIONS_0_TIMES: '7',
      TRANSFORM_ACTIONS_1_FIELD: 'y',
      TRANSFORM_ACTIONS_1_ACTION: 'set',
      TRANSFORM_ACTIONS_2_ACTION: 'all',
      TRANSFORM_ACTIONS_2_ACTIONS_0_FIELD: 'z',
      TRANSFORM_ACTIONS_2_ACTIONS_0_ACTION: 'set',
      TRANSFORM_NAMES_0: 'n',
    },
  )
  assert.deepEqual(
    [...warnings, ...faults].map(fault => formatFault(fault)),
    [],
  )
  assert.deepEqual(options, {
    retry: { count: 2, 'log.file': join(folder, 'rules'), pause: 1.5, mode: 'linear' },
    targets: [
      { host: 'b', ports: [1, 2], retry: { count: 5, pause: 1.5, mode: 'linear' } },
      { host: 'c', ports: [3] },
      { host: 'd' },
    ],
    actions: [
      { action: 'set', field: 'x', times: 7 },
      { action: 'set', field: 'y', times: 1 },
      { action: 'all', actions: [{ action: 'set', field: 'z', times: 1 }] },
    ],
    names: ['n'],
  })
  const originAt = (...path: (string | number)[]): string => {
    const { part, isExact } = partAt(origins, path)
    return isExact && part ? originText(part.origin) : 'none'
  }
  assert.equal(originAt('targets', 0, 'host'), 'environment TRANSFORM_TARGETS_0_HOST')
  assert.equal(originAt('targets', 0, 'ports', 0), 'p.json:2:60')
  assert.equal(originAt('targets', 1, 'ports', 0), 'environment TRANSFORM_TARGETS_1')
  assert.equal(originAt('retry', 'pause'), 'default')
})

test('a nested variable takes precedence over the whole setting, a stage name over the processor, and a key without a schema can be set if it exists', () => {
  const whole = resolved('"targets": []', { TRANSFORM_TARGETS: '[{"host": "a"}]', TRANSFORM_TARGETS_0_HOST: 'b' })
  assert.deepEqual(whole.options.targets, [{ host: 'b' }])
  const named = resolved('"name": "mine", "retry": {"count": 1}', { MINE_RETRY_COUNT: '3', TRANSFORM_RETRY_COUNT: '2' })
  assert.deepEqual(named.options.retry, { count: 3, pause: 1.5, mode: 'linear' })
  const wholeOfName = resolved('"name": "mine"', { MINE_RETRY: '{"count": 4}', TRANSFORM_RETRY_PAUSE: '2' })
  assert.deepEqual(wholeOfName.options.retry, { count: 4, pause: 1.5, mode: 'linear' })
  const headers = resolved('"headers": {"X-Token.key": "a", "deep": {"list": [1]}}', {
    TRANSFORM_HEADERS_X_TOKEN_KEY: 'b',
    TRANSFORM_HEADERS_DEEP_LIST_0: 'c',
    TRANSFORM_HEADERS_OTHER: 'd',
  })
  assert.deepEqual(headers.options.headers, { 'X-Token.key': 'b', deep: { list: ['c'] } })
  assert.deepEqual(
    headers.warnings.map(({ details }) => details.variable),
    ['TRANSFORM_HEADERS_OTHER'],
  )
})

test('a variable with an unknown nested key causes a warning with the nearest name', () => {
  const { warnings } = resolved('"targets": [{"host": "a"}]', { TRANSFORM_TARGETS_0_HOTS: 'b', TRANSFORM_TARGETS_5_HOST: 'c' })
  assert.deepEqual(
    warnings.map(({ hint }) => hint),
    ['did you mean TRANSFORM_TARGETS_0_HOST?', 'did you mean TRANSFORM_TARGETS_0_HOST?'],
  )
})

test('an error in the value of a variable names the variable', () => {
  const { faults } = resolved('"retry": {"count": 1}', { TRANSFORM_RETRY_COUNT: 'x', TRANSFORM_TARGETS: '[{"hots": 1}]' })
  assert.deepEqual(faults.map(place), [
    'environment variable TRANSFORM_RETRY_COUNT SFP_CONFIG_WRONG_TYPE',
    'environment variable TRANSFORM_TARGETS SFP_CONFIG_MISSING_KEY',
    'environment variable TRANSFORM_TARGETS SFP_CONFIG_UNKNOWN_KEY',
  ])
})

test('secrets are masked at any depth, and no error shows one', () => {
  const { origins } = resolved(
    '"targets": [{"host": "a", "password": "${PASSWORD}"}], "headers": {"sasl.password": "y", "a": {"token": "z"}}, "actions": [{"action": "set", "field": "f", "value": "w"}]',
    { PASSWORD: 'x' },
  )
  for (const path of [
    ['targets', 0, 'password'],
    ['headers', 'sasl.password'],
    ['headers', 'a', 'token'],
    ['actions', 0, 'value'],
  ])
    assert.equal(partAt(origins, path).part?.isSecret, true, path.join('.'))
  assert.equal(partAt(origins, ['targets', 0, 'host']).part?.isSecret, undefined)
  const { faults } = resolved(
    '"targets": [{"host": "a", "password": {"b": 1}}], "actions": [{"action": "set", "field": "f", "value": []}]',
  )
  assert.deepEqual(
    faults.map(({ details }) => details.found),
    ['an object', 'an array'],
  )
})

/** Keys of the schema, with an invalid value for each. */
const MISTAKES = [
  { path: ['retry'], key: 'pause', value: '"x"', code: 'SFP_CONFIG_WRONG_TYPE', token: '"x"' },
  { path: ['retry'], key: 'unknown', value: '{"a": [1]}', code: 'SFP_CONFIG_UNKNOWN_KEY', token: '"unknown"' },
  { path: ['retry'], key: 'mode', value: '"nonsense"', code: 'SFP_CONFIG_UNKNOWN_VALUE', token: '"nonsense"' },
  { path: ['targets', 'item'], key: 'ports', value: '[1, 1.5, 2]', code: 'SFP_CONFIG_WRONG_TYPE', token: '1.5' },
  { path: ['targets', 'item'], key: 'prots', value: '[1]', code: 'SFP_CONFIG_UNKNOWN_KEY', token: '"prots"' },
  { path: ['actions', 'action'], key: 'times', value: 'null', code: 'SFP_CONFIG_WRONG_TYPE', token: 'null' },
  { path: ['actions', 'action'], key: 'more', value: '"m"', code: 'SFP_CONFIG_UNKNOWN_KEY', token: '"more"' },
] as const

test('at any depth and with comments, the place of an error is that of its token', () => {
  const filler = fc.constantFrom('', ' ', '\n', '\t', ' // "x": {\n', '/* }] " */', ' # "\n', '\r\n')
  const mistake = fc.constantFrom(...MISTAKES)
  fc.assert(
    fc.property(mistake, fc.nat(3), fc.nat(3), fc.array(filler, { minLength: 12, maxLength: 12 }), ({ path, key, value, code, token }, before, after, gaps) => {
      let gap = 0
      const space = (): string => gaps[gap++ % gaps.length] ?? ''
      const pair = `${space()}"${key}"${space()}:${space()}${value}${space()}`
      const sane = (index: number): string => {
        if (path[0] === 'actions') return `{"action": "set", "field": "f${index}"}`
        return `{"host": "h${index}", "_": "${key}"}`
      }
      const wrong = path[0] === 'actions' ? `{"action": "set",${space()}"field": "f",${pair}}` : `{"host": "h",${pair}}`
      const items = [...Array.from({ length: before }, (_, index) => sane(index)), wrong, ...Array.from({ length: after }, (_, index) => sane(index))]
      const stage = path[0] === 'retry' ? `"retry":${space()}{"count": 1,${pair}}` : `"${path[0]}":${space()}[${items.join(`,${space()}`)}]`
      const { faults } = resolved(stage)
      assert.deepEqual(faults.map(fault => fault.code), [code])
      const position = faults[0]?.position ?? assert.fail()
      const line = position.text?.split('\n')[position.line - 1] ?? ''
      assert.equal(line.slice(position.column - 1, position.column - 1 + (position.length ?? 0)), token)
    }),
  ) // biome-ignore format: one thought
})
