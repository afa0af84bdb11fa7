// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { after, test } from 'node:test'
import { PLUGIN_KINDS } from '../../core/contract/plugin.js'
import { Faults } from '../../core/errors/fault.js'
import { Validator } from '../config/options/validate.js'
import { numbersPlugin, passPlugin } from '../testing/number-plugins.js'
import { discoverPlugins } from './discover.js'
import type { PluginFolder, PluginSearch } from './plugin-search.js'
import { Registry } from './registry.js'
import { UncaughtErrors } from './uncaught-errors.js'

const root = mkdtempSync(join(tmpdir(), 'plugins-'))
after(() => rmSync(root, { recursive: true }))

const source = (changes = ''): string => `export const plugin = {
  kind: 'processor', name: 'mine', contract: 2, summary: 'A test.', accepts: ['a'], offers: [],
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

const searchOf = (folders: readonly PluginFolder[] = [], named: readonly string[] = []): PluginSearch => ({
  folders,
  namedModules: named.map(value => ({
    key: 'plugins',
    value,
    rawText: value,
    origin: { kind: 'file', key: PLACE, value: PLACE },
  })),
  baseFolders: [root],
})
const PLACE = { file: 'pipeline.json', line: 3, column: 5, length: 4 }

async function discovered(search: PluginSearch): Promise<Registry> {
  const registry = new Registry([numbersPlugin(), passPlugin()])
  await discoverPlugins(search, registry, new Validator(), new UncaughtErrors(), 2)
  return registry
}

const processorsIn = (path: string, wanted?: readonly string[]): PluginSearch =>
  searchOf([{ kinds: ['processor'], path, ...(wanted ? { wantedNames: new Set(wanted) } : {}) }])

async function fault(search: PluginSearch): Promise<string> {
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

test('a file, a module file and a folder with an index are plugins; other files are ignored', async () => {
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

test('a missing folder is no error', async () => {
  assert.equal(await fault(processorsIn(join(root, 'missing'))), 'accepted')
})

test('plugins that no setting names are not run', async () => {
  const path = folder({ 'one.mjs': source("name: 'one'"), 'bad.mjs': 'throw new Error("run")' })
  assert.ok((await discovered(processorsIn(path, ['one']))).find('processor', 'one'))
})

for (const [what, file, text, expected] of [
  ['a syntax error', 'mine.mjs', 'export const = 1', /^SFP_PLUGIN_BROKEN: cannot load the plugin: /],
  ['a module that throws', 'mine.mjs', 'throw new Error("no")', /^SFP_PLUGIN_BROKEN: cannot load the plugin: no$/],
  ['a module without the export', 'mine.mjs', 'export const other = 1', /^SFP_PLUGIN_SHAPE: .*it is missing/],
  [
    'another contract version',
    'mine.mjs',
    source('contract: 3'),
    /^SFP_PLUGIN_CONTRACT: the plugin "mine" is written for contract 3, but this program supports contract 2$/,
  ],
  ['the wrong kind', 'mine.mjs', source("kind: 'driver'"), /^SFP_PLUGIN_SHAPE: .*its "kind" is "driver"/],
  [
    'a name that differs from its file',
    'other.mjs',
    source(),
    /^SFP_PLUGIN_SHAPE: .*its name is "mine", so the file must have this name, not "other"/,
  ],
  ['no create', 'mine.mjs', source('create: 1'), /^SFP_PLUGIN_SHAPE: .*it has no function "create"/],
  ['no channel types', 'mine.mjs', source("accepts: 'a'"), /^SFP_PLUGIN_SHAPE: .*"accepts" is not an array/],
  ['no schema', 'mine.mjs', source('options: {}'), /^SFP_PLUGIN_OPTIONS: .*"options" are not a schema/],
  [
    'an invalid schema',
    'mine.mjs',
    source("options: { type: 'object', additionalProperties: false, properties: { a: { type: 'txt' } } }"),
    /^SFP_PLUGIN_OPTIONS: .*option "a" has no "description"/,
  ],
  [
    'a schema with an invalid type',
    'mine.mjs',
    source("options: { type: 'object', additionalProperties: false, properties: { a: { type: 'txt', description: '' } } }"),
    /^SFP_PLUGIN_OPTIONS: .*"options" are not a valid schema/,
  ],
  ['a name in use', 'pass.mjs', source("name: 'pass'"), /^SFP_PLUGIN_NAME_TAKEN: the processor "pass" already exists/],
  ['no value', 'mine.mjs', 'export const plugin = null', /^SFP_PLUGIN_SHAPE: .*it is missing or not an object/],
  ['a promise', 'mine.mjs', 'export const plugin = (async () => ({}))()', /^SFP_PLUGIN_SHAPE: .*it is a promise/],
  ['an empty list', 'mine.mjs', 'export const plugins = []', /^SFP_PLUGIN_SHAPE: .*"plugins" is not an array of plugins/],
  [
    'an unknown kind',
    'mine.mjs',
    source("kind: 'sink'"),
    /^SFP_PLUGIN_SHAPE: .*its "kind" is "sink", and not "driver" or "processor"/,
  ],
  ['an invalid name', 'mine.mjs', source("name: '../mine'"), /^SFP_PLUGIN_SHAPE: .*must start with a letter/],
  ['no summary', 'mine.mjs', source('summary: undefined'), /^SFP_PLUGIN_SHAPE: .*it has no "summary"/],
  ['invalid channel types', 'mine.mjs', source("accepts: ['a b']"), /^SFP_PLUGIN_SHAPE: .*"accepts" is not an array/],
  ['no accepted channel types', 'mine.mjs', source('accepts: []'), /^SFP_PLUGIN_SHAPE: .*"accepts" has no channel type/],
  ['an invalid function', 'mine.mjs', source('offersWith: []'), /^SFP_PLUGIN_SHAPE: .*"offersWith" is not a function/],
  [
    'an invalid boolean',
    'mine.mjs',
    source("isPartitionable: 'yes'"),
    /^SFP_PLUGIN_SHAPE: .*"isPartitionable" is not true or false/,
  ],
  [
    'invalid record adapters',
    'mine.mjs',
    source("adapters: [{ channel: 'a' }]"),
    /^SFP_PLUGIN_SHAPE: .*one of its "adapters" is invalid: "evaluatedChannel"/,
  ],
  [
    'an invalid error code',
    'mine.mjs',
    source("errors: { refused: { what: 'refused', hint: '' } }"),
    /^SFP_PLUGIN_SHAPE: .*the error code "refused" is not in upper case/,
  ],
  [
    'an error code without texts',
    'mine.mjs',
    source("errors: { MAIL_REFUSED: 'refused' }"),
    /^SFP_PLUGIN_SHAPE: .*the error code "MAIL_REFUSED" lacks its texts "what" and "hint"/,
  ],
  [
    'an error code that exists',
    'mine.mjs',
    source("errors: { SFP_RUN_FAILED: { what: 'refused', hint: '' } }"),
    /^SFP_PLUGIN_SHAPE: .*the error code SFP_RUN_FAILED exists already/,
  ],
  [
    'a getter that throws',
    'mine.mjs',
    source('get offersWith() { throw new Error("not me") }'),
    /^SFP_PLUGIN_SHAPE: .*inspecting it failed: not me/,
  ],
  [
    'a proxy that throws on access',
    'mine.mjs',
    'export const plugin = new Proxy({}, { get() { throw Object.create(null) } })',
    /^SFP_PLUGIN_SHAPE: .*inspecting it failed: unprintable value/,
  ],
  [
    'a thrown value that is not an Error',
    'mine.mjs',
    'throw undefined',
    /^SFP_PLUGIN_BROKEN: cannot load the plugin: undefined$/,
  ],
  ['a thrown value without a text', 'mine.mjs', 'throw Object.create(null)', /^SFP_PLUGIN_BROKEN: .*unprintable value$/],
  [
    'a promise that never resolves',
    'mine.mjs',
    'await new Promise(() => {})',
    /^SFP_PLUGIN_BROKEN: .*it is not loaded after 2 s/,
  ],
  ['an import that does not exist', 'mine.mjs', "import 'sfprocessor-nowhere'", /^SFP_PLUGIN_BROKEN: .*sfprocessor-nowhere/],
  [
    'an option that every stage has',
    'mine.mjs',
    source("options: { type: 'object', additionalProperties: false, properties: { in: { type: 'string', description: '' } } }"),
    /^SFP_PLUGIN_OPTIONS: .*option "in" is a key of every processor/,
  ],
  [
    'an invalid default',
    'mine.mjs',
    source(
      "options: { type: 'object', additionalProperties: false, properties: { a: { type: 'integer', minimum: 1, default: 0, description: '' } } }",
    ),
    /^SFP_PLUGIN_OPTIONS: .*the default of its option "a" is not one of the allowed values/,
  ],
] as const) {
  test(`a plugin with ${what} is refused at startup`, async () => {
    assert.match(await faultIn({ [file]: text }), expected)
  })
}

test('a symbolic link that leads out of the folder is refused, and its code is not run', async () => {
  const outside = folder({ 'mine.mjs': 'throw new Error("run")' })
  const path = folder({ 'note.txt': '' })
  symlinkSync(join(outside, 'mine.mjs'), join(path, 'mine.mjs'))
  assert.match(await fault(processorsIn(path)), /^SFP_PLUGIN_OUTSIDE: the plugin is outside its directory/)
})

/** A component of any kind, with all members that its kind requires. */
const component = (kind: string, name: string, changes = '', head = ''): string => `${head}export const plugin = {
  kind: '${kind}', name: '${name}', contract: 2, summary: '', accepts: ['a'], offers: ['a'], create() {},
  options: { type: 'object', additionalProperties: false, properties: {} }, ${changes} }`

const properties = (text: string): string => `options: { type: 'object', additionalProperties: false, properties: { ${text} } }`

test('check 114: plugins of all kinds can be loaded from a folder, each with its name and file', async () => {
  const path = folder(Object.fromEntries(PLUGIN_KINDS.map(kind => [`my${kind}.mjs`, component(kind, `my${kind}`)])))
  const registry = await discovered(searchOf([{ kinds: PLUGIN_KINDS, path }]))
  for (const kind of PLUGIN_KINDS) {
    const plugin = registry.find(kind, `my${kind}`)
    assert.ok(plugin, kind)
    assert.equal(registry.origin(plugin), join(path, `my${kind}.mjs`))
  }
  assert.equal(registry.external.length, PLUGIN_KINDS.length)
})

test('a module can contain several plugins, one of which has its name', async () => {
  const two = (first: string, second: string): string =>
    `const one = ${component('encoder', first).slice('export const plugin = '.length)}
     export const plugins = [one, { ...one, kind: 'driver', name: '${second}' }]`
  const search = (file: string, text: string): PluginSearch => searchOf([{ kinds: PLUGIN_KINDS, path: folder({ [file]: text }) }])
  const registry = await discovered(search('family.mjs', two('family', 'other')))
  assert.ok(registry.find('encoder', 'family') && registry.find('driver', 'other'))
  assert.match(await fault(search('family.mjs', two('one', 'other'))), /its name is "one", so the file must have this name/)
})

test('a module found in two ways is one plugin; two plugins of one name are refused with both files', async () => {
  const path = folder({ 'one.mjs': source("name: 'one'"), 'again/one.mjs': source("name: 'one'") })
  const [first, again] = [join(path, 'one.mjs'), join(path, 'again', 'one.mjs')]
  const registry = await discovered({
    ...processorsIn(path),
    namedModules: searchOf([], [`./${relative(root, first)}`]).namedModules,
  })
  assert.deepEqual(registry.external.length, 1)
  const twice = searchOf([
    { kinds: ['processor'], path },
    { kinds: ['processor'], path: join(path, 'again') },
  ])
  await assert.rejects(discovered(twice), error => {
    const [only] = error instanceof Faults ? error.faults : []
    assert.deepEqual([only?.code, only?.details.by, only?.where], ['SFP_PLUGIN_NAME_TAKEN', first, again])
    return true
  })
  const named = searchOf([{ kinds: ['processor'], path }], [`./${relative(root, again)}`])
  await assert.rejects(discovered(named), error => {
    const [only] = error instanceof Faults ? error.faults : []
    assert.deepEqual([only?.code, only?.details.by, only?.position], ['SFP_PLUGIN_NAME_TAKEN', first, PLACE])
    return true
  })
})

test('a package, a file and a folder in the pipeline file are plugins; the first export of a package is used', async () => {
  const file = (name: string): string => source(`name: '${name}'`)
  const path = folder({
    'node_modules/plain/index.js': file('plain'),
    'node_modules/plain/package.json': '{"type": "module"}',
    'node_modules/withmain/lib/it.mjs': file('withmain'),
    'node_modules/withmain/package.json': '{"main": "lib/it.mjs"}',
    'node_modules/@some/scoped/it.mjs': file('scoped'),
    'node_modules/@some/scoped/package.json':
      '{"exports": {".": {"types": "./it.d.ts", "require": "./no.cjs", "import": [null, "./it.mjs"]}, "./more": "./more.mjs"}, "main": "no.js"}',
    'single.mjs': file('single'),
    'whole/index.mjs': file('whole'),
  })
  const named = ['plain', 'withmain', '@some/scoped', './single', './whole']
  const registry = await discovered({ ...searchOf([], named), baseFolders: [path] })
  assert.deepEqual(
    registry.external.map(({ name }) => name),
    ['plain', 'withmain', 'scoped', 'single', 'whole'],
  )
})

for (const [what, name, expected] of [
  ['a package that is not installed', '@some/plugin', /^SFP_PLUGIN_NOT_INSTALLED: the package "@some\/plugin" is not installed/],
  ['a path that does not exist', './nowhere', /^SFP_PLUGIN_MISSING: plugin ".\/nowhere" not found: there is no/],
  ['a folder without a module', './empty', /^SFP_PLUGIN_MISSING: .*has no index.js and no package.json with a module/],
  [
    'a folder that is not built',
    './unbuilt',
    /^SFP_PLUGIN_MISSING: .*names .*dist\/it.js, which does not exist: build the plugin first/,
  ],
  ['a package without an entry file', 'closed', /^SFP_PLUGIN_MISSING: /],
  ['a package with an entry file outside of it', 'outside', /^SFP_PLUGIN_OUTSIDE: /],
  ['a name with ".."', 'a/../../b', /^SFP_PLUGIN_NAME: "a\/..\/..\/b" is not a package name or path/],
  ['the name of a module of Node.js', 'node:fs', /^SFP_PLUGIN_NAME: /],
] as const) {
  test(`${what} is refused at its place in the pipeline file`, async () => {
    const path = folder({
      'empty/readme.txt': '',
      'unbuilt/package.json': '{"main": "dist/it.js"}',
      'node_modules/closed/package.json': '{"exports": {"./more": "./more.js"}}',
      'node_modules/closed/index.js': source(),
      'node_modules/outside/package.json': '{"exports": "./../other.mjs"}',
      'node_modules/other.mjs': source(),
    })
    const search = { ...searchOf([], [name]), baseFolders: [path] }
    assert.match(await fault(search), expected)
    await assert.rejects(discovered(search), error => error instanceof Faults && error.faults[0]?.position === PLACE)
  })
}

test('an error during loading is shown with its line; a syntax error with a command that finds it', async () => {
  const path = folder({ 'mine.mjs': '\n\nnull.x' })
  await assert.rejects(discovered(processorsIn(path)), error => {
    assert.match(String(error instanceof Faults && error.faults[0]?.where), /mine.mjs:3:\d+$/)
    return true
  })
  assert.match(await faultIn({ 'mine.mjs': 'export const = 1' }), /; "node --check \S*mine.mjs" shows where$/)
})

const nested = (option: string): string => properties(`nested: { type: 'object', description: '', ${option} }`)
for (const [what, changes, expected] of [
  ['without a description', nested("additionalProperties: false, properties: { a: { type: 'string' } }"), /"nested.a" has no "description"/],
  ['that allows unknown keys', nested("properties: { a: { type: 'string', description: '' } }"), /"nested" has "properties", so it needs additionalProperties: false/],
  ['whose name is a comment', nested("additionalProperties: false, properties: { _a: { type: 'string', description: '' } }"), /"nested._a" starts with _/],
  ['of an unknown type', properties("list: { type: 'array', description: '', items: { component: 'thing' } }"), /components of kind "thing", and not driver, processor/],
  ['with an invalid default', nested("additionalProperties: false, properties: { a: { type: 'integer', description: '' } }, default: { a: 'x' }"), /the default of its option "nested.a" is not one of/],
] as const) // biome-ignore format: a table
  test(`a nested option ${what} is refused`, async () => {
    const path = folder({ 'mine.mjs': component('processor', 'mine', changes) })
    assert.match(await fault(searchOf([{ kinds: ['processor'], path }])), expected)
  })

test('options can be nested', async () => {
  const path = folder({
    'mine.mjs': component(
      'processor',
      'mine',
      properties(`list: { type: 'array', description: '', items: { type: 'object', additionalProperties: false, required: ['a'],
        properties: { a: { type: 'string', description: '', secret: true }, steps: { type: 'array', description: '', items: { component: 'action' } } } } }`),
    ),
  })
  await discovered(searchOf([{ kinds: ['processor'], path }]))
})

for (const [what, changes, expected] of [
  ['without its prefix', properties("path: { type: 'string', description: '' }"), /its name must be "mine.path"/],
  ['in use', properties("'mine.path': { type: 'string', description: '' }"), /"mine.path" is one of encoder "mine" already/],
] as const) {
  test(`an option of a transport ${what} is refused`, async () => {
    const encoder = component('encoder', 'mine', properties("'mine.path': { type: 'string', description: '' }"))
    const path = folder({ 'a/mine.mjs': encoder, 'b/mine.mjs': component('transport', 'mine', changes) })
    const folders = ['a', 'b'].map(name => ({ kinds: PLUGIN_KINDS, path: join(path, name) }))
    assert.match(await fault(searchOf(folders)), new RegExp(`^SFP_PLUGIN_OPTIONS: .*${expected.source}`))
  })
}

test('only one plugin may define the adapter of a channel type', async () => {
  const sources = `adapters: [{ channel: 'my', evaluatedChannel: 'myjudged', recordTypes: [], entities: [], group: () => 0,
    attributes: { names: [], find() {}, unsupportedReason() {}, currentName() {} } }]`
  const path = folder({ 'a.mjs': component('driver', 'a', sources), 'b.mjs': component('driver', 'b', sources) })
  assert.match(
    await fault(searchOf([{ kinds: ['driver'], path }])),
    /^SFP_PLUGIN_SHAPE: .*the adapter for records of my already exists/,
  )
})

for (const [what, members, expected] of [
  ['no function "recordType" though it has record types', "recordTypes: ['a']", /has "recordTypes" and no function "recordType"/],
  [
    'a "recordType" that is not a function',
    "recordTypes: ['a'], recordType: 'a'",
    /has "recordTypes" and no function "recordType"/,
  ],
  [
    'an unknown "recordTypeDependsOn"',
    "recordTypes: ['a'], recordType: () => 'a', recordTypeDependsOn: 'host'",
    /"recordTypeDependsOn"/,
  ],
] as const) {
  test(`an adapter with ${what} is refused`, async () => {
    const adapters = `adapters: [{ channel: 'my', evaluatedChannel: 'myjudged', ${members}, entities: [], group: () => 0,
      attributes: { names: [], find() {}, unsupportedReason() {}, currentName() {} } }]`
    const path = folder({ 'a.mjs': component('driver', 'a', adapters) })
    assert.match(
      await fault(searchOf([{ kinds: ['driver'], path }])),
      new RegExp(`^SFP_PLUGIN_SHAPE: .*"adapters" is invalid: .*${expected.source}`),
    )
  })
}

test('a plugin that every user can write to is refused, and its code is not run', {
  skip: process.platform === 'win32',
}, async () => {
  const path = folder({ 'mine.mjs': 'throw new Error("run")', 'other/mine/index.mjs': 'throw new Error("run")' })
  chmodSync(join(path, 'mine.mjs'), 0o666)
  assert.match(await fault(processorsIn(path)), /^SFP_PLUGIN_WRITABLE: every user on this machine can write to .*mine.mjs/)
  chmodSync(join(path, 'other'), 0o777)
  assert.match(await fault(processorsIn(join(path, 'other'))), /^SFP_PLUGIN_WRITABLE: .*other, and thus run code/)
})

test('a TypeScript module is loaded if Node.js supports it, and otherwise refused as not compiled', async () => {
  const path = folder({ 'mine/index.ts': source().replace('const plugin', 'const plugin: object'), 'mine/mine.test.ts': 'x' })
  const found = await fault({ ...searchOf([], ['./mine']), baseFolders: [path] })
  if ('typescript' in process.features && process.features.typescript) assert.equal(found, 'accepted')
  else assert.match(found, /^SFP_PLUGIN_MISSING: .*there is only index.ts, .*compile it/)
})

test('a compiled module next to its source is loaded instead of the source', async () => {
  const path = folder({ 'mine.mjs': source(), 'mine.ts': 'throw 1', 'mine.d.ts': 'throw 2', 'mine.test.mjs': 'throw 3' })
  assert.ok((await discovered(processorsIn(path))).find('processor', 'mine'))
})

test('errors of several plugins are reported together', async () => {
  const path = folder({ 'a.mjs': 'throw 1', 'b.mjs': 'throw 2', 'c.mjs': source("name: 'c'") })
  await assert.rejects(discovered(processorsIn(path)), error => error instanceof Faults && error.faults.length === 2)
})

test('a circular or dangling link, and a folder without a build, are reported without other errors', async () => {
  const path = folder({ 'good.mjs': source("name: 'good'"), 'unbuilt/package.json': '{"exports": "./dist/it.js"}' })
  symlinkSync(join(path, 'circle.mjs'), join(path, 'circle.mjs'))
  symlinkSync(join(path, 'nowhere.mjs'), join(path, 'lost.mjs'))
  await assert.rejects(discovered(processorsIn(path)), error => {
    assert.deepEqual(error instanceof Faults && error.faults.map(({ code, where }) => [code, where]), [
      ['SFP_PLUGIN_MISSING', join(path, 'circle.mjs')],
      ['SFP_PLUGIN_MISSING', join(path, 'lost.mjs')],
      ['SFP_PLUGIN_MISSING', join(path, 'unbuilt')],
    ])
    return true
  })
  assert.ok((await discovered(processorsIn(path, ['good']))).find('processor', 'good'))
})
