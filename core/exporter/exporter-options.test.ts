// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { SYSFLOW_ADAPTER } from '../../plugins/sysflow/attributes/sysflow-adapter.js'
import { SYSFLOW_ENCODERS } from '../../plugins/sysflow/encoders/sysflow-encoders.js'
import { appendixA, evaluatedColumns, R1_MATCHES } from '../../plugins/sysflow/testing/appendix-a.js'
import { ECS_EXAMPLES, JSON_EXAMPLES } from '../../plugins/sysflow/testing/worked-examples.js'
import { type Host, NONE_DISABLED, silentLogger } from '../contract/host.js'
import type { Options } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { formatFault } from '../errors/format-fault.js'
import { componentsOf } from '../testing/components.js'
import { BUILT_IN_ENCODERS } from './encoders/built-in-encoders.js'
import { availableTransports, exporterOptions, exporterSchema } from './exporter-options.js'
import { exporterPlugin } from './exporter-plugin.js'
import { builtInTransports } from './transports/built-in-transports.js'
import { fileSettings } from './transports/file-plugin.js'

const BUILT_IN = componentsOf([SYSFLOW_ADAPTER], [...SYSFLOW_ENCODERS, ...BUILT_IN_ENCODERS, ...builtInTransports('sysflow')])
const read = (options: Options, warnings: Fault[] = []) => exporterOptions(options, BUILT_IN, warning => warnings.push(warning))

const SCHEMA = exporterSchema(BUILT_IN)
const KNOWN = availableTransports(BUILT_IN).join(', ')

function faultOf(options: Options): Fault {
  try {
    read(options)
  } catch (fault) {
    if (fault instanceof Fault) return fault
  }
  return assert.fail('no fault')
}

test('check 104: without settings, records are written to the terminal as JSON without delay', () => {
  const { transport, format, buffer } = read({})
  assert.deepEqual([transport, format, buffer], ['terminal', 'json', 0])
  assert.equal(fileSettings({}, '/here').path, '/here/export.out')
})

test('check 103: an unknown export or format is refused, with the nearest name', () => {
  assert.equal(
    formatFault(faultOf({ export: 'fille' })),
    `SFP_EXPORT_UNKNOWN_TRANSPORT: unknown transport "fille"; did you mean "file"? Known: ${KNOWN}`,
  )
  assert.ok(formatFault(faultOf({ export: 'carrier pigeon' })).includes(`unknown transport "carrier pigeon"; Known: ${KNOWN}`))
  assert.match(formatFault(faultOf({ format: 'jsn' })), /SFP_EXPORT_UNKNOWN_FORMAT: .*did you mean "json"/)
  assert.match(formatFault(faultOf({ type: 'fil' })), /SFP_EXPORT_UNKNOWN_TYPE: .*did you mean "file"/)
})

test('a removed transport is reported as such; settings that exclude each other are refused', () => {
  assert.equal(faultOf({ export: 'findings' }).code, 'SFP_EXPORT_RETIRED')
  assert.equal(faultOf({ flat: true, format: 'ecs' }).code, 'SFP_EXPORT_FLAT')
})

test('check 102: the old key `type` selects a transport if it names one, and otherwise is accepted with a warning', () => {
  const warnings: Fault[] = []
  assert.equal(read({ export: 'terminal', type: 'file' }, warnings).transport, 'file')
  assert.deepEqual(warnings, [])
  for (const type of ['telemetry', 'alert', 'batch']) assert.equal(read({ export: 'null', type }, warnings).transport, 'null')
  assert.deepEqual(
    warnings.map(({ code, level }) => [code, level]),
    new Array(3).fill(['SFP_EXPORT_OLD_TYPE', 'warning']),
  )
})

test('check 102: every old key is declared as the older spelling of one new key', () => {
  const formerly = Object.entries(SCHEMA.properties).flatMap(([key, { deprecatedNames = [] }]) =>
    deprecatedNames.map(old => [old, key]),
  )
  assert.deepEqual(Object.fromEntries(formerly), {
    path: 'file.path',
    proto: 'syslog.proto',
    tag: 'syslog.tag',
    source: 'syslog.source',
    host: 'syslog.host',
    port: 'syslog.port',
  })
})

test('the schema is valid, its examples pass it, and settings of several transports can be combined', () => {
  const validate = new Ajv({ strict: false }).compile(SCHEMA)
  for (const example of SCHEMA.examples ?? []) assert.ok(validate(example), JSON.stringify(validate.errors))
  const retained = {
    'kafka.config': { 'bootstrap.servers': 'x' },
    'kafka.topic': 't',
    'es.bulk.numWorkers': 4,
    'syslog.port': 514,
    'vault.secrets': true,
  }
  assert.ok(validate({ ...retained, 'cluster.id': '', buildnumber: '1' }), JSON.stringify(validate.errors))
  assert.equal(validate({ exprot: 'file' }), false)
  assert.equal(validate({ buffer: -1 }), false)
})

const hostIn = (directory: string, faults: Error[] = []): Host => ({
  log: silentLogger,
  stage: 'exporter',
  directory,
  inputType: 'eventchan',
  outputType: undefined,
  disabledOptimizations: NONE_DISABLED,
  records: () => [],
  reportFault: fault => faults.push(fault),
})

async function exported(options: Options, directory = '.'): Promise<string> {
  const terminal = new PassThrough()
  const stage = exporterPlugin({ stdout: terminal, version: '0.7.0' }, BUILT_IN).create(options, hostIn(directory))
  const columns = appendixA()
  await stage.open?.()
  async function* input() {
    yield evaluatedColumns(columns, { 0: R1_MATCHES })
  }
  await stage.run(input(), { send: async () => {}, close: () => {} }, new AbortController().signal)
  await stage.close?.()
  assert.equal(stage.ledger.difference, 0)
  return String(terminal.read() ?? '')
}

test('the plugin creates exporters for every transport and format', async t => {
  assert.equal((await exported({})).split('\n')[0], JSON_EXAMPLES.processEvent)
  assert.equal((await exported({ format: 'ecs' })).split('\n')[0], ECS_EXAMPLES.processEvent)
  assert.match(await exported({ flat: true, jsonschemaversion: 2 }), /^\{"version":2,"record":\{"sf\.type":"PE"/)
  assert.match(await exported({ format: 'ecs', version: '9.9' }), /"agent":\{"type":"SysFlow","version":"9\.9"\}/)
  assert.equal(await exported({ export: 'null' }), '')
  const directory = mkdtempSync(join(tmpdir(), 'sfp-exporter-'))
  t.after(() => rmSync(directory, { recursive: true }))
  await exported({ type: 'file', 'file.path': 'out.json' }, directory)
  assert.equal(readFileSync(join(directory, 'out.json'), 'utf8').split('\n')[1], JSON_EXAMPLES.fileFlow)
})
