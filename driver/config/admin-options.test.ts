// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import type { Environment } from '../../core/contract/environment.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { type DescribedPipeline, describeJson, describeText } from '../cli/commands/config/describe.js'
import { builtInRegistry } from '../loader/built-in.js'
import { planPipeline } from '../pipeline/plan.js'
import { adaptersInUse, type Wiring } from '../pipeline/wiring.js'
import { ADMIN_OPTIONS, adminSettings } from './admin-options.js'
import { endpointAddressText } from './endpoint-address.js'
import { overlayEnvironment } from './environment.js'
import { Validator } from './options/validate.js'
import { parseSettings } from './pipeline-file/parse-settings.js'
import { withAdmin } from './with-admin.js'

const STAGES = `"pipeline": [
  { "processor": "sysflowreader", "in": "sysflow sysflowchan", "out": "flat flattenerchan" },
  { "processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan" },
  { "processor": "exporter", "in": "events eventchan", "export": "null" } ]`
const REGISTRY = await builtInRegistry({ stdout: new Writable(), version: '' })
const CONTEXT = { validator: new Validator(), globals: {}, directories: ['.'], currentDirectory: '.' }

interface Given {
  readonly environment?: Environment
  readonly option?: Parameters<typeof withAdmin>[1]
}

function planned(inside: string, { environment = {}, option }: Given = {}): Wiring {
  const text = inside === '' ? `{${STAGES}}` : `{"admin": ${inside},\n${STAGES}}`
  const overlaid = overlayEnvironment(parseSettings(text, 'p.json'), environment, {
    processor: name => REGISTRY.find('processor', name)?.options,
  })
  const settings = option ? withAdmin(overlaid.settings, option) : overlaid.settings
  const wiring = planPipeline(settings, REGISTRY, { driver: undefined, paths: ['x'] }, CONTEXT)
  return { ...wiring, warnings: [...overlaid.warnings, ...wiring.warnings] }
}

const described = (wiring: Wiring): DescribedPipeline => ({
  settings: parseSettings(`{${STAGES}}`, 'p.json'),
  wiring,
  plugins: REGISTRY,
  search: { folders: [], namedModules: [], baseFolders: [] },
})

const placeOf = (wiring: Wiring): string =>
  wiring.admin ? endpointAddressText(adminSettings(wiring.admin.options, []).address) : 'nowhere'

function faultsOf(inside: string, given?: Given): string[] {
  try {
    planned(inside, given)
    return []
  } catch (error) {
    if (!(error instanceof Faults)) throw error
    return error.faults.map(
      fault =>
        `${fault.position?.line ?? fault.where}:${fault.position?.column ?? ''} ${fault.code} ${fault.details.key ?? fault.details.name ?? ''}`,
    )
  }
}

test('there is no endpoint by default; the file, the environment and -admin enable it', () => {
  assert.equal(placeOf(planned('')), 'nowhere')
  assert.equal(placeOf(planned('', { environment: { INSIDE: '1', INSIDE_JOB: 'x', INSIDER_PORT: '1' } })), 'nowhere')
  assert.equal(placeOf(planned('{}')), 'http://127.0.0.1:9464')
  assert.equal(placeOf(planned('', { environment: { inside_port: '1' } })), 'http://127.0.0.1:1')
  assert.equal(placeOf(planned('', { option: { kind: 'address', address: '::1', port: 2 } })), 'http://[::1]:2')
})

test('the environment takes precedence over the file, and -admin over both', () => {
  const file = '{"port": 1, "address": "::1", "tap": true}'
  assert.equal(placeOf(planned(file, { environment: { ADMIN_PORT: '2' } })), 'http://[::1]:2')
  const option = { kind: 'socket', path: '/run/x.sock' } as const
  const both = planned(file, { environment: { ADMIN_PORT: '2', ADMIN_REDACT: 'proc.args,sf.proc.env' }, option })
  assert.equal(placeOf(both), 'unix:/run/x.sock')
  const settings = adminSettings(both.admin?.options ?? {}, adaptersInUse(both))
  assert.equal(settings.hasTap, true)
  assert.deepEqual([...settings.redacted], ['sf.proc.args', 'sf.proc.env'])
})

test('invalid settings are reported with their place', () => {
  assert.deepEqual(faultsOf('{"prot": 1}'), ['1:12 SFP_CONFIG_UNKNOWN_KEY prot'])
  assert.deepEqual(faultsOf('{"port": 65536}'), ['1:20 SFP_CONFIG_OUT_OF_RANGE port'])
  assert.deepEqual(faultsOf('{"port": []}'), ['1:20 SFP_CONFIG_WRONG_TYPE port'])
  assert.deepEqual(faultsOf('{"address": "example.org"}'), ['1:23 SFP_ADMIN_ADDRESS '])
  assert.deepEqual(faultsOf('{"socket": "/x", "port": 1}'), ['1:36 SFP_ADMIN_TWO_PLACES port'])
  assert.deepEqual(faultsOf('{"redact": ["sf.proc.nme"]}'), ['1:22 SFP_ADMIN_REDACT sf.proc.nme'])
  assert.deepEqual(faultsOf('{}', { environment: { ADMIN_PORT: 'x' } }), [
    'environment variable ADMIN_PORT: SFP_CONFIG_WRONG_TYPE port',
  ])
  assert.throws(
    () => planned('[]'),
    error => error instanceof Faults && error.faults[0] instanceof Fault && error.faults[0].code === 'SFP_CONFIG_SHAPE',
  )
})

test('a variable without a setting causes a warning if there is an endpoint', () => {
  const warnings = planned('{}', { environment: { ADMIN_PROT: '1' } }).warnings.map(({ message, hint }) => `${message}; ${hint}`)
  assert.deepEqual(warnings, [
    'the environment variable ADMIN_PROT has no effect: "admin" has no such setting; did you mean ADMIN_PORT?',
  ])
})

test('a variable with the deprecated prefix has no effect beside one with the current prefix, with a warning if they differ', () => {
  const both = planned('', { environment: { ADMIN_PORT: '1', INSIDE_PORT: '2', inside_tap: 'true', ADMIN_TAP: 'true' } })
  assert.equal(placeOf(both), 'http://127.0.0.1:1')
  assert.deepEqual(
    both.warnings.map(({ code, where, message, hint }) => `${where}: ${code} ${message}; ${hint}`),
    [
      'environment variable INSIDE_PORT: SFP_CONFIG_OLD_KEY_UNUSED the deprecated name "INSIDE_PORT" has no effect, since "ADMIN_PORT" is set too; remove "INSIDE_PORT"',
    ],
  )
})

test('the printed configuration shows the endpoint with the origin of each value, and can be read again', () => {
  const wiring = planned('{"port": 1}', { environment: { ADMIN_TAP: 'true' } })
  const text = describeText(described(wiring))
  assert.match(text, /^\{\n {2}"admin": \{\n {4}"port": 1, {2}# p\.json:1:20\n {4}"tap": true, {2}# environment ADMIN_TAP\n/)
  assert.equal(placeOf(planned(JSON.stringify(parsedInside(text)))), 'http://127.0.0.1:1')
  const json = JSON.parse(describeJson(described(wiring)))
  assert.deepEqual(json.admin.port, { value: 1, origin: 'p.json:1:20' })
  const given = planned('', { option: { kind: 'address', address: '127.0.0.1', port: 3 } })
  assert.match(describeText(described(given)), /"port": 3, {2}# option -admin/)
  assert.doesNotMatch(describeText(described(planned(''))), /admin/)
})

const parsedInside = (text: string): object =>
  Object.fromEntries([...(parseSettings(text, 'q.json').admin?.file ?? [])].map(([key, { value }]) => [key, value]))

test('the examples are valid settings', () => {
  for (const example of ADMIN_OPTIONS.examples ?? []) assert.deepEqual(faultsOf(JSON.stringify(example)), [])
})
