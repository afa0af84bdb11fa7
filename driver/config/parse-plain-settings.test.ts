// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsePlainSettings } from './parse-plain-settings.js'
import { parseSettings } from './parse-settings.js'

const PIPELINE = `{
  "$schema": "x",
  "admin": { "port" : 9464, "hosts": ["a"] },
  "plugdir": "../plugins", "actiondir" : "/a b",
  "plugins": ["./x", "@a/b" ],
  "drivers": [ { "driver": "file", "path": "a\\\\b\\t\\"c\\" #" } ],
  "pipeline": [
    { "processor" : "sysflowreader", "in": "sysflow sysflowchan", "batch": 1.10, "n": -0, "deep": {"a": [1, null, {"b": []}]} },
    {},
    {"mode":"alert","on":true,"off":false,"x": 123456789012345
  }]
}
`

/** Says whether the text was plain. */
function agree(text: string): boolean {
  const plain = parsePlainSettings(text, 'p.json')
  if (plain) assert.deepEqual(plain, parseSettings(text, 'p.json'))
  return plain !== undefined
}

test('a plain pipeline file is read as the YAML reader reads it', () => {
  assert.ok(agree(PIPELINE))
  const folder = join('resources', 'pipelines')
  for (const name of readdirSync(folder))
    if (name.endsWith('.json')) assert.ok(agree(readFileSync(join(folder, name), 'utf8')), name)
})

test('what is not plain is left to the YAML reader', () => {
  for (const text of [
    '',
    '[]',
    '{}',
    '{"pipeline": []}',
    '{"pipeline": {}}',
    '{"pipeline": ["a"]}',
    '{"pipeline": [{}], "other": 1}',
    '{"pipeline": [{}], "admin": 1}',
    '{"pipeline": [{}], "plugdir": 1}',
    '{"pipeline": [{}], "plugins": "x"}',
    '{"pipeline": [{}], "plugins": ["a", 1]}',
    '{"pipeline": [{}], "plugins": [""]}',
    '{"pipeline": [{}],}',
    '{"pipeline": [{"a": 1, "a": 2}]}',
    '{"pipeline": [{"a": {"b": 1, "b": 2}}]}',
    '{"pipeline": [{"<<": {"b": 1}}]}',
    '{"pipeline": [{"__proto__": {"b": 1}}]}',
    '{"pipeline": [{}]} x',
    '{"pipeline": [{}]} # mine',
    '\uFEFF{"pipeline": [{}]}',
    '{"pipeline": [{"a": "ä"}]}',
    '{"pipeline": [{"a": 1e3}]}',
    '{"pipeline": [{"a": 01}]}',
    '{"pipeline": [{"a": 12345678901234567890}]}',
    '{"pipeline": [{"a": "b}]}',
    '{"pipeline": [{"a" 1}]}',
    '{"pipeline": [{"a"\n: 1}]}',
    `{"pipeline": [{"a": ${'['.repeat(50_000)}]}`,
    `{"pipeline": [{"${'k'.repeat(2000)}": 1}]}`,
    'pipeline: [{}]',
  ])
    assert.equal(parsePlainSettings(text, 'p.json'), undefined, text.slice(0, 60))
})

test('whatever is put together of parts of JSON is read alike, or left to the YAML reader', () => {
  const part = fc.constantFrom(
    '{', '}', '[', ']', ',', ':', ': ', '"a"', '"b"', '""', '"\\n"', '1', '-1.5', '0', 'true', 'null', ' ', '\n', '\n  ', '\t', '# c\n', '"x": 1', '{"a": 1}', '\r\n', '-', "'",
  ) // biome-ignore format: a table
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), parts => {
      agree(`{"pipeline": [{${parts.join('')}}]}`)
      agree(`{"pipeline": [{"k": ${parts.join('')}}]}`)
    }),
    { numRuns: 3000 },
  )
  fc.assert(
    fc.property(fc.nat(PIPELINE.length), fc.nat(3), part, (at, length, text) => {
      agree(PIPELINE.slice(0, at) + text + PIPELINE.slice(at + length))
    }),
    { numRuns: 2000 },
  )
})

test('any plain value is read alike, however it is laid out', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '#', '"', '\\', '/', '\n', '\b', ':', ',', '~', '-') })
  const leaf = fc.oneof(
    text,
    fc.maxSafeInteger(),
    fc.integer().map(number => number / 8),
    fc.boolean(),
    fc.constant(null),
  )
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  }))
  const section = fc.dictionary(fc.constantFrom('a', 'b c', '-', '- d', '0', 'null', '&x'), value, { maxKeys: 4 })
  let plain = 0
  fc.assert(
    fc.property(section, fc.constantFrom(0, 1, 4), (settings, indent) => {
      plain += Number(agree(JSON.stringify({ pipeline: [settings] }, undefined, indent)))
    }),
    { numRuns: 1000 },
  )
  // About half; the rest has what is left to the YAML reader.
  assert.ok(plain > 300, String(plain))
})
