// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PLUGIN_KINDS } from '../core/contract/plugin.js'
import * as plugin from '../core/published/plugin.js'
import * as testing from '../driver/loader/testing.js'
import * as scenario from '../plugins/sysflow/published/scenario.js'
import * as sysflow from '../plugins/sysflow/published/sysflow.js'

const PAGE = readFileSync('docs/writing-plugins.md', 'utf8')

/** The rows of the table under this header. */
const tableUnder = (head: string): string => (PAGE.split(head)[1] ?? '').split('\n\n')[0] ?? ''
const named = (text: string): string[] => [...text.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(match => match[1] ?? '')

test('docs/writing-plugins.md names every value that sfprocessor/plugin exports, and no other', () => {
  const rows = tableUnder('| from `sfprocessor/plugin` |').split('\n')
  const cells = rows.map(row => row.split('|')[1] ?? '')
  assert.deepEqual(cells.flatMap(named).sort(), Object.keys(plugin).sort())
})

test('docs/writing-plugins.md names every value that sfprocessor/testing exports, and no other', () => {
  const known = Object.keys(testing)
  const documented = named(tableUnder('| from `sfprocessor/testing` |'))
  assert.deepEqual(documented.filter(name => known.includes(name)).sort(), known.sort())
  const [, ...rows] = tableUnder('| from `sfprocessor/testing` |').split('\n')
  const first = rows.flatMap(row => named(row.split('|')[1] ?? ''))
  assert.deepEqual(
    first.filter(name => !known.includes(name)),
    [],
  )
})

test('docs/writing-plugins.md names every value that sfprocessor/sysflow exports, and no other', () => {
  const rows = tableUnder('| from `sfprocessor/sysflow` |').split('\n')
  assert.deepEqual(rows.flatMap(row => named(row.split('|')[1] ?? '')).sort(), Object.keys(sysflow).sort())
})

test('the table of renamed members of contract 1 has as many new names as old ones, and no current value as old', () => {
  const rows = tableUnder('| contract 1 | contract 2 |').split('\n').slice(3)
  const values = new Set([...Object.keys(plugin), ...Object.keys(testing)])
  assert.ok(rows.length > 15)
  for (const row of rows) {
    const [, old = '', current = ''] = row.split('|')
    assert.equal(named(old).length, named(current).length, row)
    for (const name of named(old)) assert.ok(!values.has(name), name)
  }
})

test('docs/writing-plugins.md names every value that sfprocessor/scenario exports', () => {
  const line = PAGE.split('\n').find(text => text.startsWith('`sfprocessor/scenario` has')) ?? ''
  assert.deepEqual(named(line).sort(), Object.keys(scenario).sort())
})

test('every kind has a section, a scaffold and an example with its README', () => {
  for (const kind of PLUGIN_KINDS) {
    const title = `${kind[0]?.toUpperCase()}${kind.slice(1)}s`
    assert.ok(PAGE.includes(`\n## ${title}\n`), title)
    assert.ok(readdirSync(join('resources', 'templates', kind)).includes('README.md'), kind)
    const examples = readdirSync(join('plugins', 'examples', `${kind}s`), { withFileTypes: true }).filter(entry =>
      entry.isDirectory(),
    )
    assert.ok(examples.length > 0, kind)
    for (const { name } of examples) {
      const files = readdirSync(join('plugins', 'examples', `${kind}s`, name))
      for (const file of ['README.md', 'Makefile', 'index.ts', 'pipeline.json'])
        assert.ok(files.includes(file), `${name}: ${file}`)
      assert.ok(
        files.some(file => file.endsWith('.test.ts')),
        `${name}: a test`,
      )
    }
  }
})
