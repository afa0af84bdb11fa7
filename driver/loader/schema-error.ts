// SPDX-License-Identifier: Apache-2.0
import { isObject } from '../../core/contract/objects.js'
import type { Plugin, PluginKind } from '../../core/contract/plugin.js'
import type { Validator } from '../config/validate.js'
import { STAGE_KEYS } from '../pipeline/plan.js'
import { DRIVER_KEYS } from '../pipeline/plan-drivers.js'

/** What is wrong with the settings that a plugin asks for, or undefined. */
export function schemaErrorOf({ kind, name, options }: Plugin, validator: Validator): string | undefined {
  const schema: unknown = options
  if (!isObject(schema) || schema.type !== 'object' || schema.additionalProperties !== false || !isObject(schema.properties)) {
    return 'its "options" are not a schema: write { type: \'object\', additionalProperties: false, properties: { ... } }'
  }
  for (const [key, option] of Object.entries(schema.properties)) {
    const reason = optionKeyError(kind, name, key)
    if (reason !== undefined) return reason
    if (!isObject(option) || typeof option.description !== 'string') return `its option "${key}" has no "description"`
  }
  if (Array.isArray(schema.required) && schema.required.length > 0 && !hasOwnSection(kind)) {
    return `its "options" have "required", but their stage may not use it: let "create" throw a complaint instead`
  }
  const reason = validator.schemaError(options)
  if (reason !== undefined) return `its "options" are not a valid schema: ${reason}`
  const given = Object.entries(options.properties).filter(([, option]) => option.default !== undefined)
  const defaults = Object.fromEntries(given.map(([key, option]) => [key, option.default]))
  const [invalidDefault] = validator.validate(options, defaults).filter(({ kind }) => kind !== 'missing')
  return invalidDefault && `the default of its option "${invalidDefault.key}" is none of the values that it may have`
}

/** Has a section of its own in the pipeline file. */
const hasOwnSection = (kind: PluginKind): boolean => kind === 'driver' || kind === 'processor'

function optionKeyError(kind: PluginKind, name: string, key: string): string | undefined {
  const reserved = kind === 'driver' ? DRIVER_KEYS : STAGE_KEYS
  if (hasOwnSection(kind)) return reserved.includes(key) ? `its option "${key}" is a key of every ${kind}: rename it` : undefined
  return key.startsWith(`${name}.`) && key.length > name.length + 1
    ? undefined
    : `its option "${key}" stands among those of a stage, so it must be called "${name}.${key}"`
}
