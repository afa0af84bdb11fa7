// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

/** The modules that a run loads: packages are loaded only when needed, and the bundle keeps the number of files small. */

const folder = mkdtempSync(join(tmpdir(), 'sfprocessor-modules-'))
const TRACE = resolve('resources/traces/webshell.sf')
const DEMO = ['-config', resolve('resources/pipelines/demo.json'), TRACE]

/** Writes the file of each loaded module, of either kind, to LOADED_MODULES. */
const RECORDER = join(folder, 'recorder.mjs')
writeFileSync(
  RECORDER,
  `import { appendFileSync } from 'node:fs'
  import module from 'node:module'
  const hooks = \`import { appendFileSync } from 'node:fs'
    export async function load(url, context, next) {
      if (url.startsWith('file:')) appendFileSync(process.env.LOADED_MODULES, decodeURI(url.slice(7)) + '\\\\n')
      return next(url, context)
    }\`
  module.register('data:text/javascript,' + encodeURIComponent(hooks))
  for (const [extension, load] of Object.entries(module._extensions))
    module._extensions[extension] = (loaded, file) => {
      appendFileSync(process.env.LOADED_MODULES, file + '\\n')
      return load(loaded, file)
    }`,
)

let runs = 0
function loadedBy(
  main: string,
  args: readonly string[],
  cache = 'off',
): { readonly status: number | null; readonly files: string[] } {
  const list = join(folder, `loaded-${runs++}`)
  writeFileSync(list, '')
  const env = { ...process.env, LOADED_MODULES: list, SFPROCESSOR_CACHE: cache }
  const { status, stderr } = spawnSync(process.execPath, ['--import', RECORDER, resolve(main), ...args], {
    encoding: 'utf8',
    env,
  })
  assert.doesNotMatch(stderr, /fault of the program/)
  const files = readFileSync(list, 'utf8')
    .split('\n')
    .filter(file => file !== '' && file !== RECORDER)
  return { status, files: [...new Set(files)] }
}

const has = (files: readonly string[], part: string): boolean => files.some(file => file.includes(part))

test('a trace is read with avsc, a pipeline file with yaml and ajv, and the text of a rule with the lexer and parser of ANTLR', () => {
  const { status, files } = loadedBy('dist/driver/main.js', DEMO)
  assert.equal(status, 0)
  for (const part of [
    '/node_modules/avsc/',
    '/node_modules/ajv/',
    '/node_modules/yaml/',
    '/node_modules/antlr4ts/Lexer.js',
    '/grammar/generated/SfplLexer.js',
    '/grammar/generated/SfplParser.js',
  ])
    assert.ok(has(files, part), part)
})

test('rules in the cache are not parsed again', () => {
  const cache = join(folder, 'cache')
  assert.ok(has(loadedBy('dist/driver/main.js', DEMO, cache).files, '/node_modules/antlr4ts/'))
  assert.ok(!has(loadedBy('dist/driver/main.js', DEMO, cache).files, '/node_modules/antlr4ts/'))
})

test('an invalid pipeline file is validated with ajv', () => {
  const pipeline = join(folder, 'faulty.json')
  writeFileSync(
    pipeline,
    '{ "pipeline": [ { "processor": "sysflowreader", "in": "sysflow sysflowchan", "out": "flat flattenerchan", "nonsense": 1 } ] }',
  )
  const { status, files } = loadedBy('dist/driver/main.js', ['-config', pipeline, TRACE])
  assert.equal(status, 1)
  assert.ok(has(files, '/node_modules/ajv/'))
})

const BUNDLE = 'dist/bundle/main.js'
const withoutBundle = existsSync(BUNDLE) ? false : 'no bundle: npm run build'

test('the bundle: a small run with all shipped attack rules loads at most 60 files', { skip: withoutBundle }, () => {
  const cache = join(folder, 'cache-of-bundle')
  for (const run of ['first', 'second']) {
    const { status, files } = loadedBy(BUNDLE, DEMO, cache)
    assert.equal(status, 0)
    const chunks = files.map(file => file.replace(/\.js$/, '.cjs')).filter(existsSync)
    const count = new Set([...files, ...chunks]).size
    assert.ok(count > 5 && count <= 60, `${run} run: ${count} files`)
  }
})

test('the bundle: -version loads one file', { skip: withoutBundle }, () => {
  const { files } = loadedBy(BUNDLE, ['-version'])
  assert.deepEqual(files, [resolve(BUNDLE)])
})
