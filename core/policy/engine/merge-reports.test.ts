// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeReports } from './merge-reports.js'

const report = (alerts: number, byPriority: object, byRule: object): Record<string, unknown> => ({
  rules: 9,
  filters: 1,
  inactive: ['never'],
  alerts,
  byPriority,
  byRule,
})

test('alerts of several engines are added in order; common rules count once', () => {
  const merged = mergeReports([report(3, { low: 3 }, { a: 2, b: 1 }), report(5, { high: 1, low: 4 }, { b: 4, c: 1 })])
  assert.deepEqual(merged, report(8, { high: 1, low: 7 }, { b: 5, a: 2, c: 1 }))
  assert.deepEqual(Object.keys(merged.byRule as object), ['b', 'a', 'c'])
  assert.deepEqual(Object.keys(merged.byPriority as object), ['high', 'low'])
  const cost = (rule: string, evaluations: number, matches: number, seconds: number) => ({ rule, evaluations, matches, seconds })
  const measured = mergeReports([
    { ...report(0, {}, {}), costs: [cost('a', 10, 1, 0.25)] },
    { ...report(0, {}, {}), costs: [cost('b', 5, 0, 0.5), cost('a', 10, 2, 0.5)] },
  ])
  assert.deepEqual(measured.costs, [cost('a', 20, 3, 0.75), cost('b', 5, 0, 0.5)])
  const monitored = { ...report(0, {}, {}), reloads: 2 }
  assert.deepEqual(mergeReports([monitored, monitored]), monitored)
})
