// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isObject, isObjectOrList, propertyOf } from './objects.js'

test('lists, null, functions and plain values are no objects; only lists may pass with objects', () => {
  for (const value of [{}, Object.create(null), new (class {})()]) assert.ok(isObject(value) && isObjectOrList(value))
  for (const value of [null, undefined, 'a', 1, () => {}]) assert.ok(!isObject(value) && !isObjectOrList(value))
  assert.ok(!isObject([1]) && isObjectOrList([1]))
})

test('a property is one of the object itself', () => {
  assert.equal(propertyOf({ a: 1 }, 'a'), 1)
  for (const [value, key] of [
    [{ a: 1 }, 'toString'],
    [['a'], 'length'],
    ['a', 'length'],
    [null, 'a'],
  ] as const)
    assert.equal(propertyOf(value, key), undefined)
})
