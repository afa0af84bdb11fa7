// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineErrors, Fault } from './fault.js'
import { formatFault } from './format-fault.js'
import { deserializeFault, serializeFault } from './serialized-fault.js'

const mailFault = defineErrors({ MAIL_REFUSED: { what: '{server} refused the mail', hint: 'see its log' } })

test('a family creates faults with its own codes, and their texts survive serialization to another thread', () => {
  const fault = mailFault('MAIL_REFUSED', { server: 'mx1' }, { where: 'stage "mail"' })
  assert.equal(formatFault(fault), 'stage "mail"  MAIL_REFUSED: mx1 refused the mail; see its log')
  const copy = deserializeFault(structuredClone(serializeFault(fault)))
  assert.ok(copy instanceof Fault)
  assert.equal(formatFault(copy), formatFault(fault))
})

test('a code outside the catalogue is a compile error, and throws in JavaScript', () => {
  // @ts-expect-error: no such code in this catalogue
  assert.throws(() => mailFault('MAIL_LOST'), /the error code MAIL_LOST is not in the catalogue/)
  // @ts-expect-error: the code of a family needs the function of its family
  assert.throws(() => new Fault('MAIL_REFUSED', {}))
  assert.equal(new Fault('SFP_PLUGIN_SAYS', { what: 'x' }).code, 'SFP_PLUGIN_SAYS')
})

test('a fault with other options keeps its other properties', () => {
  const fault = mailFault('MAIL_REFUSED', { server: 'mx1' }, { where: 'here', level: 'warning', isTemporary: true })
  const moved = fault.with({ where: undefined, position: { file: 'p.json', line: 2, column: 3 }, cause: fault })
  assert.deepEqual(
    [moved.code, moved.message, moved.hint, moved.where, moved.position?.line, moved.level, moved.isTemporary, moved.cause],
    ['MAIL_REFUSED', 'mx1 refused the mail', 'see its log', undefined, 2, 'warning', true, fault],
  )
})
