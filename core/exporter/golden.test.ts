// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encoder } from '../contract/exporter.js'
import type { EventColumns } from '../sysflow/event-columns.js'
import { encodedLines } from '../testing/flattened.js'
import { firstDifference, goldenFiles, mend, parseLine } from '../testing/golden.js'
import {
  ECS_DIFFERENCES,
  ECS_TOUCHED,
  JSON_DIFFERENCES,
  JSON_TOUCHED,
  type KnownDifference,
} from '../testing/known-differences.js'
import { correlatedEvents } from '../testing/oracle.js'
import { withoutShared } from '../testing/shared.js'
import { EcsEncoder } from './encoders/ecs.js'
import { JsonEncoder } from './encoders/json.js'

const FORMATS: readonly [
  string,
  () => Encoder<EventColumns>,
  readonly KnownDifference[],
  Readonly<Record<string, number>>,
  number,
][] = [
  ['all', () => new JsonEncoder(), JSON_DIFFERENCES, JSON_TOUCHED, 40],
  ['ecs', () => new EcsEncoder(), ECS_DIFFERENCES, ECS_TOUCHED, 28],
]

for (const [folder, encoder, differences, expected, files] of FORMATS) {
  const touched = new Map<string, number>()
  const goldens = goldenFiles(folder)

  for (const golden of goldens) {
    test(`${golden.trace} gives the reference's ${folder} records, field by field, but for the named differences`, async () => {
      const ours = await encodedLines(golden.path, encoder())
      assert.equal(ours.length, golden.lines.length)
      let index = 0
      for (const truth of correlatedEvents(golden.path)) {
        const record = parseLine(golden.lines[index] ?? '')
        mend(record, truth, differences, touched)
        const difference = firstDifference(record, parseLine(ours[index] ?? ''))
        if (difference) assert.fail(`record ${index + 1}: ${difference}`)
        index++
      }
      assert.equal(index, ours.length)
    })
  }

  test(`the named differences of golden/${folder} touch exactly the records that they say`, { skip: withoutShared }, () => {
    assert.equal(goldens.length, files)
    assert.deepEqual(Object.fromEntries(touched), expected)
  })
}
