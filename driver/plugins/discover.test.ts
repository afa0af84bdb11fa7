// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { Faults } from '../../core/errors/fault.js'
import { numbersPlugin, passPlugin } from '../../core/testing/number-plugins.js'
import { Validator } from '../config/validate.js'
import { discover } from './discover.js'
import { Registry } from './registry.js'
import type { PluginFolder, Search } from './search.js'
import { Strays } from './strays.js'

const root = mkdtempSync(join(tmpdir(), 'plugins-'))
after(() => rmSync(root, { recursive: true }))

const source = (changes = ''): string => `export const plugin = {
  kind: 'processor', name: 'mine', contract: 1, summary: 'A test.', accepts: ['a'], offers: [],
  options: { type: 'object', additionalProperties: false, properties: {} }, create() {}, ${changes} }`

let folders = 0
function folder(files: Readonly<Record<string, string>>): string {
  const path = join(root, String(folders++))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

const searchOf = (folders: readonly PluginFolder[] = [], named: readonly string[] = []): Search => ({
  folders,
  named: named.map(value => ({ key: 'plugins', value, written: value, origin: { kind: 'file', key: PLACE, value: PLACE } })),
  from: [root],
})
const PLACE = { file: 'pipeline.json', line: 3, column: 5, length: 4 }

async function discovered(search: Search): Promise<Registry> {
  const registry = new Registry([numbersPlugin(), passPlugin()])
  await discover(search, registry, new Validator(), new Strays(), 0.2)
  return registry
}

const processorsIn = (path: string, wanted?: readonly string[]): Search =>
  searchOf([{ kinds: ['processor'], path, ...(wanted ? { wanted: new Set(wanted) } : {}) }])

async function fault(search: Search): Promise<string> {
  try {
    await discovered(search)
  } catch (error) {
    assert.ok(error instanceof Faults)
    assert.equal(error.faults.length, 1)
    return error.faults.map(one => `${one.code}: ${one.message}`).join()
  }
  return 'accepted'
}

const faultIn = (files: Readonly<Record<string, string>>): Promise<string> => fault(processorsIn(folder(files)))

test('a file, a module file and a folder with an index are plugins; other files are not looked at', async () => {
  const path = folder({
    'one.js': source("name: 'one'"),
    'two.mjs': source("name: 'two'"),
    'three/index.js': source("name: 'three'"),
    'README.md': 'x',
    '.hidden.js': 'syntax error',
    'empty/data.txt': '',
    'package.json': '{"type": "module"}',
  })
  assert.deepEqual((await discovered(processorsIn(path))).names('processor').sort(), ['one', 'pass', 'three', 'two'])
})

test('a missing folder is fine', async () => {
  assert.equal(await fault(processorsIn(join(root, 'missing'))), 'accepted')
})

test('code that nobody asked for is not run', async () => {
  const path = folder({ 'one.mjs': source("name: 'one'"), 'bad.mjs': 'throw new Error("run")' })
  assert.ok((await discovered(processorsIn(path, ['one']))).find('processor', 'one'))
})

for (const [what, file, text, expected] of [
  ['a syntax error', 'mine.mjs', 'export const = 1', /^SFP_PLUGIN_BROKEN: the plugin cannot be loaded: /],
  ['a module that throws', 'mine.mjs', 'throw new Error("no")', /^SFP_PLUGIN_BROKEN: the plugin cannot be loaded: no$/],
  ['a module without the export', 'mine.mjs', 'export const other = 1', /^SFP_PLUGIN_SHAPE: .*it is missing/],
  [
    'another contract version',
    'mine.mjs',
    source('contract: 2'),
    /^SFP_PLUGIN_CONTRACT: the plugin "mine" was written for contract version 2, this program has 1/,
  ],
  ['the wrong kind', 'mine.mjs', source("kind: 'driver'"), /^SFP_PLUGIN_SHAPE: .*its "kind" is "driver"/],
  [
    'another name than its file',
    'other.mjs',
    source(),
    /^SFP_PLUGIN_SHAPE: .*its name is "mine", so the file must be called that and not "other"/,
  ],
  ['no create', 'mine.mjs', source('create: 1'), /^SFP_PLUGIN_SHAPE: .*it has no function "create"/],
  ['no channel types', 'mine.mjs', source("accepts: 'a'"), /^SFP_PLUGIN_SHAPE: .*"accepts" is not an array/],
  ['no schema', 'mine.mjs', source('options: {}'), /^SFP_PLUGIN_OPTIONS: .*"options" are not a schema/],
  [
    'a schema that is none',
    'mine.mjs',
    source("options: { type: 'object', additionalProperties: false, properties: { a: { type: 'txt' } } }"),
    /^SFP_PLUGIN_OPTIONS: .*option "a" has no "description"/,
  ],
  [
    'a schema with a type that is none',
    'mine.mjs',
    source("options: { type: 'object', additionalProperties: false, properties: { a: { type: 'txt', description: '' } } }"),
    /^SFP_PLUGIN_OPTIONS: .*"options" are not a valid schema/,
  ],
  ['a taken name', 'pass.mjs', source("name: 'pass'"), /^SFP_PLUGIN_NAME_TAKEN: there is already a processor called "pass"/],
] as const) {
  test(`a plugin with ${what} is refused at start`, async () => {
    assert.match(await faultIn({ [file]: text }), expected)
  })
}

test('a link that leads out of the folder is refused, and its code is not run', async () => {
  const outside = folder({ 'mine.mjs': 'throw new Error("run")' })
  const path = folder({ 'note.txt': '' })
  symlinkSync(join(outside, 'mine.mjs'), join(path, 'mine.mjs'))
  assert.match(await fault(processorsIn(path)), /^SFP_PLUGIN_OUTSIDE: the plugin leads out of its directory/)
})
