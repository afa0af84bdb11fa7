// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../errors/fault.js'
import { formatFault } from '../errors/format-fault.js'
import { hourOf, NameTemplate } from './name-template.js'

const RULES = { key: 'es.index', maxBytes: 255 }
const FACTS = { stage: 'exporter', format: 'ecs', host: 'Web-1.Example' }
const of = (template: string): NameTemplate => new NameTemplate(template, RULES, FACTS)

test('a name has the parts of the date and the facts in their places', () => {
  assert.equal(of('flows').nameAt('2023-11-14T22'), 'flows')
  const template = of('flows-%{host}-%{stage}.%{format}-%Y.%m.%d-%H')
  assert.equal(template.nameAt('2023-11-14T22'), 'flows-web-1-example-exporter.ecs-2023.11.14-22')
  assert.equal(template.nameAt('2023-11-15T00'), 'flows-web-1-example-exporter.ecs-2023.11.15-00')
  assert.deepEqual([template.prefix, template.isFixed, of('flows').isFixed], ['flows-', false, true])
  assert.equal(hourOf(1700000000000), '2023-11-14T22')
})

test('a template for an invalid or empty name is refused at the start', () => {
  const cases: [string, RegExp][] = [
    ['', /it is empty/],
    ['%{host}-flows', /it starts with a variable/],
    ['%Y', /it starts with a variable/],
    ['-flows', /it starts with "-"/],
    ['_all', /it starts with "_"/],
    ['.kibana', /it starts with "\."/],
    ['Flows', /it has invalid characters/],
    ['flows/x', /it has invalid characters/],
    ['flows*', /it has invalid characters/],
    ['flows,other', /it has invalid characters/],
    ['flows"}}', /it has invalid characters/],
    ['a..b', /the resulting name is "a\.\.b"/],
    ['flows-%{password}', /unknown variable "%\{password\}"; use one of %\{host\}, %\{stage\}, %\{format\}/],
    ['flows-%{constructor}', /unknown variable/],
    ['flows-%y', /unknown variable "%y"/],
    ['flows-%', /it has invalid characters/],
    ['flows-%{host', /it has invalid characters/],
    ['x'.repeat(256), /longer than 255 bytes/],
  ]
  for (const [template, expected] of cases) {
    assert.throws(
      () => of(template),
      (error: unknown) =>
        error instanceof Fault && formatFault(error).startsWith('SFP_WEB_SETTING') && expected.test(formatFault(error)),
      template,
    )
  }
})

test('for any host name, names stay within the prefix and contain no path characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), host => {
      const name = new NameTemplate('flows-%{host}-%Y', RULES, { ...FACTS, host }).nameAt('2023-11-14T22')
      assert.match(name, /^flows-[a-z0-9_-]{0,64}-2023$/)
    }),
  )
})
