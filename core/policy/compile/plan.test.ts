// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAKE_SOURCE } from '../../testing/fake-source.js'
import { Dice, randomBatch, randomPolicy } from '../../testing/random-policy.js'
import { judgeRow } from '../interpret/interpret.js'
import { Docket } from './docket.js'
import { plan } from './plan.js'

const PAIRS = Number(process.env.SF_PAIRS ?? 100_000)

test(`plan and interpreter agree on ${PAIRS} random pairs of record and condition`, () => {
  const docket = new Docket()
  let pairs = 0
  for (let seed = 1; pairs < PAIRS; seed++) {
    const dice = new Dice(seed)
    const policy = randomPolicy(dice, 25)
    const batch = randomBatch(dice, 80)
    plan(policy, FAKE_SOURCE).judge(batch, true, docket)
    let entry = 0
    for (let row = 0; row < batch.length; row++, pairs += policy.rules.length) {
      const expected = judgeRow(policy, FAKE_SOURCE, batch, row)
      if (expected.dropped) {
        assert.notEqual(docket.rowAt(entry), row, `seed ${seed}, row ${row}: should have been dropped`)
        continue
      }
      assert.equal(docket.rowAt(entry), row, `seed ${seed}, row ${row}: is missing`)
      const names = docket.verdictAt(entry++)?.rules.map(rule => rule.name) ?? []
      assert.deepEqual(
        names,
        expected.rules.map(rule => rule.name),
        `seed ${seed}, row ${row}`,
      )
    }
    assert.equal(docket.length, entry)
  }
})
