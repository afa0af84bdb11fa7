// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDuration } from './read-duration.js'

const of = (text: unknown): number | undefined => readDuration({ key: text }, 'key')

test('durations are sums of hours, minutes, seconds and milliseconds', () => {
  assert.deepEqual(['30s', '500ms', '1m30s', '0.5h', '1h1m1s1ms'].map(of), [30_000, 500, 90_000, 1_800_000, 3_661_001])
  assert.deepEqual([of(''), of(undefined), of('900h')], [undefined, undefined, 86_400_000])
})

test('an invalid duration is refused with an example', () => {
  for (const text of ['30', 's', 'soon', '1d', '-1s', '1s 2s', '1.s'])
    assert.throws(() => of(text), /"key": ".*" is not a duration/, text)
})
