// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SYSFLOW_ADAPTER } from '../../plugins/sysflow/attributes/sysflow-adapter.js'
import { SYSFLOW_ENCODERS } from '../../plugins/sysflow/encoders/sysflow-encoders.js'
import { appendixA, evaluatedColumns } from '../../plugins/sysflow/testing/appendix-a.js'
import type { Batch } from '../contract/batch.js'
import type { Chunk } from '../contract/exporter.js'
import type { EncoderPlugin, Options, Plugin, TransportPlugin } from '../contract/plugin.js'
import { Fault } from '../errors/fault.js'
import { formatFault } from '../errors/format-fault.js'
import { componentsOf } from '../testing/components.js'
import { joinRecords } from './chunk-records.js'
import { BUILT_IN_ENCODERS } from './encoders/built-in-encoders.js'
import { exporterPlugin } from './exporter-plugin.js'
import { transportHost } from './testing/transport-host.js'
import { builtInTransports } from './transports/built-in-transports.js'

const KIND = { contract: 2, summary: 'A double.' } as const

/** An encoder that writes the word of its setting for every record. */
const wordEncoder = (accepts: readonly string[], name = 'word'): EncoderPlugin => ({
  ...KIND,
  kind: 'encoder',
  name,
  accepts,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { 'word.text': { type: 'string', description: 'The word.', default: 'so' } },
    examples: [{ format: 'word', 'word.text': 'thus' }],
  },
  create: options => ({
    format: name,
    encode(_batch, from, to, into) {
      for (let index = from; index < to; index++) {
        into.text(String(options['word.text'] ?? 'so'))
        into.finishRecord()
      }
    },
  }),
})

/** A transport plugin that stores its options and the chunks it receives. */
class Store {
  readonly options: Options[] = []
  readonly sent: string[] = []
  readonly chunks: Chunk[] = []
  readonly plugin: TransportPlugin

  constructor(more: Partial<TransportPlugin> = {}) {
    this.plugin = {
      ...KIND,
      kind: 'transport',
      name: 'shelf',
      options: {
        type: 'object',
        additionalProperties: false,
        properties: { 'shelf.token': { type: 'string', description: 'Who may.', secret: true } },
      },
      create: options => {
        this.options.push(options)
        return {
          name: 'shelf',
          open: async () => {},
          send: async chunk => {
            this.chunks.push(joinRecords([chunk.bytes], chunk, [...chunk.ends.keys()]))
            this.sent.push(...Buffer.from(chunk.bytes).toString().split('\n').slice(0, -1))
            return undefined
          },
          close: async () => {},
        }
      },
      ...more,
    }
  }
}

const exporterWith = (...plugins: readonly Plugin[]) =>
  exporterPlugin(
    transportHost(),
    componentsOf([SYSFLOW_ADAPTER], [...SYSFLOW_ENCODERS, ...BUILT_IN_ENCODERS, ...builtInTransports('sysflow'), ...plugins]),
  )

async function run(plugins: readonly Plugin[], options: Options): Promise<void> {
  const stage = exporterWith(...plugins).create(options, transportHost())
  await stage.open?.()
  async function* input(): AsyncGenerator<Batch> {
    yield evaluatedColumns(appendixA(), {})
  }
  await stage.run(input(), { send: async () => {}, close: () => {} }, new AbortController().signal)
  await stage.close?.()
  assert.equal(stage.ledger.difference, 0)
}

function faultOf(plugins: readonly Plugin[], options: Options): string {
  try {
    exporterWith(...plugins).create(options, transportHost())
  } catch (error) {
    if (error instanceof Fault) return formatFault(error)
  }
  return assert.fail('no fault')
}

test('formats and transports of plugins appear beside the built-in ones: in the settings, their description and examples', () => {
  const { options, accepts } = exporterWith(wordEncoder(['wordchan']), new Store().plugin)
  assert.match(options.properties.export?.description ?? '', /kafka, shelf, null/)
  assert.match(options.properties.format?.description ?? '', /otel.*, word/)
  assert.ok(options.properties['word.text'] && options.properties['shelf.token']?.secret)
  assert.ok(options.examples?.some(example => 'word.text' in example))
  assert.ok(accepts.includes('wordchan') && accepts.includes('eventchan') && !accepts.includes('*'))
})

test('records pass the encoder and the transport that the settings name', async () => {
  const store = new Store()
  await run([wordEncoder(['eventchan']), store.plugin], { export: 'shelf', format: 'word', 'word.text': 'thus' })
  assert.deepEqual(new Set(store.sent), new Set(['thus']))
  assert.equal(store.sent.length, appendixA().length)
})

test('an encoder for the channel type takes precedence over one for any type', async () => {
  const [any, own] = [wordEncoder(['*']), wordEncoder(['eventchan'])]
  const store = new Store()
  const named = { ...own, create: (...args: Parameters<typeof own.create>) => own.create({ 'word.text': 'own' }, args[1]) }
  await run([any, named, store.plugin], { export: 'shelf', format: 'word' })
  assert.equal(store.sent[0], 'own')
})

test('a misspelt name gets the name of a plugin as suggestion', () => {
  const plugins = [wordEncoder(['eventchan']), new Store().plugin]
  assert.match(faultOf(plugins, { export: 'shelv' }), /unknown transport "shelv"; did you mean "shelf"\? Known: .*shelf/)
  assert.match(faultOf(plugins, { format: 'wort' }), /unknown output format "wort"; did you mean "word"\? Known: .*word/)
})

test('a transport accepts only the formats that it lists', () => {
  const { plugin } = new Store({ formats: ['word'] })
  assert.match(
    faultOf([wordEncoder(['eventchan']), plugin], { export: 'shelf' }),
    /SFP_EXPORT_PAIR: transport shelf does not support format json.*word/,
  )
})

test('secrets of a plugin transport are read from files too', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'shelf.token'), 'hunter2\n')
  const store = new Store()
  await run([store.plugin], { export: 'shelf', 'vault.secrets': true, 'vault.path': folder })
  assert.equal(store.options[0]?.['shelf.token'], 'hunter2')
})

test('records have the ids, times and keys that a transport requests as metadata', async () => {
  const plain = new Store()
  await run([plain.plugin], { export: 'shelf' })
  assert.equal(plain.chunks[0]?.meta, undefined)
  const identified = new Store({ needsDocumentId: true, needsTime: true })
  await run([identified.plugin], { export: 'shelf' })
  assert.deepEqual(identified.sent, plain.sent)
  const { ids, times, keys } = identified.chunks[0]?.meta ?? {}
  assert.equal(ids?.[0], '73291fd44c312474')
  assert.equal(times?.[0], 1_700_000_001_000_000_000n)
  assert.deepEqual([ids?.length, times?.length, keys], [appendixA().length, appendixA().length, undefined])
  for (const [key, expected] of [
    ['host', 'node-1'],
    ['container', 'c0ffee000001'],
    ['sf.proc.exe', '/bin/sh'],
  ] as const) {
    const keyed = new Store({ partitionKey: () => key })
    await run([keyed.plugin], { export: 'shelf' })
    assert.deepEqual(keyed.sent, plain.sent)
    assert.equal(keyed.chunks[0]?.meta?.keys?.[0], expected)
    assert.equal(keyed.chunks[0]?.meta?.ids, undefined)
  }
})

test('a key that is not an attribute stops the start', () => {
  assert.match(
    faultOf([new Store({ partitionKey: () => 'hots' }).plugin], { export: 'shelf' }),
    /SFP_EXPORT_NO_KEYS: transport shelf cannot use "hots" as key: records of channel type eventchan have no such attribute/,
  )
})

test('an encoder with framing raw gets no line feeds, and its transport receives the framing', async () => {
  const raw: EncoderPlugin = {
    ...wordEncoder(['eventchan'], 'raw'),
    create: (options, host) => ({ ...wordEncoder(['eventchan'], 'raw').create(options, host), framing: 'raw' }),
  }
  let framing: unknown
  const store = new Store()
  const plugin: TransportPlugin = {
    ...store.plugin,
    create: (options, host) => {
      framing = host.framing
      return store.plugin.create(options, host)
    },
  }
  await run([raw, plugin], { export: 'shelf', format: 'raw' })
  const [chunk] = store.chunks
  assert.deepEqual(
    [framing, chunk?.framing, Buffer.from(chunk?.bytes ?? []).toString()],
    ['raw', 'raw', 'so'.repeat(appendixA().length)],
  )
})

for (const [what, plugin, reason] of [
  ['creates nothing', new Store({ create: () => undefined as never }).plugin, 'it made no transport: "open" is missing'],
  [
    'lacks a function',
    new Store({ create: () => ({ open: async () => {}, close: async () => {} }) as never }).plugin,
    'it made no transport: "send" is missing',
  ],
  ['throws', new Store({ create: () => assert.fail('oh') }).plugin, 'oh'],
] as const) {
  test(`a transport plugin that ${what} stops the start, and is reported by name`, () => {
    assert.match(
      faultOf([plugin], { export: 'shelf' }),
      new RegExp(`SFP_PLUGIN_FAILED: transport "shelf" failed in create: ${reason}`),
    )
  })
}

for (const [what, create, reason] of [
  ['creates nothing', () => undefined as never, 'it made no encoder: "encode" is missing'],
  ['creates one of another format', () => ({ format: 'other', encode() {} }), 'the format of the encoder is "other"'],
  ['throws', () => assert.fail('oh'), 'oh'],
] as const) {
  test(`an encoder plugin that ${what} stops the start, and is reported by name`, () => {
    const plugin = { ...wordEncoder(['eventchan']), create }
    assert.match(
      faultOf([plugin], { format: 'word' }),
      new RegExp(`SFP_PLUGIN_FAILED: encoder "word" failed in create: ${reason}`),
    )
  })
}
