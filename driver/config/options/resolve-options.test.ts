// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { OptionsSchema } from '../../../core/contract/plugin.js'
import { formatFault } from '../../../core/errors/format-fault.js'
import { overlayEnvironment } from '../environment.js'
import { parseSettings } from '../pipeline-file/parse-settings.js'
import { originText } from '../settings.js'
import { type ResolvedOptions, resolveOptions } from './resolve-options.js'
import { Validator } from './validate.js'

const SCHEMA: OptionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['topic'],
  properties: {
    topic: { type: 'string', description: 'Where to.' },
    export: {
      type: 'string',
      enum: ['terminal', 'file'],
      default: 'terminal',
      description: '',
      deprecatedValues: { screen: 'terminal', alert: null },
    },
    buffer: { type: 'integer', minimum: 0, description: '' },
    ratio: { type: 'number', description: '' },
    flat: { type: 'boolean', description: '' },
    hosts: { type: 'array', items: { type: 'string' }, description: '' },
    'kafka.config': { type: 'object', description: '' },
    'syslog.host': { type: 'string', description: '', deprecatedNames: ['host', 'hostname'] },
    'es.bulk.numWorkers': { type: 'integer', description: '' },
    version: { type: 'string', description: '' },
  },
}

function resolved(
  stage: string,
  environment: Record<string, string> = {},
  globals: Record<string, unknown> = {},
): ResolvedOptions {
  const settings = parseSettings(`{"pipeline": [{"processor": "exporter", "in": "a b", ${stage}}]}`, 'p.json')
  const section = overlayEnvironment(settings, environment, { processor: () => SCHEMA }).settings.pipeline[0]
  assert.ok(section)
  return resolveOptions('stage "exporter"', SCHEMA, section, ['processor', 'name', 'in', 'out'], {
    validator: new Validator(),
    globals,
    directories: [],
    currentDirectory: '.',
  })
}

const messages = ({ faults }: ResolvedOptions): string[] => faults.map(fault => formatFault(fault).split('\n').at(-1) ?? '')

test('check 88: numbers and booleans are accepted as JSON values and as strings', () => {
  const texts = resolved(
    '"topic": 1.10, "buffer": "12", "ratio": "0.5", "flat": "true", "hosts": "a, b", "kafka.config": "{\\"a\\": 1}"',
  )
  assert.deepEqual(texts.faults, [])
  const { topic, buffer, ratio, flat, hosts } = texts.options
  assert.deepEqual(
    [topic, buffer, ratio, flat, hosts, texts.options['kafka.config']],
    ['1.10', 12, 0.5, true, ['a', 'b'], { a: 1 }],
  )
  const values = resolved('"topic": true, "buffer": 12, "ratio": 1, "flat": false')
  assert.deepEqual(values.faults, [])
  assert.deepEqual([values.options.topic, values.options.flat], ['true', false])
})

for (const [what, stage, expected] of [
  ['an unknown key', '"topic": "t", "bufer": 1', /"bufer" is not a setting of stage "exporter"; did you mean "buffer"\?/],
  ['a missing key', '"buffer": 1', /stage "exporter" needs the setting "topic"; Where to\./],
  [
    'a word instead of a number',
    '"topic": "t", "buffer": "many"',
    /"buffer" of stage "exporter" must be an integer, not the string "many"/,
  ],
  ['a fraction instead of an integer', '"topic": "t", "buffer": 1.5', /must be an integer, not 1\.5/],
  ['null', '"topic": null', /must be a string, not null/],
  ['an object instead of a string', '"topic": {}', /must be a string, not an object/],
  ['a word instead of a boolean', '"topic": "t", "flat": "maybe"', /must be true or false/],
  ['a number that is too small', '"topic": "t", "buffer": -1', /"buffer" of stage "exporter" must be >= 0/],
  [
    'an unknown value',
    '"topic": "t", "export": "terminl"',
    /invalid value "terminl" for "export"; did you mean "terminal"\? Known: terminal, file/,
  ],
] as const) {
  test(`${what} is refused`, () => {
    const [message, ...others] = messages(resolved(stage))
    assert.match(message ?? '', expected)
    assert.equal(others.length, 0)
  })
}

test('all errors of a component are reported together, each at its own place', () => {
  const { faults } = resolved('"export": "x", "buffer": "y", "unknown": 1')
  assert.deepEqual(faults.map(({ code, position }) => `${code} ${position?.column}`).sort(), [
    'SFP_CONFIG_MISSING_KEY 15',
    'SFP_CONFIG_UNKNOWN_KEY 84',
    'SFP_CONFIG_UNKNOWN_VALUE 64',
    'SFP_CONFIG_WRONG_TYPE 79',
  ])
})

test('check 102: a deprecated key sets its new key with a warning; the new key takes precedence', () => {
  const alone = resolved('"topic": "t", "host": "a"')
  assert.equal(alone.options['syslog.host'], 'a')
  assert.match(messages(alone)[0] ?? '', /"host" is deprecated; use "syslog.host"/)
  assert.equal(alone.faults[0]?.level, 'warning')
  assert.equal(resolved('"topic": "t", "host": "a", "syslog.host": "b"').options['syslog.host'], 'b')
  assert.equal(resolved('"topic": "t"', { EXPORTER_HOST: 'c' }).options['syslog.host'], 'c')
  assert.equal(resolved('"topic": "t"', { EXPORTER_HOST: 'c', EXPORTER_SYSLOG_HOST: 'd' }).options['syslog.host'], 'd')
  assert.equal(resolved('"topic": "t", "syslog.host": "b"', { EXPORTER_HOST: 'c' }).options['syslog.host'], 'c')
})

test('an old key beside its new one, or beside another old one, is a warning that it has no effect', () => {
  const inFile = resolved('"topic": "t", "host": "a", "syslog.host": "b"')
  assert.deepEqual(
    inFile.faults.map(({ message, hint }) => `${message}; ${hint}`),
    ['the deprecated name "host" has no effect, since "syslog.host" is set too; remove "host"'],
  )
  assert.deepEqual([inFile.faults[0]?.level, inFile.faults[0]?.position?.column], ['warning', 76])
  const [first] = resolved('"topic": "t"', { EXPORTER_HOST: 'c', EXPORTER_SYSLOG_HOST: 'd' }).faults
  assert.deepEqual([first?.code, first?.where], ['SFP_CONFIG_OLD_KEY_UNUSED', 'environment variable EXPORTER_HOST'])
  const twoOld = resolved('"topic": "t", "host": "a", "hostname": "b"')
  assert.equal(twoOld.options['syslog.host'], 'a')
  assert.deepEqual(
    twoOld.faults.map(({ code }) => code),
    ['SFP_CONFIG_OLD_KEY', 'SFP_CONFIG_OLD_KEY_UNUSED'],
  )
  // The environment overrides the file, under whichever name.
  assert.deepEqual(
    resolved('"topic": "t", "syslog.host": "b"', { EXPORTER_HOST: 'c' }).faults.map(({ code }) => code),
    ['SFP_CONFIG_OLD_KEY'],
  )
})

test('a deprecated value is translated or removed, with a warning', () => {
  const translated = resolved('"topic": "t", "export": "screen"')
  assert.equal(translated.options.export, 'terminal')
  assert.match(messages(translated)[0] ?? '', /value "screen" of "export" is deprecated; it means "terminal"/)
  const ignored = resolved('"topic": "t", "export": "alert"')
  assert.equal(ignored.options.export, 'terminal')
  assert.match(messages(ignored)[0] ?? '', /value "alert" of "export" is obsolete; it is ignored/)
})

test('the environment takes precedence over the file, and the program over both', () => {
  const both = resolved(
    '"topic": "file", "version": "1"',
    { EXPORTER_TOPIC: 'environment', EXPORTER_VERSION: '2' },
    { version: '3' },
  )
  assert.equal(both.options.topic, 'environment')
  assert.equal(both.options.version, '3')
  assert.deepEqual(
    ['topic', 'version', 'export'].map(key => originText(both.origins.get(key)?.origin ?? { kind: 'default' })),
    ['environment EXPORTER_TOPIC', 'program', 'default'],
  )
  assert.equal(both.faults.filter(({ code }) => code === 'SFP_CONFIG_OVERRULED').length, 2)
})

test('an error in an environment variable names the variable', () => {
  const { faults } = resolved('"topic": "t"', { EXPORTER_BUFFER: 'x' })
  assert.match(formatFault(faults[0] ?? assert.fail()), /^environment variable EXPORTER_BUFFER {2}SFP_CONFIG_WRONG_TYPE/)
})

test('keys and values of every JavaScript object, such as "constructor", are unknown', () => {
  for (const key of ['constructor', 'toString'])
    assert.match(messages(resolved(`"topic": "t", "${key}": "x"`)).join(), new RegExp(`"${key}" is not a setting of stage`))
  assert.match(messages(resolved('invalid value "topic": "t", "export": "constructor"')).join(), /"constructor" for "export"/)
})

test('a relative path in the environment is first resolved in the current directory, one in the file is not', () => {
  const schema: OptionsSchema = {
    type: 'object',
    additionalProperties: false,
    properties: { policies: { type: 'string', path: true, description: '' } },
  }
  const settings = parseSettings('{"pipeline": [{"processor": "engine", "in": "a b", "policies": "core"}]}', 'p.json')
  const resolved = (environment: Readonly<Record<string, string>>): unknown => {
    const section = overlayEnvironment(settings, environment, { processor: () => schema }).settings.pipeline[0]
    assert.ok(section)
    const context = { validator: new Validator(), globals: {}, directories: [resolve('driver')], currentDirectory: process.cwd() }
    return resolveOptions('stage "engine"', schema, section, ['processor', 'in'], context).options.policies
  }
  assert.equal(resolved({ ENGINE_POLICIES: 'core' }), resolve('core'))
  assert.equal(resolved({ ENGINE_POLICIES: 'config' }), resolve('driver', 'config'))
  assert.equal(resolved({}), resolve('driver', 'core'))
})
