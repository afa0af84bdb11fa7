// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetOutcomeOf } from './performance-target.js'
import { spreadOf } from './spread.js'

test('a rate must be at least its floor; time, memory and some ratios at most', () => {
  const rate = { figure: 'recordsPerSecond', floor: 100, goal: 200 } as const
  assert.deepEqual([99, 100, 199, 200].map(value => targetOutcomeOf(value, rate)), ['missed', 'floor', 'floor', 'goal'])
  const time = { figure: 'seconds', floor: 0.3, goal: 0.1 } as const
  assert.deepEqual([0.31, 0.3, 0.11, 0.1].map(value => targetOutcomeOf(value, time)), ['missed', 'floor', 'floor', 'goal'])
  const ratio = { figure: 'ratio at most', floor: 2 } as const
  assert.deepEqual([2.1, 2].map(value => targetOutcomeOf(value, ratio)), ['missed', 'goal'])
}) // biome-ignore format: short

test('the median of an even number of values is between the two middle values', () => {
  assert.deepEqual(spreadOf([4, 1, 2, 9]), { median: 3, least: 1, most: 9 })
  assert.deepEqual(spreadOf([5]), { median: 5, least: 5, most: 5 })
})
