// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCommandLine } from '../../driver/cli/command-line-options.js'
import type { Environment } from '../contract/environment.js'
import { COLOR_CHOICES, screenOf, styleFor, withColorChoice } from './color.js'
import { ansiStyle } from './style.js'

const TERMINAL = { isTTY: true, columns: 90 }
const PIPE = {}
const isColored = (stream: object, environment: Environment): boolean => styleFor(stream, environment) === ansiStyle

for (const [what, environment, onTerminal, inPipe] of [
  ['nothing', {}, true, false],
  ['NO_COLOR', { NO_COLOR: '1' }, false, false],
  ['an empty NO_COLOR', { NO_COLOR: '' }, true, false],
  ['TERM=dumb', { TERM: 'dumb' }, false, false],
  ['FORCE_COLOR', { FORCE_COLOR: '1' }, true, true],
  ['FORCE_COLOR=3', { FORCE_COLOR: '3', TERM: 'dumb' }, true, true],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, false, false],
  ['FORCE_COLOR=false', { FORCE_COLOR: 'False' }, false, false],
  ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, true, false],
  ['FORCE_COLOR and NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, true],
] as const)
  test(`with ${what} in the environment a terminal has ${onTerminal ? '' : 'no '}colors and a pipe has ${inPipe ? 'some' : 'none'}`, () => {
    assert.deepEqual([isColored(TERMINAL, environment), isColored(PIPE, environment)], [onTerminal, inPipe])
  })

test('-color takes precedence over the environment, auto does not change it', () => {
  for (const environment of [{ FORCE_COLOR: '1' }, { NO_COLOR: '1' }, { TERM: 'dumb' }, {}]) {
    assert.equal(isColored(PIPE, withColorChoice(environment, 'always')), true)
    assert.equal(isColored(TERMINAL, withColorChoice(environment, 'never')), false)
    assert.equal(withColorChoice(environment, 'auto'), environment)
  }
})

test('-color is found at any position of the command line, also for commands', () => {
  for (const choice of COLOR_CHOICES) assert.equal(readCommandLine(['-color', choice, 'a.sf']).color, choice)
  assert.equal(readCommandLine(['-color=never', '-nothing']).color, 'never')
  assert.equal(readCommandLine(['-color', 'always', 'explain']).color, 'always')
  assert.equal(readCommandLine(['a.sf', '-color', 'never']).color, 'auto')
})

test('a terminal reports its current width', () => {
  const stream = { ...TERMINAL }
  const screen = screenOf(stream, {})
  assert.deepEqual({ ...screen }, { isTerminal: true, columns: 90, hasColor: true })
  stream.columns = 30
  assert.equal(screen.columns, 30)
  assert.deepEqual({ ...screenOf(PIPE, {}) }, { isTerminal: false, columns: 0, hasColor: false })
})
