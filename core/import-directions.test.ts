// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { buildImportGraph, cyclesIn, importsOf } from './testing/import-graph.js'

const CORE: readonly string[] = [
  'contract',
  'terminal',
  'errors',
  'yaml',
  'channel',
  'input',
  'spool',
  'kafka',
  'exporter',
  'policy',
].map(name => `core/${name}`)

const DRIVER_BELOW_CLI: readonly string[] = ['process', 'config', 'loader', 'pipeline', 'workers', 'admin'].map(
  name => `driver/${name}`,
)

/** Layer → the layers that its product code may import, types included (docs/architecture.md). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  grammar: [],
  'core/contract': [],
  'core/terminal': ['core/contract'],
  'core/errors': ['core/contract', 'core/terminal'],
  'core/yaml': [],
  'core/channel': ['core/contract', 'core/errors'],
  'core/input': ['core/contract', 'core/errors'],
  'core/spool': ['core/contract', 'core/errors'],
  'core/kafka': ['core/contract', 'core/errors', 'core/input'],
  'core/exporter': ['core/contract', 'core/errors', 'core/channel', 'core/spool', 'core/kafka', 'core/terminal'],
  'core/policy': ['core/contract', 'core/errors', 'core/yaml', 'grammar'],
  'core/published': ['core/contract', 'core/errors', 'core/channel', 'core/exporter'],
  'plugins/sysflow': [...CORE, 'core/published'],
  'plugins/otel': [...CORE, 'core/published'],
  // What plugins from elsewhere cannot import, ours do not either: they name the package, as in sfprocessor/plugin.
  'plugins/examples': [],
  'driver/exit-codes.ts': [],
  'driver/process': CORE,
  'driver/config': [...CORE, 'driver/process'],
  'driver/loader': [...CORE, 'driver/process', 'driver/config'],
  'driver/pipeline': [...CORE, 'driver/process', 'driver/config', 'driver/loader'],
  'driver/workers': [...CORE, 'driver/process', 'driver/config', 'driver/loader', 'driver/pipeline'],
  'driver/admin': [...CORE, 'driver/process', 'driver/config', 'driver/loader', 'driver/pipeline'],
  'driver/cli': [...CORE, 'driver/exit-codes.ts', ...DRIVER_BELOW_CLI],
  driver: [...CORE, 'driver/exit-codes.ts', 'driver/cli', ...DRIVER_BELOW_CLI],
}

/** The only files that name families: the program's list, and the one of the published test support, which the program never loads. */
const FAMILIES_NAMED_IN: readonly string[] = ['driver/loader/built-in.ts', 'driver/loader/testing.ts']

/** The only files, or folders of them, that may name a package or folder. */
const SOLE_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  antlr4ts: ['core/policy/language/parse.ts'],
  'grammar/': ['core/policy/language/parse.ts'],
  winston: ['driver/process/log.ts', 'driver/process/log-formats.ts'],
  commander: ['driver/cli/command-line-options.ts', 'driver/cli/run-options.ts'],
  chokidar: ['core/input/change-watcher.ts', 'core/policy/engine/path-watcher.ts'],
  koffi: ['plugins/sysflow/drivers/socket/native-sockets.ts'],
  undici: ['core/exporter/http-client.ts'],
  aws4fetch: ['core/exporter/transports/s3.ts'],
  'syslog-client': ['core/exporter/transports/syslog/syslog-client.ts'],
  '@platformatic/kafka': ['core/kafka/'],
}

const ROOTS = ['core', 'driver', 'plugins', 'grammar']

test('every import points down the layers, types included', () => {
  const offences: string[] = []
  for (const file of productFiles()) {
    const from = layerOf(file)
    for (const { target, file: imported } of importsOf(file)) {
      if (imported === undefined) continue
      const to = layerOf(imported)
      if (FAMILIES_NAMED_IN.includes(file) && (to.startsWith('plugins/') || to === 'core/published')) continue
      if (to !== from && !(MAY_IMPORT[from] ?? []).includes(to)) offences.push(`${file} imports ${target} (${from} -> ${to})`)
    }
  }
  assert.deepEqual(offences, [])
})

test('the layers have no import circle, types included', () => {
  assert.deepEqual(cyclesIn(buildImportGraph(productFiles(), layerOf, () => true)), [])
})

test('docs/architecture.md lists the folders of core/ and driver/', () => {
  const listed = [...readFileSync('docs/architecture.md', 'utf8').matchAll(/^\| `([\w/]+)\/` \|/gm)].map(match => match[1] ?? '')
  const folders = ['core', 'driver'].flatMap(root =>
    readdirSync(root, { withFileTypes: true }).flatMap(entry =>
      entry.isDirectory() && !isTestSupport(`${join(root, entry.name)}/`) ? [join(root, entry.name)] : [],
    ),
  )
  assert.deepEqual(listed.filter(name => /^(core|driver)\//.test(name)).sort(), folders.sort())
})

// The files directly in a folder bring its subfolders together and are used by them, so only the subfolders are compared.
test('the subfolders of a folder have no import circle, types included', () => {
  const files = productFiles()
  const folders = new Set(files.flatMap(file => foldersAbove(file)))
  const circles = [...folders].flatMap(folder => cyclesIn(buildImportGraph(files, subfolderIn(folder), () => true)))
  assert.deepEqual(circles, [])
})

test('files have no import circle, types included', () => {
  assert.deepEqual(
    cyclesIn(
      buildImportGraph(
        productFiles(),
        file => file,
        () => true,
      ),
    ),
    [],
  )
})

test('driver/ has at most six files at its root, and no folder more than twenty source files', () => {
  const inFolder = new Map<string, number>()
  for (const file of productFiles()) inFolder.set(dirname(file), (inFolder.get(dirname(file)) ?? 0) + 1)
  assert.ok((inFolder.get('driver') ?? 0) <= 6)
  assert.deepEqual(
    [...inFolder].filter(([, count]) => count > 20),
    [],
  )
})

const PUBLISHED: readonly string[] = ['sfprocessor/plugin', 'sfprocessor/scenario', 'sfprocessor/sysflow']

test('an example plugin imports only what is published, packages and files of its own folder', () => {
  const offences: string[] = []
  const files = filesIn('plugins/examples')
  for (const file of files) {
    const own = dirname(file)
    for (const { target, file: imported } of importsOf(file)) {
      const isOwn = imported?.startsWith(`${own}/`)
      const isPublished = PUBLISHED.includes(target) || (file.endsWith('.test.ts') && target === 'sfprocessor/testing')
      if (imported === undefined ? target.startsWith('sfprocessor') && !isPublished : !isOwn)
        offences.push(`${file} imports ${target}`)
    }
  }
  assert.deepEqual(offences, [])
  assert.ok(files.some(file => importsOf(file).some(({ target }) => target === 'sfprocessor/plugin')))
})

test('only example plugins import the package by its name', () => {
  const offences = productFiles().filter(
    file => !file.startsWith('plugins/examples/') && importsOf(file).some(({ target }) => target.startsWith('sfprocessor')),
  )
  assert.deepEqual(offences, [])
})

test('packages that may be replaced are imported by one file each', () => {
  const offences: string[] = []
  for (const file of productFiles()) {
    for (const { target, file: imported } of importsOf(file)) {
      const path = imported ?? target
      for (const [name, allowed] of Object.entries(SOLE_IMPORTERS)) {
        if (
          (path === name || path.startsWith(name.endsWith('/') ? name : `${name}/`)) &&
          !allowed.some(one => file === one || (one.endsWith('/') && file.startsWith(one))) &&
          !file.startsWith('grammar/')
        ) {
          offences.push(`${file} imports ${target}`)
        }
      }
    }
  }
  assert.deepEqual(offences, [])
})

test('YAML is parsed in core/yaml alone; other files use its trees', () => {
  const parsers =
    /^import (?:type )?\{[^}]*\b(?:Composer|Lexer|Parser|parse|parseDocument|parseAllDocuments)\b[^}]*\} from 'yaml'/m
  const offences = productFiles().filter(file => !file.startsWith('core/yaml/') && parsers.test(readFileSync(file, 'utf8')))
  assert.deepEqual(offences, [])
  assert.match(readFileSync('core/yaml/read-yaml-text.ts', 'utf8'), parsers)
})

// The bundler gives a dynamic import of a bundled CommonJS package a default export only, so its named imports are undefined.
test('only optional packages, which are not bundled, are imported dynamically', () => {
  const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { optionalDependencies: object }
  const offences = productFiles().flatMap(file =>
    importsOf(file)
      .filter(one => one.isLazy && one.file === undefined && !one.target.startsWith('node:'))
      .filter(({ target }) => !Object.hasOwn(optionalDependencies, target))
      .map(({ target }) => `${file} imports ${target}`),
  )
  assert.deepEqual(offences, [])
})

/** Entry points of the program and its threads: both handle uncaught errors. */
const ENTRY_POINTS = ['driver/main.ts', 'driver/workers/worker.ts']

test('no file in core/ exits the process, reads its arguments or handles its signals', () => {
  const offences = productFiles().filter(
    file => !ENTRY_POINTS.includes(file) && /process\.(exit\(|argv|once\(|on\()/.test(readFileSync(file, 'utf8')),
  )
  assert.deepEqual(offences, [])
})

test('no product file uses the type any', () => {
  const offences = productFiles().filter(
    file => !file.startsWith('grammar/') && /(:|<|as) any\b/.test(withoutComments(readFileSync(file, 'utf8'))),
  )
  assert.deepEqual(offences, [])
})

const productFiles = (): string[] => ROOTS.flatMap(filesIn).filter(name => !name.endsWith('.test.ts') && !isTestSupport(name))

/** Test doubles and helpers. `core/published/testing` is published, so it is product code. */
const isTestSupport = (name: string): boolean => /\/(testing|tests)\//.test(name) && !name.startsWith('core/published/')

const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map(name => join(root, name))
    .filter(name => name.endsWith('.ts') && !name.includes('node_modules'))

const foldersAbove = (file: string): string[] => file.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))

/** The subfolder of `folder` that holds a file at any depth; undefined: none. */
const subfolderIn =
  (folder: string) =>
  (file: string): string | undefined => {
    const prefix = folder === '' ? '' : `${folder}/`
    const [subfolder, ...rest] = file.startsWith(prefix) ? file.slice(prefix.length).split('/') : []
    return rest.length > 0 ? subfolder : undefined
  }

function layerOf(path: string): string {
  const [top = '', folder = '', ...rest] = path.split('/')
  if (top === 'grammar') return top
  if (rest.length > 0 || path === 'driver/exit-codes.ts') return `${top}/${folder}`
  return top
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
