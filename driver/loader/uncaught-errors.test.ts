// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { PLUGIN_KINDS } from '../../core/contract/plugin.js'
import type { Fault } from '../../core/errors/fault.js'
import { programRoot } from '../process/package.js'
import { UncaughtErrors } from './uncaught-errors.js'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'strays-')))
after(() => rmSync(folder, { recursive: true }))
const FILES = ['one', 'two'].map(name => {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, '')
  return file
})
const [ONE = '', TWO = ''] = FILES
const OURS = join(programRoot(), 'node_modules', 'winston', 'index.js')

function thrownAt(...places: readonly string[]): Error {
  const error = new Error('stray')
  error.stack = [
    'Error: stray',
    ...places.map((place, index) => `    at ${index % 2 ? '' : 'call ('}${place}:3:4${index % 2 ? '' : ')'}`),
  ].join('\n')
  return error
}

function uncaughtErrors(reported: Fault[], ...files: readonly string[]): UncaughtErrors {
  const uncaughtErrors = new UncaughtErrors()
  for (const file of files) {
    uncaughtErrors.addModule({ file, rootFolder: folder, kinds: PLUGIN_KINDS })
    const name = file === ONE ? 'one' : 'two'
    const options = { type: 'object', additionalProperties: false, properties: {} } as const
    uncaughtErrors.setPlugins([{ kind: 'action', name, contract: 2, summary: '', options, create: () => assert.fail() }])
  }
  uncaughtErrors.reportTo(fault => reported.push(fault))
  return uncaughtErrors
}

for (const [what, files, error, taken, who] of [
  ['of a plugin is attributed to it', [ONE, TWO], thrownAt('node:fs', TWO, OURS), true, 'action "two"'],
  ['of the program is not attributed to a plugin', [ONE, TWO], thrownAt('node:net', OURS), false, undefined],
  ['without a known file is attributed to a plugin', [ONE, TWO], thrownAt('node:net'), true, 'a plugin'],
  ['without a known file is attributed to the only plugin', [ONE], thrownAt('node:net'), true, 'action "one"'],
  [
    'of a module that a plugin imports names that module',
    [ONE, TWO],
    thrownAt('/elsewhere/lib.mjs', OURS),
    true,
    'the plugin /elsewhere/lib.mjs',
  ],
  ['that is not an Error is attributed to a plugin', [ONE, TWO], 'text', true, 'a plugin'],
  ['without plugins is attributed to the program', [], thrownAt('node:net'), false, undefined],
] as const) {
  test(`an uncaught error ${what}`, () => {
    const reported: Fault[] = []
    assert.equal(uncaughtErrors(reported, ...files).handle(error), taken)
    assert.equal(reported[0]?.details.who, who)
  })
}

test('an error in another file of a plugin folder belongs to that plugin, and not to its neighbor', () => {
  mkdirSync(join(folder, 'three'))
  const file = join(folder, 'three', 'index.mjs')
  writeFileSync(file, '')
  const reported: Fault[] = []
  const three = uncaughtErrors(reported, ONE)
  three.addModule({ file, rootFolder: folder, ownFolder: join(folder, 'three'), kinds: PLUGIN_KINDS })
  const options = { type: 'object', additionalProperties: false, properties: {} } as const
  three.setPlugins([{ kind: 'action', name: 'three', contract: 2, summary: '', options, create: () => assert.fail() }])
  for (const place of [join(folder, 'three', 'lib', 'part.mjs'), ONE]) three.handle(thrownAt(place, OURS))
  assert.deepEqual(
    reported.map(({ details }) => details.who),
    ['action "three"', 'action "one"'],
  )
})

test('the place in the plugin is reported, and earlier errors are reported once a listener exists', () => {
  const quiet = new UncaughtErrors()
  quiet.addModule({ file: ONE, kinds: PLUGIN_KINDS })
  assert.ok(quiet.handle(thrownAt(OURS, ONE)))
  const reported: Fault[] = []
  quiet.reportTo(fault => reported.push(fault))
  assert.deepEqual(
    reported.map(({ details }) => [details.position, details.reason]),
    [[`${ONE}:3:4`, 'stray']],
  )
})

test('the first of many errors are reported individually, the others as a count', () => {
  const [reported, noted]: Fault[][] = [[], []]
  const many = uncaughtErrors([], ONE)
  many.reportTo(
    fault => reported?.push(fault),
    fault => noted?.push(fault),
  )
  for (let count = 0; count < 25; count++) many.handle(thrownAt(ONE))
  assert.deepEqual([reported?.length, noted?.length], [10, 15])
  assert.equal(noted?.at(-1)?.details.plugin, 'one')
  assert.deepEqual(many.suppressedFaults()[0]?.details, { who: 'action "one"', count: 15 })
})

test('a rejection that is not an Error is reported as it is', async () => {
  const reported: Fault[] = []
  const only = uncaughtErrors(reported, ONE)
  const wrapped = Object.assign(new Error('This error originated ... rejected with the reason "42".'), {
    code: 'ERR_UNHANDLED_REJECTION',
    stack: '',
  })
  only.handle(wrapped)
  assert.equal(reported[0]?.details.reason, '42')
})
