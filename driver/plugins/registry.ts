// SPDX-License-Identifier: Apache-2.0
import type { DriverPlugin, Plugin, ProcessorPlugin } from '../../core/contract/plugin.js'
import { Fault } from '../../core/errors/fault.js'

/** The processors and drivers that a pipeline file may name. A value: each pipeline has its own. */
export class Registry {
  readonly #processors = new Map<string, ProcessorPlugin>()
  readonly #drivers = new Map<string, DriverPlugin>()

  constructor(plugins: Iterable<Plugin> = []) {
    for (const plugin of plugins) this.add(plugin)
  }

  /** `where` the plugin comes from, for the fault if its name is taken. */
  add(plugin: Plugin, where?: string): void {
    if (this.#ofKind(plugin.kind).has(plugin.name)) {
      throw new Fault('SFP_PLUGIN_NAME_TAKEN', { kind: plugin.kind, name: plugin.name }, { where })
    }
    if (plugin.kind === 'processor') this.#processors.set(plugin.name, plugin)
    else this.#drivers.set(plugin.name, plugin)
  }

  processor(name: string): ProcessorPlugin | undefined {
    return this.#processors.get(name)
  }

  driver(name: string): DriverPlugin | undefined {
    return this.#drivers.get(name)
  }

  get processorNames(): string[] {
    return [...this.#processors.keys()]
  }

  get driverNames(): string[] {
    return [...this.#drivers.keys()]
  }

  /** Every type that some component reads or writes. */
  get channelTypes(): string[] {
    const processors = [...this.#processors.values()].flatMap(plugin => [...plugin.accepts, ...plugin.offers])
    return [...new Set([...processors, ...[...this.#drivers.values()].flatMap(plugin => plugin.offers)])]
  }

  #ofKind(kind: Plugin['kind']): ReadonlyMap<string, Plugin> {
    return kind === 'processor' ? this.#processors : this.#drivers
  }
}
