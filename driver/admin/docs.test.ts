// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ADMIN_OPTIONS } from '../config/admin-options.js'
import { jsonEntry } from '../process/log-formats.js'
import { parsedExposition } from '../testing/exposition-parser.js'
import { someSnapshot } from '../testing/some-snapshot.js'
import { metricsText } from './metrics.js'

const PAGE = readFileSync('docs/monitoring.md', 'utf8')

test('the page documents every setting with its default, and no other', () => {
  const reported = [...PAGE.matchAll(/^\| `(\w+)` \| (?:`(.*?)`)? ?\|/gm)].map(([, key, value]) => [key, value])
  const settings = Object.entries(ADMIN_OPTIONS.properties).map(([key, { default: value }]) => [
    key,
    value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value),
  ])
  assert.deepEqual(reported.slice(0, settings.length), settings)
  assert.equal(reported.filter(([key]) => key !== undefined && key in ADMIN_OPTIONS.properties).length, settings.length)
})

test('the page documents every metric, and no other', () => {
  const rows = [...PAGE.matchAll(/^\| (`(?:sfprocessor|process|nodejs)_.*?) \|/gm)].map(match => match[1] ?? '')
  const reported = rows.flatMap(row => {
    let first = ''
    return [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => {
      if (!name.startsWith('_')) first = name
      return name.startsWith('_') ? nameLike(first, name) : name
    })
  })
  assert.deepEqual(reported.sort(), [...parsedExposition(metricsText(someSnapshot())).keys()].sort())
})

/** Adds an ending to a metric name: `a_b_in_total` and `_out_total` → `a_b_out_total`. It replaces as many words as it has. */
function nameLike(first: string, ending: string): string {
  const words = ending.split('_').length - 1
  return first.split('_').slice(0, -words).join('_') + ending
}

test('the page documents every key of a log entry', () => {
  const keys = Object.keys(jsonEntry({ level: 'info', time: new Date(), component: '', content: '' }))
  const reported = [...PAGE.matchAll(/^\| `(\w+)` \| /gm)].map(match => match[1] ?? '')
  assert.deepEqual(reported.slice(-keys.length), keys)
})
