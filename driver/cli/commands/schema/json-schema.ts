// SPDX-License-Identifier: Apache-2.0
import type { JsonSchema } from '../../../../core/contract/json-schema.js'
import type { ItemSchema, OptionSchema, PluginKind, ValueSchema } from '../../../../core/contract/plugin.js'

/** A key of one option, and one for each of its older spellings, marked as such. */
export function propertiesOf(
  { properties }: { readonly properties: Readonly<Record<string, OptionSchema>> },
  itemOf: ItemSchemaOf,
): Record<string, JsonSchema> {
  const entries = Object.entries(properties).flatMap(([key, option]) => {
    const schema = optionSchema(option, itemOf)
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

/** What the keys of a list's items are, by the kind of component that an item names. */
export type ItemSchemaOf = (kind: PluginKind) => JsonSchema

/** As the program takes it: a number or a truth value may be written as a text, and any text may hold variables. */
function optionSchema(option: OptionSchema, itemOf: ItemSchemaOf): JsonSchema {
  return { ...valueSchema(option, itemOf), description: option.description }
}

function valueSchema(value: ValueSchema, itemOf: ItemSchemaOf): JsonSchema {
  const { minimum, maximum, minLength, secret } = value
  return {
    ...typeOf(value, itemOf),
    ...(value.default !== undefined && { default: value.default }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(minLength !== undefined && { minLength }),
    ...(secret && { writeOnly: true }),
  }
}

/** A text with a variable, whose value only the program knows. */
const VARIABLE = '(^|[^$])\\$\\{[A-Za-z_]\\w*(:-[^}]*)?\\}'

/** The words, or a variable that becomes one. */
export const wordsOrVariable = (words: JsonSchema): JsonSchema => ({ anyOf: [words, { type: 'string', pattern: VARIABLE }] })

/** The pattern, or any text with a variable. */
export const patternOrVariable = (pattern: string): string => `${pattern}|${VARIABLE}`

/** Keys that begin with `_` are comments. */
export const COMMENT_KEYS: JsonSchema = { '^_': {} }

function typeOf(value: ValueSchema, itemOf: ItemSchemaOf): JsonSchema {
  const { type, enum: words, deprecatedValues = {}, items, properties, required } = value
  switch (type) {
    case 'string':
      return words ? wordsOrVariable(enumOf(words, deprecatedValues)) : { type: ['string', 'number', 'boolean'] }
    case 'integer':
      return { type: ['integer', 'string'], pattern: patternOrVariable('^\\s*[+-]?\\d+(\\.\\d+)?\\s*$') }
    case 'number':
      return { type: ['number', 'string'], pattern: patternOrVariable('^\\s*[+-]?\\d+(\\.\\d+)?\\s*$') }
    case 'boolean':
      return { type: ['boolean', 'string'], pattern: patternOrVariable('^(true|false|yes|no|1|0)$') }
    case 'array':
      return { type: ['array', 'string'], ...(items && { items: itemSchema(items, itemOf) }) }
    case 'object':
      return {
        type: ['object', 'string'],
        ...(properties && {
          properties: propertiesOf({ properties }, itemOf),
          patternProperties: COMMENT_KEYS,
          additionalProperties: false,
          ...(required && { required }),
        }),
      }
    default:
      return type satisfies never
  }
}

const itemSchema = (items: ItemSchema, itemOf: ItemSchemaOf): JsonSchema =>
  'component' in items ? itemOf(items.component) : valueSchema(items, itemOf)

function enumOf(words: readonly (string | number)[], oldValues: NonNullable<OptionSchema['deprecatedValues']>): JsonSchema {
  const old = Object.entries(oldValues)
  if (old.length === 0) return { enum: words }
  const descriptions = old.map(([word, today]) =>
    today === null ? `${word}: old, has no effect` : `${word}: old, write ${today}`,
  )
  return { enum: [...words, ...old.map(([word]) => word)], enumDescriptions: [...words.map(() => ''), ...descriptions] }
}
