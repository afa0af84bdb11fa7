// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault, Faults } from '../../core/errors/fault.js'
import { formatFaults } from '../../core/errors/format-fault.js'
import { loadSettings } from './load-settings.js'
import { parseSettings } from './parse-settings.js'

const shown = (text: string): string => {
  try {
    parseSettings(text, 'pipeline.json')
  } catch (error) {
    assert.ok(error instanceof Faults)
    return formatFaults(error)
  }
  return 'accepted'
}

test('every key and value of a pipeline file keeps its place', () => {
  const { pipeline } = parseSettings(
    '{\n\t"pipeline": [\n\t\t{ "processor": "exporter", "in": "events eventchan" }\n\t]\n}',
    'p.json',
  )
  const origin = pipeline[0]?.file.get('in')?.origin
  assert.equal(origin?.kind, 'file')
  assert.deepEqual({ ...origin.key, text: '' }, { file: 'p.json', line: 3, column: 30, length: 4, text: '' })
  assert.deepEqual({ ...origin.value, text: '' }, { file: 'p.json', line: 3, column: 36, length: 18, text: '' })
})

test('a byte order mark, comments, tabs and a $schema do no harm', () => {
  const { pipeline, drivers } = parseSettings(
    '\uFEFF{ # mine\n"$schema": "x", "pipeline": [{\t"processor": "a"}], "drivers": []}',
    'p.json',
  )
  assert.equal(pipeline[0]?.file.get('processor')?.value, 'a')
  assert.equal(drivers.length, 0)
})

test('a bracket that is missing is named where it is missed', () => {
  assert.match(
    shown('{ "pipeline": [\n  { "processor": "a" ]\n}'),
    /^pipeline\.json:2:22 {2}SFP_CONFIG_SYNTAX\n.*\n {6}\| {22}\^ this is not valid JSON: "}" is missing here$/,
  )
  assert.match(shown('{"pipeline": ['), /"\]" is missing here$/)
})

test('a syntax error is shown where it stands', () => {
  assert.equal(
    shown('{ "pipeline": [\n  { "processor": "a"\n    "in": "b c" }\n] }'),
    'pipeline.json:3:5  SFP_CONFIG_SYNTAX\n    3 |     "in": "b c" }\n      |     ^ this is not valid JSON: missing , between flow map items',
  )
})

for (const [what, text, expected] of [
  ['an empty file', '', /SFP_CONFIG_SHAPE.*the pipeline file must be an object, not empty/s],
  ['an array', '[]', /must be an object, not an array/],
  ['a number', '7', /must be an object, not the number 7/],
  ['a pipeline that is no array', '{"pipeline": {}}', /"pipeline" must be an array of objects, not an object/],
  ['a stage that is no object', '{"pipeline": ["x"]}', /entry 1 of "pipeline" must be an object, not a text/],
  ['no pipeline', '{}', /SFP_PIPELINE_EMPTY/],
  ['an empty pipeline', '{"pipeline": []}', /SFP_PIPELINE_EMPTY/],
  ['a misspelt top key', '{"pipelin": []}', /"pipelin" is not a setting of the pipeline file; did you mean "pipeline"\?/],
  ['a key that stands twice', '{"pipeline": [{"in": "a b", "in": "c d"}]}', /SFP_CONFIG_SYNTAX.*keys must be unique/s],
  ['an end that is missing', '{"pipeline": [', /SFP_CONFIG_SYNTAX/],
  ['nesting without end', '['.repeat(20_000), /SFP_CONFIG_SYNTAX/],
  [
    'nesting that is closed again',
    `{"pipeline": [{"in": ${'['.repeat(5000)}${']'.repeat(5000)}}]}`,
    /nested more than 100 levels/,
  ],
  ['nesting in keys', '? '.repeat(5000), /nested more than 100 levels/],
  ['a second document', '{"pipeline": []}\n---\n{}', /SFP_CONFIG_SYNTAX[\s\S]*2 \| ---[\s\S]*a second document/],
  ['100,000 wrong tokens', '[]'.repeat(100_000), /SFP_CONFIG_SYNTAX/],
  [
    'a key that stands 50,000 times',
    'a: 1\n'.repeat(50_000),
    /^pipeline.json:2:1 {2}SFP_CONFIG_SYNTAX[^\n]*\n[^\n]*\n.*"a" stands there twice$/,
  ],
  ['aliases that multiply', bomb(), /SFP_CONFIG_SYNTAX/],
  ['binary', '\u0000\u0001\u0002', /SFP_CONFIG_/],
] as const) {
  test(`${what} is refused`, () => {
    assert.match(shown(text), expected)
  })
}

test('a file that is missing, a folder or far too large is refused with its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'))
  const refused = async (path: string, reason: RegExp): Promise<void> => {
    await assert.rejects(
      () => loadSettings(path, {}),
      error => error instanceof Fault && reason.test(formatFaults(error)),
    )
  }
  await refused(join(folder, 'missing.json'), /cannot be read: there is no such file/)
  await refused(folder, /cannot be read: it is a directory/)
  writeFileSync(join(folder, 'large.json'), ' '.repeat(5_000_000))
  await refused(join(folder, 'large.json'), /SFP_CONFIG_TOO_LARGE/)
  rmSync(folder, { recursive: true })
})

function bomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `"k${level}": &a${level} [${`*a${level - 1}, `.repeat(level > 0 ? 9 : 0)}1]`,
  )
  return `{"pipeline": [{${levels.join(', ')}}]}`
}
