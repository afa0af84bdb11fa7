// SPDX-License-Identifier: Apache-2.0

import type { Host } from '../../core/contract/host.js'
import { isObject } from '../../core/contract/objects.js'
import type { DriverPlugin, Plugin, ProcessorPlugin } from '../../core/contract/plugin.js'
import type { Driver, Stage } from '../../core/contract/stage.js'
import { wrapPluginError } from '../../core/errors/plugin-error.js'

/**
 * An external plugin whose errors carry its name: an error of its functions that is not a fault becomes one. For drivers and
 * processors only: the stages that use the other kinds do this themselves.
 */
export function withPluginErrors(plugin: Plugin): Plugin {
  if (plugin.kind === 'driver') {
    const create: DriverPlugin['create'] = (options, paths, host) =>
      createPart(plugin, host, () => plugin.create(options, paths, host))
    return withAttributedErrors(plugin, plugin, { create })
  }
  if (plugin.kind !== 'processor') return plugin
  const create: ProcessorPlugin['create'] = (options, host) => createPart(plugin, host, () => plugin.create(options, host))
  return withAttributedErrors(plugin, plugin, { create })
}

function createPart<T extends Driver | Stage>(plugin: Plugin, host: Host, create: () => T): T {
  const where = `${plugin.kind === 'driver' ? 'driver' : 'stage'} "${host.stage}"`
  try {
    const part: T = create()
    const reason = partError(part)
    if (reason !== undefined) throw new TypeError(reason)
    return withAttributedErrors(plugin, part, guardedReports(plugin, part, host, where), where)
  } catch (error) {
    throw wrapPluginError(plugin, 'create', error, where)
  }
}

/** Calls for figures while the pipeline runs must not fail. Errors in them are reported once. */
function guardedReports(plugin: Plugin, part: Driver | Stage, host: Host, where: string): Partial<Driver> {
  const reported = new Set<string>()
  const answer = <R>(step: string, invocation: () => R): R | undefined => {
    try {
      return invocation()
    } catch (error) {
      if (!reported.has(step)) host.reportFault(wrapPluginError(plugin, step, error, where), false)
      reported.add(step)
      return undefined
    }
  }
  return {
    ...(part.report && { report: () => answer('report', () => plainJson(part.report?.() ?? {})) ?? {} }),
    ...('progress' in part && part.progress && { progress: () => answer('progress', () => part.progress?.()) ?? NO_PROGRESS }),
  }
}

const NO_PROGRESS = { done: 0, total: 0 }

/** A copy; throws if JSON cannot represent the report. */
function plainJson(report: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(report))
}

/**
 * `target` with some of its members replaced. Its other functions are unchanged, except that the errors that they throw, directly
 * or later, carry the name of the plugin.
 */
function withAttributedErrors<T extends object>(plugin: Plugin, target: T, members: object, where?: string): T {
  const replaced = new Map<PropertyKey, unknown>(Object.entries(members))
  return new Proxy(target, {
    get(_, key) {
      if (replaced.has(key)) return replaced.get(key)
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      const wrapped = (...given: unknown[]): unknown => {
        const fault = (error: unknown): Error => wrapPluginError(plugin, String(key), error, where)
        try {
          const answer: unknown = value.apply(target, given)
          if (!(answer instanceof Promise)) return answer
          return answer.catch(error => {
            throw fault(error)
          })
        } catch (error) {
          throw fault(error)
        }
      }
      replaced.set(key, wrapped)
      return wrapped
    },
  })
}

/** The error in a new driver or stage, such as a missing member, or undefined. */
function partError(part: unknown): string | undefined {
  if (!isObject(part)) return 'it returned nothing'
  if (typeof part.then === 'function') return 'it returned a promise, but must return a value'
  if (typeof part.run !== 'function') return 'the returned value has no function "run"'
  const { ledger } = part
  if (!isObject(ledger)) return 'the returned value has no "ledger"'
  const counts = { ...ledger }
  const isLedger =
    ['in', 'out', 'held'].every(count => typeof counts[count] === 'number') &&
    ['filtered', 'dropped'].every(reasons => counts[reasons] instanceof Map)
  return isLedger ? undefined : 'its "ledger" is not a ledger: create it with new Ledger() of sfprocessor/plugin'
}
