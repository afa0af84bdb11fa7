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
import { describeJson, describeText } from '../cli/commands/config/describe.js'
import { type PreparedPipeline, prepareToInspect } from '../pipeline/prepare.js'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'nested-options-')))
after(() => rmSync(root, { recursive: true }))
mkdirSync(join(root, 'plugins'))
const plugin = (name: string, kind: string, options: string): void =>
  writeFileSync(
    join(root, 'plugins', `${name}.mjs`),
    `export const plugin = { kind: '${kind}', name: '${name}', contract: 2, summary: '', accepts: ['flattenerchan'], offers: ['flattenerchan'],
      options: { type: 'object', additionalProperties: false, ${options} }, create() {} }`,
  )
plugin(
  'steps',
  'processor',
  `properties: {
    steps: { type: 'array', description: 'What is done.', items: { component: 'action' } },
    login: { type: 'object', additionalProperties: false, description: 'Who may.', properties: {
      users: { type: 'array', items: { type: 'string' }, description: '' },
      password: { type: 'string', secret: true, description: '' } } } }`,
)
const MARK = `required: ['mark.text'], properties: { 'mark.text': { type: 'string', description: 'What is written.' }, 'mark.key': { type: 'string', secret: true, description: '', default: 'k' } }`
plugin('mark', 'action', MARK)
plugin('seal', 'action', MARK.replaceAll('mark.', 'seal.'))
plugin(
  'shelf',
  'transport',
  `required: ['shelf.path', 'shelf.token'], properties: { 'shelf.path': { type: 'string', description: 'Which shelf.' },
    'shelf.token': { type: 'string', secret: true, description: '' } }`,
)
writeFileSync(join(root, 'plugins', 'other.mjs'), 'throw new Error("nothing names it")')

async function prepared(steps: string, exporter: string, environment: Environment = {}): Promise<PreparedPipeline> {
  const file = join(root, 'pipeline.json')
  writeFileSync(
    file,
    `{"plugdir": "./plugins", "pipeline": [
{"processor": "sysflowreader", "in": "sysflow sysflowchan", "out": "flat flattenerchan"},
{"processor": "steps", "in": "flat flattenerchan", "out": "steps flattenerchan", ${steps}},
{"processor": "policyengine", "in": "steps flattenerchan", "out": "events eventchan", "mode": "enrich"},
{"processor": "exporter", "in": "events eventchan", ${exporter}}]}`,
  )
  return prepareFile(file, environment)
}

async function prepareFile(file: string, environment: Environment): Promise<PreparedPipeline> {
  const request = readArguments(['config', '-config', file])
  if (request.kind !== 'config') return assert.fail()
  const context = { stdout: new PassThrough(), stderr: new PassThrough(), environment, directory: tmpdir() }
  return prepareToInspect({ ...request.settings, test: true }, context)
}

const stage = (name: string, { wiring }: PreparedPipeline): object =>
  wiring.stages.find(one => one.plugin.name === name)?.options ?? assert.fail()

async function faultsOf(pipeline: Promise<PreparedPipeline>): Promise<string[]> {
  try {
    await pipeline
    return []
  } catch (error) {
    if (!(error instanceof Faults)) throw error
    return error.faults.map(
      ({ code, details, position }) => `${position?.line}:${position?.column} ${code} ${String(details.key)}`,
    )
  }
}

const STEPS = `"steps": [
  {"action": "mark", "mark.text": "$\${A} \${A}"} ],
 "login": {"users": ["a", "b"], "password": "\${PASSWORD}"}`
const ENVIRONMENT = { PASSWORD: 's3cret', A: 'b', STEPS_STEPS_1_ACTION: 'seal', STEPS_STEPS_1_SEAL_TEXT: 'x' }

test('the printed configuration shows nested keys with their origins, masks secrets at any depth, and can be read again', async () => {
  const one = await prepared(STEPS, '"export": "null"', ENVIRONMENT)
  const text = describeText(one)
  const file = join(root, 'pipeline.json')
  assert.ok(
    text.includes(`
      "steps": [  # ${file}:3:91
        {  # ${file}:4:3
          "action": "mark",  # ${file}:4:14
          "mark.text": "$\${A} b",  # ${file}:4:35
          "mark.key": "********"  # default
        },
        {  # environment STEPS_STEPS_1_ACTION
          "action": "seal",  # environment STEPS_STEPS_1_ACTION
          "seal.text": "x",  # environment STEPS_STEPS_1_SEAL_TEXT
          "seal.key": "********"  # default
        }
      ],
      "login": {  # ${file}:5:11
        "users": ["a","b"],  # ${file}:5:21
        "password": "********"  # ${file}:5:45
      }
`),
    text,
  )
  assert.doesNotMatch(text, /s3cret/)
  const json = JSON.parse(describeJson(one))
  const { login, steps } = json.pipeline[1]
  assert.deepEqual(login.value, { users: ['a', 'b'], password: '********' })
  assert.deepEqual(login.parts.password, { value: '********', origin: `${file}:5:45` })
  assert.deepEqual(steps.parts[1].parts['seal.text'], { value: 'x', origin: 'environment STEPS_STEPS_1_SEAL_TEXT' })
  const printed = join(root, 'printed.json')
  writeFileSync(printed, text)
  const masked = JSON.stringify(stage('steps', one)).replace('s3cret', '********').replaceAll('"k"', '"********"')
  assert.equal(JSON.stringify(stage('steps', await prepareFile(printed, {}))), masked)
})

test('plugins that only list items name are loaded from a folder for any kind, and no others', async () => {
  const loaded = ({ plugins }: PreparedPipeline): string[] => plugins.external.map(({ name }) => name).sort()
  assert.deepEqual(loaded(await prepared('"steps": [{"action": "mark", "mark.text": "x"}]', '"export": "null"')), [
    'mark',
    'steps',
  ])
  assert.deepEqual(loaded(await prepared(STEPS, '"export": "null"', ENVIRONMENT)), ['mark', 'seal', 'steps'])
  const whole = { STEPS_STEPS: '[{"action": "seal", "seal.text": "x"}]' }
  assert.deepEqual(loaded(await prepared('"steps": []', '"export": "null"', whole)), ['seal', 'steps'])
})

test('a missing required option of a component in a list is reported at its place', async () => {
  assert.deepEqual(await faultsOf(prepared('"steps": [{"action": "mark"}]', '"export": "null"')), [
    '3:92 SFP_CONFIG_MISSING_KEY steps[0].mark.text',
  ])
})

test('a required option of a component is reported as missing if the stage uses the component; a secret can be in a file', async () => {
  const of = (exporter: string): Promise<string[]> => faultsOf(prepared('"steps": []', exporter))
  assert.deepEqual(await of('"export": "shelf"'), [
    '5:1 SFP_CONFIG_MISSING_KEY shelf.path',
    '5:1 SFP_CONFIG_MISSING_KEY shelf.token',
  ])
  assert.deepEqual(await of('"export": "shelf", "shelf.path": "x", "shelf.token": "y"'), [])
  assert.deepEqual(await of('"export": "shelf", "shelf.path": "x", "vault.secrets": true'), [])
})
