// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { FakeElasticsearch } from '../../core/exporter/testing/fake-elasticsearch.js'
import { runCommandLine } from '../command-line.js'

const folder = mkdtempSync(join(tmpdir(), 'own-records-'))
after(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** A driver with its own record type: people who pass a door, as a list of objects. */
const DOORS = `
import { Ledger, ListBatch } from 'sfprocessor/plugin'

const attribute = (name, type, read, more) => ({
  name, aliases: [], type, dependsOn: 'row', description: name, types: [],
  read: (batch, row) => read(batch.records[row]), ...more,
})
const nanos = ({ at }) => BigInt(at) * 1000000000n
const ATTRIBUTES = [
  attribute('door.name', 'text', ({ door }) => door),
  attribute('door.badge', 'number', ({ badge }) => badge),
  attribute('door.forced', 'boolean', ({ forced }) => forced === true),
  attribute('door.ways', 'texts', ({ ways }) => ways ?? []),
  attribute('policies', 'text', () => 'of the house'),
  attribute('door.at', 'clock', nanos, {
    high: (batch, row) => Number(nanos(batch.records[row]) >> 32n),
    low: (batch, row) => Number(BigInt.asUintN(32, nanos(batch.records[row]))),
  }),
]
const source = {
  channel: 'doorchan',
  evaluatedChannel: 'dooralertchan',
  recordTypes: [],
  attributes: {
    find: name => ATTRIBUTES.find(attribute => attribute.name === name),
    names: ATTRIBUTES.map(({ name }) => name),
    unsupportedReason: () => undefined,
    currentName: () => undefined,
  },
  group: () => 0,
  entities: [],
}
const PASSED = [
  { door: 'north "A"', badge: 7, at: 1700000000, ways: ['in'] },
  { door: 'south', badge: 0, forced: true, at: 1700000001 },
  { door: 'south', badge: 7, at: 1700000002, ways: ['in', 'out'] },
]
export const plugin = {
  kind: 'driver', name: 'doors', contract: 2, summary: 'who went through which door',
  options: { type: 'object', additionalProperties: false, properties: {} },
  offers: ['doorchan'], needsPath: false, adapters: [source],
  create: () => {
    const ledger = new Ledger()
    return {
      ledger,
      async run(output) {
        ledger.in += PASSED.length
        ledger.out += PASSED.length
        await output.send(new ListBatch(PASSED))
      },
    }
  },
}
`

const RULES = `
- rule: Forced door
  desc: a door was opened without a badge
  condition: door.forced = true and door.badge = 0
  priority: high
  tags: [house]
`

write('doors.mjs', DOORS)
const policies = write('house.yaml', RULES)
const EXPORTER = { processor: 'exporter', export: 'terminal' }

async function ran(stages: readonly object[]): Promise<{ exit: number; out: string[]; error: string }> {
  const pipeline = { drivers: [{ driver: 'doors', out: 'passed doorchan' }], pipeline: stages }
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const context = {
    ...{ stdout, stderr, directory: folder, environment: { SFPROCESSOR_CACHE: 'off' } },
    ...{ stop: new AbortController().signal, abort: new AbortController().signal },
  }
  const exit = await runCommandLine(['-driverdir', folder, '-config', write('pipeline.json', JSON.stringify(pipeline))], context)
  return { exit, out: String(stdout.read() ?? '').split('\n'), error: String(stderr.read() ?? '') }
}

test('records of a plugin are evaluated with rules and written as JSON, without another plugin', async () => {
  const engine = { processor: 'policyengine', policies, in: 'passed doorchan', out: 'alerts dooralertchan' }
  const { exit, out, error } = await ran([engine, { ...EXPORTER, in: 'alerts dooralertchan' }])
  assert.equal(exit, 0, error)
  assert.deepEqual(out, [
    '{"door.name":"south","door.badge":0,"door.forced":true,"door.ways":[],"_policies":"of the house","door.at":1700000001000000000,' +
      '"policies":[{"id":"Forced door","desc":"a door was opened without a badge","priority":3}],"tags":["house"]}',
    '',
  ])
})

test('records of a plugin are written without a policy engine too', async () => {
  const { exit, out, error } = await ran([{ ...EXPORTER, in: 'passed doorchan' }])
  assert.equal(exit, 0, error)
  assert.equal(out.length, 4)
  assert.equal(
    out[0],
    '{"door.name":"north \\"A\\"","door.badge":7,"door.forced":false,"door.ways":["in"],"_policies":"of the house","door.at":1700000000000000000}',
  )
  for (const line of out.slice(0, 3)) assert.equal(JSON.parse(line)['door.badge'] === 7, !line.includes('"door.forced":true'))
})

for (const [what, settings, fault] of [
  [
    'a format for other records',
    { format: 'ecs' },
    /SFP_EXPORT_FORMAT_CHANNEL: format ecs does not support records of channel type doorchan; set "format" to one of: json/,
  ],
  [
    'an unknown attribute as key',
    { export: 'kafka', 'kafka.topic': 't', 'kafka.key': 'host', 'kafka.config': { 'bootstrap.servers': 'localhost:1' } },
    /SFP_EXPORT_NO_KEYS: transport kafka cannot use "host" as key: records of channel type doorchan have no such attribute/,
  ],
] as const) {
  test(`records of a plugin cannot be combined with ${what}, and the error says so`, async () => {
    const { exit, error } = await ran([{ ...EXPORTER, ...settings, in: 'passed doorchan' }])
    assert.equal(exit, 1)
    assert.match(error, fault)
  })
}

test('records of a plugin are indexed in Elasticsearch with their own ids, once even if they are exported repeatedly', async () => {
  const server = new FakeElasticsearch()
  const settings = { export: 'es', 'es.addresses': await server.listen(), 'es.index': 'doors-%Y' }
  for (const _ of [1, 2]) {
    const { exit, error } = await ran([{ ...EXPORTER, ...settings, in: 'passed doorchan' }])
    assert.equal(exit, 0, error)
  }
  await server.close()
  assert.equal(server.documents.length, 3)
  assert.ok(server.ids.every(id => /^[0-9a-f]{32}$/.test(id)))
  assert.deepEqual([...server.indices.keys()], [`doors-${new Date().getUTCFullYear()}`])
})

test('the pretty format shows records of a plugin by their attributes', async () => {
  const { exit, out, error } = await ran([{ ...EXPORTER, format: 'pretty', in: 'passed doorchan' }])
  assert.equal(exit, 0, error)
  assert.match(out[0] ?? '', /door\.name {2}north "A"/)
})
