// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { GenericHandlerPlugin } from '../../core/contract/plugin.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { formatFault } from '../../core/errors/format-fault.js'
import { Validator } from '../../driver/config/options/validate.js'
import { parseSettings } from '../../driver/config/pipeline-file/parse-settings.js'
import { builtInRegistry } from '../../driver/loader/built-in.js'
import { planPipeline } from '../../driver/pipeline/plan.js'
import type { Wiring } from '../../driver/pipeline/wiring.js'
import { singleThreadReason } from '../../driver/workers/partition-input.js'
import { faultCollectingHost } from './testing/flatten-trace.js'

const printer: GenericHandlerPlugin = {
  kind: 'handler',
  name: 'printer',
  contract: 2,
  summary: 'A double.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { 'printer.pages': { type: 'integer', description: 'Pages.', minimum: 1, default: 3 } },
  },
  offers: [],
  create: () => ({}),
}
const doubler: GenericHandlerPlugin = { ...printer, name: 'doubler', offers: ['flattenerchan'] }

async function planned(reader: string, rest = ''): Promise<Wiring> {
  const text = `{"pipeline": [\n{"processor": "sysflowreader", "in": "sysflow sysflowchan", ${reader}}${rest}\n]}`
  const registry = await builtInRegistry({ stdout: new PassThrough(), version: '1' })
  registry.add(printer, '/plugins/printer.js')
  registry.add(doubler, '/plugins/doubler.js')
  const context = { validator: new Validator(), globals: {}, directories: [], currentDirectory: '.' }
  return planPipeline(parseSettings(text, 'p.json'), registry, { driver: undefined, paths: ['trace.sf'] }, context)
}

async function refused(reader: string): Promise<string> {
  try {
    await planned(reader)
  } catch (error) {
    assert.ok(error instanceof Faults)
    return error.faults.map(fault => formatFault(fault)).join('\n')
  }
  return assert.fail('it was accepted')
}

const EXPORTER = ',\n{"processor": "exporter", "in": "events eventchan", "export": "null"}'
const ENGINE = `,\n{"processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan", "mode": "enrich"}${EXPORTER}`

test('an unknown handler is refused with its place and the nearest name', async () => {
  const reported = await refused('"handler": "printr"')
  assert.match(reported, /^p\.json:2:\d+ {2}SFP_READER_UNKNOWN_HANDLER/)
  assert.match(reported, /unknown handler "printr"; did you mean "printer"\? Known: flattener, context, printer, doubler/)
  assert.doesNotMatch(reported, /SFP_PIPELINE/, 'what follows from it is not another fault')
})

test('a handler that passes nothing on ends the pipeline, and an "out" is refused', async () => {
  assert.deepEqual((await planned('"handler": "printer"')).stages[0]?.outputs, [])
  assert.match(await refused('"handler": "printer", "out": "flat flattenerchan"'), /SFP_PIPELINE_LAST_STAGE/)
})

test('the settings of a handler are in the section of its stage, and are validated like those of the stage', async () => {
  assert.equal((await planned('"handler": "printer"')).stages[0]?.options['printer.pages'], 3)
  assert.match(await refused('"handler": "printer", "printer.pages": 0'), /SFP_CONFIG_OUT_OF_RANGE/)
  assert.match(await refused('"handler": "printer", "printer.page": 2'), /did you mean "printer\.pages"\?/)
})

test('the deprecated key of the handler folder is accepted', async () => {
  const { stages, warnings } = await planned('"handler": "printer", "handlerlibpath": "/opt/handlers"')
  assert.equal(stages[0]?.options.handlerdir, '/opt/handlers')
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['SFP_CONFIG_OLD_KEY'],
  )
})

test('a handler that cannot be created, or is not an object, is reported by name', async () => {
  const makers: readonly (readonly [() => unknown, string])[] = [
    [() => assert.fail('no paper'), 'no paper'],
    [() => undefined, 'it returned nothing'],
    [async () => ({}), 'it returned a promise, but must return a value'],
  ]
  for (const [create, reason] of makers) {
    const registry = await builtInRegistry({ stdout: new PassThrough(), version: '1' })
    registry.add({ ...printer, create } as GenericHandlerPlugin, '/plugins/printer.js')
    assert.throws(
      () => registry.find('processor', 'sysflowreader')?.create({ handler: 'printer' }, faultCollectingHost()),
      error => error instanceof Fault && error.message === `handler "printer" failed in create: ${reason}`,
    )
  }
})

test('a handler receives its own settings and not those of its stage', async () => {
  const registry = await builtInRegistry({ stdout: new PassThrough(), version: '1' })
  let given: unknown
  const create: GenericHandlerPlugin['create'] = options => {
    given = options
    return {}
  }
  registry.add({ ...printer, create }, '/plugins/printer.js')
  registry.find('processor', 'sysflowreader')?.create({ handler: 'printer', batch: 7, 'printer.pages': 2 }, faultCollectingHost())
  assert.deepEqual(given, { 'printer.pages': 2 })
})

test('traces are partitioned among threads only if the handler is partitionable', async () => {
  const flat = '"out": "flat flattenerchan"'
  assert.equal(singleThreadReason(await planned(flat, ENGINE)), undefined)
  assert.match(
    singleThreadReason(await planned(`"handler": "doubler", ${flat}`, ENGINE)) ?? '',
    /^handler "doubler" of stage "sysflowreader" may keep/,
  )
  assert.match(singleThreadReason(await planned('"handler": "printer"')) ?? '', /handler "printer"/)
})
