// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { MAN_PAGE } from './man-page.js'

const isHere = (program: string): boolean => spawnSync(program, ['--help']).error === undefined

test('mandoc reports no error in the manual page', { skip: !isHere('mandoc') && 'mandoc is not installed' }, () => {
  const { stdout, stderr } = spawnSync('mandoc', ['-Tlint', '-Wwarning', MAN_PAGE], { encoding: 'utf8' })
  assert.equal(
    stdout
      .split('\n')
      .filter(line => line.startsWith('mandoc: ') && line.includes(MAN_PAGE))
      .join('\n'),
    '',
    stderr,
  )
})

test('groff formats the manual page without a warning', { skip: !isHere('groff') && 'groff is not installed' }, () => {
  const { status, stdout, stderr } = spawnSync('groff', ['-ww', '-mandoc', '-Tutf8', '-P-cbou', MAN_PAGE], { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
  for (const heading of ['NAME', 'SYNOPSIS', 'COMMANDS', 'ENVIRONMENT', 'FILES', 'EXIT STATUS', 'EXAMPLES'])
    assert.match(stdout, new RegExp(`^${heading}$`, 'm'))
  assert.match(stdout, /sfprocessor spool replay \[options\] <dir>/)
})

test('no line of the manual page is read as a macro by mistake', () => {
  const macros = new Set([
    'Dd',
    'Dt',
    'Os',
    'Sh',
    'Ss',
    'Nm',
    'Nd',
    'Op',
    'Ar',
    'Pp',
    'Fl',
    'Cm',
    'Bl',
    'El',
    'It',
    'Dl',
    'Pa',
    '\\"',
  ])
  const strange = readFileSync(MAN_PAGE, 'utf8')
    .split('\n')
    .filter(line => /^[.']/.test(line) && !macros.has(line.slice(1).split(' ')[0] ?? ''))
  assert.deepEqual(strange, [])
})
