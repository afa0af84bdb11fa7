// SPDX-License-Identifier: Apache-2.0
import type { JsonSchema } from '../../../../core/contract/json-schema.js'
import type { OptionSchema, OptionsSchema } from '../../../../core/contract/plugin.js'

/** A key of one option, and one for each of its older spellings, marked as such. */
export function propertiesOf({ properties }: OptionsSchema): Record<string, JsonSchema> {
  const entries = Object.entries(properties).flatMap(([key, option]) => {
    const schema = optionSchema(option)
    const old = (option.deprecatedNames ?? []).map((deprecatedName): [string, JsonSchema] => [
      deprecatedName,
      { ...schema, ...deprecated(`Old spelling; write "${key}".`) },
    ])
    return [[key, schema] as [string, JsonSchema], ...old]
  })
  // An old spelling of one key may be the name of another: the key of today counts.
  return { ...Object.fromEntries(entries), ...Object.fromEntries(entries.filter(([key]) => Object.hasOwn(properties, key))) }
}

export const deprecated = (message: string): JsonSchema => ({ deprecated: true, deprecationMessage: message })

/** As the program takes it: a number or a truth value may be written as a text. */
function optionSchema(option: OptionSchema): JsonSchema {
  const { description, minimum, maximum, minLength, secret } = option
  return {
    ...typeOf(option),
    description,
    ...(option.default !== undefined && { default: option.default }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(minLength !== undefined && { minLength }),
    ...(secret && { writeOnly: true }),
  }
}

function typeOf({ type, enum: words, deprecatedValues = {} }: OptionSchema): JsonSchema {
  switch (type) {
    case 'string':
      return words ? enumOf(words, deprecatedValues) : { type: ['string', 'number', 'boolean'] }
    case 'integer':
      return { type: ['integer', 'string'], pattern: '^\\s*[+-]?\\d+(\\.\\d+)?\\s*$' }
    case 'number':
      return { type: ['number', 'string'], pattern: '^\\s*[+-]?\\d+(\\.\\d+)?\\s*$' }
    case 'boolean':
      return { type: ['boolean', 'string'], pattern: '^(true|false|yes|no|1|0)$' }
    case 'array':
      return { type: ['array', 'string'], items: { type: 'string' } }
    case 'object':
      return { type: ['object', 'string'] }
    default:
      return type satisfies never
  }
}

function enumOf(words: readonly (string | number)[], oldValues: NonNullable<OptionSchema['deprecatedValues']>): JsonSchema {
  const old = Object.entries(oldValues)
  if (old.length === 0) return { enum: words }
  const descriptions = old.map(([word, today]) =>
    today === null ? `${word}: old, has no effect` : `${word}: old, write ${today}`,
  )
  return { enum: [...words, ...old.map(([word]) => word)], enumDescriptions: [...words.map(() => ''), ...descriptions] }
}
