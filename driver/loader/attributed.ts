// SPDX-License-Identifier: Apache-2.0
import type { DriverPlugin, Plugin, ProcessorPlugin } from '../../core/contract/plugin.js'
import type { Driver, Host, Stage } from '../../core/contract/stage.js'
import { pluginFault } from '../../core/errors/plugin-fault.js'

/**
 * A plugin from elsewhere whose errors bear its name: what its functions throw that is no fault becomes one. Drivers and
 * processors only: the stages that use the other kinds see to these themselves.
 */
export function attributed(plugin: Plugin): Plugin {
  if (plugin.kind === 'driver') {
    const create: DriverPlugin['create'] = (options, paths, host) => made(plugin, host, () => plugin.create(options, paths, host))
    return withNames(plugin, plugin, { create })
  }
  if (plugin.kind !== 'processor') return plugin
  const create: ProcessorPlugin['create'] = (options, host) => made(plugin, host, () => plugin.create(options, host))
  return withNames(plugin, plugin, { create })
}

function made<T extends Driver | Stage>(plugin: Plugin, host: Host, create: () => T): T {
  const where = `${plugin.kind === 'driver' ? 'driver' : 'stage'} "${host.stage}"`
  try {
    const part: T = create()
    const flaw = partFlaw(part)
    if (flaw !== undefined) throw new TypeError(flaw)
    return withNames(plugin, part, quiet(plugin, part, host, where), where)
  } catch (error) {
    throw pluginFault(plugin, 'create', error, where)
  }
}

/** What the program looks at while others run, and must not fail: figures. What is wrong with them is told once. */
function quiet(plugin: Plugin, part: Driver | Stage, host: Host, where: string): Partial<Driver> {
  const told = new Set<string>()
  const answer = <R>(step: string, call: () => R): R | undefined => {
    try {
      return call()
    } catch (error) {
      if (!told.has(step)) host.fault(pluginFault(plugin, step, error, where), false)
      told.add(step)
      return undefined
    }
  }
  return {
    ...(part.report && { report: () => answer('report', () => plainJson(part.report?.() ?? {})) ?? {} }),
    ...('progress' in part && part.progress && { progress: () => answer('progress', () => part.progress?.()) ?? NO_PROGRESS }),
  }
}

const NO_PROGRESS = { done: 0, total: 0 }

/** A copy; throws what JSON cannot say. */
function plainJson(report: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(report))
}

/**
 * `target` with some of its members replaced. Its other functions work as they did, but what they throw, at once or later,
 * bears the name of the plugin.
 */
function withNames<T extends object>(plugin: Plugin, target: T, members: object, where?: string): T {
  const own = new Map<PropertyKey, unknown>(Object.entries(members))
  return new Proxy(target, {
    get(_, key) {
      if (own.has(key)) return own.get(key)
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      const named = (...given: unknown[]): unknown => {
        const fault = (error: unknown): Error => pluginFault(plugin, String(key), error, where)
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
      own.set(key, named)
      return named
    },
  })
}

/** What a driver or stage must have before anything is asked of it. */
function partFlaw(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null) return 'it made nothing'
  if ('then' in part && typeof part.then === 'function') return 'it made a promise, but it must answer at once'
  if (!('run' in part) || typeof part.run !== 'function') return 'what it made has no function "run"'
  const ledger = 'ledger' in part ? part.ledger : undefined
  if (typeof ledger !== 'object' || ledger === null) return 'what it made has no "ledger"'
  const books: Readonly<Record<string, unknown>> = { ...ledger }
  const isKept =
    ['taken', 'passed', 'held'].every(count => typeof books[count] === 'number') &&
    ['used', 'dropped'].every(reasons => books[reasons] instanceof Map)
  return isKept ? undefined : 'its "ledger" is none: make it with new Ledger() of sfprocessor/plugin'
}
