// SPDX-License-Identifier: Apache-2.0
import { Ajv, type ErrorObject } from 'ajv'
import type { OptionsSchema } from '../../core/contract/plugin.js'

/** Something about a component's options that its schema does not allow. */
export interface Objection {
  readonly kind: 'missing' | 'unknown' | 'type' | 'value' | 'range'
  readonly key: string
  /** For `range`: what the value must do. */
  readonly limit: string
}

/** Holds options against the schema that their component ships. */
export class Validator {
  readonly #ajv = new Ajv({ allErrors: true, strict: true, validateFormats: false })

  constructor() {
    this.#ajv.addVocabulary(['secret', 'formerly', 'oldValues', 'path'])
  }

  objections(schema: OptionsSchema, options: Readonly<Record<string, unknown>>): Objection[] {
    const validate = this.#ajv.compile(schema)
    return validate(options) ? [] : (validate.errors ?? []).map(objection)
  }
}

function objection(error: ErrorObject): Objection {
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
