// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type * as Package from 'ajv'
import { OPTION_KEYWORDS, type Options, type OptionsSchema, type Plugin } from '../../contract/plugin.js'

/** The options that `create` gets for these settings: with defaults. Fails if the plugin's schema does not allow them. */
export function settingsOf(plugin: Pick<Plugin, 'kind' | 'name' | 'options'>, settings: Options = {}): Options {
  const errors = validationErrors(plugin.options, settings)
  assert.deepEqual(errors, [], `${plugin.kind} "${plugin.name}" rejects these settings: ${errors.join('; ')}`)
  const defaults = Object.entries(plugin.options.properties).flatMap(([key, option]) =>
    option.default === undefined ? [] : [[key, option.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...settings }
}

/** Validation errors of settings as texts; an invalid schema is one of them. */
export function validationErrors(schema: OptionsSchema, settings: Options): readonly string[] {
  const { Ajv }: typeof Package = createRequire(import.meta.url)('ajv')
  const ajv = new Ajv({ allErrors: true, strict: true, validateFormats: false }).addVocabulary([...OPTION_KEYWORDS])
  try {
    const validate = ajv.compile(schema)
    if (validate(settings)) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath.slice(1)} ${message ?? 'is not allowed'} ${detailsOf(params)}`.trim(),
    )
  } catch (error) {
    return [`the options schema is invalid: ${error instanceof Error ? error.message : String(error)}`]
  }
}

const detailsOf = (params: Readonly<Record<string, unknown>>): string =>
  Object.values(params)
    .filter(value => typeof value === 'string')
    .map(value => `(${value})`)
    .join(' ')
