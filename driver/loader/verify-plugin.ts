// SPDX-License-Identifier: Apache-2.0
import { isObject } from '../../core/contract/objects.js'
import { PLUGIN_KINDS, type Plugin, type PluginKind } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { firstLineOf } from '../../core/errors/reason.js'
import type { Validator } from '../config/options/validate.js'
import { contractFault } from './contract-version.js'
import { type FoundModule, moduleFault } from './found-module.js'
import { isPluginName } from './plugin-name.js'
import { schemaErrorOf } from './schema-error.js'

/** Returns the plugins that a module exports, or throws a fault with what is wrong. */
export function verifiedPlugins(exports: Readonly<Record<string, unknown>>, found: FoundModule, validator: Validator): Plugin[] {
  try {
    const candidates = candidatesOf(exports)
    const plugins = candidates.map(candidate => verifyPlugin(candidate, found, validator))
    if (found.name !== undefined && !plugins.some(({ name }) => name === found.name)) {
      const [first] = plugins
      throw shapeError(`its name is "${first?.name}", so the file must have this name, not "${found.name}"`)
    }
    return plugins
  } catch (error) {
    if (error instanceof PluginShapeError) throw moduleFault(found, error.code, error.message)
    if (error instanceof Fault) throw error
    throw moduleFault(found, 'SFP_PLUGIN_SHAPE', `inspecting it failed: ${firstLineOf(error)}`, { cause: error })
  }
}

function candidatesOf(exports: Readonly<Record<string, unknown>>): unknown[] {
  const { plugin, plugins } = exports
  if (plugins === undefined) return [plugin]
  if (!Array.isArray(plugins) || plugins.length === 0) throw shapeError('"plugins" is not an array of plugins')
  return plugin === undefined ? [...plugins] : [plugin, ...plugins]
}

/** Reads every member that the program reads later. */
function verifyPlugin(candidate: unknown, found: FoundModule, validator: Validator): Plugin {
  if (isObject(candidate) && typeof candidate.then === 'function') throw shapeError('it is a promise: export what it resolves to')
  if (!isObject(candidate)) throw shapeError('it is missing or not an object')
  const { name, kind } = candidate
  if (typeof name !== 'string') throw shapeError('it has no "name"')
  const otherContract = contractFault(candidate, name, found)
  if (otherContract) throw otherContract
  if (!isPluginName(name)) throw shapeError(`its name "${name}" must start with a letter and have only letters, digits, - and _`)
  if (!isKind(kind)) throw shapeError(`its "kind" is "${String(kind)}", and not ${oneOf(PLUGIN_KINDS)}`)
  if (!found.kinds.includes(kind)) throw shapeError(`its "kind" is "${kind}", and this folder is for kind ${oneOf(found.kinds)}`)
  if (typeof candidate.summary !== 'string') throw shapeError('it has no "summary"')
  if (typeof candidate.create !== 'function') throw shapeError('it has no function "create"')
  const shape = SHAPES[kind]
  for (const member of shape.types) checkTypes(candidate, member)
  if (candidate.formats !== undefined) checkTypes(candidate, 'formats')
  for (const member of FUNCTION_MEMBERS) {
    if (candidate[member] !== undefined && typeof candidate[member] !== 'function')
      throw shapeError(`"${member}" is not a function`)
  }
  for (const member of BOOLEAN_MEMBERS) {
    if (candidate[member] !== undefined && typeof candidate[member] !== 'boolean')
      throw shapeError(`"${member}" is not true or false`)
  }
  checkAdapters(candidate.adapters)
  checkErrors(candidate.errors)
  const plugin = candidate as unknown as Plugin
  const optionsError = schemaErrorOf(plugin, validator)
  if (optionsError !== undefined) throw shapeError(optionsError, 'SFP_PLUGIN_OPTIONS')
  return plugin
}

/** Channel types that a plugin of a kind must declare; `some`: at least one. */
const SHAPES: Readonly<Record<PluginKind, { readonly types: readonly string[] }>> = {
  driver: { types: ['offers'] },
  processor: { types: ['accepts', 'offers'] },
  handler: { types: ['offers'] },
  action: { types: [] },
  encoder: { types: ['accepts'] },
  transport: { types: [] },
}
const FUNCTION_MEMBERS = [
  'unpartitionableReason',
  'offersWith',
  'subcomponents',
  'mergeReports',
  'partitionKey',
  'batching',
  'warnings',
]
const BOOLEAN_MEMBERS = ['isPartitionable', 'needsPath', 'needsDocumentId', 'needsTime', 'isHumanReadable']
/** The component cannot be used without these. */
const MUST_HAVE_SOME: Readonly<Partial<Record<PluginKind, string>>> = {
  driver: 'offers',
  processor: 'accepts',
  encoder: 'accepts',
}

function checkTypes(candidate: Readonly<Record<string, unknown>>, member: string): void {
  const types = candidate[member]
  const what = member === 'formats' ? 'formats' : 'channel types'
  if (!Array.isArray(types) || types.some(type => typeof type !== 'string' || !/^\S+$/.test(type)))
    throw shapeError(`"${member}" is not an array of ${what}`)
  if (types.length === 0 && MUST_HAVE_SOME[candidate.kind as PluginKind] === member)
    throw shapeError(`"${member}" has no channel type`)
}

function checkAdapters(adapters: unknown): void {
  if (adapters === undefined) return
  if (!Array.isArray(adapters)) throw shapeError('"adapters" is not an array')
  for (const adapter of adapters) {
    const reason = isObject(adapter) ? adapterError(adapter) : 'it is not an object'
    if (reason !== undefined) throw shapeError(`one of its "adapters" is invalid: ${reason}`)
  }
}

function adapterError(adapter: Readonly<Record<string, unknown>>): string | undefined {
  const { channel, evaluatedChannel, recordTypes, recordType, recordTypeDependsOn, attributes, group, entities } = adapter
  for (const [member, value] of Object.entries({ channel, evaluatedChannel }))
    if (typeof value !== 'string' || !/^\S+$/.test(value)) return `"${member}" has no channel type`
  if (channel === evaluatedChannel) return '"channel" and "evaluatedChannel" are the same channel type'
  if (!Array.isArray(recordTypes)) return 'it has no "recordTypes"'
  if (recordTypes.length > 0 && typeof recordType !== 'function') return 'it has "recordTypes" and no function "recordType"'
  if (recordTypeDependsOn !== undefined && recordTypeDependsOn !== 'group' && recordTypeDependsOn !== 'row')
    return '"recordTypeDependsOn" is not "group" or "row"'
  if (!Array.isArray(entities)) return 'it has no "entities"'
  if (typeof group !== 'function') return 'it has no function "group"'
  for (const member of ['time', 'id', 'key', 'snapshot'])
    if (adapter[member] !== undefined && typeof adapter[member] !== 'function') return `"${member}" is not a function`
  if (!isObject(attributes)) return 'it has no "attributes"'
  for (const member of ['find', 'unsupportedReason', 'currentName'])
    if (typeof attributes[member] !== 'function') return `its attributes have no function "${member}"`
  return Array.isArray(attributes.names) ? undefined : 'its attributes have no "names"'
}

function checkErrors(errors: unknown): void {
  if (errors === undefined) return
  if (!isObject(errors)) throw shapeError('"errors" is not an object')
  for (const [code, text] of Object.entries(errors)) {
    if (!ERROR_CODE.test(code)) throw shapeError(`the error code "${code}" is not in upper case, such as MAIL_REFUSED`)
    const isText = isObject(text) && typeof text.what === 'string' && typeof text.hint === 'string'
    if (!isText) throw shapeError(`the error code "${code}" lacks its texts "what" and "hint"`)
  }
}

const ERROR_CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/

const isKind = (kind: unknown): kind is PluginKind => PLUGIN_KINDS.some(known => known === kind)
const oneOf = (kinds: readonly PluginKind[]): string => kinds.map(kind => `"${kind}"`).join(' or ')

class PluginShapeError extends Error {
  readonly code: 'SFP_PLUGIN_SHAPE' | 'SFP_PLUGIN_OPTIONS'

  constructor(reason: string, code: PluginShapeError['code']) {
    super(reason)
    this.code = code
  }
}

const shapeError = (reason: string, code: PluginShapeError['code'] = 'SFP_PLUGIN_SHAPE'): PluginShapeError =>
  new PluginShapeError(reason, code)
