// SPDX-License-Identifier: Apache-2.0
import type { PluginKind } from '../../core/contract/plugin.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import type { Registry } from './registry.js'

/** An external plugin and the number of its faults. */
export interface PluginFigures {
  readonly kind: PluginKind
  readonly name: string
  /** Reported faults: the first of several equal ones, and at the end the number of the others. */
  readonly faults: number
}

/** Counts the reported faults of each plugin: those with `kind` and `plugin` in their details, each as one or as `count`. */
export class PluginFaultCounter {
  readonly #registry: Registry
  readonly #counts = new Map<string, number>()
  /** Several components may fail with the same fault and report it. */
  readonly #counted = new WeakSet<Fault>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  count(error: unknown): void {
    for (const one of error instanceof Faults ? error.faults : [error]) {
      if (!(one instanceof Fault) || one.level === 'warning' || this.#counted.has(one)) continue
      this.#counted.add(one)
      const { kind, plugin, count = 1 } = one.details
      if (kind === undefined || plugin === undefined) continue
      const key = keyOf(String(kind), String(plugin))
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + Number(count))
    }
  }

  /** Figures of all external plugins. */
  figures(): readonly PluginFigures[] {
    return this.#registry.external.map(({ kind, name }) => ({ kind, name, faults: this.#counts.get(keyOf(kind, name)) ?? 0 }))
  }
}

const keyOf = (kind: string, name: string): string => `${kind} ${name}`
