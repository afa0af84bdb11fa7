// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OptionSchema, OptionsSchema } from '../../core/contract/plugin.js'
import { builtInRegistry } from '../loader/built-in.js'
import { isCertainlyValidSchema, validatePlain } from './plain-validation.js'
import { checkSchemaWithAjv, validateWithAjv } from './validate.js'

const VALUES = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    'a',
    '💥',
    'on',
    0,
    1,
    -1,
    1.5,
    65536,
    65537,
    1e300,
    true,
    false,
    null,
    [],
    ['a'],
    ['a', 1],
    {},
    { a: 1 },
  ),
  fc.string(),
  fc.double(),
  fc.integer(),
)

const agreeOn = (schema: OptionsSchema): void => {
  const known = Object.values(schema.properties).flatMap(option => option.enum ?? [])
  const value = known.length === 0 ? VALUES : fc.oneof(fc.constantFrom<unknown>(...known), VALUES)
  const key = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('other', ...Object.keys(schema.properties)) },
    fc.constantFrom('other', 'a/b~c', 'toString'),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), pairs => {
      const options = Object.fromEntries(pairs)
      const plain = validatePlain(schema, options)
      assert.deepEqual(plain, validateWithAjv(schema, options))
    }),
    { numRuns: 300 },
  )
}

for (const { kind, name, options } of (await builtInRegistry({ stdout: new PassThrough(), version: '1' })).plugins) {
  test(`the options of the ${kind} ${name} are refused exactly as by ajv`, () => agreeOn(options))
}

test('every kind of option is refused exactly as by ajv', () => {
  const kinds: Omit<OptionSchema, 'description'>[] = [
    { type: 'string' },
    { type: 'string', minLength: 2 },
    { type: 'string', enum: ['a', 'on'] },
    { type: 'integer', minimum: 1, maximum: 65536 },
    { type: 'number', minimum: 0.5 },
    { type: 'number', enum: [1, 2] },
    { type: 'boolean', default: true },
    { type: 'object', secret: true },
    { type: 'array', items: { type: 'string' } },
    { type: 'array', path: true },
  ]
  const properties = Object.fromEntries(kinds.map((kind, number) => [`k/${number}~`, { ...kind, description: 'd' }]))
  agreeOn({ type: 'object', additionalProperties: false, required: ['k/0~', 'k/4~', 'k/9~'], properties })
})

test('a schema that says more is left to ajv', () => {
  const withOption = (option: object): OptionsSchema =>
    ({ type: 'object', additionalProperties: false, properties: { a: option } }) as unknown as OptionsSchema
  for (const option of [
    { type: 'string', pattern: 'a' },
    { type: 'null' },
    { type: ['string', 'number'] },
    { enum: ['a'] },
    { type: 'array', items: { type: 'number' } },
    { type: 'array', items: { type: 'string', minLength: 1 } },
    { type: 'string', enum: [null] },
    { type: 'string', enum: ['a'], minLength: 1 },
    { type: 'number', enum: [1], maximum: 1 },
  ])
    assert.equal(validatePlain(withOption(option), {}), undefined)
  const whole = { ...withOption({ type: 'string' }), minProperties: 1 }
  assert.equal(validatePlain(whole, {}), undefined)
})

test('a schema that is valid without asking ajv is valid to ajv, and those of what is built in need not ask', async () => {
  const anything = fc.constantFrom<unknown>('', 'a', 0, -1, 2, 1.5, true, false, null, [], ['a'], ['a', 'a'], [1], {}, { a: 'b' })
  const option = fc.record(
    {
      type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'object', 'array', 'text'),
      description: fc.constantFrom<unknown>('d', 1),
      enum: anything,
      default: anything,
      minimum: anything,
      maximum: anything,
      minLength: anything,
      items: fc.constantFrom<unknown>({ type: 'string' }, { type: 'number' }, {}, 1),
      path: anything,
      secret: anything,
      formerly: anything,
      oldValues: anything,
      pattern: anything,
    },
    { requiredKeys: ['type', 'description'] },
  )
  const schema = fc.record(
    {
      type: fc.constant('object'),
      additionalProperties: fc.constant(false),
      properties: fc.dictionary(fc.constantFrom('a', 'b.c'), option, { maxKeys: 1 }),
      required: anything,
      examples: anything,
      title: anything,
    },
    { requiredKeys: ['type', 'additionalProperties', 'properties'] },
  )
  let sure = 0
  fc.assert(
    fc.property(schema, given => {
      const candidate = given as unknown as OptionsSchema
      if (!isCertainlyValidSchema(candidate)) return
      sure++
      assert.equal(checkSchemaWithAjv(candidate), undefined)
    }),
    { numRuns: 3000 },
  )
  assert.ok(sure > 10, String(sure))
  for (const { name, options } of (await builtInRegistry({ stdout: new PassThrough(), version: '1' })).plugins)
    assert.ok(isCertainlyValidSchema(options), name)
})
