// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { firstExternalFrame, isProgramFile, stackFrames } from './stack-frame.js'

function withStack(...lines: readonly string[]): Error {
  const error = new Error('x')
  error.stack = lines.join('\n')
  return error
}

test('stack frames are files with line and column, innermost first, in every notation', () => {
  const error = withStack(
    'file:///plugins/a%20b.mjs:7',
    'Error: see /not/a/place:1:2 in the text',
    '    at Object.open (file:///plugins/a%20b.mjs:3:4)',
    '    at async file:///plugins/c.mjs:5:6',
    '    at new Thing (/plugins/d (copy).js:8:9)',
    '    at node:internal/timers:10:11',
    '    at Array.map (<anonymous>)',
  )
  assert.deepEqual(
    stackFrames(error).map(({ text }) => text),
    ['/plugins/a b.mjs:7', '/plugins/a b.mjs:3:4', '/plugins/c.mjs:5:6', '/plugins/d (copy).js:8:9'],
  )
})

test('the author of a plugin is shown the innermost stack frame outside the program', () => {
  const own = fileURLToPath(new URL('fault.js', import.meta.url))
  assert.equal(
    firstExternalFrame(withStack('Error: x', `    at f (${own}:1:2)`, '    at g (/plugins/c.mjs:5:6)')),
    '/plugins/c.mjs:5:6',
  )
  assert.equal(firstExternalFrame(withStack('Error: x', `    at f (${own}:1:2)`)), undefined)
})

test('built-in families belong to the program, its examples do not', () => {
  const inPlugins = (path: string): string => fileURLToPath(new URL(`../../plugins/${path}`, import.meta.url))
  assert.equal(isProgramFile(inPlugins('sysflow/reader/sysflow-reader.js')), true)
  assert.equal(isProgramFile(inPlugins('examples/actions/now/index.js')), false)
})

test('an error without a stack has no frame', () => {
  const hostile = new Error('x')
  Object.defineProperty(hostile, 'stack', {
    get() {
      throw new Error('no')
    },
  })
  for (const error of [undefined, 'text', null, { stack: '    at f (/a.js:1:2)' }, hostile])
    assert.deepEqual(stackFrames(error), [])
})
