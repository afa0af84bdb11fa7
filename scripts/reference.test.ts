// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { builtInRegistry } from '../driver/loader/built-in.js'
import { ENVIRONMENT_VARIABLES, VARIABLE_PATTERNS } from './environment.js'
import { GENERATED_FOLDERS } from './generated-pages.js'
import { documentationGaps, reference } from './reference.js'

const REFERENCE = reference(await builtInRegistry({ stdout: new Writable(), version: '' }))
const PAGES = pagesOnDisk()

test('the pages document everything that exists, and nothing else', () => {
  assert.deepEqual(documentationGaps(REFERENCE, PAGES), [])
})

test('the reference is not empty, so that the previous test cannot pass by accident', () => {
  for (const path of [
    'docs/errors.md',
    'docs/attributes.md',
    'docs/components/processor-exporter.md',
    'docs/commands/spool.md',
    'docs/man/sfprocessor.1',
  ])
    assert.ok((REFERENCE.get(path) ?? []).length > 4, path)
})

/** A page, a name on it, and how the name is written in the text; each test breaks one of them. */
for (const [what, path, name, written] of [
  ['a key', 'docs/components/processor-policyengine.md', 'policies', '| `policies` |'],
  ['a key of a transport', 'docs/components/transport-file.md', 'file.path', '| `file.path` |'],
  ['an error code', 'docs/errors.md', 'SFP_SYSFLOW_CUT', '| `SFP_SYSFLOW_CUT` |'],
  ['an attribute', 'docs/attributes.md', 'sf.proc.exe', '| `sf.proc.exe` |'],
  ['an exit status', 'docs/exit-codes.md', '3', '| 3 |'],
  ['an option', 'docs/command-line.md', '-config <file>', '| `-config <file>` |'],
  ['an option of a command', 'docs/commands/spool.md', '-stage <name>', '| `-stage <name>` |'],
  ['an argument of a command', 'docs/commands/list.md', '<what>', '| `<what>` |'],
  ['a variable of the environment', 'docs/environment.md', 'SFPROCESSOR_CACHE', '| `SFPROCESSOR_CACHE` |'],
  ['an option in the manual', 'docs/man/sfprocessor.1', 'Fl drain', '.It Fl drain'],
  ['a command in the manual', 'docs/man/sfprocessor.1', 'Nm spool ls', '.Nm\nspool ls ['],
  ['a page of a component in its index', 'docs/components/README.md', 'driver-file.md', '| [`file`](driver-file.md) |'],
] as const) {
  test(`${what} that a page does not document is found`, () => {
    const text = PAGES.get(path) ?? ''
    assert.ok(text.includes(written), `${path} has no ${written}`)
    const broken = new Map(PAGES).set(path, text.replaceAll(written, written.replace(name.replace(/^\w+ /, ''), 'x')))
    assert.ok(documentationGaps(REFERENCE, broken).includes(`${path}: ${name} is not documented`))
  })

  test(`${what} that no longer exists, but is still documented, is found`, () => {
    const without = (REFERENCE.get(path) ?? []).filter(known => known !== name)
    assert.deepEqual(documentationGaps(new Map(REFERENCE).set(path, without), PAGES), [`${path}: ${name} is gone`])
  })
}

for (const path of ['docs/components/driver-socket.md', 'docs/commands/top.md', 'docs/errors.md']) {
  test(`a missing ${path} is found`, () => {
    const pages = new Map(PAGES)
    pages.delete(path)
    assert.deepEqual(documentationGaps(REFERENCE, pages), [`${path}: there is no such page`])
  })
}

test('a page of a component or command that no longer exists is found', () => {
  for (const path of ['docs/components/driver-pigeon.md', 'docs/commands/fly.md'])
    assert.deepEqual(documentationGaps(REFERENCE, new Map(PAGES).set(path, '')), [`${path}: what it documents is gone`])
})

test('a new component, code or command without a page is found', () => {
  const added = new Map(REFERENCE)
    .set('docs/components/action-page.md', [])
    .set('docs/commands/fly.md', [])
    .set('docs/errors.md', [...(REFERENCE.get('docs/errors.md') ?? []), 'SFP_NEW'])
  assert.deepEqual(documentationGaps(added, PAGES).sort(), [
    'docs/commands/fly.md: there is no such page',
    'docs/components/action-page.md: there is no such page',
    'docs/errors.md: SFP_NEW is not documented',
  ])
})

test('every environment variable that the source reads is in the table, and no other', () => {
  const asked = new Set(productSources().flatMap(variablesIn))
  const documented = ENVIRONMENT_VARIABLES.map(({ name }) => name)
  assert.deepEqual([...asked].filter(name => !documented.includes(name)).sort(), [])
  const patterned = VARIABLE_PATTERNS.some(({ name }) => name === 'ADMIN_KEY')
  assert.deepEqual(
    documented.filter(name => !asked.has(name) && !(patterned && name.startsWith('ADMIN_'))),
    [],
  )
})

/** Variables that are read by name, destructured from the environment, or named in a text. */
function variablesIn(text: string): string[] {
  const byName = [...text.matchAll(/\b(?:environment|env)\.([A-Z][A-Z_]+)\b/g)]
  const takenOut = [
    ...text.matchAll(/\{([^{}]*)\}(?:: (?:Environment|Readonly<Record<string, string \| undefined>>)|\s*= environment)/g),
  ]
  const quoted = [...text.matchAll(/\b((?:SFPROCESSOR|AWS)_[A-Z_]*[A-Z])\b/g)]
  const inside = text.includes('SFPROCESSOR_${key') ? ['PLUGDIR', 'DRIVERDIR', 'HANDLERDIR', 'ACTIONDIR'] : []
  return [
    ...[...byName, ...quoted].map(match => match[1] ?? ''),
    ...takenOut.flatMap(match => [...(match[1] ?? '').matchAll(/\b([A-Z][A-Z_]+): \w+/g)].map(([, name]) => name ?? '')),
    ...inside.map(key => `SFPROCESSOR_${key}`),
  ]
}

function productSources(): string[] {
  return ['core', 'driver', 'plugins']
    .flatMap(root => readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => join(root, name)))
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('testing'))
    .map(name => readFileSync(name, 'utf8'))
}

function pagesOnDisk(): Map<string, string> {
  const paths = [
    ...REFERENCE.keys(),
    ...GENERATED_FOLDERS.flatMap(folder => readdirSync(folder).map(name => `${folder}/${name}`)),
  ]
  return new Map([...new Set(paths)].filter(path => existsSync(path)).map(path => [path, readFileSync(path, 'utf8')]))
}
