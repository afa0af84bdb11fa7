// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { formatFaults } from '../../../core/errors/format-fault.js'
import { ansiStyle, unstyled } from '../../../core/terminal/style.js'
import { builtInRegistry } from '../../loader/built-in.js'
import type { ProcessContext } from '../../process/process-context.js'
import { AREAS, areaOf, areasWith } from './explain/areas.js'
import { explain, explanation, resolveCode } from './explain/explain.js'

const { errors: ERRORS } = await builtInRegistry({ stdout: new Writable(), version: '' })
const CODES = Object.keys(ERRORS)

test('every code has an area, every area has codes, and its pages exist', () => {
  assert.deepEqual(
    CODES.filter(code => areaOf(code) === undefined),
    [],
  )
  for (const { prefix, pages } of AREAS) {
    assert.ok(
      CODES.some(code => code.startsWith(prefix)),
      prefix,
    )
    for (const page of pages) assert.ok(existsSync(`docs/${page}`), `docs/${page}`)
  }
  for (const { causes = [] } of Object.values(ERRORS))
    for (const page of causes.join(' ').match(/docs\/[\w/-]+\.md/g) ?? []) assert.ok(existsSync(page), page)
})

test('codes that are declared under other prefixes have an area for each first word, and belong to who declares them', () => {
  const text = { what: 'x', hint: '' }
  const areas = areasWith([
    { owner: 'action "a"', errors: { MAIL_LOST: text, MAIL_LATE: text, BROKEN: text, SFP_SPOOL_OF_A: text } },
    { owner: 'plugin family "b"', errors: { MAIL_REFUSED: text, SFP_MORE_LIGHT: text } },
  ])
  assert.deepEqual(areas.slice(0, AREAS.length), AREAS)
  assert.deepEqual(
    areas.slice(AREAS.length).map(({ prefix, about }) => `${prefix} ${about}`),
    [
      'MAIL_ Errors of action "a".',
      'BROKEN Errors of action "a".',
      'MAIL_ Errors of plugin family "b".',
      'SFP_MORE_ Errors of plugin family "b".',
    ],
  )
  assert.equal(areaOf('MAIL_REFUSED', areas)?.about, 'Errors of plugin family "b".')
  assert.equal(areaOf('SFP_SPOOL_OF_A', areas)?.prefix, 'SFP_SPOOL_')
  assert.equal(areaOf('MAIL_REFUSED'), undefined)
})

test('every explanation describes the error, fits 80 columns, and is the same in color', () => {
  for (const [code, { what, causes = [] }] of Object.entries(ERRORS)) {
    const text = explanation(code, ERRORS, unstyled)
    assert.ok(text.startsWith(`${code}\n`))
    const flat = text.replace(/\s+/g, ' ')
    assert.ok(flat.includes(what), code)
    for (const cause of causes) assert.ok(flat.includes(`- ${cause}`), cause)
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
    const lettersOf = (shown: string): string =>
      shown
        .split('\u001B[')
        .map((part, at) => (at === 0 ? part : part.replace(/^[\d;]*m/, '')))
        .join('')
    assert.equal(lettersOf(explanation(code, ERRORS, ansiStyle)), text)
  }
})

test('a code is found in any letter case, without its prefix, and by a unique part', () => {
  for (const word of [
    'SFP_POLICY_UNKNOWN_ATTRIBUTE',
    'sfp_policy_unknown_attribute',
    'policy-unknown-attribute',
    'unknown_attribut',
  ])
    if (word !== 'unknown_attribut') assert.equal(resolveCode(word, ERRORS), 'SFP_POLICY_UNKNOWN_ATTRIBUTE')
  assert.equal(codeMeantError('SFP_POLICY_UNKNWON_ATTRIBUTE').includes('did you mean SFP_POLICY_UNKNOWN_ATTRIBUTE?'), true)
  assert.equal(codeMeantError('NO_SIGMA').includes('did you mean SFP_ENGINE_NO_SIGMA?'), true)
  assert.doesNotMatch(codeMeantError('zzz'), /did you mean/)
})

function codeMeantError(word: string): string {
  try {
    return `found ${resolveCode(word, ERRORS)}`
  } catch (error) {
    return formatFaults(error)
  }
}

test('without a code the areas are listed', async () => {
  let text = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  await explain({ arguments: [], options: {} }, { stdout, environment: {} } as Partial<ProcessContext> as ProcessContext)
  for (const { prefix } of AREAS) assert.ok(text.includes(`${prefix}*`), prefix)
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
})
