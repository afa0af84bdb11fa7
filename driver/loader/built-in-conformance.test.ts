// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { FakeWeb } from '../../core/exporter/testing/fake-web.js'
import { programRoot } from '../process/package.js'
import { builtInRegistry } from './built-in.js'
import { type ConformanceSetup, conformanceTestsFor, runConformanceTest, sampleTrace } from './testing.js'

/** Built-in components pass the conformance tests of plugins. */

const stdout = new PassThrough()
stdout.resume()
const registry = await builtInRegistry({ stdout, version: '0.0.0-test' })

const web = new FakeWeb()
const address = await web.listen()
after(() => web.close())

/** The lines that were posted since the last call. */
const posted = (): string[] => web.requests.splice(0).flatMap(({ body }) => body.toString('utf8').trimEnd().split('\n'))

const inPackage = (...path: string[]): string => join(programRoot(), ...path)

/** What the tests of a component need beyond its defaults. */
const SETUPS: Readonly<Record<string, ConformanceSetup>> = {
  'driver file': { paths: [sampleTrace()] },
  'driver otelfile': { paths: [inPackage('resources', 'otel', 'logs.json')] },
  'processor policyengine': { options: { policies: inPackage('policies', 'attack') }, accepts: ['flattenerchan'] },
  'processor exporter': { options: { export: 'file', 'file.path': 'out.json' }, accepts: ['flattenerchan', 'eventchan'] },
  'action tag': { argument: 'seen' },
  'transport terminal': { readDelivered: (_folder, { printed }) => printed.trimEnd().split('\n') },
  'transport file': {
    options: folder => ({ 'file.path': join(folder, 'out.json') }),
    readDelivered: folder => readFileSync(join(folder, 'out.json'), 'utf8').trimEnd().split('\n'),
  },
  'transport http': { options: { 'http.url': address }, readDelivered: posted },
}

/** Components that need a server or another program: their own tests have one. Here only the tests that need none run. */
const REMOTE: Readonly<Record<string, ConformanceSetup>> = {
  'driver socket': { paths: folder => [join(folder, 'socket')] },
  'driver otelkafka': {
    options: { 'kafka.topics': ['logs'], 'kafka.config': { 'bootstrap.servers': 'localhost:1', 'group.id': 'x' } },
  },
  'transport syslog': {},
  'transport es': {},
  'transport otlp': {},
  'transport s3': { options: { 's3.bucket': 'records', 's3.accesskey': 'id', 's3.secretkey': 'key' } },
  'transport kafka': { options: { 'kafka.topic': 'records', 'kafka.config': { 'bootstrap.servers': 'localhost:1' } } },
}

const WITHOUT_SERVER = new Set(
  conformanceTestsFor('encoder')
    .slice(
      0,
      conformanceTestsFor('encoder').findIndex(({ name }) => name === 'close works with and without open before it'),
    )
    .map(({ name }) => name)
    .concat(['the transport name is the name of the plugin', 'batching bounds are integers of at least 1']),
)

/** Retained for existing pipeline files. This list can only shrink. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'transport file': 'option names start with the name of the plugin and a dot',
}

for (const plugin of registry.plugins) {
  const called = `${plugin.kind} ${plugin.name}`
  const remote = REMOTE[called]
  for (const conformanceTest of conformanceTestsFor(plugin.kind).filter(({ name }) => !remote || WITHOUT_SERVER.has(name)))
    test(`${called}: ${conformanceTest.name}`, async t => {
      const tried = runConformanceTest(conformanceTest, plugin, remote ?? SETUPS[called])
      if (EXCEPTIONS[called] === conformanceTest.name) await assert.rejects(tried)
      else {
        const reason = await tried
        if (reason !== undefined) t.skip(reason)
      }
    })
}
