// SPDX-License-Identifier: Apache-2.0
import type { SubcomponentPlugin } from '../contract/plugin.js'
import { wrapPluginError } from '../errors/plugin-error.js'

/**
 * The component that a plugin creates. Throws a fault that names the plugin if the result is missing or lacks these functions.
 */
export function createPart<T extends object>(
  plugin: SubcomponentPlugin,
  requiredMethods: readonly (keyof T & string)[],
  create: () => T,
): T {
  try {
    const part = create()
    const missing = requiredMethods.find(name => typeof part?.[name] !== 'function')
    if (missing !== undefined) throw new TypeError(`it made no ${plugin.kind}: "${missing}" is missing`)
    return part
  } catch (error) {
    throw wrapPluginError(plugin, 'create', error)
  }
}
