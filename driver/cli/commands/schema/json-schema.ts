// SPDX-License-Identifier: Apache-2.0
import type { JsonSchema } from '../../../../core/contract/json-schema.js'
import type { ItemSchema, OptionSchema, PluginKind, ValueSchema } from '../../../../core/contract/plugin.js'

/** A property for one option, and one for each of its deprecated names, marked as deprecated. */
export function propertiesOf(
  { properties }: { readonly properties: Readonly<Record<string, OptionSchema>> },
  itemOf: ItemSchemaOf,
): Record<string, JsonSchema> {
  const entries = Object.entries(properties).flatMap(([key, option]) => {
    const schema = optionSchema(option, itemOf)
    const old = (option.deprecatedNames ?? []).map((deprecatedName): [string, JsonSchema] => [
      deprecatedName,
      { ...schema, ...deprecated(`Deprecated; use "${key}".`) },
    ])
    return [[key, schema] as [string, JsonSchema], ...old]
  })
  // A deprecated name of one key may be the current name of another: the current key wins.
  return { ...Object.fromEntries(entries), ...Object.fromEntries(entries.filter(([key]) => Object.hasOwn(properties, key))) }
}

export const deprecated = (message: string): JsonSchema => ({ deprecated: true, deprecationMessage: message })

/** The schema of the items of a list, by the kind of component that an item names. */
export type ItemSchemaOf = (kind: PluginKind) => JsonSchema

/** The values that the program accepts: numbers and booleans may be written as strings, and any string may contain variables. */
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

/** A text with a variable, whose value is known at run time only. */
const VARIABLE = '(^|[^$])\\$\\{[A-Za-z_]\\w*(:-[^}]*)?\\}'

/** One of the words, or a text with a variable. */
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
    today === null ? `${word}: deprecated, has no effect` : `${word}: deprecated, use ${today}`,
  )
  return { enum: [...words, ...old.map(([word]) => word)], enumDescriptions: [...words.map(() => ''), ...descriptions] }
}
