// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildImportGraph, cyclesIn, type Import, importsOf } from './import-graph.js'

test('every form of import is found, with its effect on the running code', () => {
  const text = `
import { join } from 'node:path'
import type { A } from './a.js'
import { type B, type C } from './b.js'
import { type D, e } from './d.js'
import type * as F from './f.js'
import type G from './g.js'
import {
  type H,
  type I,
} from './h.js'
import './bare.js'
export * from './all.js'
export type { J } from '../j.js'
const later = await import('./later.js')
`
  assert.deepEqual(
    importsOf('x/y/z.ts', text).map(({ target, file, isTypeOnly }) => `${file ?? target}${isTypeOnly ? ' (types)' : ''}`),
    [
      'node:path',
      'x/y/a.ts (types)',
      'x/y/b.ts (types)',
      'x/y/d.ts',
      'x/y/f.ts (types)',
      'x/y/g.ts (types)',
      'x/y/h.ts (types)',
      'x/y/bare.ts',
      'x/y/all.ts',
      'x/j.ts (types)',
      'x/y/later.ts',
    ],
  )
})

test('a circle is reported as a path back to its start; paths that only meet again are not circles', () => {
  const graph = new Map(
    Object.entries({ a: ['b', 'c'], b: ['d'], c: ['d'], d: ['e'], e: ['f'], f: ['d'] }).map(([name, to]) => [name, new Set(to)]),
  )
  assert.deepEqual(cyclesIn(graph), ['d -> e -> f -> d'])
  assert.deepEqual(
    cyclesIn(
      new Map([
        ['a', new Set(['b', 'c'])],
        ['b', new Set(['c'])],
      ]),
    ),
    [],
  )
})

test('the graph shows files under the given names, without unnamed files', () => {
  const to = (file: string, isTypeOnly = false): Import => ({ target: file, file, isTypeOnly, isLazy: false })
  const imports: Record<string, Import[]> = {
    'one/a.ts': [to('one/b.ts'), to('two/c.ts'), to('three/d.ts', true)],
    'two/c.ts': [to('main.ts')],
    'three/d.ts': [to('one/a.ts')],
    'main.ts': [to('one/a.ts')],
  }
  const graph = buildImportGraph(
    Object.keys(imports),
    file => (file.includes('/') ? file.split('/')[0] : undefined),
    ({ isTypeOnly }) => !isTypeOnly,
    file => imports[file] ?? [],
  )
  assert.deepEqual(
    [...graph].map(([name, targets]) => [name, ...targets]),
    [['one', 'two'], ['two'], ['three', 'one']],
  )
})
