// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import type { Environment } from '../../../../core/contract/environment.js'
import { type PreparedPipeline, prepareToInspect } from '../../../pipeline/prepare.js'
import { type CommandLineRequest, readArguments } from '../../command-line-options.js'
import { describeJson, describeText } from './describe.js'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'described-')))
after(() => rmSync(root, { recursive: true }))

const STAGES = [
  { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan', handlerdir: 'hands' },
  { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', mode: 'enrich' },
  { processor: 'exporter', in: 'events eventchan', export: 'null' },
]
const plugin = (kind: string, name: string): string => `export const plugin = { kind: '${kind}', name: '${name}', contract: 2,
  summary: '', offers: ['flattenerchan'], accepts: [], create() {},
  options: { type: 'object', additionalProperties: false, properties: {} } }`

for (const [folder, kind, name] of [
  ['hands', 'handler', 'ofstage'],
  ['tops', 'handler', 'oftop'],
  ['vars', 'handler', 'ofvariable'],
  ['flags', 'handler', 'offlag'],
  ['own', 'action', 'named'],
] as const) {
  mkdirSync(join(root, folder))
  writeFileSync(join(root, folder, `${name}.mjs`), plugin(kind, name))
}

async function prepared(top: object, args: readonly string[] = [], environment: Environment = {}): Promise<PreparedPipeline> {
  const file = join(root, 'pipeline.json')
  writeFileSync(file, JSON.stringify({ ...top, pipeline: STAGES }))
  const request: CommandLineRequest = readArguments(['config', '-config', file, ...args])
  assert.equal(request.kind, 'config')
  const settings = request.kind === 'config' ? request.settings : assert.fail()
  return prepareToInspect(
    { ...settings, test: true },
    { stdout: new PassThrough(), stderr: new PassThrough(), environment, directory: tmpdir() },
  )
}

const loaded = ({ plugins }: PreparedPipeline): string[] => plugins.external.map(({ name }) => name)

test('plugin folders: the option takes precedence over the variable, which takes precedence over the keys of the file; keys of stages add to the top-level key', async () => {
  const top = { handlerdir: './tops' }
  assert.deepEqual(loaded(await prepared({})), ['ofstage'])
  assert.deepEqual(loaded(await prepared(top)), ['oftop', 'ofstage'])
  const environment = { SFPROCESSOR_HANDLERDIR: join(root, 'vars') }
  assert.deepEqual(loaded(await prepared(top, [], environment)), ['ofvariable'])
  assert.deepEqual(loaded(await prepared(top, ['-handlerdir', join(root, 'flags')], environment)), ['offlag'])
  assert.deepEqual(loaded(await prepared({}, [], { SYSFLOWREADER_HANDLERDIR: join(root, 'vars') })), ['ofvariable'])
})

test('the printed configuration shows folders, packages and loaded plugins with their origins, and can be read again', async () => {
  const one = await prepared({ handlerdir: './tops', plugins: ['./own/named.mjs'] })
  const text = describeText(one)
  const file = join(root, 'pipeline.json')
  assert.match(text, new RegExp(`^# handler "oftop", contract 2: ${join(root, 'tops', 'oftop.mjs')}\\n`))
  assert.ok(text.includes(`  "handlerdir": "${join(root, 'tops')}",  # ${file}:1:15\n`), text)
  assert.ok(text.includes(`  "plugins": ["./own/named.mjs"],  # ${file}:1:35\n`), text)
  const json = JSON.parse(describeJson(one))
  assert.deepEqual(json.handlerdir, { value: join(root, 'tops'), origin: `${file}:1:15` })
  assert.deepEqual(json.loaded.at(-1), { kind: 'action', name: 'named', contract: 2, file: join(root, 'own', 'named.mjs') })
  writeFileSync(file, text)
  const request = readArguments(['config', '-config', file])
  assert.equal(request.kind, 'config')
  if (request.kind === 'config') {
    const again = await prepareToInspect(
      { ...request.settings, test: true },
      { stdout: new PassThrough(), stderr: new PassThrough(), environment: {}, directory: tmpdir() },
    )
    assert.deepEqual(loaded(again).sort(), loaded(one).sort())
  }
})

test('a missing plugin folder is reported together with the unknown components', async () => {
  const { warnings } = await prepared({ actiondir: './nowhere' })
  assert.deepEqual(
    warnings.map(({ code, position }) => [code, position?.column]),
    [['SFP_PLUGIN_DIRECTORY', 14]],
  )
  const unknown = prepared({ plugdir: './nowhere' }, ['-driver', 'mine', '-test'])
  await assert.rejects(unknown, error => {
    const codes =
      error instanceof Error && 'faults' in error && Array.isArray(error.faults) ? error.faults.map(({ code }) => code) : []
    assert.deepEqual(codes, ['SFP_PLUGIN_DIRECTORY', 'SFP_PIPELINE_UNKNOWN_DRIVER'])
    return true
  })
})
