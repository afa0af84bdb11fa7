// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { baseName, directoryName, splitSocketPath } from './paths.js'

test('the base name is the last element after trailing slashes', () => {
  const cases = [
    ['', '.'],
    ['/', '/'],
    ['///', '/'],
    ['/a/b', 'b'],
    ['/a/b/', 'b'],
    ['/a/b//', 'b'],
    ['a', 'a'],
    ['..', '..'],
    ['/a/.', '.'],
  ] as const
  for (const [path, base] of cases) assert.equal(baseName(path), base, path)
})

test('the directory is the normalized part before the last slash', () => {
  const cases = [
    ['', '.'],
    ['a', '.'],
    ['/', '/'],
    ['/a', '/'],
    ['/a/b/', '/a/b'],
    ['/a//b/../c', '/a'],
    ['a/./b/c', 'a/b'],
    ['../a', '..'],
    ['/../a', '/'],
    ['a/../../b', '..'],
    ['a/../b', '.'],
    ['//x', '/'],
  ] as const
  for (const [path, directory] of cases) assert.equal(directoryName(path), directory, path)
})

test('check 36: a socket path is separated from its two kernel addresses', () => {
  assert.deepEqual(splitSocketPath('ffff8bfb4fd28800->ffff8bfb4fd29800 /run/x'), {
    path: '/run/x',
    link: 'ffff8bfb4fd28800->ffff8bfb4fd29800',
  })
  assert.deepEqual(splitSocketPath('0ABC->0def /x'), { path: '/x', link: 'abc->def' })
  assert.deepEqual(splitSocketPath('0000->0 \t/x'), { path: '/x', link: '0->0' })
})

test('Q35: the path of a socket keeps its spaces', () => {
  assert.equal(splitSocketPath('ffff8bfb4fd28800->ffff8bfb4fd29800 /run/my sock').path, '/run/my sock')
})

test('a prefix that is not a pair of addresses belongs to the path', () => {
  const raws = [
    '',
    '/etc/passwd',
    'a->b',
    'a->b ',
    '->b /x',
    'a->g /x',
    'xa->b /x',
    '12345678901234567->1 /x',
    'a-\\ub /x',
    'a-> b /x',
  ]
  for (const raw of raws) assert.deepEqual(splitSocketPath(raw), { path: raw, link: '' }, raw)
})

test('paths of any form are accepted, long ones too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), path => {
      assert.equal(baseName(path).includes('/'), baseName(path) === '/')
      assert.equal(directoryName(path).includes('//'), false)
      assert.ok(splitSocketPath(path).path.length <= path.length)
    }),
  )
  assert.equal(splitSocketPath(`${'0'.repeat(100_000)}->`).link, '')
  assert.equal(splitSocketPath(`a->b${' '.repeat(100_000)}`).link, '')
})
