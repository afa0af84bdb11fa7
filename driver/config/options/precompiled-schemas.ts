// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import type { OptionsSchema } from '../../../core/contract/plugin.js'

export type AcceptsOptions = (options: unknown) => boolean

/**
 * A validator for the options of a built-in component, compiled by ajv when the bundle was built. Options that it does not
 * accept are passed to ajv, which describes the errors. Undefined for any other schema.
 */
export const precompiledValidator = (schema: OptionsSchema): AcceptsOptions | undefined =>
  VALIDATORS.size === 0 ? undefined : VALIDATORS.get(schemaDigest(schema))

export const schemaDigest = (schema: OptionsSchema): string =>
  createHash('sha256').update(JSON.stringify(schema)).digest('base64').slice(0, 16)

/** By digest of the schema. Empty in the compiler's output; scripts/bundle/precompile-schemas.ts fills it for the bundle. */
const VALIDATORS: ReadonlyMap<string, AcceptsOptions> = new Map()
