// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import { PassThrough } from 'node:stream'
import { Ajv } from 'ajv'
import { OPTION_KEYWORDS, type OptionsSchema } from '../../core/contract/plugin.js'
import { schemaDigest } from '../../driver/config/options/precompiled-schemas.js'
import { builtInRegistry } from '../../driver/loader/built-in.js'

/** The module that `fillSchemaTable` changes. */
export const SCHEMA_TABLE_MODULE = 'dist/driver/config/options/precompiled-schemas.js'
const EMPTY_TABLE = 'new Map()'

/**
 * ajv takes longer to compile the options of a small pipeline's components than the program takes to read a small trace, so the
 * schemas of built-in components are compiled here: the module's table gets the code that ajv generates.
 */
export async function fillSchemaTable(code: string): Promise<string> {
  if (!code.includes(EMPTY_TABLE)) throw new Error(`${SCHEMA_TABLE_MODULE}: its empty table is not there`)
  const { plugins } = await builtInRegistry({ stdout: new PassThrough(), version: '' })
  const schemas = plugins.map(({ options }) => options)
  const entries = schemas.map((schema, index) => `[${JSON.stringify(schemaDigest(schema))}, accepts${index}]`)
  return `${validatorCode(schemas)}\n${code.replace(EMPTY_TABLE, `new Map([${entries.join()}])`)}`
}

/** The bundler resolves the modules that the code of ajv requires. */
function validatorCode(schemas: readonly OptionsSchema[]): string {
  const { default: standaloneCode }: typeof import('ajv/dist/standalone/index.js') = createRequire(import.meta.url)(
    'ajv/dist/standalone',
  )
  const ajv = new Ajv({
    strict: true,
    validateFormats: false,
    validateSchema: false,
    messages: false,
    code: { source: true, esm: true },
  })
  ajv.addVocabulary([...OPTION_KEYWORDS])
  const names = schemas.map((schema, index) => {
    ajv.addSchema(withoutTexts(schema), `schema${index}`)
    return [`accepts${index}`, `schema${index}`] as const
  })
  return standaloneCode(ajv, Object.fromEntries(names))
}

/** Removes texts that a validator does not use. */
const withoutTexts = (schema: OptionsSchema): OptionsSchema =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (TEXT_KEYS.has(key) && typeof value === 'string' ? undefined : value)),
  )
const TEXT_KEYS: ReadonlySet<string> = new Set(['description'])
