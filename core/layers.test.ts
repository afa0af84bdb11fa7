// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

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
  commander: ['driver/options.ts'],
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
    for (const target of importsOf(file)) {
      if (!target.startsWith('.')) continue
      const to = layerOf(normalize(join(dirname(file), target)))
      if (to !== from && !(MAY_IMPORT[from] ?? []).includes(to)) offences.push(`${file} imports ${target} (${from} -> ${to})`)
    }
  }
  assert.deepEqual(offences, [])
})

test('packages that may be replaced one day are known to one file each', () => {
  const offences: string[] = []
  for (const file of productFiles()) {
    for (const target of importsOf(file)) {
      const path = target.startsWith('.') ? normalize(join(dirname(file), target)) : target
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

test('nothing in core/ ends the process, reads its arguments or listens to its signals', () => {
  const offences = productFiles().filter(
    file => file !== 'driver/main.ts' && /process\.(exit\(|argv|once\(|on\()/.test(readFileSync(file, 'utf8')),
  )
  assert.deepEqual(offences, [])
})

test('no product file uses the type any', () => {
  const offences = productFiles().filter(
    file => !file.startsWith('grammar/') && /(:|<|as) any\b/.test(withoutComments(readFileSync(file, 'utf8'))),
  )
  assert.deepEqual(offences, [])
})

function productFiles(): string[] {
  return ROOTS.flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name))).filter(
    name =>
      name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('core/testing/') && !name.includes('node_modules'),
  )
}

const layerOf = (path: string): string =>
  path.startsWith('core/') ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] ?? '')

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^\s*(?:import|export)\b[^'"`;]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
    ),
  ].map(match => match[1] ?? match[2] ?? match[3] ?? '')

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
