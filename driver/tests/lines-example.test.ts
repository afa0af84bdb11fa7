// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { NONE_DISABLED, silentLogger } from '../../core/contract/host.js'
import { FakeElasticsearch } from '../../core/exporter/testing/fake-elasticsearch.js'
import { KafkaTransport, valueEncoderFor } from '../../core/exporter/transports/kafka.js'
import { FakeSender, fakeSettings } from '../../core/kafka/testing/fake-kafka.js'
import { WireBroker } from '../../core/kafka/testing/wire-broker.js'
import { runSettings } from '../cli/run-options.js'
import { runCommandLine } from '../command-line.js'
import { buildPipeline } from '../pipeline/build.js'
import { prepareToRun } from '../pipeline/prepare.js'
import { runPipeline } from '../pipeline/run.js'
import { programRoot } from '../process/package.js'

/** Every feature works for the records of a plugin with only a driver and an adapter (plugins/examples/drivers/lines). */

const folder = mkdtempSync(join(tmpdir(), 'lines-example-'))
after(() => rmSync(folder, { recursive: true }))

const EXAMPLE = join(programRoot(), 'plugins', 'examples', 'drivers', 'lines')
const COMPILED = join(programRoot(), 'dist', 'plugins', 'examples', 'drivers', 'lines')
const MAIN = join(programRoot(), 'dist', 'driver', 'main.js')
const LOG = join(EXAMPLE, 'sshd.txt')
const skip = existsSync(COMPILED) ? false : `not compiled: ${COMPILED}`

const ENGINE = {
  ...{ processor: 'policyengine', in: 'lines linechan', out: 'alerts linealertchan' },
  policies: join(EXAMPLE, 'rules.yaml'),
}

function pipelineFile(name: string, stages: readonly object[]): string {
  const path = join(folder, name)
  const pipeline = { plugins: [COMPILED], drivers: [{ driver: 'lines', out: 'lines linechan' }], pipeline: stages }
  writeFileSync(path, JSON.stringify(pipeline))
  return path
}

const alertsTo = (name: string, exporter: object, engine: object = {}): string =>
  pipelineFile(name, [
    { ...ENGINE, ...engine },
    { processor: 'exporter', in: 'alerts linealertchan', ...exporter },
  ])

const environment = { SFPROCESSOR_CACHE: 'off' }

async function run(config: string, path = LOG): Promise<{ readonly out: string; readonly error: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const signals = { stop: new AbortController().signal, abort: new AbortController().signal }
  const context = { stdout, stderr, directory: folder, environment, ...signals }
  const exit = await runCommandLine(['-quiet', '-config', config, path], context)
  const [out, error] = [String(stdout.read() ?? ''), String(stderr.read() ?? '')]
  assert.equal(exit, 0, error)
  return { out, error }
}

const jsonLines = (text: string): Readonly<Record<string, unknown>>[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

test('a rule with a prefilter matches lines of its record type only', { skip }, async () => {
  const alerts = jsonLines((await run(alertsTo('terminal.json', { export: 'terminal', format: 'json' }))).out)
  assert.deepEqual(
    alerts.map(alert => alert['line.number']),
    [3, 4],
  )
})

test('alerts are written as JSON to a file', { skip }, async () => {
  const file = join(folder, 'alerts.json')
  await run(alertsTo('file.json', { export: 'file', 'file.path': file, format: 'json' }))
  const [first] = jsonLines(readFileSync(file, 'utf8'))
  assert.equal(first?.['line.file'], LOG)
  assert.match(String(first?.['line.text']), /Failed password for root/)
  assert.deepEqual(first?.tags, ['authentication'])
})

test('alerts are written as pretty text with the summary fields of the adapter', { skip }, async () => {
  const { out } = await run(alertsTo('pretty.json', { export: 'terminal', format: 'pretty' }))
  assert.match(out, /Failed login/)
  assert.match(out, /Failed password for root from 203\.0\.113\.7/)
})

test('alerts are indexed in Elasticsearch under ids that do not change', { skip }, async () => {
  const server = new FakeElasticsearch()
  try {
    const address = await server.listen()
    const config = alertsTo('es.json', { export: 'es', format: 'json', 'es.addresses': address, 'es.index': 'alerts' })
    await run(config)
    await run(config)
    const documents = [...server.indices.values()].flatMap(index => [...index])
    assert.equal(documents.length, 2, 'the second run creates no further documents')
    for (const [id, document] of documents) {
      assert.match(id, /^\S{8,}$/)
      assert.match(document, /Failed password/)
    }
  } finally {
    await server.close()
  }
})

test('alerts are sent to Kafka with an attribute as key', { skip }, async () => {
  const config = alertsTo('kafka.json', {
    ...{ export: 'kafka', format: 'json', 'kafka.topic': 'alerts', 'kafka.key': 'line.file' },
    'kafka.config': { 'bootstrap.servers': 'localhost:1' },
  })
  const sender = new FakeSender()
  const transport = new KafkaTransport(fakeSettings(), 'alerts', valueEncoderFor('plain'), sender.open)
  const context = { stdout: new PassThrough(), directory: folder, environment, overrideTransport: () => transport }
  const { wiring } = await prepareToRun(runSettings({ config }, [LOG]), context)
  const faults: Error[] = []
  const pipeline = await buildPipeline(
    wiring,
    (stage, hostWiring) => ({
      ...{ log: silentLogger, stage, directory: folder, disabledOptimizations: NONE_DISABLED },
      ...hostWiring,
      reportFault: fault => faults.push(fault),
    }),
    { opensDrivers: true },
  )
  const outcome = await runPipeline(pipeline, { stop: new AbortController().signal })
  assert.deepEqual([...outcome.faults, ...faults], [])
  const messages = sender.sent.flat()
  assert.deepEqual(
    messages.map(({ key }) => key?.toString()),
    [LOG, LOG],
  )
  for (const { value } of messages) assert.match(value.toString(), /^\{.*Failed password/)
})

for (const [key, expected] of [
  ['line.file', [LOG, LOG]],
  ['line.number', ['3', '4']],
] as const)
  test(`over the protocol of Kafka, alerts arrive with ${key} as key`, { skip }, async () => {
    const broker = new WireBroker()
    try {
      const exporter = { export: 'kafka', format: 'json', 'kafka.topic': 'alerts', 'kafka.key': key }
      const config = { 'bootstrap.servers': await broker.listen() }
      await run(alertsTo('kafka-wire.json', { ...exporter, 'kafka.config': config }))
      assert.deepEqual(broker.errors, [])
      const messages = broker.messages.toSorted((a, b) => JSON.parse(a.value)['line.number'] - JSON.parse(b.value)['line.number'])
      assert.deepEqual(
        messages.map(message => [message.topic, message.key]),
        expected.map(text => ['alerts', text]),
      )
      for (const { value, headers } of messages) {
        assert.match(value, /^\{.*Failed password.*\}$/)
        assert.equal(headers.size, 0)
      }
    } finally {
      await broker.close()
    }
  })

test('tap shows lines and alerts of a running program, and top its stages', {
  skip,
}, async context => {
  const path = join(folder, 'long.log')
  writeFileSync(path, readFileSync(LOG, 'utf8').repeat(100_000))
  const socket = join(folder, 'admin.sock')
  const config = alertsTo('tap.json', { export: 'terminal', format: 'json' })
  // The standard output of the program is not read, so the run waits until the tests below are done.
  const program = spawn(process.execPath, [MAIN, '-config', config, '-inside', socket, path], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...environment, INSIDE_TAP: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  context.after(() => program.kill('SIGKILL'))
  let log = ''
  program.stderr.on('data', chunk => {
    log += String(chunk)
  })
  // The first alerts have been written, or the program has ended.
  await Promise.race([once(program.stdout, 'readable'), once(program, 'close')])
  assert.equal(program.exitCode, null, log)

  const top = await outputOf(['top', '-at', socket, '-once'])
  assert.match(top, /^lines +lines +\d/m)
  assert.match(top, /^policyengine +policyengine +\d/m)

  const reading = setInterval(() => program.stdout.read(), 5)
  context.after(() => clearInterval(reading))
  const where = 'line.text contains "Failed password" and line.number > 10'
  const lines = jsonLines(
    await outputOf(['tap', 'lines', '-at', socket, '-where', where, '-fields', 'line.number', '-limit', '3']),
  )
  assert.equal(lines.length, 3)
  for (const line of lines) assert.ok(Number(line['line.number']) > 10)
  const [alert] = jsonLines(await outputOf(['tap', 'alerts', '-at', socket, '-fields', 'line.text', '-limit', '1']))
  assert.match(String(alert?.['line.text']), /Failed password/)
})

async function outputOf(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, error] = ['', '']
  child.stdout.on('data', chunk => {
    out += String(chunk)
  })
  child.stderr.on('data', chunk => {
    error += String(chunk)
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const exit = await new Promise(resolve => child.on('close', resolve))
  clearTimeout(late)
  assert.equal(exit, 0, error)
  return out
}
