// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault, Faults } from '../../../core/errors/fault.js'
import { formatFaults } from '../../../core/errors/format-fault.js'
import { shared, withoutShared } from '../../../core/testing/shared.js'
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

test('every key and value of a pipeline file has its place', () => {
  const { pipeline } = parseSettings(
    '{\n\t"pipeline": [\n\t\t{ "processor": "exporter", "in": "events eventchan" }\n\t]\n}',
    'p.json',
  )
  const origin = pipeline[0]?.file.get('in')?.origin
  assert.equal(origin?.kind, 'file')
  assert.deepEqual({ ...origin.key, text: '' }, { file: 'p.json', line: 3, column: 30, length: 4, text: '' })
  assert.deepEqual({ ...origin.value, text: '' }, { file: 'p.json', line: 3, column: 36, length: 18, text: '' })
})

test('a byte-order mark, comments, tabs and $schema are accepted', () => {
  const { pipeline, drivers } = parseSettings(
    '\uFEFF{ # mine\n"$schema": "x", "pipeline": [{\t"processor": "a"}], "drivers": []}',
    'p.json',
  )
  assert.equal(pipeline[0]?.file.get('processor')?.value, 'a')
  assert.equal(drivers.length, 0)
})

test('comments of every kind are accepted, and places are those of the file', () => {
  const { pipeline } = parseSettings(
    '// "\n{ /* [ */ "pipeline": [ # {\n  { "processor": "a", "url": "http://x/#y" } // }\n] }',
    'p.json',
  )
  const setting = pipeline[0]?.file.get('url')
  assert.equal(setting?.value, 'http://x/#y')
  assert.equal(setting.origin.kind === 'file' && `${setting.origin.value.line}:${setting.origin.value.column}`, '3:30')
  assert.match(shown('{"pipeline": [] /* }'), /:1:17 {2}SFP_CONFIG_SYNTAX\n.*\n.*\^\^ invalid JSON: this comment has no end/)
})

test('a key that starts with _ is a comment at any depth, can be repeated, and has any value', () => {
  const { pipeline, drivers, admin } = parseSettings(
    `{"_comment": "\${UNSET}", "_comment": [1], "inside": {"_": 1, "port": 2}, "drivers": [{"_a": {}, "driver": "file"}],
      "pipeline": [{"_b": 1, "list": [{"_c": 2, "d": {"_e": 3, "f": 4}}]}]}`,
    'p.json',
  )
  assert.deepEqual([...(admin?.file.keys() ?? [])], ['port'])
  assert.deepEqual([...(drivers[0]?.file.keys() ?? [])], ['driver'])
  assert.deepEqual(pipeline[0]?.file.get('list')?.value, [{ d: { f: 4 } }])
  assert.deepEqual([...(pipeline[0]?.file.keys() ?? [])], ['list'])
})

test('variables are replaced in every string, at any depth, and nowhere else', () => {
  const environment = { NAME: 'events', NUMBER: '7', FOLDER: '/plugins', SECRET: '${NAME}"\\' }
  const { pipeline, drivers, plugins, folders } = parseSettings(
    `{"plugins": ["./\${NAME}.js"], "plugdir": "\${FOLDER}", "drivers": [{"driver": "\${DRIVER:-file}"}], "pipeline": [{
      "processor": "exporter", "in": ["\${NAME} \${TYPE:-eventchan}"], "\${NAME}": true, "buffer": "\${NUMBER}",
      "deep": {"list": ["a", {"password": "\${SECRET}"}, "$\${NAME} costs 5$"]}}]}`,
    'p.json',
    environment,
  )
  const values = Object.fromEntries([...(pipeline[0]?.file ?? [])].map(([key, { value }]) => [key, value]))
  assert.deepEqual(values, {
    processor: 'exporter',
    in: ['events eventchan'],
    '${NAME}': true,
    buffer: '7',
    deep: { list: ['a', { password: '${NAME}"\\' }, '${NAME} costs 5$'] },
  })
  assert.equal(drivers[0]?.file.get('driver')?.value, 'file')
  assert.deepEqual(
    plugins?.map(({ value }) => value),
    ['./events.js'],
  )
  assert.equal(folders?.get('plugdir')?.value, '/plugins')
})

test('all unset variables are errors, each at its place', () => {
  assert.equal(
    shown('{"pipeline": [{"a": "x ${FIRST} y",\n "b": ["${SECOND:-}", {"c": "${THIRD}"}], "d": "\\u0024{FOURTH}"}]}'),
    [
      'pipeline.json:1:24  SFP_CONFIG_UNSET_VARIABLE',
      '    1 | {"pipeline": [{"a": "x ${FIRST} y",',
      '      |                        ^^^^^^^^ the environment variable FIRST is not set; set it, or add a default: ${FIRST:-DEFAULT}',
      'pipeline.json:2:30  SFP_CONFIG_UNSET_VARIABLE',
      '    2 |  "b": ["${SECOND:-}", {"c": "${THIRD}"}], "d": "\\u0024{FOURTH}"}]}',
      '      |                              ^^^^^^^^ the environment variable THIRD is not set; set it, or add a default: ${THIRD:-DEFAULT}',
      'pipeline.json:2:48  SFP_CONFIG_UNSET_VARIABLE',
      '    2 |  "b": ["${SECOND:-}", {"c": "${THIRD}"}], "d": "\\u0024{FOURTH}"}]}',
      '      |                                                ^^^^^^^^^^^^^^^^ the environment variable FOURTH is not set; set it, or add a default: ${FOURTH:-DEFAULT}',
    ].join('\n'),
  )
})

for (const name of ['10-comment-key', '27-comments-in-a-pipeline-file'])
  test(`the pipeline file of case ${name} is read`, { skip: withoutShared }, async () => {
    const { pipeline } = await loadSettings(shared('cases', name, 'pipeline.json'), {})
    assert.equal(pipeline[0]?.file.get('processor')?.value, 'sysflowreader')
  })

test('a missing bracket is reported at its place', () => {
  assert.match(
    shown('{ "pipeline": [\n  { "processor": "a" ]\n}'),
    /^pipeline\.json:2:22 {2}SFP_CONFIG_SYNTAX\n.*\n {6}\| {22}\^ invalid JSON: "}" is missing here$/,
  )
  assert.match(shown('{"pipeline": ['), /"\]" is missing here$/)
})

test('a syntax error is shown at its place', () => {
  assert.equal(
    shown('{ "pipeline": [\n  { "processor": "a"\n    "in": "b c" }\n] }'),
    'pipeline.json:3:5  SFP_CONFIG_SYNTAX\n    3 |     "in": "b c" }\n      |     ^ invalid JSON: missing , between flow map items',
  )
})

test('"admin" and its deprecated name "inside" in one file are an error at the deprecated name, in either order', () => {
  const stages = '"pipeline": [{"processor": "a"}]'
  const expected = (place: string): RegExp =>
    new RegExp(
      `^pipeline.json:${place} {2}SFP_CONFIG_TWO_NAMES\n.*\n.*\\^{8} "inside" is the deprecated name of "admin", and the file has both; remove "inside"$`,
    )
  assert.match(shown(`{"admin": {"port": 1},\n "inside": {"port": 2}, ${stages}}`), expected('2:2'))
  assert.match(shown(`{"inside": {"port": 1},\n "admin": {"port": 1}, ${stages}}`), expected('1:2'))
})

for (const [what, text, expected] of [
  ['an empty file', '', /SFP_CONFIG_SHAPE.*the pipeline file must be an object, not empty/s],
  ['an array', '[]', /must be an object, not an array/],
  ['a number', '7', /must be an object, not the number 7/],
  ['a pipeline that is not an array', '{"pipeline": {}}', /"pipeline" must be an array of objects, not an object/],
  ['a stage that is not an object', '{"pipeline": ["x"]}', /entry 1 of "pipeline" must be an object, not a string/],
  ['no pipeline', '{}', /SFP_PIPELINE_EMPTY/],
  ['an empty pipeline', '{"pipeline": []}', /SFP_PIPELINE_EMPTY/],
  ['a misspelt top-level key', '{"pipelin": []}', /"pipelin" is not a setting of the pipeline file; did you mean "pipeline"\?/],
  ['a duplicate key', '{"pipeline": [{"in": "a b", "in": "c d"}]}', /SFP_CONFIG_SYNTAX.*the key "in" is repeated/s],
  ['a missing end', '{"pipeline": [', /SFP_CONFIG_SYNTAX/],
  ['nesting without end', '['.repeat(20_000), /SFP_CONFIG_SYNTAX/],
  [
    'nesting that is closed again',
    `{"pipeline": [{"in": ${'['.repeat(5000)}${']'.repeat(5000)}}]}`,
    /more than 100 nested levels/,
  ],
  ['nesting in keys', '? '.repeat(5000), /more than 100 nested levels/],
  ['a second document', '{"pipeline": []}\n---\n{}', /SFP_CONFIG_SYNTAX[\s\S]*2 \| ---[\s\S]*a second document/],
  ['100,000 wrong tokens', '[]'.repeat(100_000), /SFP_CONFIG_SYNTAX/],
  [
    'a key that occurs 50,000 times',
    'a: 1\n'.repeat(50_000),
    /^pipeline.json:2:1 {2}SFP_CONFIG_SYNTAX[^\n]*\n[^\n]*\n.*the key "a" is repeated$/,
  ],
  ['expanding aliases', bomb(), /SFP_CONFIG_SYNTAX/],
  ['binary', '\u0000\u0001\u0002', /SFP_CONFIG_/],
] as const) {
  test(`${what} is refused`, () => {
    assert.match(shown(text), expected)
  })
}

test('a missing file, a folder and a file that is too large are refused by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'))
  const refused = async (path: string, reason: RegExp): Promise<void> => {
    await assert.rejects(
      () => loadSettings(path, {}),
      error => error instanceof Fault && reason.test(formatFaults(error)),
    )
  }
  await refused(join(folder, 'missing.json'), /cannot read the pipeline file .*: no such file/)
  await refused(folder, /cannot read the pipeline file .*: it is a directory/)
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
