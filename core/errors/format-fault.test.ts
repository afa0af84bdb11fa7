// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ansiStyle } from '../terminal/style.js'
import { Fault, Faults, type SourcePosition } from './fault.js'
import { formatFault, formatFaults, formatStyledFault } from './format-fault.js'

const positionIn = (text: string, column: number, length = 1): SourcePosition => ({
  file: 'p.json',
  line: 1,
  column,
  length,
  text,
})

const unknown = (key: string, details: Record<string, string> = {}, position?: SourcePosition): Fault =>
  new Fault('SFP_CONFIG_UNKNOWN_KEY', { key, component: 'stage "x"', ...details }, { position })

test('a fault shows its place, the line with a caret, the error and a hint', () => {
  assert.equal(
    formatFault(unknown('moed', { nearest: 'mode', known: 'mode, buffer' }, positionIn('{ "moed": 1 }\nnext', 3, 6))),
    `p.json:1:3  SFP_CONFIG_UNKNOWN_KEY
    1 | { "moed": 1 }
      |   ^^^^^^ "moed" is not a setting of stage "x"; did you mean "mode"? Known: mode, buffer`,
  )
})

test('a sentence with missing details is omitted', () => {
  assert.equal(
    formatFault(unknown('moed', { known: 'mode' })),
    'SFP_CONFIG_UNKNOWN_KEY: "moed" is not a setting of stage "x"; Known: mode',
  )
})

test('a warning is labelled as such, and all faults of an error are shown', () => {
  const warning = new Fault('SFP_CONFIG_OLD_KEY', { key: 'a', today: 'b' }, { where: 'here', level: 'warning' })
  assert.equal(formatFault(warning), 'here  warning SFP_CONFIG_OLD_KEY: "a" is deprecated; use "b"')
  assert.equal(formatFaults(new Faults([warning, warning])), `${formatFault(warning)}\n${formatFault(warning)}`)
  assert.equal(formatFaults(new Error('other')), 'other')
})

test('of a line of 1 MB only the part around the position is shown', () => {
  const shown = formatFault(unknown('x', {}, positionIn(`${'a'.repeat(500_000)}HERE${'b'.repeat(500_000)}`, 500_001, 4)))
  assert.ok(shown.length < 400)
  const [, line = '', carets = ''] = shown.split('\n')
  assert.equal(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1), 'HERE')
})

test('of a detail of 1 MB only the beginning is shown', () => {
  assert.ok(formatFault(unknown('x'.repeat(1_000_000))).length < 1200)
})

test('terminal control characters in the text or in details are removed', () => {
  const shown = formatFault(unknown('\u001B[2J\u009B1m\u202E', {}, positionIn('a\u001B]0;title\u0007\r\tb', 2)))
  assert.match(shown, /"\uFFFD\[2J\uFFFD1m\uFFFD" is not/)
  assert.match(shown, / 1 \| a\uFFFD\]0;title\uFFFD\uFFFD b\n/)
})

test('styles surround place, code and caret, and are the only terminal control characters', () => {
  const fault = unknown('mo\u001B[2Jed', { nearest: 'mode' }, positionIn('{ "mo\u001B[0md": 1 }', 3, 6))
  const shown = formatStyledFault(fault, ansiStyle)
  assert.ok(shown.startsWith('\u001B[1mp.json:1:3\u001B[0m  \u001B[31;1mSFP_CONFIG_UNKNOWN_KEY\u001B[0m\n'))
  assert.ok(shown.includes('\u001B[31;1m^^^^^^\u001B[0m'))
  const unstyledText = ['0', '1', '2', '31;1'].reduce((text, ansiCode) => text.replaceAll(`\u001B[${ansiCode}m`, ''), shown)
  assert.equal(unstyledText, formatFault(fault))
  const warning = new Fault('SFP_CONFIG_OLD_KEY', { key: 'a', today: 'b' }, { where: 'here', level: 'warning' })
  assert.ok(formatStyledFault(warning, ansiStyle).includes('\u001B[33;1mwarning SFP_CONFIG_OLD_KEY\u001B[0m'))
})
