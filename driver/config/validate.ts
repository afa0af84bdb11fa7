// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type * as Package from 'ajv'
import { OPTION_KEYWORDS, type OptionsSchema } from '../../core/contract/plugin.js'
import { messageOf } from '../../core/errors/reason.js'
import { isCertainlyValidSchema, validatePlain } from './plain-validation.js'

/** Something about a component's options that its schema does not allow. */
export interface ValidationError {
  readonly kind: 'missing' | 'unknown' | 'type' | 'value' | 'range'
  readonly key: string
  /** For `range`: what the value must do. */
  readonly limit: string
}

/** Holds options against the schema that their component ships. */
export class Validator {
  /** What is wrong with the schema of a plugin from elsewhere, or undefined. */
  schemaError(schema: OptionsSchema): string | undefined {
    return isCertainlyValidSchema(schema) ? undefined : checkSchemaWithAjv(schema)
  }

  validate(schema: OptionsSchema, options: Readonly<Record<string, unknown>>): readonly ValidationError[] {
    return validatePlain(schema, options) ?? validateWithAjv(schema, options)
  }
}

/** As `Validator.flaw`, whatever the schema is. */
export function checkSchemaWithAjv(schema: OptionsSchema): string | undefined {
  try {
    ajv(true).compile(schema)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

export function validateWithAjv(schema: OptionsSchema, options: Readonly<Record<string, unknown>>): readonly ValidationError[] {
  const validate = ajv(false).compile(schema)
  return validate(options) ? [] : (validate.errors ?? []).map(toValidationError)
}

/**
 * Loaded late: that takes longer than a small trace, and only unusual plugins need it. Their schemas are held against the
 * meta-schema once, when they are loaded.
 */
function ajv(validateSchema: boolean): Package.Ajv {
  const { Ajv }: typeof Package = createRequire(import.meta.url)('ajv')
  return new Ajv({ allErrors: true, strict: true, validateFormats: false, validateSchema }).addVocabulary([...OPTION_KEYWORDS])
}

function toValidationError(error: Package.ErrorObject): ValidationError {
  const key = decodeURIComponent((error.instancePath.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~'))
  switch (error.keyword) {
    case 'required':
      return { kind: 'missing', key: String(error.params.missingProperty), limit: '' }
    case 'additionalProperties':
      return { kind: 'unknown', key: String(error.params.additionalProperty), limit: '' }
    case 'type':
      return { kind: 'type', key, limit: '' }
    case 'enum':
      return { kind: 'value', key, limit: '' }
    default:
      return { kind: 'range', key, limit: error.message ?? 'is not allowed' }
  }
}
