// SPDX-License-Identifier: Apache-2.0
import type { Plugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import type { Validator } from '../config/validate.js'

/** The version of the contracts that this program has. */
const CONTRACT = 1

/** Takes what a module exports for a plugin, or throws a fault that says what is wrong with it. */
export function verify(candidate: unknown, kind: Plugin['kind'], name: string, where: string, validator: Validator): Plugin {
  const refuse = (reason: string): never => {
    throw new Fault('SFP_PLUGIN_SHAPE', { reason }, { where })
  }
  if (!isObject(candidate)) return refuse('it is missing, or no object')
  if (typeof candidate.name !== 'string') return refuse('it has no "name"')
  if (candidate.contract !== CONTRACT) {
    const details = { name: candidate.name, version: String(candidate.contract), expected: CONTRACT }
    throw new Fault('SFP_PLUGIN_CONTRACT', details, { where })
  }
  if (candidate.kind !== kind) return refuse(`its "kind" is "${String(candidate.kind)}", and this folder is for kind "${kind}"`)
  if (candidate.name !== name) return refuse(`its name is "${candidate.name}", so the file must be called that and not "${name}"`)
  if (typeof candidate.summary !== 'string') return refuse('it has no "summary"')
  if (typeof candidate.create !== 'function') return refuse('it has no function "create"')
  for (const side of kind === 'processor' ? ['accepts', 'offers'] : ['offers']) {
    const types = candidate[side]
    if (!Array.isArray(types) || types.some(type => typeof type !== 'string'))
      refuse(`"${side}" is not an array of channel types`)
  }
  const schema = candidate.options
  if (!isObject(schema) || schema.type !== 'object' || schema.additionalProperties !== false || !isObject(schema.properties)) {
    return refuse('its "options" are not a schema of an object with "properties" and without "additionalProperties"')
  }
  // Every member that the program touches has been looked at.
  const plugin = candidate as unknown as Plugin
  const flaw = validator.flaw(plugin.options)
  if (flaw !== undefined) refuse(`its "options" are not a valid schema: ${flaw}`)
  return plugin
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
