// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { after, test } from 'node:test'
import { runCommandLine } from '../driver/command-line.js'
import { DEPRECATED_NAMES } from '../plugins/sysflow/attributes/rows/foreign-names.js'
import { deprecatedKeys, deprecatedValues, environmentVariableOf } from './migrating-page.js'

const folder = mkdtempSync(join(tmpdir(), 'migrating-'))
after(() => rmSync(folder, { recursive: true }))

const never = new AbortController().signal

async function run(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ exit: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk, _, done) {
        said[name] += chunk
        done()
      },
    })
  const exit = await runCommandLine(args, {
    stdout: into('out'),
    stderr: into('err'),
    environment: { SFPROCESSOR_CACHE: 'off', ...environment },
    directory: process.cwd(),
    stop: never,
    abort: never,
  })
  return { exit, ...said }
}

type Section = Readonly<Record<string, unknown>>

/** A pipeline of the usual three stages, with additional settings for one of them. */
function pipelineWith(component: string, more: Section): string {
  const readers: Section[] =
    component === 'sysflowprocessor'
      ? [
          { processor: 'sysflowreader', handler: 'context', in: 'sysflow sysflowchan', out: 'read ctxchan' },
          { processor: 'sysflowprocessor', in: 'read ctxchan', out: 'flat flattenerchan' },
        ]
      : [{ processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' }]
  const stages: Section[] = [
    ...readers,
    { processor: 'policyengine', in: 'flat flattenerchan', out: 'events eventchan', policies: resolve('policies/attack') },
    { processor: 'exporter', in: 'events eventchan' },
  ]
  const file = join(folder, 'pipeline.json')
  const pipeline = stages.map(stage => (stage.processor === component ? { ...stage, ...more } : stage))
  writeFileSync(file, JSON.stringify({ pipeline }))
  return file
}

/** The effective settings of a stage. */
async function inForce(
  component: string,
  file: string,
  environment: Record<string, string> = {},
): Promise<{ settings: Section; err: string }> {
  const { exit, out, err } = await run(['config', '-json', '-config', file], environment)
  assert.equal(exit, 0, err)
  const { pipeline } = JSON.parse(out) as { pipeline: Record<string, { value: unknown }>[] }
  const section = pipeline.find(({ processor }) => processor?.value === component) ?? {}
  return { settings: Object.fromEntries(Object.entries(section).map(([key, { value }]) => [key, value])), err }
}

/** A valid value for a current key, as text. */
const SOME: Readonly<Record<string, string>> = { 'syslog.proto': 'udp', 'syslog.port': '1514', handlerdir: resolve('handlers') }
const some = (key: string): string => SOME[key] ?? 'something'

test('there are deprecated keys, values and attributes', () => {
  assert.ok(deprecatedKeys().length >= 7 && deprecatedValues().length >= 2 && DEPRECATED_NAMES.size > 5)
})

for (const { component, old, current } of deprecatedKeys()) {
  test(`the deprecated key ${old} of ${component} sets ${current}, with a warning, and ${current} takes precedence`, async () => {
    const { settings, err } = await inForce(component, pipelineWith(component, { [old]: some(current) }))
    assert.equal(String(settings[current]), some(current))
    assert.match(err, new RegExp(`SFP_CONFIG_OLD_KEY[^]*"${old}" is deprecated; use "${current}"`))
    const both = await inForce(component, pipelineWith(component, { [old]: 'other', [current]: some(current) }))
    assert.equal(String(both.settings[current]), some(current))
  })

  test(`the deprecated variable ${environmentVariableOf(component, old)} sets ${current}`, async () => {
    const environment = { [environmentVariableOf(component, old)]: some(current) }
    const { settings, err } = await inForce(component, pipelineWith(component, {}), environment)
    assert.equal(String(settings[current]), some(current))
    assert.match(err, /SFP_CONFIG_OLD_KEY/)
  })
}

for (const { component, key, old, current } of deprecatedValues()) {
  test(`the deprecated value ${old} of ${key} is read as ${current ?? 'nothing'}, with a warning`, async () => {
    const { settings, err } = await inForce(component, pipelineWith(component, { [key]: old }))
    if (current !== null) assert.equal(settings[key], current)
    assert.match(err, current === null ? /SFP_CONFIG_OLD_VALUE_IGNORED/ : /SFP_CONFIG_OLD_VALUE\b/)
  })
}

for (const word of ['telemetry', 'alert', 'batch']) {
  test(`type ${word} of the first release has no effect, with a warning`, async () => {
    const { exit, err } = await run(['-test', '-config', pipelineWith('exporter', { type: word, export: 'null' })])
    assert.equal(exit, 0, err)
    assert.match(err, /SFP_EXPORT_OLD_TYPE/)
  })
}

/** Every key that release 0.7.0 reads, with a value from its documents: all are strings except kafka.config. */
const KEYS_OF_0_7: Readonly<Record<string, Section>> = {
  sysflowreader: {
    handler: 'flattener',
    handlerlibpath: '../resources/handlers',
    'filter.enabled': 'off',
    'filter.maxage': '86400',
  },
  policyengine: {
    policies: 'policies/attack',
    language: 'falco',
    config: 'resources/mappings/sigma.yml',
    mode: 'alert',
    monitor: 'none',
    'monitor.interval': '30',
    concurrency: '5',
    actiondir: '../resources/actions',
    'bench.rulesetsize': '10',
    'bench.ruleindex': '1',
  },
  exporter: {
    export: 'null',
    format: 'json',
    buffer: '1000',
    'vault.secrets': 'false',
    'vault.path': '/run/secrets',
    'vault.encoding': 'none',
    'file.path': './export.out',
    'syslog.proto': 'tcp',
    'syslog.tag': 'sysflow',
    'syslog.source': 'node-1',
    'syslog.host': 'localhost',
    'syslog.port': '514',
    'es.addresses': 'https://localhost:9200',
    'es.index': 'sysflow',
    'es.username': 'elastic',
    'es.password': 'changeme',
    'es.bulk.numWorkers': '1',
    'es.bulk.flushBuffer': '5000000',
    'es.bulk.flushTimeout': '30s',
    'kafka.config': { 'bootstrap.servers': 'localhost:9092', acks: 'all' },
    'kafka.topic': 'alerts',
    'kafka.encoding': 'proto',
    'cluster.id': 'east',
  },
}

for (const [component, keys] of Object.entries(KEYS_OF_0_7)) {
  test(`every key of ${component} in release 0.7.0 is accepted, with numbers and booleans as strings too`, async () => {
    const { settings } = await inForce(component, pipelineWith(component, keys))
    for (const key of Object.keys(keys).filter(known => known !== 'handlerlibpath')) assert.ok(key in settings, key)
  })
}

test('type with the name of a target selects it, as in documents of the first release', async () => {
  const path = join(folder, 'chosen.json')
  const { exit, err } = await run([
    '-quiet',
    '-config',
    pipelineWith('exporter', { type: 'file', path }),
    'resources/traces/webshell.sf',
  ])
  assert.equal(exit, 0, err)
  assert.equal(readFileSync(path, 'utf8').split('\n').length - 1, 19)
})

test('export findings, whose service no longer exists, is refused with an alternative', async () => {
  const { exit, err } = await run(['-test', '-config', pipelineWith('exporter', { export: 'findings' })])
  assert.equal(exit, 1)
  assert.match(err, /SFP_EXPORT_RETIRED/)
})

test('mode bypass passes on everything without rules, with a warning that names the new setting', async () => {
  const file = pipelineWith('policyengine', { mode: 'bypass' })
  const { exit, out, err } = await run(['-log', 'warn', '-summary', 'none', '-config', file, 'resources/traces/webshell.sf'])
  assert.equal(exit, 0, err)
  assert.match(err, /SFP_ENGINE_OLD_MODE/)
  assert.deepEqual([out.split('\n').length - 1, out.includes('"policies"')], [1081, false])
})

for (const [old, today] of DEPRECATED_NAMES) {
  test(`a rule with ${old} is read as a rule with ${today}`, async () => {
    const policies = join(folder, 'rules.yaml')
    writeFileSync(policies, `- rule: Old name\n  desc: x\n  condition: ${old} exists\n`)
    const { exit, err } = await run(['-test', '-config', pipelineWith('policyengine', { policies })])
    assert.equal(exit, 0, err)
    assert.match(err, new RegExp(`SFP_POLICY_OLD_ATTRIBUTE[^]*means "${today}"`))
  })
}

test('the option -input of the first documents is -driver', async () => {
  const file = pipelineWith('exporter', { export: 'null' })
  const { exit, err } = await run(['-quiet', '-input', 'file', '-config', file, 'resources/traces/webshell.sf'])
  assert.equal(exit, 0, err)
  const unknown = await run(['-input', 'nosuch', '-config', file, 'resources/traces/webshell.sf'])
  assert.match(unknown.err, /nosuch/)
})

test('plugins of the original, which this program cannot load, are skipped in plugin folders', async () => {
  writeFileSync(join(folder, 'old.so'), '')
  const file = pipelineWith('exporter', { export: 'null' })
  const { exit, err } = await run(['-quiet', '-driverdir', folder, '-config', file, 'resources/traces/webshell.sf'])
  assert.deepEqual([exit, err], [0, ''])
})
