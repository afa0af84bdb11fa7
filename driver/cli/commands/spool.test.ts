// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { NEVER_ABORTED } from '../../../core/contract/stage.js'
import { encodeDeadLetter } from '../../../core/exporter/delivery/dead-letter-spool.js'
import { chunkOfTexts } from '../../../core/exporter/testing/chunks.js'
import { FakeElasticsearch } from '../../../core/exporter/testing/fake-elasticsearch.js'
import { DISK_FILES } from '../../../core/spool/disk-files.js'
import { spoolIn } from '../../../core/spool/testing/spool-folder.js'
import { runCommandLine } from '../../command-line.js'

const TRACE = resolve('resources/traces/webshell.sf')

const root = mkdtempSync(join(tmpdir(), 'spool-command-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0

interface Outcome {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** Runs the program in a folder. */
async function run(directory: string, ...args: string[]): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const texts = [stdout, stderr].map(async stream => {
    let text = ''
    for await (const part of stream.setEncoding('utf8')) text += part
    return text
  })
  const signals = { stop: new AbortController().signal, abort: new AbortController().signal }
  const exit = await runCommandLine(args, { stdout, stderr, environment: { SFPROCESSOR_CACHE: 'off' }, directory, ...signals })
  stdout.end()
  stderr.end()
  const [out = '', err = ''] = await Promise.all(texts)
  return { exit, out, err }
}

/** Creates a folder with a spool of these records, and a pipeline with an exporter of these settings. */
async function madeOf(records: readonly (string | Uint8Array)[], exporter: object = {}): Promise<string> {
  const directory = join(root, String(++folders))
  mkdirSync(directory)
  const { spool } = spoolIn(DISK_FILES, join(directory, 'spool'), { segmentBytes: 400 })
  await spool.open()
  for (const record of records) {
    const bytes = typeof record === 'string' ? Buffer.from(`${record}\n`) : record
    await spool.append({ bytes, length: 1, ends: Uint32Array.of(bytes.length) }, NEVER_ABORTED)
  }
  await spool.close()
  const pipeline = [
    { processor: 'sysflowreader', in: 'sysflow sysflowchan', out: 'flat flattenerchan' },
    { processor: 'policyengine', mode: 'enrich', in: 'flat flattenerchan', out: 'evt eventchan' },
    { processor: 'exporter', name: 'alerts', in: 'evt eventchan', export: 'file', 'file.path': 'out.json', ...exporter },
  ]
  writeFileSync(join(directory, 'pipeline.json'), JSON.stringify({ pipeline }))
  return directory
}

const configOf = (directory: string): string[] => ['-config', join(directory, 'pipeline.json')]

const segmentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.spool'))
    .sort()

function damage(folder: string): void {
  const [name = ''] = segmentsIn(folder)
  const bytes = readFileSync(join(folder, name))
  bytes[30] = (bytes[30] ?? 0) ^ 1
  writeFileSync(join(folder, name), bytes)
}

const RECORDS = Array.from({ length: 30 }, (_, index) => `record ${index}`)

test('ls lists waiting records, cat prints them, verify finds no damage, and none of them changes anything', async () => {
  const directory = await madeOf(RECORDS)
  const before = readdirSync(join(directory, 'spool')).map(name => readFileSync(join(directory, 'spool', name), 'latin1'))
  const listed = await run(directory, 'spool', 'ls', 'spool')
  assert.match(listed.out, /^30 records waiting \(290 bytes\) in \d segments/m)
  const { segments, ...all } = JSON.parse((await run(directory, 'spool', 'ls', 'spool', '--json')).out)
  assert.deepEqual([all.waiting, all.owner, segments.length], [30, null, segmentsIn(join(directory, 'spool')).length])
  assert.equal((await run(directory, 'spool', 'cat', 'spool')).out, `${RECORDS.join('\n')}\n`)
  const verified = await run(directory, 'spool', 'verify', 'spool')
  assert.deepEqual(verified, { exit: 0, out: '30 records waiting and intact, 0 lost, 0 bytes damaged\n', err: '' })
  const now = readdirSync(join(directory, 'spool')).map(name => readFileSync(join(directory, 'spool', name), 'latin1'))
  assert.deepEqual(now, before)
})

test('verify counts damage and fails; repair keeps the intact records in order, and a copy of the old files', async () => {
  const directory = await madeOf(RECORDS)
  damage(join(directory, 'spool'))
  const verified = await run(directory, 'spool', 'verify', 'spool')
  assert.deepEqual([verified.exit, /29 records waiting and intact, 1 lost/.test(verified.out)], [1, true])
  const repaired = await run(directory, 'spool', 'repair', 'spool')
  assert.deepEqual(repaired, { exit: 0, out: '29 records saved, 1 lost\noriginal files: spool/damaged-1\n', err: '' })
  assert.equal((await run(directory, 'spool', 'verify', 'spool')).exit, 0)
  assert.equal((await run(directory, 'spool', 'cat', 'spool')).out, `${RECORDS.slice(1).join('\n')}\n`)
  assert.match((await run(directory, 'spool', 'verify', 'spool/damaged-1')).out, /29 records waiting and intact, 1 lost/)
  assert.match((await run(directory, 'spool', 'repair', 'spool')).out, /no damage: 29 records waiting/)
})

test('replay delivers waiting records in order, and none remains', async () => {
  const directory = await madeOf(RECORDS)
  const replayed = await run(directory, 'spool', 'replay', 'spool', ...configOf(directory), '-stage', 'alerts')
  assert.deepEqual(replayed, { exit: 0, out: '30 records delivered, 0 refused, 0 waiting\n', err: '' })
  assert.equal(readFileSync(join(directory, 'out.json'), 'utf8'), `${RECORDS.join('\n')}\n`)
  assert.match((await run(directory, 'spool', 'ls', 'spool')).out, /^0 records wait/)
})

test('replay leaves all records in place while the target is unavailable', async () => {
  const directory = await madeOf(RECORDS, { 'file.path': 'nowhere/out.json' })
  const replayed = await run(directory, 'spool', 'replay', 'spool', ...configOf(directory), '-stage', 'alerts')
  assert.deepEqual([replayed.exit, replayed.out], [1, ''])
  assert.match(replayed.err, /SFP_EXPORT_FILE_OPEN/)
  assert.match((await run(directory, 'spool', 'ls', 'spool')).out, /^30 records wait/m)
})

const letterOf = (record: string): Uint8Array =>
  encodeDeadLetter({ time: '2026-01-01T00:00:00.000Z', stage: 'alerts', reason: 'before', record: Buffer.from(`${record}\n`) })

test('cat prints dead letters as records, or with their reasons', async () => {
  const directory = await madeOf([letterOf('{"a":1}'), letterOf('{"a":2}')])
  assert.equal((await run(directory, 'spool', 'cat', 'spool')).out, '{"a":1}\n{"a":2}\n')
  const [first = ''] = (await run(directory, 'spool', 'cat', 'spool', '--reasons')).out.split('\n')
  assert.deepEqual(JSON.parse(first), {
    time: '2026-01-01T00:00:00.000Z',
    stage: 'alerts',
    reason: 'before',
    record: '{"a":1}',
  })
})

test('replay delivers dead letters without their envelope', async () => {
  const directory = await madeOf([letterOf('{"a":1}'), letterOf('{"a":2}')])
  assert.equal((await run(directory, 'spool', 'replay', 'spool', ...configOf(directory), '-stage', 'alerts')).exit, 0)
  assert.equal(readFileSync(join(directory, 'out.json'), 'utf8'), '{"a":1}\n{"a":2}\n')
})

test('a record that is rejected again stays in the folder, as a dead letter with its new reason', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.statusCode = 400
      response.end('never')
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const directory = await madeOf([letterOf('{"a":1}')], { export: 'http', 'http.url': `http://127.0.0.1:${port}/` })
  const replayed = await run(directory, 'spool', 'replay', 'spool', ...configOf(directory), '-stage', 'alerts')
  server.close()
  assert.deepEqual([replayed.exit, replayed.out], [1, '0 records delivered, 1 refused, 1 waiting\n'])
  const letter = JSON.parse((await run(directory, 'spool', 'cat', 'spool', '--reasons')).out)
  assert.deepEqual([letter.stage, letter.record], ['alerts', '{"a":1}'])
  assert.match(letter.reason, /400/)
})

test('dead letters of Elasticsearch keep their ids: those of version 1, and those that are rejected again', async () => {
  const server = new FakeElasticsearch([{ kind: 'items', statuses: [201, 400] }])
  const directory = await madeOf([], { export: 'es', format: 'ecs', 'es.addresses': await server.listen(), 'es.index': 'a-%H' })
  const folder = join(directory, 'dead')
  cpSync(resolve('core/spool/testing/fixtures/version-1/dead-letters'), folder, { recursive: true })
  const replay = ['spool', 'replay', 'dead', ...configOf(directory), '-stage', 'alerts'] as const
  const first = await run(directory, ...replay)
  assert.deepEqual([first.exit, first.out], [1, '1 records delivered, 1 refused, 1 waiting\n'])
  const letter = JSON.parse((await run(directory, 'spool', 'cat', 'dead', '--reasons')).out)
  assert.deepEqual([letter.id, letter.record], ['f4220b38fa0a10b9', '{"number":1}'])
  assert.equal((await run(directory, ...replay)).exit, 0)
  await server.close()
  assert.deepEqual([...server.indices.keys()], ['a-22'])
  assert.deepEqual(
    [server.ids, server.documents],
    [
      ['73291fd44c312474', 'f4220b38fa0a10b9'],
      ['{"number":0}', '{"number":1}'],
    ],
  )
})

test('a run delivers records of version 1 in a spool for Elasticsearch with their ids', async () => {
  const server = new FakeElasticsearch()
  const address = await server.listen()
  const more = { export: 'es', format: 'ecs', 'es.addresses': address, 'spool.path': 'left', 'spool.drain': 60 }
  const directory = await madeOf([], more)
  cpSync(resolve('core/spool/testing/fixtures/version-1/ids'), join(directory, 'left'), { recursive: true })
  const { exit, err } = await run(directory, ...configOf(directory), '-quiet', TRACE)
  await server.close()
  assert.equal(exit, 0, err)
  const { ids } = server
  for (const id of ['f4220b38fa0a10b9', 'daae102b710964dd', '0123456789abcdef']) assert.ok(ids.includes(id))
  assert.ok(!ids.includes('73291fd44c312474'))
  assert.ok(server.documents.every(document => document.startsWith('{')))
  assert.equal((await run(directory, 'spool', 'ls', 'left', '--json')).out.includes('"waiting":0'), true)
})

test('an unknown exporter is reported, with the nearest name', async () => {
  const directory = await madeOf(RECORDS)
  const { exit, err } = await run(directory, 'spool', 'replay', 'spool', ...configOf(directory), '-stage', 'alert')
  assert.deepEqual([exit, /the pipeline has no exporter "alert"; did you mean "alerts"/.test(err)], [1, true])
})

test('a missing folder is reported and not created; a folder in use is not touched', async () => {
  const directory = await madeOf(RECORDS)
  for (const command of ['ls', 'cat', 'verify', 'repair']) {
    const { exit, err } = await run(directory, 'spool', command, 'nowhere')
    assert.deepEqual([exit, /SFP_SPOOL_OPEN/.test(err)], [1, true], command)
  }
  assert.ok(!existsSync(join(directory, 'nowhere')))
  const { spool } = spoolIn(DISK_FILES, join(directory, 'spool'))
  await spool.open()
  await spool.append(chunkOfTexts('another'), NEVER_ABORTED)
  assert.match((await run(directory, 'spool', 'ls', 'spool')).out, new RegExp(`in use by process ${process.pid}`))
  for (const args of [['repair'], ['replay', ...configOf(directory), '-stage', 'alerts']]) {
    const [command = '', ...options] = args
    const { exit, err } = await run(directory, 'spool', command, 'spool', ...options)
    assert.deepEqual([exit, /SFP_SPOOL_OWNED/.test(err)], [1, true], command)
  }
  await spool.close()
  assert.match((await run(directory, 'spool', 'ls', 'spool')).out, /^31 records wait/m)
})

test('a run with an unavailable target ends normally, and the next run first delivers the remaining records', async () => {
  const directory = await madeOf([], { 'file.path': 'later/out.json', 'spool.path': 'spool', 'spool.drain': 0 })
  const first = await run(directory, ...configOf(directory), '-summary', 'text', TRACE)
  assert.equal(first.exit, 0, first.err)
  assert.match(first.err, /^alerts: 0 records delivered from the spool, 1081 waiting for the next run$/m)
  mkdirSync(join(directory, 'later'))
  const document = readFileSync(join(directory, 'pipeline.json'), 'utf8').replace('"spool.drain":0', '"spool.drain":60')
  writeFileSync(join(directory, 'pipeline.json'), document)
  const second = await run(directory, ...configOf(directory), '-summary', 'json', TRACE)
  assert.equal(second.exit, 0, second.err)
  const { parts } = JSON.parse(second.err.trim().split('\n').at(-1) ?? '')
  assert.deepEqual([parts.at(-1).out, parts.at(-1).report.spool.delivered, parts.at(-1).report.spool.waiting], [1081, 2162, 0])
  const lines = readFileSync(join(directory, 'later/out.json'), 'utf8').trim().split('\n')
  assert.deepEqual(lines.slice(0, 1081), lines.slice(1081))
})

const isCompiled = import.meta.url.endsWith('.js')

test('records that worker threads have encoded use the same spool', {
  skip: isCompiled ? false : 'threads are started from compiled code only',
}, async () => {
  const directory = await madeOf([], { 'spool.path': 'spool', 'spool.drain': 60, 'deadletter.path': 'dead' })
  const { exit, err } = await run(directory, ...configOf(directory), '-workers', '2', '-summary', 'json', TRACE, TRACE)
  assert.equal(exit, 0, err)
  const { parts } = JSON.parse(err.trim().split('\n').at(-1) ?? '')
  assert.equal(parts.at(-1).report.spool.delivered, 2162)
  assert.equal(readFileSync(join(directory, 'out.json'), 'utf8').trim().split('\n').length, 2162)
})
