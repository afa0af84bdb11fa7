// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { SCHEMA_V5 } from '../../plugins/sysflow/avro/schema-v5.js'
import type { TraceRecord } from '../../plugins/sysflow/avro/trace-record.js'
import { encodeRecord, writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { containerBlockBytes, containerHeaderBytes } from '../../plugins/sysflow/testing/container-bytes.js'
import { runCommandLine } from '../command-line.js'

/** Runs the whole program with invalid input: one clear fault each, the documented exit status, and the run continues. */

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'))
after(() => rmSync(folder, { recursive: true }))

/** Longer than any test takes on a slow machine. */
const BOUND = { timeout: 30_000 }

interface Ended {
  readonly exit: number
  readonly out: string
  readonly error: string
}

/** Runs the program without a process of its own. An error that the program would report as its own bug fails the test. */
async function run(...args: string[]): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const texts = [stdout, stderr].map(async stream => Buffer.concat(await stream.toArray()).toString())
  const never = new AbortController().signal
  const exit = await runCommandLine(args, { stdout, stderr, environment: {}, directory: folder, stop: never, abort: never })
  stdout.end()
  stderr.end()
  const [out = '', error = ''] = await Promise.all(texts)
  assert.doesNotMatch(error, /\n\s+at .+:\d+:\d+\)?\n|fault of the program/)
  return { exit, out, error }
}

function place(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const READER = '{"processor": "sysflowreader", "handler": "flattener", "in": "sysflow sysflowchan", "out": "flat flattenerchan"}'
const ENGINE = '{"processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan", "mode": "enrich"}'
const EXPORTER = '{"processor": "exporter", "in": "events eventchan", "export": "terminal"}'
const pipelineOf = (...stages: string[]): string => `{"pipeline": [\n${stages.join(',\n')}\n]}\n`
const ENRICH = place('enrich.json', pipelineOf(READER, ENGINE, EXPORTER))

/** The codes of the reported errors, each after its location without the folder. */
const faultsIn = (error: string): string[] =>
  [...error.matchAll(/^(?:\[Error\] \S+ \S+ )?(.*?)(?: {2}|: )?(?<!warning )(SFP_\w+)/gm)].map(([, where = '', code]) =>
    `${where.replaceAll(`${folder}/`, '')} ${code}`.trim(),
  )

const event = (ts: number): TraceRecord => ({
  branch: 'PE', record: { procOID: { createTS: 0n, hpid: 1 }, ts: BigInt(ts), tid: 1, opFlags: 4, args: [], ret: 0 },
}) // biome-ignore format: short
const times = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)
const timesIn = (out: string): number[] =>
  out.split('\n').slice(0, -1).map(line => JSON.parse(line).ts) // biome-ignore format: one step after the other
const plainBlock = (from: number, to: number): Buffer =>
  containerBlockBytes(to - from, Buffer.concat(times(from, to).map(ts => encodeRecord(event(ts)))))

const V5 = JSON.stringify(SCHEMA_V5)
const HEAD = containerHeaderBytes({ 'avro.schema': V5 })
const NEXT = place('next.sf', writeTrace(times(900, 903).map(event)))
const NEXT_TIMES = [900, 901, 902]
const WHOLE = Buffer.concat([HEAD, plainBlock(0, 3), plainBlock(3, 6), plainBlock(6, 9)])
/** Start of the second block. */
const SECOND = HEAD.length + plainBlock(0, 3).length

const flippedAt = (at: number): Buffer => {
  const bytes = Buffer.from(WHOLE)
  bytes[at] = (bytes[at] ?? 0) ^ 255
  return bytes
}
const between = (...middle: Buffer[]): Buffer => Buffer.concat([HEAD, plainBlock(0, 3), ...middle, plainBlock(6, 9)])
const OUTER = [...times(0, 3), ...times(6, 9)]

for (const [what, name, bytes, read, fault] of [
  ['an empty file', 'empty.sf', Buffer.alloc(0), [], 'file: empty.sf SFP_SYSFLOW_EMPTY'],
  ['a string', 'text.sf', Buffer.from('no trace'), [], 'file: text.sf SFP_SYSFLOW_NOT_AVRO'],
  ['a compressed trace', 'trace.sf.gz', Buffer.from([31, 139, 8, 0, 0]), [], 'file: trace.sf.gz SFP_SYSFLOW_NOT_AVRO'],
  ['a file cut in its header', 'head.sf', WHOLE.subarray(0, 500), [], 'file: head.sf SFP_SYSFLOW_NOT_AVRO'],
  ['a file with a byte flipped in its magic', 'magic.sf', flippedAt(1), [], 'file: magic.sf SFP_SYSFLOW_NOT_AVRO'],
  ['a file with a byte flipped in its schema', 'schema.sf', flippedAt(30), [], 'file: schema.sf SFP_SYSFLOW_SCHEMA'],
  [
    'a schema of other records',
    'other.sf',
    containerHeaderBytes({ 'avro.schema': '{"type":"record","name":"X","fields":[{"name":"a","type":"long"}]}' }),
    [],
    'file: other.sf SFP_SYSFLOW_SCHEMA',
  ],
  [
    'a schema that is not JSON',
    'nojson.sf',
    containerHeaderBytes({ 'avro.schema': '{"type"' }),
    [],
    'file: nojson.sf SFP_SYSFLOW_SCHEMA',
  ],
  [
    'a schema that is nested 100,000 deep',
    'deep.sf',
    containerHeaderBytes({ 'avro.schema': `${'['.repeat(100_000)}${']'.repeat(100_000)}` }),
    [],
    'file: deep.sf SFP_SYSFLOW_SCHEMA',
  ],
  [
    'an unknown codec',
    'codec.sf',
    containerHeaderBytes({ 'avro.schema': V5, 'avro.codec': 'zstandard' }),
    [],
    'file: codec.sf SFP_SYSFLOW_CODEC',
  ],
  [
    'a file cut in its last block',
    'cut.sf',
    WHOLE.subarray(0, -20),
    times(0, 6),
    `file: cut.sf, byte ${SECOND + plainBlock(3, 6).length} SFP_SYSFLOW_CUT`,
  ],
  [
    'a byte flipped in the count of a block',
    'count.sf',
    flippedAt(SECOND),
    OUTER,
    `file: count.sf, byte ${SECOND} SFP_SYSFLOW_DAMAGED`,
  ],
  [
    'a byte flipped in the kind of a record',
    'branch.sf',
    flippedAt(SECOND + 2),
    OUTER,
    `sysflowreader: branch.sf, block at byte ${SECOND} SFP_SYSFLOW_UNDECODABLE`,
  ],
  [
    'a block that claims more records than it holds',
    'more.sf',
    between(containerBlockBytes(5, Buffer.concat([3, 4, 5].map(ts => encodeRecord(event(ts)))))),
    times(0, 9),
    `sysflowreader: more.sf, block at byte ${SECOND} SFP_SYSFLOW_UNDECODABLE`,
  ],
  [
    'a block that claims fewer records than it holds',
    'fewer.sf',
    between(containerBlockBytes(2, Buffer.concat([3, 4, 5].map(ts => encodeRecord(event(ts)))))),
    [...times(0, 5), ...times(6, 9)],
    `sysflowreader: fewer.sf, block at byte ${SECOND} SFP_SYSFLOW_SURPLUS`,
  ],
  [
    'a block that claims 2^40 records',
    'lots.sf',
    between(containerBlockBytes(2 ** 40, encodeRecord(event(3)))),
    OUTER,
    `file: lots.sf, byte ${SECOND} SFP_SYSFLOW_DAMAGED`,
  ],
  [
    'a block that claims to be longer than it is',
    'longer.sf',
    between(containerBlockBytes(1, encodeRecord(event(3)), 20)),
    OUTER,
    `file: longer.sf, byte ${SECOND} SFP_SYSFLOW_DAMAGED`,
  ],
  [
    'a block that claims to be shorter than it is',
    'shorter.sf',
    between(containerBlockBytes(1, encodeRecord(event(3)), 5)),
    OUTER,
    `file: shorter.sf, byte ${SECOND} SFP_SYSFLOW_DAMAGED`,
  ],
  [
    'a block of negative length',
    'negative.sf',
    between(containerBlockBytes(1, encodeRecord(event(3)), -7)),
    OUTER,
    `file: negative.sf, byte ${SECOND} SFP_SYSFLOW_DAMAGED`,
  ],
] satisfies [string, string, Buffer, number[], string][]) {
  test(
    `${what}: one error with its place, exit status 1, and everything else is read, including the next file`,
    BOUND,
    async () => {
      const { exit, out, error } = await run('-log', 'warn', '-summary', 'none', '-config', ENRICH, place(name, bytes), NEXT)
      assert.deepEqual(timesIn(out), [...read, ...NEXT_TIMES])
      assert.deepEqual(faultsIn(error), [fault])
      assert.equal(exit, 1)
    },
  )
}

test('the trace for the damage tests is read whole without an error', BOUND, async () => {
  const { exit, out, error } = await run('-quiet', '-config', ENRICH, place('whole.sf', WHOLE), NEXT)
  assert.deepEqual([exit, error, timesIn(out)], [0, '', [...times(0, 9), ...NEXT_TIMES]])
})

test('a missing file: exit status 1, and the next file is read', BOUND, async () => {
  const alone = await run('-quiet', '-config', ENRICH, 'missing.sf')
  assert.deepEqual([alone.exit, alone.out, faultsIn(alone.error)], [1, '', ['SFP_INPUT_PATH']])
  const { exit, out, error } = await run('-quiet', '-config', ENRICH, 'missing.sf', NEXT)
  assert.deepEqual([exit, timesIn(out), faultsIn(error)], [1, NEXT_TIMES, ['file SFP_INPUT_PATH']])
})

/** The compiled program, or its source if the tests themselves run from source. */
const MAIN = ['../main.js', '../main.ts'].map(name => fileURLToPath(new URL(name, import.meta.url))).find(existsSync) ?? ''
const TELL_MEMORY = 'data:text/javascript,process.on("exit", () => console.error("peak", process.resourceUsage().maxRSS, "kB"))'

const claim = between(containerBlockBytes(1, Buffer.alloc(0), 2 ** 31 - 1))
const packed = deflateRawSync(Buffer.alloc(1 << 28))
const bombs = Buffer.concat([
  containerHeaderBytes({ 'avro.schema': V5, 'avro.codec': 'deflate' }),
  ...Array(12).fill(containerBlockBytes(1, packed)),
])
for (const [what, name, bytes, read, faults] of [
  ['a length claim of 2 GB', 'claim.sf', claim, OUTER, 1],
  ['twelve blocks of 256 MB in 3 MB', 'bombs.sf', bombs, [], 11],
] satisfies [string, string, Buffer, number[], number][]) {
  test(`${what}: reported, skipped, and less than 300 MB of memory used`, BOUND, () => {
    const flags = process.execArgv.filter(flag => !flag.startsWith('--test'))
    const args = ['-quiet', '-config', ENRICH, place(name, bytes), NEXT]
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '--import', TELL_MEMORY, MAIN, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '' },
      timeout: BOUND.timeout,
    })
    assert.equal(status, 1, stderr)
    assert.deepEqual(timesIn(stdout), [...read, ...NEXT_TIMES])
    assert.equal(faultsIn(stderr).length, faults)
    const [, peak] = /^peak (\d+) kB$/m.exec(stderr) ?? assert.fail(stderr)
    assert.ok(Number(peak) < 300_000, `${peak} kB`)
  })
}

const withSettings = (stage: string, settings: string): string => stage.replace(/}$/, `, ${settings}}`)
const ALERT = ENGINE.replace('"enrich"', '"alert"')
for (const [what, text, faults] of [
  ['a syntax error', '{"pipeline": [\n  {"processor": "sysflowreader",]\n}', [':2:33 SFP_CONFIG_SYNTAX']],
  ['binary data', Buffer.from([0, 255, 254, 1, 2]), [':1:1 SFP_CONFIG_SHAPE']],
  [
    'nesting 5,000 deep',
    pipelineOf(READER, ENGINE, withSettings(EXPORTER, `"in": ${'['.repeat(5000)}${']'.repeat(5000)}`)),
    [':4:177 SFP_CONFIG_SYNTAX'],
  ],
  ['an unknown key', pipelineOf(READER, withSettings(ENGINE, '"moed": 1'), EXPORTER), [':3:104 SFP_CONFIG_UNKNOWN_KEY']],
  ['an unknown top-level key', '{"pipelines": []}', [':1:2 SFP_CONFIG_UNKNOWN_KEY']],
  [
    'an unknown processor',
    pipelineOf(READER, ENGINE.replace('engine', 'engin'), EXPORTER),
    [':3:15 SFP_PIPELINE_UNKNOWN_PROCESSOR'],
  ],
  [
    'a channel without a sender, and one without a receiver',
    pipelineOf(READER, ENGINE, EXPORTER.replace('events', 'alerts')),
    [':3:66 SFP_CHANNEL_WITHOUT_RECEIVER', ':4:33 SFP_CHANNEL_WITHOUT_SENDER'],
  ],
  ['a wrong type', pipelineOf(READER, ENGINE, withSettings(EXPORTER, '"buffer": "many"')), [':4:85 SFP_CONFIG_WRONG_TYPE']],
  [
    'an unwritable output',
    pipelineOf(READER, ENGINE, EXPORTER.replace('"terminal"', '"file", "file.path": "missing/folder/alerts.json"')),
    ['SFP_EXPORT_FILE_OPEN'],
  ],
  [
    'a missing policy folder',
    pipelineOf(READER, withSettings(ALERT, '"policies": "nowhere"'), EXPORTER),
    ['SFP_POLICY_NOT_FOUND'],
  ],
] satisfies [string, string | Buffer, string[]][]) {
  test(`a pipeline file with ${what}: its place, exit status 1, nothing is read; -test reports it too`, BOUND, async () => {
    const config = place('pipeline.json', text)
    const expected = faults.map(fault => (fault.startsWith(':') ? `pipeline.json${fault}` : fault))
    for (const args of [
      ['-config', config, NEXT],
      ['-test', '-config', config],
    ]) {
      const { exit, out, error } = await run(...args)
      assert.deepEqual([exit, out, faultsIn(error)], [1, '', expected])
    }
    rmSync(config)
  })
}

test('stages in a circle, and a plugin that cannot be loaded, are refused at their place', BOUND, async () => {
  const plugins = join(folder, 'plugins')
  mkdirSync(plugins)
  writeFileSync(
    join(plugins, 'loop.mjs'),
    `export const plugin = { kind: 'processor', name: 'loop', contract: 2, summary: '', accepts: ['flattenerchan'],
      offers: ['flattenerchan'], options: { type: 'object', additionalProperties: false, properties: {} }, create() {} }`,
  )
  const loop =
    '{"processor": "loop", "in": ["flat flattenerchan", "b flattenerchan"], "out": ["a flattenerchan", "b flattenerchan"]}'
  const config = place('circle.json', pipelineOf(READER, loop, ENGINE.replace('flat ', 'a '), EXPORTER))
  const { exit, error } = await run('-plugdir', plugins, '-config', config, NEXT)
  assert.deepEqual([exit, faultsIn(error)], [1, ['circle.json:3:1 SFP_PIPELINE_CYCLE']])
  writeFileSync(join(plugins, 'broken.mjs'), 'export const plugin = {')
  const broken = place('broken.json', pipelineOf(READER, loop.replace('loop', 'broken'), ENGINE.replace('flat ', 'a '), EXPORTER))
  const refused = await run('-plugdir', plugins, '-config', broken, NEXT)
  assert.deepEqual([refused.exit, faultsIn(refused.error)[0]], [1, 'plugins/broken.mjs SFP_PLUGIN_BROKEN'])
})

test('an output that becomes full: exit status 1, and the loss is reported', {
  ...BOUND,
  skip: !existsSync('/dev/full'),
}, async () => {
  const config = place(
    'full.json',
    pipelineOf(READER, ENGINE, EXPORTER.replace('"terminal"', '"file", "file.path": "/dev/full", "retry.seconds": 0')),
  )
  const { exit, error } = await run('-summary', 'json', '-log', 'error', '-config', config, NEXT)
  assert.equal(exit, 1)
  assert.deepEqual(faultsIn(error), ['exporter SFP_EXPORT_FILE_WRITE'])
  assert.match(error, /"not written":3/)
})

const rule = (condition: string): string => `- rule: r\n  desc: d\n  condition: ${condition}\n`
for (const [what, text, faults] of [
  [
    '1,000 errors: the first hundred, and how many more',
    times(0, 1000)
      .map(number => rule(`sf.prok.exe = ${number}`))
      .join(''),
    [...times(0, 100).map(number => `rules.yaml:${3 * number + 3}:14 SFP_POLICY_UNKNOWN_ATTRIBUTE`), 'SFP_POLICY_MORE_FAULTS'],
  ],
  [
    'parentheses 10,000 deep: one fault',
    rule(`${'('.repeat(10_000)}sf.ret = 0${')'.repeat(10_000)}`),
    ['rules.yaml:3:214 SFP_POLICY_TOO_DEEP'],
  ],
  ['10,000 times not: one fault', rule(`${'not '.repeat(10_000)}sf.ret = 0`), ['rules.yaml:3:814 SFP_POLICY_TOO_DEEP']],
  ['lists 10,000 deep: one fault', `- list: l\n  items: ${'['.repeat(10_000)}\n`, ['rules.yaml:1:1 SFP_POLICY_TOO_DEEP']],
  ['a line of 1 MB that is no rule: one fault', 'x'.repeat(1_000_000), ['rules.yaml:1:1 SFP_POLICY_NO_LIST']],
  ['an attribute of 1 MB: one fault', rule(`sf.${'x'.repeat(1_000_000)} = 1`), ['rules.yaml:3:14 SFP_POLICY_UNKNOWN_ATTRIBUTE']],
  ['a value of 1 MB: it is read', rule(`sf.proc.exe = ${'x'.repeat(1_000_000)} or sf.type = PE`), []],
  ['a condition of 10,000 terms: it is read', rule(`${'sf.ret = 1 or '.repeat(10_000)}sf.type = PE`), []],
  ['no text at all: one fault', Buffer.from([0, 255, 254, 1, 2]), ['rules.yaml:1:1 SFP_POLICY_NOT_TEXT']],
] satisfies [string, string | Buffer, string[]][]) {
  test(`a rule file with ${what}; exit status ${faults.length === 0 ? 0 : 1}`, BOUND, async () => {
    place('rules.yaml', text)
    const config = place('alert.json', pipelineOf(READER, withSettings(ALERT, '"policies": "rules.yaml"'), EXPORTER))
    const { exit, out, error } = await run('-quiet', '-config', config, NEXT)
    assert.deepEqual(faultsIn(error), faults)
    assert.deepEqual([exit, timesIn(out)], faults.length === 0 ? [0, NEXT_TIMES] : [1, []])
    assert.ok(error.length < 60_000, 'a long line is told in part')
    if (faults.includes('SFP_POLICY_MORE_FAULTS')) assert.match(error, /\n1000 errors, 0 warnings\n$/)
  })
}
