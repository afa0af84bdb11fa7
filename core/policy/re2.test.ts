// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileRegex } from './re2.js'

test('a pattern that is compiled again right away gives the same object', () => {
  const compiled = compileRegex('a+b')
  assert.equal(compileRegex('a+b'), compiled)
  assert.notEqual(compileRegex('a+c'), compiled)
})

test('an invalid pattern is an error each time', () => {
  for (const _ of ['first', 'second']) assert.throws(() => compileRegex('a('), /missing closing/)
})

test('more patterns than are remembered still compile', () => {
  for (let index = 0; index < 1100; index++) assert.ok(compileRegex(`x${index}$`).testExact(`x${index}`))
})
