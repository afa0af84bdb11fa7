// SPDX-License-Identifier: Apache-2.0
import type { PartPlugin } from '../contract/plugin.js'
import { pluginFault } from '../errors/plugin-fault.js'

/** What a plugin makes. Throws a fault that names it if it makes nothing, or something without these functions. */
export function made<T extends object>(plugin: PartPlugin, functions: readonly (keyof T & string)[], create: () => T): T {
  try {
    const part = create()
    const missing = functions.find(name => typeof part?.[name] !== 'function')
    if (missing !== undefined) throw new TypeError(`it made no ${plugin.kind}: "${missing}" is missing`)
    return part
  } catch (error) {
    throw pluginFault(plugin, 'create', error)
  }
}
