// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  type ActionPlugin,
  type DriverPlugin,
  type EncoderPlugin,
  Ledger,
  ListBatch,
  type OptionsSchema,
  type ProcessorPlugin,
  type TransportPlugin,
} from 'sfprocessor/plugin'
import {
  batchesOf,
  ruleMatches,
  runAction,
  runDriver,
  runEncoder,
  runProcessor,
  runTransport,
  settingsOf,
  testHost,
} from 'sfprocessor/testing'

const folder = mkdtempSync(join(tmpdir(), 'testing-'))
after(() => rmSync(folder, { recursive: true }))

const NO_OPTIONS: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} }
const COMMON = { contract: 2, summary: 'A test.', options: NO_OPTIONS } as const

const READS = `
processes: { shell: { exe: /bin/bash, pid: 7 } }
events:
  - { by: shell, read: /etc/passwd, received: 10 }
  - { by: shell, read: /etc/group, received: 10 }
`

test('a scenario becomes records of every built-in channel type', async () => {
  for (const type of ['sysflowchan', 'flattenerchan', 'eventchan']) {
    const batches = await batchesOf(type, { scenario: READS })
    const records = batches.reduce((sum, batch) => sum + batch.length, 0)
    assert.ok(type === 'sysflowchan' ? records > 2 : records === 2, `${records} records on ${type}`)
  }
})

test('log records of OpenTelemetry come in batches of the size that is asked for', async () => {
  assert.deepEqual(
    (await batchesOf('otelchan', { batchSize: 15 })).map(({ length }) => length),
    [15, 15, 10],
  )
})

test('a channel type without sample records is refused', async () => {
  await assert.rejects(batchesOf('numberchan'), /no sample records for channel type "numberchan": supply batches in "input"/)
})

const counter: ProcessorPlugin = {
  ...COMMON,
  kind: 'processor',
  name: 'counter',
  accepts: ['flattenerchan'],
  offers: ['countchan'],
  options: { ...NO_OPTIONS, properties: { unit: { type: 'string', description: 'What is counted.', default: 'records' } } },
  create(options, host) {
    const ledger = new Ledger()
    return {
      ledger,
      async run(input, output) {
        for await (const batch of input) {
          ledger.in += batch.length
          const files = [...host.records(batch)].map(record => record.text('sf.file.path'))
          host.log.info(`${batch.length} ${options.unit}`)
          batch.release()
          ledger.out += files.length
          await output.send(new ListBatch(files.map(file => ({ file }))))
        }
      },
      report: () => ({ taken: ledger.in }),
    }
  },
}

test('runProcessor returns what a processor sends, logs and counts', async () => {
  const { sent, ledger, report, host } = await runProcessor(counter, { records: { scenario: READS, batchSize: 1 } })
  assert.deepEqual(sent, [{ file: '/etc/passwd' }, { file: '/etc/group' }])
  assert.deepEqual(host.logged[0], { level: 'info', text: '1 records' })
  assert.deepEqual([ledger.difference, report], [0, { taken: 2 }])
})

test('settings that a schema rejects fail the test with the reason', () => {
  assert.deepEqual(settingsOf(counter), { unit: 'records' })
  assert.throws(() => settingsOf(counter, { units: 'x' }), /processor "counter" rejects these settings: .*\(units\)/)
  assert.throws(() => settingsOf(counter, { unit: 7 }), /unit must be string/)
})

test('runAction runs an action on every record and returns its tags and fields', async () => {
  const notes: ActionPlugin = {
    ...COMMON,
    kind: 'action',
    name: 'notes',
    create: () => ({
      run({ record, rule, argument, addTag, addField }) {
        addTag(`of:${argument}`)
        assert.deepEqual(record.matches?.rules, [rule])
        addField('pid', Number(record.value('sf.proc.pid')))
      },
    }),
  }
  const { results } = await runAction(notes, { argument: 'me', records: { scenario: READS } })
  const result = { tags: ['of:me'], fields: { pid: 7 } }
  assert.deepEqual(results, [result, result])
})

test('runEncoder encodes evaluated records and returns the lines', async () => {
  const names: EncoderPlugin = {
    ...COMMON,
    kind: 'encoder',
    name: 'names',
    accepts: ['eventchan'],
    create: () => ({
      format: 'names',
      encode(batch, from, to, into) {
        const { matches } = batch
        for (let row = from; row < to; row++) {
          into.text(matches[row]?.rules[0]?.name ?? '-')
          into.finishRecord()
        }
      },
    }),
  }
  const evaluate = (_: unknown, number: number) => (number === 1 ? ruleMatches('Passwords read') : null)
  assert.deepEqual((await runEncoder(names, { records: { scenario: READS, evaluate } })).lines, ['-', 'Passwords read'])
})

test('runTransport sends chunks, and relative paths start in the folder of the test', async () => {
  const { appendFileSync } = await import('node:fs')
  const append: TransportPlugin = {
    ...COMMON,
    kind: 'transport',
    name: 'append',
    create: (_, host) => ({
      name: 'append',
      async open() {},
      async send(chunk) {
        appendFileSync(join(host.directory, 'out'), chunk.bytes)
        host.stdout.write('sent\n')
        return undefined
      },
      async close() {},
    }),
  }
  const { host, delivered } = await runTransport(append, { directory: folder, chunks: [['a', 'b'], ['c']] })
  assert.equal(readFileSync(join(folder, 'out'), 'utf8'), 'a\nb\nc\n')
  assert.deepEqual([host.printed, delivered.length], ['sent\nsent\n', 2])
})

test('runDriver runs a driver to its end, or stops it after a number of records', async () => {
  const numbers: DriverPlugin = {
    ...COMMON,
    kind: 'driver',
    name: 'numbers',
    offers: ['numberchan'],
    create() {
      const ledger = new Ledger()
      return {
        ledger,
        async run(output, stop) {
          for (let number = 0; number < 100 && !stop.aborted; number++) {
            ledger.in++
            ledger.out++
            await output.send(new ListBatch([{ number }]))
          }
        },
      }
    },
  }
  assert.equal((await runDriver(numbers)).sent.length, 100)
  assert.deepEqual((await runDriver(numbers, { stopAfter: 3 })).sent, [{ number: 0 }, { number: 1 }, { number: 2 }])
})

test('reload of a test host calls the listeners', () => {
  const host = testHost()
  let asked = 0
  const forget = host.onReload?.(() => asked++)
  host.reload()
  forget?.()
  host.reload()
  assert.equal(asked, 1)
})

test('a test host without an adapter for its input type reports how to fix it', () => {
  assert.throws(
    () => [...testHost({ inputType: 'numberchan' }).records(new ListBatch([1]))],
    /list one in "adapters" of the plugin/,
  )
})
