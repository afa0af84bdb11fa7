// SPDX-License-Identifier: Apache-2.0
import type { PluginKind } from '../../core/contract/plugin.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import type { Registry } from './registry.js'

/** A plugin from elsewhere, and how often it has been at fault. */
export interface PluginFigures {
  readonly kind: PluginKind
  readonly name: string
  /** Those that were told of it: of many alike the first, and in the end how many more there were. */
  readonly faults: number
}

/** Counts the faults of each plugin as they are told: those that say of which (`kind`, `plugin`), each for one or for `count`. */
export class PluginFaultCounter {
  readonly #registry: Registry
  readonly #counts = new Map<string, number>()
  /** Others may fail with the same one, and tell it too. */
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

  /** Of every plugin from elsewhere. */
  figures(): readonly PluginFigures[] {
    return this.#registry.external.map(({ kind, name }) => ({ kind, name, faults: this.#counts.get(keyOf(kind, name)) ?? 0 }))
  }
}

const keyOf = (kind: string, name: string): string => `${kind} ${name}`
