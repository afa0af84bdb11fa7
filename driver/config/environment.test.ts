// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Environment } from '../../core/contract/environment.js'
import type { OptionsSchema } from '../../core/contract/plugin.js'
import { overlayEnvironment } from './environment.js'
import { parseSettings } from './pipeline-file/parse-settings.js'

const SCHEMA: OptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    'syslog.port': { type: 'integer', description: '', deprecatedNames: ['port'] },
    'es.bulk.numWorkers': { type: 'integer', description: '' },
    flush_after: { type: 'integer', description: '' },
  },
}

const STAGES = `{"pipeline": [
  {"processor": "exporter", "in": "a b"},
  {"processor": "exporter", "name": "second-one", "in": "a b"},
  {"processor": "rate_limiter", "in": "a b"}
], "drivers": [{"driver": "file", "out": "a b"}]}`

function overlaid(environment: Environment): { layers: object[]; warnings: string[] } {
  const { settings, warnings } = overlayEnvironment(parseSettings(STAGES, 'p.json'), environment, { processor: () => SCHEMA })
  const layers = settings.pipeline.map(({ environment: layer }) =>
    Object.fromEntries([...layer].map(([key, { value }]) => [key, value])),
  )
  return { layers, warnings: warnings.map(({ message, hint }) => `${message}; ${hint}`) }
}

test('check 101: EXPORTER_SYSLOG_PORT=1514 overrides the pipeline file for every exporter stage', () => {
  assert.deepEqual(overlaid({ EXPORTER_SYSLOG_PORT: '1514' }).layers, [{ 'syslog.port': '1514' }, { 'syslog.port': '1514' }, {}])
})

test('letter case is ignored on both sides; keys and processors with capitals or underscores can be set', () => {
  const environment = { exporter_ES_Bulk_NumWorkers: '2', EXPORTER_FLUSH_AFTER: '3', RATE_LIMITER_SYSLOG_PORT: '4' }
  assert.deepEqual(overlaid(environment).layers, [
    { 'es.bulk.numWorkers': '2', flush_after: '3' },
    { 'es.bulk.numWorkers': '2', flush_after: '3' },
    { 'syslog.port': '4' },
  ])
})

test('a variable of a stage name applies to that stage only, and takes precedence over one of its processor', () => {
  const environment = { SECOND_ONE_SYSLOG_PORT: '1', EXPORTER_SYSLOG_PORT: '2' }
  assert.deepEqual(overlaid(environment).layers, [{ 'syslog.port': '2' }, { 'syslog.port': '1' }, {}])
})

test('in and out can be overridden, processor, name and drivers cannot', () => {
  const { layers, warnings } = overlaid({ EXPORTER_IN: 'c d', EXPORTER_PROCESSOR: 'x', FILE_OUT: 'e f' })
  assert.deepEqual(layers[0], { in: 'c d' })
  assert.equal(warnings.length, 1)
})

test('a variable that names a stage but no setting causes a warning with the nearest name; others are ignored', () => {
  const { warnings } = overlaid({ EXPORTER_SYSLOG_PROT: '1', HOME: '/', EXPORTER: 'x', EXPORTER_: 'x' })
  assert.deepEqual(warnings, [
    'the environment variable EXPORTER_SYSLOG_PROT has no effect: stage "exporter" has no such setting; did you mean EXPORTER_SYSLOG_PORT?',
  ])
})

test('deprecated keys can be set by their deprecated names', () => {
  assert.deepEqual(overlaid({ EXPORTER_PORT: '5' }).layers[0], { port: '5' })
})

test('DRIVER_FILE_FOLLOW configures the file driver, with and without a section; DRIVER_DIR does not name a driver', () => {
  const schema: OptionsSchema = {
    type: 'object', additionalProperties: false, properties: { follow: { type: 'boolean', description: '' } },
  } // biome-ignore format: short
  const environment = {
    DRIVER_FILE_FOLLOW: 'true',
    DRIVER_FILE_PATH: '/x',
    DRIVER_FILE_FOLOW: '1',
    DRIVER_DIR: 'd',
    DRIVER: 'socket',
  }
  const schemas = new Map([['file', schema]])
  const { settings, driverLayers, warnings } = overlayEnvironment(parseSettings(STAGES, 'p.json'), environment, {
    processor: () => SCHEMA,
    drivers: schemas,
  })
  const plain = (layer: ReadonlyMap<string, { value: unknown }> | undefined): object =>
    Object.fromEntries([...(layer ?? [])].map(([key, { value }]) => [key, value]))
  assert.deepEqual(plain(settings.drivers[0]?.environment), { follow: 'true', path: '/x' })
  assert.deepEqual(plain(driverLayers.get('file')), { follow: 'true', path: '/x' })
  assert.deepEqual(
    warnings.map(({ hint }) => hint),
    ['did you mean DRIVER_FILE_FOLLOW?'],
  )
})
