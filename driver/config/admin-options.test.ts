// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Fault, Faults } from '../../core/errors/fault.js'
import { type DescribedPipeline, describeJson, describeText } from '../cli/commands/config/describe.js'
import { builtInRegistry } from '../loader/built-in.js'
import { planPipeline } from '../pipeline/plan.js'
import type { Wiring } from '../pipeline/wiring.js'
import { ADMIN_OPTIONS, adminSettings } from './admin-options.js'
import { endpointAddressText } from './endpoint-address.js'
import { type Environment, overlayEnvironment } from './environment.js'
import { parseSettings } from './parse-settings.js'
import { Validator } from './validate.js'
import { withAdmin } from './with-admin.js'

const STAGES = `"pipeline": [
  { "processor": "sysflowreader", "in": "sysflow sysflowchan", "out": "flat flattenerchan" },
  { "processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan" },
  { "processor": "exporter", "in": "events eventchan", "export": "null" } ]`
const REGISTRY = builtInRegistry({ stdout: new Writable(), version: '' })
const CONTEXT = { validator: new Validator(), globals: {}, directories: ['.'], currentDirectory: '.' }

interface Given {
  readonly environment?: Environment
  readonly option?: Parameters<typeof withAdmin>[1]
}

function planned(inside: string, { environment = {}, option }: Given = {}): Wiring {
  const text = inside === '' ? `{${STAGES}}` : `{"inside": ${inside},\n${STAGES}}`
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
  wiring.admin ? endpointAddressText(adminSettings(wiring.admin.options).address) : 'nowhere'

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

test('there is no endpoint unless the file, the environment or -inside asks for one', () => {
  assert.equal(placeOf(planned('')), 'nowhere')
  assert.equal(placeOf(planned('', { environment: { INSIDE: '1', INSIDE_JOB: 'x', INSIDER_PORT: '1' } })), 'nowhere')
  assert.equal(placeOf(planned('{}')), 'http://127.0.0.1:9464')
  assert.equal(placeOf(planned('', { environment: { inside_port: '1' } })), 'http://127.0.0.1:1')
  assert.equal(placeOf(planned('', { option: { kind: 'address', address: '::1', port: 2 } })), 'http://[::1]:2')
})

test('the environment beats the file, and -inside beats both wherever they say that it listens', () => {
  const file = '{"port": 1, "address": "::1", "tap": true}'
  assert.equal(placeOf(planned(file, { environment: { INSIDE_PORT: '2' } })), 'http://[::1]:2')
  const option = { kind: 'socket', path: '/run/x.sock' } as const
  const both = planned(file, { environment: { INSIDE_PORT: '2', INSIDE_REDACT: 'proc.args,sf.proc.env' }, option })
  assert.equal(placeOf(both), 'unix:/run/x.sock')
  const settings = adminSettings(both.admin?.options ?? {})
  assert.equal(settings.hasTap, true)
  assert.deepEqual([...settings.redacted], ['sf.proc.args', 'sf.proc.env'])
})

test('what is wrong with it is told with its place', () => {
  assert.deepEqual(faultsOf('{"prot": 1}'), ['1:13 SFP_CONFIG_UNKNOWN_KEY prot'])
  assert.deepEqual(faultsOf('{"port": 65536}'), ['1:21 SFP_CONFIG_OUT_OF_RANGE port'])
  assert.deepEqual(faultsOf('{"port": []}'), ['1:21 SFP_CONFIG_WRONG_TYPE port'])
  assert.deepEqual(faultsOf('{"address": "example.org"}'), ['1:24 SFP_INSIDE_ADDRESS '])
  assert.deepEqual(faultsOf('{"socket": "/x", "port": 1}'), ['1:37 SFP_INSIDE_TWO_PLACES port'])
  assert.deepEqual(faultsOf('{"redact": ["sf.proc.nme"]}'), ['1:23 SFP_INSIDE_REDACT sf.proc.nme'])
  assert.deepEqual(faultsOf('{}', { environment: { INSIDE_PORT: 'x' } }), [
    'environment variable INSIDE_PORT: SFP_CONFIG_WRONG_TYPE port',
  ])
  assert.throws(
    () => planned('[]'),
    error => error instanceof Faults && error.faults[0] instanceof Fault && error.faults[0].code === 'SFP_CONFIG_SHAPE',
  )
})

test('a variable that names nothing of it is warned of where there is an endpoint', () => {
  const warnings = planned('{}', { environment: { INSIDE_PROT: '1' } }).warnings.map(({ message, hint }) => `${message}; ${hint}`)
  assert.deepEqual(warnings, [
    'the environment variable INSIDE_PROT names no setting of "inside", so it changes nothing; did you mean INSIDE_PORT?',
  ])
})

test('the printed configuration shows it with the origin of each value, and can be read again', () => {
  const wiring = planned('{"port": 1}', { environment: { INSIDE_TAP: 'true' } })
  const text = describeText(described(wiring))
  assert.match(text, /^\{\n {2}"inside": \{\n {4}"port": 1, {2}# p\.json:1:21\n {4}"tap": true, {2}# environment INSIDE_TAP\n/)
  assert.equal(placeOf(planned(JSON.stringify(parsedInside(text)))), 'http://127.0.0.1:1')
  const json = JSON.parse(describeJson(described(wiring)))
  assert.deepEqual(json.inside.port, { value: 1, origin: 'p.json:1:21' })
  const given = planned('', { option: { kind: 'address', address: '127.0.0.1', port: 3 } })
  assert.match(describeText(described(given)), /"port": 3, {2}# option -inside/)
  assert.doesNotMatch(describeText(described(planned(''))), /inside/)
})

const parsedInside = (text: string): object =>
  Object.fromEntries([...(parseSettings(text, 'q.json').admin?.file ?? [])].map(([key, { value }]) => [key, value]))

test('the examples are settings of it', () => {
  for (const example of ADMIN_OPTIONS.examples ?? []) assert.deepEqual(faultsOf(JSON.stringify(example)), [])
})
