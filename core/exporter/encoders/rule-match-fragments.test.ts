// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionFieldValue, RuleMatches, RuleMetadata } from '../../contract/evaluated-batch.js'
import { ChunkBuffer } from '../chunk-buffer.js'
import { jsonRuleMatchFragments, jsonRuleMatchText, RuleMatchFragments } from './rule-match-fragments.js'

const RULES: readonly RuleMetadata[] = [
  { name: 'a', description: 'd', priority: 'high', tags: ['x', 'y'] },
  { name: 'b', description: '', priority: 'low', tags: [] },
]

function written(batchMatches: readonly RuleMatches[], fragments = jsonRuleMatchFragments()): string[] {
  const chunk = new ChunkBuffer()
  for (const matches of batchMatches) {
    fragments.write(matches, chunk)
    chunk.finishRecord()
  }
  return Buffer.from(chunk.chunk().bytes).toString().split('\n').slice(0, -1)
}

test('rule texts are composed once for all equal rule matches, whatever actions have added to each', () => {
  let times = 0
  const fragments = new RuleMatchFragments(
    () => {
      times++
      return ''
    },
    () => '',
  )
  const batchMatches = Array.from({ length: 1000 }, (_, number) => ({ rules: RULES, contextTags: [String(number)] }))
  const texts = written(batchMatches, fragments)
  assert.equal(texts[999], ',"tags":["999","x","y"]')
  assert.equal(times, 1)
})

test('every combination of rules, tags and fields is written the same as without fragments', () => {
  const fields: readonly (ReadonlyMap<string, ActionFieldValue> | undefined)[] = [undefined, new Map(), new Map([['n', 1]])]
  const batchMatches = [[], RULES, RULES.slice(1)].flatMap(rules =>
    [[], ['s'], ['s', 'x']].flatMap(contextTags =>
      fields.map((some): RuleMatches => (some ? { rules, contextTags, fields: some } : { rules, contextTags })),
    ),
  )
  const texts = batchMatches.map(matches => jsonRuleMatchText(matches))
  assert.deepEqual(written([...batchMatches, ...batchMatches]), [...texts, ...texts])
  assert.equal(new Set(texts).size, 18)
  assert.equal(texts[26], ',"policies":[{"id":"b","desc":"","priority":1}],"tags":["s","x"],"fields":{"n":1}')
})
