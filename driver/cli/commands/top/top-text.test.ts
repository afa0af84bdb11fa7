// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOSTILE, someSnapshot } from '../../../testing/some-snapshot.js'
import { topText } from './top-text.js'

const PLAIN = { columns: 200, rows: Number.POSITIVE_INFINITY, hasColor: false }

test('a snapshot shows rates since the start', () => {
  const lines = topText(someSnapshot(), undefined, PLAIN).split('\n')
  assert.equal(lines[0], 'sfprocessor 1.0  running  up 0:00:10   100 records, 10/s since the start   50 %')
  assert.match(
    lines[1] ?? '',
    /^pid 42 {3}CPU 50 % {3}memory 0 MB, heap 0 MB of 0 MB {3}event loop 50 %, lag 1\.0 ms \(p99\) {3}GC 1\.0 %$/,
  )
  assert.match(lines[3] ?? '', /^part +component +in +\/s +out +\/s +filtered +dropped +held$/)
  assert.match(lines[4] ?? '', /^file +file +100 +10 +100 +10 +0 +0 +0$/)
  assert.match(lines[9] ?? '', /^flat +flattenerchan +10 +7 +100 +7 %$/)
  assert.match(lines[12] ?? '', / +5 +0\.50 +0\.250$/)
})

test('after a previous snapshot, rates refer to the time since then; a restarted run has no previous snapshot', () => {
  const later = { ...someSnapshot(), uptime: 12 }
  const [file, ...others] = someSnapshot().parts
  const grown = { ...later, parts: [{ ...file, in: 300, out: 300 } as (typeof others)[number], ...others] }
  assert.match(topText(grown, someSnapshot(), PLAIN), /300 records, 100\/s {3}50 %/)
  const anew = { ...later, uptime: 1 }
  assert.match(topText(anew, someSnapshot(), PLAIN), /100 records, 100\/s/)
})

test('names contain no terminal control characters, and lines fit the terminal', () => {
  const text = topText(someSnapshot(), undefined, { ...PLAIN, columns: 40, rows: 9 })
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u)
  assert.ok(topText(someSnapshot(), undefined, PLAIN).includes(HOSTILE.slice(0, 10)))
  const lines = text.split('\n').slice(0, -1)
  assert.equal(lines.length, 8)
  assert.ok(lines.every(line => line.length <= 40))
})

test('dropped records are highlighted in color, and colors take no width', () => {
  const look = { ...PLAIN, hasColor: true, columns: 100 }
  const text = topText(someSnapshot(), undefined, look)
  const [begin, end] = ['\u001b[31;1m', '\u001b[0m']
  assert.ok(text.includes(`${begin}      2${end}`))
  const uncoloured = text.split('\u001b').map((part, index) => (index === 0 ? part : part.replace(/^\[[\d;]*m/, '')))
  assert.equal(uncoloured.join(''), topText(someSnapshot(), undefined, { ...look, hasColor: false }))
})

test('a plugin with errors is shown by name; a process of an earlier release reports no plugins', () => {
  assert.match(topText(someSnapshot(), undefined, PLAIN), /\n\nhandler plugin "printer": 3 errors\n$/)
  const { plugins, ...earlier } = someSnapshot()
  assert.equal(plugins.length, 2)
  assert.doesNotMatch(topText(earlier as ReturnType<typeof someSnapshot>, undefined, PLAIN), /plugin/)
})
