// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { circlesIn, draw, type Import, importsOf } from './testing/import-graph.js'

/** Folder → the folders that its product code may import. Arrows never turn back. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'core/contract': [],
  'core/terminal': ['core/contract'],
  'core/errors': ['core/contract', 'core/terminal'],
  'core/channel': ['core/contract', 'core/errors'],
  'core/sysflow': ['core/contract', 'core/errors', 'core/channel'],
  'core/record': ['core/contract', 'core/errors', 'core/channel', 'core/sysflow'],
  'core/spool': ['core/contract', 'core/errors'],
  'core/otel': ['core/contract', 'core/errors'],
  'core/kafka': ['core/contract', 'core/errors'],
  'core/exporter': [
    'core/contract',
    'core/errors',
    'core/channel',
    'core/sysflow',
    'core/record',
    'core/spool',
    'core/otel',
    'core/kafka',
    'core/terminal',
  ],
  'core/policy': ['core/contract', 'core/errors', 'grammar'],
  'core/scenario': ['core/contract', 'core/errors', 'core/sysflow'],
  'core/published': [
    'core/contract',
    'core/errors',
    'core/channel',
    'core/sysflow',
    'core/record',
    'core/otel',
    'core/exporter',
    'core/scenario',
  ],
  // What plugins from elsewhere cannot import, ours do not either: they name the package, as in sfprocessor/plugin.
  plugins: [],
  grammar: [],
  driver: [
    'core/contract',
    'core/errors',
    'core/channel',
    'core/sysflow',
    'core/record',
    'core/spool',
    'core/otel',
    'core/kafka',
    'core/exporter',
    'core/policy',
    'core/scenario',
    'core/terminal',
  ],
}

/** The only files, or folders of them, that may name a package or folder. */
const SOLE_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  antlr4ts: ['core/policy/language/parse.ts'],
  'grammar/': ['core/policy/language/parse.ts'],
  winston: ['driver/log.ts'],
  commander: ['driver/options.ts', 'driver/run-options.ts'],
  chokidar: ['core/policy/engine/watch.ts'],
  koffi: ['driver/sources/socket/native.ts'],
  undici: ['core/exporter/http-client.ts'],
  aws4fetch: ['core/exporter/transports/s3.ts'],
  'syslog-client': ['core/exporter/transports/syslog-client.ts'],
  '@platformatic/kafka': ['core/kafka/'],
}

const ROOTS = ['core', 'driver', 'plugins', 'grammar']

test('every import points down the layers', () => {
  const offences: string[] = []
  for (const file of productFiles()) {
    const from = layerOf(file)
    for (const { target, file: imported } of importsOf(file)) {
      if (imported === undefined) continue
      const to = layerOf(imported)
      if (to !== from && !(MAY_IMPORT[from] ?? []).includes(to)) offences.push(`${file} imports ${target} (${from} -> ${to})`)
    }
  }
  assert.deepEqual(offences, [])
})

test('the house drawn from its imports, types and all, has no circle', () => {
  assert.deepEqual(circlesIn(draw(productFiles(), layerOf, () => true)), [])
})

test('the rooms of the house are those that docs/tour.md shows', () => {
  const shown = [...readFileSync('docs/tour.md', 'utf8').matchAll(/^\| `([\w/]+)\/` \|/gm)].map(match => match[1] ?? '')
  const rooms = ['core', 'driver'].flatMap(root =>
    readdirSync(root, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [join(root, entry.name)] : [])),
  )
  assert.deepEqual(shown.filter(name => name.includes('/')).sort(), rooms.sort())
})

// What a folder holds of its own is its hall: it brings the rooms together, and they use what stands in it.
test('nor have the rooms of any folder, by what they need when they run', () => {
  const files = productFiles()
  const folders = new Set(files.flatMap(file => foldersAbove(file)))
  const circles = [...folders].flatMap(folder => circlesIn(draw(files, roomIn(folder), ({ isTypeOnly }) => !isTypeOnly)))
  assert.deepEqual(circles, [])
})

test('nor have files, by what they need when they run, at once or later', () => {
  const counts = ({ isTypeOnly }: Import): boolean => !isTypeOnly
  const itself = (file: string): string => file
  assert.deepEqual(circlesIn(draw(productFiles(), itself, counts)), [])
})

const PUBLISHED: readonly string[] = ['sfprocessor/plugin', 'sfprocessor/scenario']

test('an example plugin imports what it could from anywhere: what is published, packages, its own folder', () => {
  const offences: string[] = []
  const files = filesIn('plugins')
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

test('only plugins name the package that they are made for', () => {
  const offences = productFiles().filter(
    file => !file.startsWith('plugins/') && importsOf(file).some(({ target }) => target.startsWith('sfprocessor')),
  )
  assert.deepEqual(offences, [])
})

test('packages that may be replaced one day are known to one file each', () => {
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

/** Where the program and its threads begin: both hear of errors that nobody caught. */
const BEGINNINGS = ['driver/main.ts', 'driver/workers/worker.ts']

test('nothing in core/ ends the process, reads its arguments or listens to its signals', () => {
  const offences = productFiles().filter(
    file => !BEGINNINGS.includes(file) && /process\.(exit\(|argv|once\(|on\()/.test(readFileSync(file, 'utf8')),
  )
  assert.deepEqual(offences, [])
})

test('no product file uses the type any', () => {
  const offences = productFiles().filter(
    file => !file.startsWith('grammar/') && /(:|<|as) any\b/.test(withoutComments(readFileSync(file, 'utf8'))),
  )
  assert.deepEqual(offences, [])
})

const productFiles = (): string[] =>
  ROOTS.flatMap(filesIn).filter(name => !name.endsWith('.test.ts') && !name.startsWith('core/testing/'))

const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map(name => join(root, name))
    .filter(name => name.endsWith('.ts') && !name.includes('node_modules'))

const foldersAbove = (file: string): string[] => file.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))

/** The folder in `folder` that a file stands in, however deep; undefined: in none. */
const roomIn =
  (folder: string) =>
  (file: string): string | undefined => {
    const prefix = folder === '' ? '' : `${folder}/`
    const [room, ...rest] = file.startsWith(prefix) ? file.slice(prefix.length).split('/') : []
    return rest.length > 0 ? room : undefined
  }

const layerOf = (path: string): string =>
  path.startsWith('core/') ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] ?? '')

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
