// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Fault, Faults } from '../../../core/errors/fault.js'
import { formatFaults } from '../../../core/errors/format-fault.js'
import { readScenario, readScenarios } from './read-scenario.js'
import { simulate } from './simulate/simulate.js'

const CAST = 'processes:\n  sh: { exe: /bin/sh }\nevents:\n'

/** Scenario text → the code and the words of the fault, with line and column. */
const MISTAKES: readonly (readonly [string, string, RegExp])[] = [
  ['a: [', 'SFP_SCENARIO_SYNTAX', /s.yaml:1:/],
  ['', 'SFP_SCENARIO_MISSING_KEY', /has no "events"/],
  ['- a\n', 'SFP_SCENARIO_SHAPE', /a scenario must be a mapping/],
  ['about: x\n', 'SFP_SCENARIO_MISSING_KEY', /a scenario has no "events"/],
  ['proceses: {}\nevents: []\n', 'SFP_SCENARIO_UNKNOWN_KEY', /s.yaml:1:1 .*"proceses".*did you mean "processes"/s],
  ['events: 5\n', 'SFP_SCENARIO_SHAPE', /the events must be a mapping/],
  ['events: &e []\nabout: *e\n', 'SFP_SCENARIO_ALIAS', /s.yaml:2:8/],
  [`${CAST}  - { by: sh, reed: /etc/passwd }\n`, 'SFP_SCENARIO_VERB', /has the keys by, reed; actions: spawn/],
  [`${CAST}  - { by: sh, read: /a, write: /b }\n`, 'SFP_SCENARIO_VERB', /does read and write/],
  [`${CAST}  - { by: sh, read: /a, recieved: 5 }\n`, 'SFP_SCENARIO_UNKNOWN_KEY', /s.yaml:4:25 .*did you mean "received"/s],
  [`${CAST}  - { read: /a }\n`, 'SFP_SCENARIO_MISSING_KEY', /"read" has no "by"|an event has no "by"/],
  [`${CAST}  - { by: shh, read: /a }\n`, 'SFP_SCENARIO_UNKNOWN_NAME', /s.yaml:4:11 .*unknown process "shh".*"sh"/s],
  [`${CAST}  - { by: sh, setuid: rot }\n`, 'SFP_SCENARIO_UNKNOWN_NAME', /unknown user "rot".*did you mean "root"/s],
  [`${CAST}  - { by: sh, rename: /a }\n`, 'SFP_SCENARIO_MISSING_KEY', /has no "to"/],
  [`${CAST}  - { by: sh, connect: "10.0.0.300:80" }\n`, 'SFP_SCENARIO_VALUE', /"connect" must be an address and a port/],
  [`${CAST}  - { by: sh, read: /a, after: 5 minutes }\n`, 'SFP_SCENARIO_VALUE', /a duration such as 200ms/],
  [`${CAST}  - { by: sh, read: /a, flags: [RDONLY, CRETE] }\n`, 'SFP_SCENARIO_VALUE', /any of NONE, RDONLY/],
  [`${CAST}  - { by: sh, read: /a, received: -1 }\n`, 'SFP_SCENARIO_VALUE', /an integer of at least 0/],
  [`${CAST}  - { k8s: pods, action: added }\n`, 'SFP_SCENARIO_MISSING_KEY', /has no "message"/],
  [`${CAST}  - { repeat: many, events: [] }\n`, 'SFP_SCENARIO_VALUE', /"repeat" must be an integer/],
  [`${CAST}  - { repeat: 3 }\n`, 'SFP_SCENARIO_MISSING_KEY', /a repeat has no "events"/],
  ['processes: { a: { exe: /a, parent: b }, b: { exe: /b, parent: a } }\nevents: []\n', 'SFP_SCENARIO_PARENT_CYCLE', /"a"/],
  ['processes: { a: { exe: /a, user: bob } }\nevents: []\n', 'SFP_SCENARIO_UNKNOWN_NAME', /s.yaml:1:34 .*unknown user "bob"/s],
  ['processes: { a: { args: x } }\nevents: []\n', 'SFP_SCENARIO_MISSING_KEY', /process "a" has no "exe"/],
  ['containers: { a: { pod: p } }\nevents: []\n', 'SFP_SCENARIO_UNKNOWN_NAME', /unknown pod "p"/],
  ['users: { a: x }\nevents: []\n', 'SFP_SCENARIO_VALUE', /not "x"/],
  ['start: yesterday\nevents: []\n', 'SFP_SCENARIO_VALUE', /2024-03-01T09:00:00Z/],
]

for (const [text, code, words] of MISTAKES) {
  test(`${code}: ${JSON.stringify(text.replace(CAST, '… '))}`, () => {
    const [fault] = faultsOf(text)
    assert.equal(fault?.code, code)
    assert.match(formatFaults(fault), words)
  })
}

test('all errors of a file are reported together', () => {
  const text = `${CAST}  - { by: shh, read: /a }\n  - { by: sh, read: /a, recieved: 1, after: x }\nstrat: 1\n`
  const codes = faultsOf(text).map(fault => fault.code)
  assert.equal(codes.filter(code => code === 'SFP_SCENARIO_UNKNOWN_KEY').length, 2)
  assert(codes.includes('SFP_SCENARIO_VALUE') && codes.includes('SFP_SCENARIO_UNKNOWN_NAME'))
})

/** Errors that occur only during the simulation. */
const LATE: readonly (readonly [string, string])[] = [
  [`${CAST}  - { by: x, read: /a }\n  - { by: sh, spawn: x }\n`, 'SFP_SCENARIO_NOT_RUNNING'],
  [`${CAST}  - { by: sh, exit: 0 }\n  - { by: sh, read: /a }\n`, 'SFP_SCENARIO_NOT_RUNNING'],
  [`${CAST}  - { at: 5s, by: sh, read: /a }\n  - { at: 4s, by: sh, read: /a }\n`, 'SFP_SCENARIO_BACKWARDS'],
  [`${CAST}  - { repeat: 300, events: [{ by: sh, connect: "10.0.0.\${i}:80" }] }\n`, 'SFP_SCENARIO_VALUE'],
  [`${CAST}  - { repeat: 99, every: 3650d, events: [{ by: sh, read: /a }] }\n`, 'SFP_SCENARIO_TOO_LATE'],
  [`${CAST}  - { repeat: 3, events: [{ by: "p\${i}", read: /a }] }\n`, 'SFP_SCENARIO_NOT_RUNNING'],
]

for (const [text, code] of LATE) {
  test(`${code} during the simulation: ${JSON.stringify(text.replace(CAST, '… '))}`, () => {
    const scenario = readScenario(text, 's.yaml')
    assert.throws(
      () => [...simulate(scenario)],
      (fault: Fault) => fault.code === code && fault.position !== undefined,
    )
  })
}

test('variants share the cast, and an unknown one is refused with the known names', () => {
  const text = `${CAST.replace('events:', 'variants:')}  fires:\n    - { by: sh, read: /a }\n  near miss: []\n`
  assert.deepEqual([...readScenarios(text, 's.yaml').keys()], ['fires', 'near miss'])
  assert.equal([...simulate(readScenario(text, 's.yaml', 'fires'))].length, 4)
  assert.throws(() => readScenario(text, 's.yaml'), { code: 'SFP_SCENARIO_VARIANTS' })
})

test('every example of the documentation is a scenario that can be simulated', () => {
  const blocks = [...readFileSync('docs/scenarios.md', 'utf8').matchAll(/^<!-- test: scenario -->\n```yaml\n(.*?)^```$/gms)]
  assert(blocks.length >= 5)
  for (const [, text] of blocks) {
    for (const scenario of readScenarios(text ?? '', 'docs/scenarios.md').values()) assert([...simulate(scenario)].length > 1)
  }
})

test('any invalid text gives faults and no exception', () => {
  const pieces = [
    'events:',
    'processes:',
    'by: sh',
    'read: /a',
    '- ',
    '{ ',
    ' }',
    '[',
    ']',
    ': ',
    '\n',
    '\n  ',
    'repeat: 2',
    '&a ',
    '*a',
    '? ',
    '"',
    '| ',
    '$' + '{i}',
  ]
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 30 }), parts => {
      for (const text of [parts.join(''), CAST + parts.join('')]) {
        try {
          for (const scenario of readScenarios(text, 's.yaml').values()) for (const record of simulate(scenario)) assert(record)
        } catch (error) {
          assert(error instanceof Error && /^Faults?$/.test(error.name), `${JSON.stringify(text)}: ${error}`)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('repeats that are nested too deep are an error, not a stack overflow', () => {
  const text = `events:\n  - ${'{ repeat: 2, events: [ '.repeat(500)}${'] }'.repeat(500)}\n`
  assert(faultsOf(text).length > 0)
})

function faultsOf(text: string): readonly Fault[] {
  try {
    readScenarios(text, 's.yaml')
  } catch (error) {
    if (error instanceof Faults) return error.faults
    if (error instanceof Error && error.name === 'Fault') return [error as Fault]
    throw error
  }
  return []
}
