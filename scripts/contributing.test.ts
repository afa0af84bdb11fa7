// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { blocksOf } from './documents.js'

const PAGE = 'CONTRIBUTING.md'
const COMMANDS = blocksOf({ path: PAGE, text: readFileSync(PAGE, 'utf8') })
  .filter(({ kind }) => kind === 'sh run by scripts/contributing.test.ts')
  .flatMap(({ text }) => text.trim().split('\n'))
  .map(line => line.replace(/ +#.*$/, ''))

/** Without the variable that disables a test runner inside a test run. */
const { NODE_TEST_CONTEXT: _, ...ENVIRONMENT } = process.env

test(`every make target that ${PAGE} names exists`, () => {
  const makefile = readFileSync('Makefile', 'utf8')
  const targets = [...readFileSync(PAGE, 'utf8').matchAll(/\bmake ([\w-]+)/g)].map(([, target]) => target)
  assert.ok(targets.length > 5)
  assert.deepEqual(
    targets.filter(target => !new RegExp(`^${target}:`, 'm').test(makefile)),
    [],
  )
})

test(`the single test of ${PAGE} passes, and its other commands exist`, () => {
  const others = COMMANDS.filter(line => !line.startsWith('make '))
  assert.equal(others.length, 2)
  for (const line of others) {
    const [, tool] = /^npx (\w+)/.exec(line) ?? []
    if (tool !== undefined) assert.ok(existsSync(join('node_modules', '.bin', tool)), line)
    else if (existsSync('dist')) assert.equal(spawnSync('sh', ['-c', line], { env: ENVIRONMENT }).status, 0, line)
  }
})

test('each folder of core/, driver/ and plugins/ has a README that describes its content', () => {
  const folders = ['core', 'driver', 'plugins'].flatMap(root =>
    readdirSync(root, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== 'node_modules')
      .map(entry => join(root, entry.name)),
  )
  const readme = (folder: string): string => {
    const path = join(folder, 'README.md')
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  assert.ok(folders.length > 15)
  assert.deepEqual(
    folders.filter(folder => !/^# .+\n\n.{20,}/.test(readme(folder))),
    [],
  )
})
