// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as timeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readJson } from '../../core/exporter/otlp/read-json.js'
import { Authority } from '../../core/exporter/testing/certificates.js'
import { FakeElasticsearch } from '../../core/exporter/testing/fake-elasticsearch.js'
import { openGroupConsumer } from '../../core/kafka/group-consumer.js'
import { KafkaError } from '../../core/kafka/kafka-error.js'
import { openProducer } from '../../core/kafka/producer.js'
import { fakeSettings } from '../../core/kafka/testing/fake-kafka.js'
import { brokerUnavailableReason, KafkaBroker } from '../../core/kafka/testing/kafka-broker.js'

const folder = mkdtempSync(join(tmpdir(), 'otel-program-'))
after(() => rmSync(folder, { recursive: true }))
const inFolder = (name: string): string => join(folder, name)

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''

interface Running {
  readonly child: ChildProcess
  readonly out: () => string
  readonly error: () => string
}

function start(...args: readonly string[]): Running {
  const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
  const child = spawn(process.execPath, [...flags, MAIN, ...args], { cwd: folder, env: { PATH: process.env.PATH ?? '' } })
  let [out, error] = ['', '']
  child.stdout?.on('data', chunk => {
    out += String(chunk)
  })
  child.stderr?.on('data', chunk => {
    error += String(chunk)
  })
  return { child, out: () => out, error: () => error }
}

async function run(
  ...args: readonly string[]
): Promise<{ readonly exit: number | null; readonly out: string; readonly error: string }> {
  const running = start(...args)
  const [exit] = await once(running.child, 'close')
  return { exit, out: running.out(), error: running.error() }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let left = 1200; !condition(); left--) {
    assert.ok(left > 0, `waited in vain: ${what}`)
    await timeout(50)
  }
}

const write = (name: string, content: unknown): string => {
  writeFileSync(inFolder(name), typeof content === 'string' ? content : JSON.stringify(content))
  return name
}

const log = (id: number, more = ''): string =>
  `{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"host-${id % 7}"}}]},"scopeLogs":[{"scope":{"name":"t"},"logRecords":[{"timeUnixNano":"${1700000000000000000n + BigInt(id)}","attributes":[{"key":"id","value":{"intValue":"${id}"}}${more}]}]}]}]}\n`

write(
  'rules.yaml',
  `- rule: Shell in the shop
  desc: A shell was started.
  condition: process.executable.name in (sh, bash) and not host.name = host-1
  priority: critical
  tags: [shell]
- drop: Noise
  condition: level = "debug"
`,
)
const shell = (name: string): string => `,{"key":"process.executable.name","value":{"stringValue":"${name}"}}`
write(
  'logs.json',
  log(0, shell('sh')) + log(1, shell('sh')) + log(2, shell('ls')) + log(3, ',{"key":"level","value":{"stringValue":"debug"}}'),
)

const engine = (mode: string) => ({
  processor: 'policyengine',
  in: 'logs otelchan',
  out: 'alerts otelchan',
  policies: 'rules.yaml',
  mode,
})
const terminal = { processor: 'exporter', in: 'alerts otelchan', export: 'terminal', format: 'otel' }
const fromFile = { driver: 'otelfile', out: 'logs otelchan' }

const idsIn = (out: string): number[] =>
  out
    .split('\n')
    .flatMap(line => [...line.matchAll(/"key":"id","value":\{"intValue":"(\d+)"\}/g)])
    .map(match => Number(match[1]))

const rulesIn = (out: string): unknown[] =>
  out
    .split('\n')
    .slice(0, -1)
    .map(line => readJson(line)[0]?.scopes.at(-1)?.records[0]?.attributes.find('sf.processor.rules'))

test('log records from a file are evaluated: only alerts in mode alert, all but dropped records in mode enrich', async () => {
  const alert = await run(
    '-config',
    write('alert.json', { drivers: [fromFile], pipeline: [engine('alert'), terminal] }),
    'logs.json',
  )
  assert.equal(alert.exit, 0, alert.error)
  assert.deepEqual(idsIn(alert.out), [0])
  assert.deepEqual(rulesIn(alert.out), [['Shell in the shop']])
  const enrich = await run(
    '-config',
    write('enrich.json', { drivers: [fromFile], pipeline: [engine('enrich'), terminal] }),
    'logs.json',
  )
  assert.equal(enrich.exit, 0, enrich.error)
  assert.deepEqual(idsIn(enrich.out), [0, 1, 2])
  assert.deepEqual(rulesIn(enrich.out), [['Shell in the shop'], undefined, undefined])
})

test('an exporter can be connected to the driver directly; an invalid line is reported with its place and does not affect others', async () => {
  write('faulty.json', `${log(0)}{"resourceLogs":[{"resource":\n${log(1)}nonsense\n${log(2)}`)
  const pipeline = { drivers: [fromFile], pipeline: [{ ...terminal, in: 'logs otelchan' }] }
  const { exit, out, error } = await run('-config', write('copy.json', pipeline), 'faulty.json')
  assert.equal(exit, 1)
  assert.deepEqual(idsIn(out), [0, 1, 2])
  assert.match(error, /faulty\.json, from byte \d+ +SFP_OTEL_DATA/)
  assert.match(error, /5 in, 3 out, 2 DROPPED \(no log data 2\)/)
})

test('log records are written to a file as flat JSON, with their matching rules', async () => {
  const file = { processor: 'exporter', in: 'alerts otelchan', export: 'file', 'file.path': 'alerts.json', format: 'json' }
  const { exit, error } = await run(
    '-config',
    write('file.json', { drivers: [fromFile], pipeline: [engine('alert'), file] }),
    'logs.json',
  )
  assert.equal(exit, 0, error)
  assert.equal(
    readFileSync(inFolder('alerts.json'), 'utf8'),
    '{"timeUnixNano":1700000000000000000,"scope.name":"t","host.name":"host-0","id":0,"process.executable.name":"sh",' +
      '"policies":[{"id":"Shell in the shop","desc":"A shell was started.","priority":3}],"tags":["shell"]}\n',
  )
})

test('log records are indexed in Elasticsearch, each once, in the index of their own time', async () => {
  const server = new FakeElasticsearch()
  const settings = { export: 'es', format: 'json', 'es.addresses': await server.listen(), 'es.index': 'logs-%Y.%m.%d' }
  const config = write('es.json', { drivers: [fromFile], pipeline: [{ ...terminal, ...settings, in: 'logs otelchan' }] })
  for (const _ of [1, 2]) {
    const { exit, error } = await run('-config', config, 'logs.json')
    assert.equal(exit, 0, error)
  }
  await server.close()
  assert.deepEqual([...server.indices.keys()], ['logs-2023.11.14'])
  assert.deepEqual(
    server.documents.map(document => JSON.parse(document).id),
    [0, 1, 2, 3],
  )
  assert.equal(new Set(server.ids).size, 4)
})

for (const [name, change, code] of [
  ['the format ecs', { pipeline: [engine('alert'), { ...terminal, format: 'ecs' }] }, 'SFP_EXPORT_FORMAT_CHANNEL'],
  [
    'an output of SysFlow',
    {
      pipeline: [
        { ...engine('alert'), out: 'alerts eventchan' },
        { ...terminal, in: 'alerts eventchan' },
      ],
    },
    'SFP_ENGINE_OUTPUT',
  ],
  [
    'a second engine',
    {
      pipeline: [
        engine('enrich'),
        { ...engine('alert'), name: 'second', in: 'alerts otelchan', out: 'more otelchan' },
        { ...terminal, in: 'more otelchan' },
      ],
    },
    'SFP_ENGINE_EVALUATED_TWICE',
  ],
] as const) {
  test(`log records cannot be combined with ${name}, and the error says so`, async () => {
    const { exit, error } = await run('-config', write('wrong.json', { drivers: [fromFile], ...change }), 'logs.json')
    assert.equal(exit, 1)
    assert.match(error, new RegExp(code))
  })
}

test('kafka without a topic or without brokers does not start', async () => {
  const kafka = (more: object) => ({
    drivers: [fromFile],
    pipeline: [{ ...terminal, in: 'logs otelchan', export: 'kafka', ...more }],
  })
  const topic = await run('-config', write('no-topic.json', kafka({})), 'logs.json')
  assert.match(topic.error, /SFP_KAFKA_NO_TOPIC/)
  const brokers = await run('-config', write('no-brokers.json', kafka({ 'kafka.topic': 't' })), 'logs.json')
  assert.match(brokers.error, /SFP_KAFKA_NO_BROKERS/)
  assert.deepEqual([topic.exit, brokers.exit], [1, 1])
})

test('the effective configuration shows no secret of kafka, at any position', async () => {
  const config = { 'bootstrap.servers': 'kafka:9092', 'sasl.password': 'hunter2', 'ssl.key.pem': 'hunter3' }
  const exporter = {
    ...terminal,
    in: 'logs otelchan',
    export: 'kafka',
    'kafka.topic': 't',
    'kafka.config': config,
    'kafka.password': 'hunter4',
  }
  const file = write('secret.json', { drivers: [fromFile], pipeline: [exporter] })
  for (const args of [[], ['--json']]) {
    const { exit, out, error } = await run('config', '-config', file, ...args)
    assert.equal(exit, 0, error)
    assert.match(out, /kafka:9092/)
    assert.doesNotMatch(out + error, /hunter/)
  }
})

const RECORDS = 20_000

describe('with a real broker', { skip: brokerUnavailableReason() ?? false }, () => {
  let broker: KafkaBroker
  before(async () => {
    broker = await KafkaBroker.start()
  })
  after(() => broker.end())

  const toKafka = (topic: string, more: object = {}) => ({
    drivers: [fromFile],
    pipeline: [
      {
        processor: 'exporter',
        in: 'logs otelchan',
        export: 'kafka',
        format: 'otel',
        'kafka.topic': topic,
        'kafka.config': broker.config,
        ...more,
      },
    ],
  })
  const fromKafka = (topic: string, group: string, more: object, source: object = {}) => ({
    drivers: [
      {
        driver: 'otelkafka',
        out: 'logs otelchan',
        'kafka.topics': [topic],
        'kafka.config': { ...broker.config, 'group.id': group },
        ...source,
      },
    ],
    pipeline: [{ processor: 'exporter', in: 'logs otelchan', format: 'otel', ...more }],
  })
  const lines = (name: string): string => (existsSync(inFolder(name)) ? readFileSync(inFolder(name), 'utf8') : '')

  test('the records of a file pass through Kafka unchanged, in both encodings; SIGTERM ends the reader', async () => {
    write('many.json', Array.from({ length: 1000 }, (_, id) => log(id)).join(''))
    for (const encoding of ['proto', 'json']) {
      const sent = await run('-config', write('send.json', toKafka(`t-${encoding}`, { 'kafka.encoding': encoding })), 'many.json')
      assert.equal(sent.exit, 0, sent.error)
      const pipeline = fromKafka(`t-${encoding}`, 'g', { export: 'terminal' }, { 'kafka.encoding': encoding })
      const reader = start('-config', write('read.json', pipeline))
      await until('all 1000 come out', () => idsIn(reader.out()).length >= 1000)
      reader.child.kill('SIGTERM')
      const [exit] = await once(reader.child, 'close')
      assert.equal(exit, 0, reader.error())
      assert.deepEqual(
        idsIn(reader.out()).sort((a, b) => a - b),
        Array.from({ length: 1000 }, (_, id) => id),
      )
      const again = start('-config', 'read.json')
      await until('the group has its partitions', () => /Initializing/.test(again.error()))
      await timeout(1500)
      again.child.kill('SIGTERM')
      await once(again.child, 'close')
      assert.deepEqual(idsIn(again.out()), [], 'what was committed is not read again')
    }
  })

  test('records of one host stay in one partition, and in order', async () => {
    write('keyed.json', Array.from({ length: 700 }, (_, id) => log(id)).join(''))
    const sent = await run(
      '-config',
      write('send.json', toKafka('keyed', { 'kafka.key': 'host', 'kafka.encoding': 'json' })),
      'keyed.json',
    )
    assert.equal(sent.exit, 0, sent.error)
    const member = await openGroupConsumer(fakeSettings({ ...broker.config, 'group.id': 'looker' }), ['keyed'])
    const found = new Map<string, { partitions: Set<number>; ids: number[] }>()
    const positions = new Map([0, 1, 2, 3].map(partition => [partition, 0n]))
    for (let count = 0; count < 700; ) {
      const wanted = [...positions].map(([partition, offset]) => ({ topic: 'keyed', partition, offset }))
      for (const { partition, messages, next } of await member.fetch(wanted)) {
        positions.set(partition, next)
        for (const { value } of messages) {
          count++
          const text = value.toString()
          const host = /host-\d/.exec(text)?.[0] ?? ''
          const known = found.get(host) ?? { partitions: new Set(), ids: [] }
          found.set(host, known)
          known.partitions.add(partition)
          known.ids.push(...idsIn(text))
        }
      }
    }
    await member.close()
    assert.equal(found.size, 7)
    for (const { partitions, ids } of found.values()) {
      assert.equal(partitions.size, 1)
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
      )
    }
  })

  test(`a reader that is killed 5 times while it reads ${RECORDS} messages misses none`, async () => {
    write('flood.json', Array.from({ length: RECORDS }, (_, id) => log(id)).join(''))
    const sent = await run('-config', write('send.json', toKafka('flood')), 'flood.json')
    assert.equal(sent.exit, 0, sent.error)
    // Small batches, so that the process is killed between reading, writing and committing.
    const pipeline = fromKafka('flood', 'killed', { export: 'file', 'file.path': 'flood.out' })
    const [driver] = pipeline.drivers
    Object.assign(driver?.['kafka.config'] ?? {}, { 'max.partition.fetch.bytes': 20_000 })
    write('flood-read.json', pipeline)
    let kills = 0
    for (; kills < 5; kills++) {
      const reader = start('-config', 'flood-read.json')
      const wanted = lines('flood.out').length + 200_000
      await until('some more has been written', () => lines('flood.out').length >= wanted || reader.child.exitCode !== null)
      assert.equal(reader.child.exitCode, null, reader.error())
      reader.child.kill('SIGKILL')
      await once(reader.child, 'close')
      const seen = new Set(idsIn(lines('flood.out')))
      assert.ok(seen.size < RECORDS, 'it was killed in the middle')
    }
    const last = start('-config', 'flood-read.json')
    await until('every message has been written', () => new Set(idsIn(lines('flood.out'))).size === RECORDS)
    last.child.kill('SIGTERM')
    const [exit] = await once(last.child, 'close')
    assert.equal(exit, 0, last.error())
    const all = idsIn(lines('flood.out'))
    console.log(`# ${RECORDS} messages, ${kills} kills: ${new Set(all).size} arrived, ${all.length - RECORDS} of them twice`)
  })

  test('two readers of one group share the work; one that leaves is replaced, and no record is missed', async () => {
    write('share.json', Array.from({ length: 4000 }, (_, id) => log(id)).join(''))
    const readers = ['one', 'two'].map(name => {
      write(`${name}.json`, fromKafka('share', 'sharers', { export: 'file', 'file.path': `${name}.out` }))
      return { name, ...start('-config', `${name}.json`) }
    })
    const [one, two] = readers as [(typeof readers)[0], (typeof readers)[0]]
    const send = write('send.json', toKafka('share'))
    const seen = (): Set<number> => new Set([...idsIn(lines('one.out')), ...idsIn(lines('two.out'))])
    // The consumer group is stable once both members have received messages.
    for (let sent = 0; lines('one.out') === '' || lines('two.out') === ''; sent++) {
      assert.ok(sent < 20, 'both should have had some by now')
      assert.equal((await run('-config', send, 'share.json')).exit, 0)
      await until('all of it has been read', () => seen().size === 4000)
    }
    one.child.kill('SIGTERM')
    await once(one.child, 'close')
    write('share.json', Array.from({ length: 1000 }, (_, id) => log(4000 + id)).join(''))
    assert.equal((await run('-config', send, 'share.json')).exit, 0)
    await until('the other one reads what both had read', () => seen().size === 5000)
    two.child.kill('SIGTERM')
    await once(two.child, 'close')
  })

  test('with TLS, a private authority and a user are accepted; another authority or password is refused', async context => {
    if (broker.authority === undefined) return context.skip('no certificates can be made here')
    const secured = { ...broker.config, 'bootstrap.servers': broker.securedAddress, 'security.protocol': 'sasl_ssl' }
    const given = { ...secured, 'ssl.ca.location': broker.authority, 'sasl.username': 'tester', 'sasl.password': 'secret' }
    const attempt = async (config: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const sender = await openProducer(fakeSettings(config))
      try {
        await sender.check('secured')
        await sender.send([{ topic: 'secured', key: undefined, value: Buffer.from('x') }])
        return 'sent'
      } catch (error) {
        assert.ok(error instanceof KafkaError)
        return `${error.isTemporary ? 'temporary' : 'permanent'} ${error.message}`
      } finally {
        await sender.close()
      }
    }
    assert.equal(await attempt(given), 'sent')
    assert.equal(await attempt({ ...given, 'sasl.mechanism': 'SCRAM-SHA-512' }), 'sent')
    assert.match(
      String(await attempt({ ...given, 'sasl.password': 'wrong' })),
      /^permanent .*(SASL_AUTHENTICATION_FAILED|uthentication)/,
    )
    const other = new Authority(folder, 'other')
    assert.match(String(await attempt({ ...given, 'ssl.ca.location': other.cert })), /certificate|unable to verify/)
    assert.equal(await attempt({ ...given, 'ssl.ca.location': other.cert, 'enable.ssl.certificate.verification': false }), 'sent')
  })

  test('a processor between two topics survives a broker outage, and every record arrives', async () => {
    const between = fromKafka('inbound', 'bridge', {
      export: 'kafka',
      'kafka.topic': 'outbound',
      'kafka.config': broker.config,
      'retry.pause': 1,
    })
    const bridge = start('-config', write('between.json', between))
    const received = start(
      '-config',
      write('outbound.json', fromKafka('outbound', 'looker', { export: 'file', 'file.path': 'outbound.out' })),
    )
    const send = async (from: number): Promise<void> => {
      write('part.json', Array.from({ length: 500 }, (_, id) => log(from + id)).join(''))
      const sent = await run('-config', write('send.json', toKafka('inbound')), 'part.json')
      assert.equal(sent.exit, 0, sent.error)
    }
    await send(0)
    await until('the first half has arrived', () => new Set(idsIn(lines('outbound.out'))).size === 500)
    await broker.kill()
    await until('the reader has noticed', () => bridge.error().includes('SFP_KAFKA_READ'))
    await broker.resume()
    await send(500)
    await until('the second half has arrived', () => new Set(idsIn(lines('outbound.out'))).size === 1000)
    for (const { child, error } of [bridge, received]) {
      child.kill('SIGTERM')
      const [exit] = await once(child, 'close')
      assert.equal(exit, 0, error())
    }
  })
})
