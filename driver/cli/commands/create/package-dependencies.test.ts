// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { dependenciesIn } from './package-dependencies.js'

const top = mkdtempSync(join(tmpdir(), 'own-package-'))
after(() => rmSync(top, { recursive: true }))
let places = 0

/** The program as npm has installed it (from `resolved`), and a folder for a plugin next to it or below it. */
function installed(resolved: string | undefined): { readonly root: string; readonly below: string; readonly elsewhere: string } {
  const place = join(top, String(++places))
  const root = join(place, 'node_modules', 'sfprocessor')
  mkdirSync(root, { recursive: true })
  const facts = {
    name: 'sfprocessor',
    version: '1.2.3',
    devDependencies: { typescript: '7.0.2', '@types/node': '20.19.0', other: '1' },
  }
  writeFileSync(join(root, 'package.json'), JSON.stringify(facts))
  const notes = { packages: { 'node_modules/sfprocessor': { version: '1.2.3', resolved } } }
  if (resolved !== undefined) writeFileSync(join(place, 'node_modules', '.package-lock.json'), JSON.stringify(notes))
  return { root, below: join(place, 'plugins', 'mine'), elsewhere: join(top, 'elsewhere', 'mine') }
}

const TOOLS = { '@types/node': '20.19.0', typescript: '7.0.2' }

test('below the installation folder of the program, a plugin needs the compiler only', () => {
  const { root, below } = installed('file:sfprocessor-1.2.3.tgz')
  assert.deepEqual(dependenciesIn(below, root), { peer: { sfprocessor: '^1.2.3' }, development: TOOLS })
})

test('elsewhere it needs the program: the release from a registry', () => {
  const { root, elsewhere } = installed('https://registry.example/sfprocessor-1.2.3.tgz')
  assert.deepEqual(dependenciesIn(elsewhere, root).development, { ...TOOLS, sfprocessor: '^1.2.3' })
})

for (const resolved of ['file:sfprocessor-1.2.3.tgz', undefined])
  test(`elsewhere, a program from ${resolved ?? 'nowhere that npm knows of'} is a dependency by path`, () => {
    const { root, elsewhere } = installed(resolved)
    assert.equal(dependenciesIn(elsewhere, root).development.sfprocessor, `file:../../${places}/node_modules/sfprocessor`)
  })

test('a nearer installation of another program is not used', () => {
  const { root } = installed(undefined)
  const other = installed(undefined)
  assert.match(dependenciesIn(other.below, root).development.sfprocessor ?? '', /^file:/)
})
