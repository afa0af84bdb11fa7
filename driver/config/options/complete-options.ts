// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ItemSchema, ValueSchema } from '../../../core/contract/plugin.js'
import type { Setting, SettingLayer } from '../settings.js'
import { type ComponentSchemas, hasProperties, type ObjectSchema, resolveItem } from './component-schemas.js'
import { normalizeValue } from './normalize-options.js'
import { replaceParts, settingWithParts } from './setting-parts.js'

/** What completing options needs: folders for relative paths, and the components whose defaults items of lists get. */
export interface Completion {
  readonly components: ComponentSchemas
  /** Folders in which relative paths of input files are searched, in this order. */
  readonly directories: readonly string[]
  /** The current directory: a path in the environment is relative to it, wherever the pipeline file is. */
  readonly currentDirectory: string
}

/** Fills in the defaults of the keys of an object, and of the objects in it, and resolves their paths. */
export function completeParts({ properties }: ObjectSchema, parts: SettingLayer, completion: Completion): Map<string, Setting> {
  const completed = new Map(parts)
  for (const [key, option] of Object.entries(properties)) {
    const setting = parts.get(key) ?? defaultOf(key, option, completion)
    if (setting) completed.set(key, completeValue(option, setting, completion))
  }
  return completed
}

function defaultOf(key: string, option: ValueSchema, { components }: Completion): Setting | undefined {
  const { default: value } = option
  if (value === undefined) return undefined
  const setting = settingWithParts({ key, value, rawText: undefined, origin: { kind: 'default' } })
  return normalizeValue(option, setting, { faults: [], components })
}

function completeValue(schema: ValueSchema, setting: Setting, completion: Completion): Setting {
  const { value, parts, origin } = setting
  if (schema.path && typeof value === 'string' && value !== '') {
    const first = origin.kind === 'environment' ? [completion.currentDirectory] : []
    return { ...setting, value: resolvePath(value, [...first, ...completion.directories]) }
  }
  if (!parts) return setting
  if (hasProperties(schema))
    return Array.isArray(value) ? setting : replaceParts(setting, completeParts(schema, parts, completion))
  const { items } = schema
  if (!items || !Array.isArray(value)) return setting
  return replaceParts(setting, new Map([...parts].map(([index, item]) => [index, completeItem(items, item, completion)])))
}

function completeItem(items: ItemSchema, item: Setting, completion: Completion): Setting {
  const resolved = resolveItem(items, key => item.parts?.get(key)?.value, completion.components)
  if (resolved.kind === 'value') return completeValue(resolved.schema, item, completion)
  const { options } = resolved
  return item.parts && options ? replaceParts(item, completeParts(options, item.parts, completion)) : item
}

/** An existing file or folder, else the path relative to the first folder, so that error messages name that path. */
function resolvePath(path: string, directories: readonly string[]): string {
  const candidates = directories.map(directory => resolve(directory, path))
  return candidates.find(candidate => existsSync(candidate)) ?? candidates[0] ?? path
}
