// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { FakeWeb } from '../../core/exporter/testing/fake-web.js'
import { type ConformanceSetup, conformanceTestsFor, runConformanceTest, sampleTrace } from '../../core/published/testing.js'
import { programRoot } from '../process/package.js'
import { builtInRegistry } from './built-in.js'

/** What is built in holds to the laws that plugins hold to. */

const stdout = new PassThrough()
stdout.resume()
const registry = builtInRegistry({ stdout, version: '0.0.0-test' })

const web = new FakeWeb()
const address = await web.listen()
after(() => web.close())

/** What was posted since this was asked last. */
const posted = (): string[] => web.requests.splice(0).flatMap(({ body }) => body.toString('utf8').trimEnd().split('\n'))

const inPackage = (...path: string[]): string => join(programRoot(), ...path)

/** What a plugin needs beside its defaults. */
const CIRCUMSTANCES: Readonly<Record<string, ConformanceSetup>> = {
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

/** Those whose other side is a server, or another program: their own tests have one. Here they are held to what needs none. */
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

const ALONE = new Set(
  conformanceTestsFor('encoder')
    .slice(
      0,
      conformanceTestsFor('encoder').findIndex(({ name }) => name === 'it can be closed whether it was opened or not'),
    )
    .map(({ name }) => name)
    .concat(['its transport has its name', 'what it wants at once is a whole number of at least 1']),
)

/** What older pipeline files need: this list can only shrink. */
const EXCEPTIONS: Readonly<Record<string, string>> = { 'transport file': 'its settings begin with its name and a point' }

for (const plugin of registry.plugins) {
  const called = `${plugin.kind} ${plugin.name}`
  const remote = REMOTE[called]
  for (const law of conformanceTestsFor(plugin.kind).filter(({ name }) => !remote || ALONE.has(name)))
    test(`${called}: ${law.name}`, async t => {
      const tried = runConformanceTest(law, plugin, remote ?? CIRCUMSTANCES[called])
      if (EXCEPTIONS[called] === law.name) await assert.rejects(tried)
      else {
        const reason = await tried
        if (reason !== undefined) t.skip(reason)
      }
    })
}
