// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../core/contract/batch.js'
import type { ErrorCatalogue } from '../../core/contract/error-catalogue.js'
import { ANY_CHANNEL, type Components, type Plugin, type PluginKind, type PluginOf } from '../../core/contract/plugin.js'
import type { RecordAdapter } from '../../core/contract/record-adapter.js'
import { CATALOGUE } from '../../core/errors/catalogue.js'
import { Fault } from '../../core/errors/fault.js'
import { withPluginErrors } from './with-plugin-errors.js'

/** The components that a pipeline file may name. Each pipeline has its own registry. */
export class Registry implements Components {
  readonly #plugins: Plugin[] = []
  readonly #origins = new Map<Plugin, string>()
  readonly #familyErrors: DeclaredErrors[] = []

  constructor(plugins: Iterable<Plugin> = []) {
    for (const plugin of plugins) this.add(plugin)
  }

  /** `origin`: the file of the plugin; absent for a built-in one. */
  add(plugin: Plugin, origin?: string): void {
    const { kind, name } = plugin
    const existing = this.#plugins.find(known => known.kind === kind && known.name === name && overlaps(known, plugin))
    if (existing) {
      const by = this.#origins.get(existing) ?? 'sfprocessor itself'
      throw new Fault('SFP_PLUGIN_NAME_TAKEN', { kind, name, by }, { where: origin })
    }
    const registered = origin === undefined ? plugin : withPluginErrors(plugin)
    this.#plugins.push(registered)
    if (origin !== undefined) this.#origins.set(registered, origin)
  }

  all<K extends PluginKind>(kind: K): readonly PluginOf<K>[] {
    return this.#plugins.filter((plugin): plugin is PluginOf<K> => plugin.kind === kind)
  }

  get plugins(): readonly Plugin[] {
    return this.#plugins
  }

  find<K extends PluginKind>(kind: K, name: string): PluginOf<K> | undefined {
    return this.all(kind).find(plugin => plugin.name === name)
  }

  names(kind: PluginKind): string[] {
    return [...new Set(this.all(kind).map(({ name }) => name))]
  }

  addFamilyErrors(family: string, errors: ErrorCatalogue): void {
    this.#familyErrors.push({ owner: `plugin family "${family}"`, errors })
  }

  /** The error codes that families and plugins declare. Plugins of one module may share a catalogue. */
  get declaredErrors(): readonly DeclaredErrors[] {
    const owners = new Map<ErrorCatalogue, string[]>()
    for (const { kind, name, errors } of this.#plugins)
      if (errors) owners.set(errors, [...(owners.get(errors) ?? []), `${kind} "${name}"`])
    return [...this.#familyErrors, ...[...owners].map(([errors, names]) => ({ owner: names.join(', '), errors }))]
  }

  /** All known error codes: those of core, of the families, and of plugins. */
  get errors(): ErrorCatalogue {
    return Object.assign({}, CATALOGUE, ...this.declaredErrors.map(({ errors }) => errors))
  }

  /** The file of a plugin; undefined: it is built in. */
  origin(plugin: Plugin): string | undefined {
    return this.#origins.get(plugin)
  }

  /** External plugins, in the order in which they were found. */
  get external(): readonly Plugin[] {
    return [...this.#origins.keys()]
  }

  get adapters(): readonly RecordAdapter<Batch>[] {
    // Each component that sends to a channel of this type sends batches that the adapter can read.
    return [...new Set(this.#plugins.flatMap(({ adapters = [] }) => adapters))] as unknown as readonly RecordAdapter<Batch>[]
  }

  adapter(channelType: string | undefined): RecordAdapter<Batch> | undefined {
    return this.adapters.find(({ channel, evaluatedChannel }) => channel === channelType || evaluatedChannel === channelType)
  }

  /** All types that some component reads or writes. */
  get channelTypes(): string[] {
    const types = this.#plugins.flatMap(plugin => [...accepted(plugin), ...offered(plugin)])
    return [...new Set(types)].filter(type => type !== ANY_CHANNEL)
  }
}

/** The error codes of a family, or of plugins with one catalogue. */
export interface DeclaredErrors {
  /** `action "owner"` */
  readonly owner: string
  readonly errors: ErrorCatalogue
}

const accepted = (plugin: Plugin): readonly string[] => ('accepts' in plugin ? plugin.accepts : [])
const offered = (plugin: Plugin): readonly string[] => ('offers' in plugin ? plugin.offers : [])

/** Encoders with the same name may be for different channel types. */
const overlaps = (known: Plugin, plugin: Plugin): boolean =>
  plugin.kind !== 'encoder' || accepted(known).some(type => accepted(plugin).includes(type))
