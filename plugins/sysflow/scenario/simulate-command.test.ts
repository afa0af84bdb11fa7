// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeTrace } from '../avro/trace-writer.js'
import { readScenario } from './read-scenario.js'
import { simulate } from './simulate/simulate.js'
import { runSimulate } from './simulate-command.js'

const folder = mkdtempSync(join(tmpdir(), 'simulate-'))
after(() => rmSync(folder, { recursive: true }))

const TEXT = 'processes:\n  sh: { exe: /bin/sh }\nevents:\n  - { by: sh, read: /etc/passwd }\n'

test('a scenario file becomes a trace file, and the number of its records is reported', () => {
  const [scenario, trace] = [join(folder, 's.yaml'), join(folder, 's.sf')]
  writeFileSync(scenario, TEXT)
  assert.equal(runSimulate(scenario, trace), 4)
  assert(readFileSync(trace).equals(writeTrace(simulate(readScenario(TEXT, scenario)))))
})

test('a variant is selected by name', () => {
  const scenario = join(folder, 'v.yaml')
  writeFileSync(scenario, TEXT.replace('events:\n', 'variants:\n  fires:\n  '))
  assert.equal(runSimulate(scenario, join(folder, 'v.sf'), 'fires'), 4)
  assert.throws(() => runSimulate(scenario, join(folder, 'v.sf')), { code: 'SFP_SCENARIO_VARIANTS' })
})

test('a scenario that is missing or has an error does not change the output', () => {
  const [scenario, trace] = [join(folder, 'bad.yaml'), join(folder, 'bad.sf')]
  assert.throws(() => runSimulate(scenario, trace), { code: 'SFP_SCENARIO_UNREADABLE' })
  writeFileSync(scenario, 'event: []\n')
  assert.throws(() => runSimulate(scenario, trace), { name: 'Faults' })
  assert.equal(existsSync(trace), false)
})

test('an output that cannot be written is one clear error', () => {
  const scenario = join(folder, 'o.yaml')
  writeFileSync(scenario, TEXT)
  assert.throws(() => runSimulate(scenario, join(folder, 'nowhere', 'o.sf')), { code: 'SFP_SCENARIO_UNWRITABLE' })
})
