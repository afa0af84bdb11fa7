// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldValue, RuleFacts, Verdict } from '../../../core/contract/verdict.js'
import { PageBuffer } from '../../../core/exporter/page.js'
import { jsonVerdicts, jsonVerdictText, VerdictFragments } from './verdict-fragments.js'

const RULES: readonly RuleFacts[] = [
  { name: 'a', description: 'd', priority: 'high', tags: ['x', 'y'] },
  { name: 'b', description: '', priority: 'low', tags: [] },
]

function written(verdicts: readonly Verdict[], fragments = jsonVerdicts()): string[] {
  const page = new PageBuffer()
  for (const verdict of verdicts) {
    fragments.write(verdict, page)
    page.finishRecord()
  }
  return Buffer.from(page.page().bytes).toString().split('\n').slice(0, -1)
}

test('what rules say is composed once for all verdicts of theirs, whatever actions have added to each', () => {
  let times = 0
  const fragments = new VerdictFragments(
    () => {
      times++
      return ''
    },
    () => '',
  )
  const verdicts = Array.from({ length: 1000 }, (_, number) => ({ rules: RULES, contextTags: [String(number)] }))
  const texts = written(verdicts, fragments)
  assert.equal(texts[999], ',"tags":["999","x","y"]')
  assert.equal(times, 1)
})

test('every combination of rules, tags and fields is written as it is without fragments', () => {
  const fields: readonly (ReadonlyMap<string, FieldValue> | undefined)[] = [undefined, new Map(), new Map([['n', 1]])]
  const verdicts = [[], RULES, RULES.slice(1)].flatMap(rules =>
    [[], ['s'], ['s', 'x']].flatMap(contextTags =>
      fields.map((some): Verdict => (some ? { rules, contextTags, fields: some } : { rules, contextTags })),
    ),
  )
  const texts = verdicts.map(verdict => jsonVerdictText(verdict))
  assert.deepEqual(written([...verdicts, ...verdicts]), [...texts, ...texts])
  assert.equal(new Set(texts).size, 18)
  assert.equal(texts[26], ',"policies":[{"id":"b","desc":"","priority":1}],"tags":["s","x"],"fields":{"n":1}')
})
