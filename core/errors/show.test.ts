// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coloured } from '../terminal/paint.js'
import { Fault, Faults, type Place } from './fault.js'
import { show, showAll, showPainted } from './show.js'

const placeIn = (text: string, column: number, length = 1): Place => ({ file: 'p.json', line: 1, column, length, text })

const unknown = (key: string, details: Record<string, string> = {}, place?: Place): Fault =>
  new Fault('SFP_CONFIG_UNKNOWN_KEY', { key, component: 'stage "x"', ...details }, { place })

test('a fault shows its place, its line with a caret, what is wrong and how to mend it', () => {
  assert.equal(
    show(unknown('moed', { nearest: 'mode', known: 'mode, buffer' }, placeIn('{ "moed": 1 }\nnext', 3, 6))),
    `p.json:1:3  SFP_CONFIG_UNKNOWN_KEY
    1 | { "moed": 1 }
      |   ^^^^^^ "moed" is not a setting of stage "x"; did you mean "mode"? Known: mode, buffer`,
  )
})

test('a sentence whose details are missing is left out', () => {
  assert.equal(
    show(unknown('moed', { known: 'mode' })),
    'SFP_CONFIG_UNKNOWN_KEY: "moed" is not a setting of stage "x"; Known: mode',
  )
})

test('a warning says so, and all faults of an error are shown', () => {
  const warning = new Fault('SFP_CONFIG_OLD_KEY', { key: 'a', today: 'b' }, { where: 'here', level: 'warning' })
  assert.equal(show(warning), 'here  warning SFP_CONFIG_OLD_KEY: "a" is an old spelling; write "b"')
  assert.equal(showAll(new Faults([warning, warning])), `${show(warning)}\n${show(warning)}`)
  assert.equal(showAll(new Error('other')), 'other')
})

test('of a line of 1 MB the part around the place is shown', () => {
  const shown = show(unknown('x', {}, placeIn(`${'a'.repeat(500_000)}HERE${'b'.repeat(500_000)}`, 500_001, 4)))
  assert.ok(shown.length < 400)
  const [, line = '', carets = ''] = shown.split('\n')
  assert.equal(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1), 'HERE')
})

test('of a detail of 1 MB the beginning is shown', () => {
  assert.ok(show(unknown('x'.repeat(1_000_000))).length < 1200)
})

test('characters that drive a terminal are not passed on, from the text or from details', () => {
  const shown = show(unknown('\u001B[2J\u009B1m\u202E', {}, placeIn('a\u001B]0;title\u0007\r\tb', 2)))
  assert.match(shown, /"\uFFFD\[2J\uFFFD1m\uFFFD" is not/)
  assert.match(shown, / 1 \| a\uFFFD\]0;title\uFFFD\uFFFD b\n/)
})

test('marks stand around place, code and caret, and are the only characters that drive a terminal', () => {
  const fault = unknown('mo\u001B[2Jed', { nearest: 'mode' }, placeIn('{ "mo\u001B[0md": 1 }', 3, 6))
  const shown = showPainted(fault, coloured)
  assert.ok(shown.startsWith('\u001B[1mp.json:1:3\u001B[0m  \u001B[31;1mSFP_CONFIG_UNKNOWN_KEY\u001B[0m\n'))
  assert.ok(shown.includes('\u001B[31;1m^^^^^^\u001B[0m'))
  const unmarked = ['0', '1', '2', '31;1'].reduce((text, mark) => text.replaceAll(`\u001B[${mark}m`, ''), shown)
  assert.equal(unmarked, show(fault))
  const warning = new Fault('SFP_CONFIG_OLD_KEY', { key: 'a', today: 'b' }, { where: 'here', level: 'warning' })
  assert.ok(showPainted(warning, coloured).includes('\u001B[33;1mwarning SFP_CONFIG_OLD_KEY\u001B[0m'))
})
