// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { shared, withoutShared } from '../../core/testing/shared.js'
import { writeTrace } from '../../plugins/sysflow/avro/trace-writer.js'
import { appendixATrace } from '../../plugins/sysflow/testing/appendix-a-trace.js'
import { runCommandLine } from '../command-line.js'
import { packageVersion } from '../process/package.js'

/** Compares the whole program with the worked examples in the text of the specification: bytes, not parsed objects. */

const folder = mkdtempSync(join(tmpdir(), 'examples-'))
after(() => rmSync(folder, { recursive: true }))

const specification = withoutShared ? '' : readFileSync(shared('spec', 'sysflow-processor.md'), 'utf8')

/** The lines of the first code block after `title`. */
function blockAfter(title: string): string[] {
  const at = specification.search(new RegExp(`^${title}\\b`, 'm'))
  assert.ok(at >= 0, title)
  const [, code] = /\n```\w*\n([\s\S]*?)\n```\n/.exec(specification.slice(at)) ?? assert.fail(title)
  return (code ?? '').split('\n')
}

/** The documented differences at the end of Appendix A, and the version, which differs. */
const DIFFERENCES: readonly (readonly [string, RegExp, (...found: string[]) => string])[] = [
  [
    'Q20: counters are the recorded ones',
    /"(rbytes|rops|wbytes|wops|bytes_read|bytes_written|read_ops|write_ops|bytes|packets)":(\d+)/g,
    (_, key, doubled) => `"${key}":${Number(doubled) / 2}`,
  ],
  ['Q32: the closing quote is kept', /b\\u003e"/g, () => 'b\\u003e\\""'],
  ['Q35: the socket path is whole', /"path":"\/run\/my"/g, () => '"path":"/run/my sock"'],
  ['Q73: an alert is of kind alert', /"kind":"event","reason"/g, () => '"kind":"alert","reason"'],
  ['the version is ours', /"type":"SysFlow","version":"0\.7\.0"/g, () => `"type":"SysFlow","version":"${packageVersion()}"`],
]

const mended = (line: string): string => DIFFERENCES.reduce((text, [, from, to]) => text.replace(from, to), line)

const TRACE = join(folder, 'a.sf')
writeFileSync(TRACE, writeTrace(appendixATrace()))

/** The output of the program for a trace. */
async function exported(trace: string, format: string, rules?: string): Promise<string[]> {
  writeFileSync(join(folder, 'rules.yaml'), rules ?? '')
  const judging = rules === undefined ? '"mode": "enrich"' : '"mode": "alert", "policies": "rules.yaml"'
  const config = join(folder, 'pipeline.json')
  writeFileSync(
    config,
    `{"pipeline": [
      {"processor": "sysflowreader", "handler": "flattener", "in": "sysflow sysflowchan", "out": "flat flattenerchan"},
      {"processor": "policyengine", "in": "flat flattenerchan", "out": "events eventchan", ${judging}},
      {"processor": "exporter", "in": "events eventchan", "export": "terminal", "format": "${format}"}
    ]}`,
  )
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const texts = Promise.all([stdout, stderr].map(async stream => Buffer.concat(await stream.toArray()).toString()))
  const never = new AbortController().signal
  const context = { stdout, stderr, environment: {}, directory: folder, stop: never, abort: never }
  const exit = await runCommandLine(['-quiet', '-config', config, trace], context)
  stdout.end()
  stderr.end()
  const [out = '', error] = await texts
  assert.deepEqual([exit, error], [0, ''])
  assert.ok(out.endsWith('\n'))
  return out.slice(0, -1).split('\n')
}

const OPTIONS = { skip: withoutShared }

for (const [format, alert, records] of [
  ['json', 1, [2, 3, 5]],
  ['ecs', 6, [7]],
] as const) {
  test(
    `check 89: worked example ${alert} (${format}), evaluated with rule set R1, equals the specification byte by byte`,
    OPTIONS,
    async () => {
      const rules = `${blockAfter('Rule set R1').join('\n')}\n`
      assert.deepEqual(await exported(TRACE, format, rules), blockAfter(`Worked example ${alert}`).map(mended))
    },
  )

  test(
    `check 89: worked examples ${records.join(', ')} (${format}) equal the specification byte by byte, in its order`,
    OPTIONS,
    async () => {
      const expected = records.flatMap(number => blockAfter(`Worked example ${number}`)).map(mended)
      const lines = await exported(TRACE, format)
      assert.deepEqual(
        lines.filter(line => expected.includes(line)),
        expected,
      )
      assert.equal(lines.length, 6)
    },
  )
}

test('check 89: worked example 4, of a recorded trace, equals the specification byte by byte', OPTIONS, async () => {
  const lines = await exported(resolve(shared('traces', 'processor', 'tcp.sf')), 'json')
  const [expected = ''] = blockAfter('Worked example 4').map(mended)
  assert.deepEqual(
    lines.filter(line => line.includes('"ts":1553543282832225890,')),
    [expected],
  )
})

test('each listed difference occurs in the worked examples', OPTIONS, () => {
  const examples = [1, 2, 3, 4, 5, 6, 7].flatMap(number => blockAfter(`Worked example ${number}`))
  assert.equal(examples.length, 10)
  for (const [name, from] of DIFFERENCES)
    assert.ok(
      examples.some(line => line.search(from) >= 0),
      name,
    )
})
