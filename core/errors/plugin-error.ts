// SPDX-License-Identifier: Apache-2.0
import { Fault, Faults } from './fault.js'
import { firstLineOf } from './reason.js'
import { firstExternalFrame } from './stack-frame.js'

/**
 * Wraps an error of a component in a fault that names the component. A `Fault` stays unchanged, since the component threw it on
 * purpose. `step` is the function of the contract, for example `encode`; `where` the stage.
 */
export function wrapPluginError(
  plugin: { readonly kind: string; readonly name: string },
  step: string,
  error: unknown,
  where?: string,
): Fault {
  if (error instanceof Fault) return error
  if (error instanceof Faults && error.faults[0]) return error.faults[0]
  const position = firstExternalFrame(error)
  const details = { kind: plugin.kind, plugin: plugin.name, step, reason: firstLineOf(error), ...(position && { position }) }
  return new Fault('SFP_PLUGIN_FAILED', details, { where, cause: error })
}

/**
 * An error that a plugin throws on purpose: shown unchanged, with the hint, and without a stack. `isTemporary`: a retry may
 * succeed, so the call is repeated where that makes sense (a transport's `send`).
 */
export const pluginError = (
  what: string,
  {
    hint = '',
    where,
    isTemporary = false,
  }: { readonly hint?: string; readonly where?: string; readonly isTemporary?: boolean } = {},
): Fault => new Fault('SFP_PLUGIN_SAYS', { what, hint }, { where, isTemporary })
