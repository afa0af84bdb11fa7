// SPDX-License-Identifier: Apache-2.0
import { isObject } from '../../core/contract/objects.js'
import { CONTRACT_VERSION } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'
import { type FoundModule, moduleLocation } from './found-module.js'

/** A fault if the plugin uses a contract version other than that of this program. */
export function contractFault(candidate: Readonly<Record<string, unknown>>, name: string, found: FoundModule): Fault | undefined {
  const { contract } = candidate
  if (contract === CONTRACT_VERSION) return undefined
  const fix =
    contract === 1 ? changesFromContract1(candidate) : `install a release of the plugin for contract ${CONTRACT_VERSION}`
  const details = { name, version: String(contract), expected: CONTRACT_VERSION, fix }
  return new Fault('SFP_PLUGIN_CONTRACT', details, moduleLocation(found))
}

/** Members of a plugin, and keywords of its options schema: name in contract 1 → name in contract 2. */
const RENAMED_MEMBERS: Readonly<Record<string, string>> = {
  sources: 'adapters',
  perTrace: 'isPartitionable',
  parts: 'subcomponents',
  isForPeople: 'isHumanReadable',
  isIdentified: 'needsDocumentId',
  keyName: 'partitionKey',
  gathers: 'batching',
}
const RENAMED_KEYWORDS: Readonly<Record<string, string>> = { formerly: 'deprecatedNames', oldValues: 'deprecatedValues' }

function changesFromContract1(candidate: Readonly<Record<string, unknown>>): string {
  const properties = isObject(candidate.options) && isObject(candidate.options.properties) ? candidate.options.properties : {}
  const options = Object.values(properties).filter(isObject)
  const renamed = [
    ...Object.entries(RENAMED_MEMBERS).filter(([old]) => old in candidate),
    ...Object.entries(RENAMED_KEYWORDS).filter(([old]) => options.some(option => old in option)),
  ].map(([old, current]) => `${old} to ${current}`)
  const renames = renamed.length > 0 ? `rename ${renamed.join(', ')}, ` : ''
  return `set "contract: ${CONTRACT_VERSION}", ${renames}and make the other changes of docs/writing-plugins.md, section "Migrate from contract 1 to 2"`
}
