// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import type { Environment } from '../../core/contract/environment.js'
import { Faults } from '../../core/errors/fault.js'
import { readArguments } from '../cli/command-line-options.js'
import { type PreparedPipeline, prepareToInspect } from '../pipeline/prepare.js'

/** Pipelines whose settings name plugins of a folder, for each kind. */

const root = realpathSync(mkdtempSync(join(tmpdir(), 'places-')))
after(() => rmSync(root, { recursive: true }))
const ANY = join(root, 'any')
mkdirSync(ANY)

const write = (kind: string, name: string, more = ''): void => {
  const key = kind === 'driver' || kind === 'processor' ? 'level' : `${name}.level`
  writeFileSync(
    join(ANY, `${name}.mjs`),
    `export const plugin = { kind: '${kind}', name: '${name}', contract: 2, summary: '', create() {}, needsPath: false,
       options: { type: 'object', additionalProperties: false,
         properties: { '${key}': { type: 'integer', description: 'A level.', default: 3, maximum: 9 } } }, ${more} }`,
  )
}
write('driver', 'well', "offers: ['sysflowchan']")
write('processor', 'sieve', "accepts: ['flattenerchan'], offers: ['flattenerchan']")
write('handler', 'hand', "offers: ['flattenerchan']")
write('encoder', 'runes', "accepts: ['eventchan']")
write('transport', 'pigeon')
writeFileSync(join(ANY, 'unnamed.mjs'), 'throw new Error("run")')

const stages = (more: { reader?: object; exporter?: object; sieve?: object } = {}): object[] => [
  { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan', ...more.reader },
  ...(more.sieve ? [{ processor: 'sieve', in: 'flat flattenerchan', out: 'less flattenerchan', ...more.sieve }] : []),
  { processor: 'policyengine', in: `${more.sieve ? 'less' : 'flat'} flattenerchan`, out: 'events eventchan', mode: 'enrich' },
  { processor: 'exporter', in: 'events eventchan', export: 'null', ...more.exporter },
]

async function prepared(pipeline: object[], environment: Environment = {}, more: object = {}): Promise<PreparedPipeline> {
  const file = join(root, 'pipeline.json')
  writeFileSync(file, JSON.stringify({ plugdir: './any', ...more, pipeline }))
  const request = readArguments(['config', '-config', file])
  const settings = request.kind === 'config' ? request.settings : assert.fail()
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
  return prepareToInspect({ ...settings, test: true }, { ...streams, environment, directory: tmpdir() })
}

const loaded = ({ plugins }: PreparedPipeline): string[] => plugins.external.map(({ name }) => name)

test('from a folder for any kind only plugins that a setting names are loaded, and they have settings like others', async () => {
  assert.deepEqual(loaded(await prepared(stages())), [])
  const all = await prepared(
    stages({
      reader: { handler: 'hand', 'hand.level': 4 },
      sieve: { level: 5 },
      exporter: { export: 'pigeon', format: 'runes', 'pigeon.level': 6 },
    }),
    {},
    { drivers: [{ driver: 'well', out: 'sysflow sysflowchan', level: 2 }] },
  )
  assert.deepEqual(loaded(all), ['hand', 'pigeon', 'runes', 'sieve', 'well'])
  const { drivers, stages: planned } = all.wiring
  assert.equal(drivers[0]?.options.level, 2)
  const options = new Map(planned.map(({ plugin, options }) => [plugin.name, options]))
  assert.equal(options.get('sysflowreader')?.['hand.level'], 4)
  assert.equal(options.get('sieve')?.level, 5)
  assert.deepEqual([options.get('exporter')?.['pigeon.level'], options.get('exporter')?.['runes.level']], [6, 3])
})

test('variables name plugins and set their settings, as for built-in components', async () => {
  const environment = {
    EXPORTER_EXPORT: 'pigeon',
    EXPORTER_PIGEON_LEVEL: '7',
    SYSFLOWREADER_HANDLER: 'hand',
    SYSFLOWREADER_HAND_LEVEL: '8',
    DRIVER_WELL_LEVEL: '9',
  }
  const drivers = [{ driver: 'well', out: 'sysflow sysflowchan' }]
  const { wiring, warnings } = await prepared(stages(), environment, { drivers })
  const [reader, , exporter] = wiring.stages
  assert.deepEqual([exporter?.options.export, exporter?.options['pigeon.level']], ['pigeon', 7])
  assert.deepEqual([reader?.options.handler, reader?.options['hand.level']], ['hand', 8])
  assert.equal(wiring.drivers[0]?.options.level, 9)
  assert.deepEqual(
    warnings.filter(({ code }) => code.startsWith('SFP_CONFIG_UNKNOWN')),
    [],
  )
})

test('settings of plugins are validated with their schema, with the same places and suggestions', async () => {
  const broken = prepared(
    stages({ reader: { handler: 'hand', 'hand.levle': 1 }, sieve: { level: 10 }, exporter: { export: 'pigeno' } }),
  )
  await assert.rejects(broken, error => {
    const faults = error instanceof Faults ? error.faults : []
    assert.deepEqual(
      faults.map(({ code, details, position }) => [code, details.nearest, position?.line]),
      [
        ['SFP_CONFIG_UNKNOWN_KEY', 'hand.level', 1],
        ['SFP_CONFIG_OUT_OF_RANGE', undefined, 1],
        ['SFP_EXPORT_UNKNOWN_TRANSPORT', '', 1],
      ],
    )
    return true
  })
})
