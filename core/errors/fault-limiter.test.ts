// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './fault.js'
import { FaultLimiter } from './fault-limiter.js'

const reported: string[] = []
const report = (fault: Fault): void => void reported.push(`${fault.where}: ${fault.code} ${fault.message}`)
const failure = (number: number): Fault => new Fault('SFP_PLUGIN_SAYS', { what: `failure ${number}` }, { where: 'here' })

test('the first faults are reported, the others are counted and reported as one at the end', () => {
  reported.length = 0
  const limiter = new FaultLimiter(report, { limit: 2, plugin: { kind: 'encoder', name: 'words' } })
  let made = 0
  for (let number = 1; number <= 5; number++)
    limiter.add(() => {
      made++
      return failure(number)
    })
  assert.deepEqual([limiter.count, made], [5, 2])
  limiter.finish('here')
  assert.deepEqual(reported, [
    'here: SFP_PLUGIN_SAYS failure 1',
    'here: SFP_PLUGIN_SAYS failure 2',
    'here: SFP_RUN_MORE_FAULTS 3 more errors of encoder "words"',
  ])
})

test('after the end the count starts again; nothing is added if all faults were reported', () => {
  reported.length = 0
  const limiter = new FaultLimiter(report, { limit: 1 })
  for (const number of [1, 2]) limiter.add(failure(number))
  limiter.finish('here')
  limiter.add(failure(3))
  limiter.finish('here')
  assert.deepEqual(reported, [
    'here: SFP_PLUGIN_SAYS failure 1',
    'here: SFP_RUN_MORE_FAULTS 1 more errors of this kind',
    'here: SFP_PLUGIN_SAYS failure 3',
  ])
})
