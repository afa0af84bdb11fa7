// SPDX-License-Identifier: Apache-2.0

import { createRequire } from 'node:module'
import type * as Package from 'ajv'
import { isObject } from '../../../core/contract/objects.js'
import { OPTION_KEYWORDS, type OptionsSchema, type ValueSchema } from '../../../core/contract/plugin.js'
import { messageOf } from '../../../core/errors/reason.js'
import { hasSimpleItems } from './coerce.js'
import { type ComponentSchemas, hasProperties, NO_COMPONENTS, type ObjectSchema, resolveItem } from './component-schemas.js'
import { precompiledValidator } from './precompiled-schemas.js'
import type { OptionPath } from './setting-parts.js'

/** A violation of the schema in a component's options, at `path`. */
export type ValidationError = { readonly path: OptionPath } & (
  | { readonly kind: 'missing'; readonly description: string }
  | { readonly kind: 'unknown'; readonly known: readonly string[] }
  | { readonly kind: 'type'; readonly expected: string }
  | { readonly kind: 'value'; readonly known: readonly string[] }
  /** `limit`: the condition that the value must meet. */
  | { readonly kind: 'range'; readonly limit: string }
)

type Checked = Readonly<Record<string, unknown>>

/** Validates options against the schema of their component, and items of lists against the schemas of components they name. */
export class Validator {
  #ajv: Package.Ajv | undefined
  readonly #compiled = new WeakMap<object, Package.ValidateFunction>()

  /** The error in the schema of an external plugin, or undefined. */
  schemaError(schema: OptionsSchema): string | undefined {
    try {
      newAjv({ validateSchema: true }).compile(schema)
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }

  validate(schema: OptionsSchema, options: Checked, components: ComponentSchemas = NO_COMPONENTS): readonly ValidationError[] {
    return this.#checkComponent(schema, options, [], components)
  }

  #checkComponent(schema: OptionsSchema, options: Checked, path: OptionPath, components: ComponentSchemas): ValidationError[] {
    const isAccepted = precompiledValidator(schema)?.(options) === true
    const errors = isAccepted ? [] : this.#ownErrors(schema, options, path)
    return [...errors, ...this.#checkLists(schema, options, path, components)]
  }

  #ownErrors(schema: OptionsSchema, options: Checked, path: OptionPath): ValidationError[] {
    const validate = this.#validateFunction(schema)
    return validate(options) ? [] : (validate.errors ?? []).map(error => validationError(error, options, path))
  }

  /** Checks what ajv does not: lists of components at any depth. */
  #checkLists({ properties }: ObjectSchema, options: Checked, path: OptionPath, components: ComponentSchemas): ValidationError[] {
    return Object.entries(properties).flatMap(([key, option]) =>
      Object.hasOwn(options, key) ? this.#checkListsIn(option, options[key], [...path, key], components) : [],
    )
  }

  #checkListsIn(schema: ValueSchema, value: unknown, path: OptionPath, components: ComponentSchemas): ValidationError[] {
    if (hasProperties(schema)) return isObject(value) ? this.#checkLists(schema, value, path, components) : []
    const { items } = schema
    if (!items || !Array.isArray(value)) return []
    return value.flatMap((item: unknown, index) => this.#checkItem(items, item, [...path, index], components))
  }

  #checkItem(
    items: NonNullable<ValueSchema['items']>,
    item: unknown,
    path: OptionPath,
    components: ComponentSchemas,
  ): ValidationError[] {
    const resolved = resolveItem(items, key => (isObject(item) ? item[key] : undefined), components)
    if (resolved.kind === 'value') return this.#checkListsIn(resolved.schema, item, path, components)
    if (!isObject(item)) return [{ kind: 'type', path, expected: 'an object' }]
    const { namedBy, name, options: schema } = resolved
    const at = [...path, namedBy]
    if (name === undefined) return [{ kind: 'missing', path: at, description: `the name of the ${namedBy}` }]
    if (typeof name !== 'string') return [{ kind: 'type', path: at, expected: 'a string' }]
    if (!schema) return [{ kind: 'value', path: at, known: components.names(namedBy) }]
    const own = Object.fromEntries(Object.entries(item).filter(([key]) => key !== namedBy))
    return this.#checkComponent(schema, own, path, components)
  }

  #validateFunction(schema: OptionsSchema): Package.ValidateFunction {
    let validate = this.#compiled.get(schema)
    if (!validate) {
      // The schema of a plugin was validated against the meta-schema when the plugin was loaded.
      this.#ajv ??= newAjv({ validateSchema: false })
      validate = this.#ajv.compile(schema)
      this.#compiled.set(schema, validate)
    }
    return validate
  }
}

function newAjv({ validateSchema }: { readonly validateSchema: boolean }): Package.Ajv {
  // Loaded on demand: commands that read no pipeline file do not need it.
  const { Ajv }: typeof Package = createRequire(import.meta.url)('ajv')
  const options = { allErrors: true, strict: true, validateFormats: false, verbose: true, validateSchema }
  return new Ajv(options).addVocabulary([...OPTION_KEYWORDS])
}

function validationError(error: Package.ErrorObject, options: Checked, prefix: OptionPath): ValidationError {
  const path = [...prefix, ...pathOf(error.instancePath, options)]
  const schema = (error.parentSchema ?? {}) as Partial<ValueSchema>
  switch (error.keyword) {
    case 'required': {
      const key = String(error.params.missingProperty)
      return { kind: 'missing', path: [...path, key], description: schema.properties?.[key]?.description ?? '' }
    }
    case 'additionalProperties':
      return {
        kind: 'unknown',
        path: [...path, String(error.params.additionalProperty)],
        known: Object.keys(schema.properties ?? {}),
      }
    case 'type':
      return { kind: 'type', path, expected: typeDescription(schema) }
    case 'enum':
      return { kind: 'value', path, known: (schema.enum ?? []).map(String) }
    default:
      return { kind: 'range', path, limit: error.message ?? 'is not allowed' }
  }
}

/** Parses a JSON pointer; the data determines whether a number in it is an index. */
function pathOf(pointer: string, options: Checked): OptionPath {
  let value: unknown = options
  return pointer
    .split('/')
    .slice(1)
    .map(step => {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      const isIndex = Array.isArray(value)
      value = isIndex || isObject(value) ? Reflect.get(Object(value), key) : undefined
      return isIndex ? Number(key) : key
    })
}

/** "a whole number" */
function typeDescription(schema: Partial<ValueSchema>): string {
  switch (schema.type) {
    case undefined:
      return 'of another type'
    case 'string':
      return 'a string'
    case 'integer':
      return 'an integer'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'an object'
    case 'array':
      return hasSimpleItems(schema) ? 'an array of strings' : 'an array of objects'
    default:
      return schema.type satisfies never
  }
}
