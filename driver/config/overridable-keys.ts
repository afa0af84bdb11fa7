// SPDX-License-Identifier: Apache-2.0
import type { OptionsSchema } from '../../core/contract/plugin.js'
import { type NestedKey, nestedKeys, withReadParts } from './nested-variables.js'
import { type ComponentSchemas, optionOf } from './options/component-schemas.js'
import { withPart } from './options/setting-parts.js'
import type { Setting, SettingLayer } from './settings.js'

/** Letter case does not matter in names of variables, and `_` stands for `.` and `-`. */
export const foldName = (text: string): string => text.toLowerCase().replace(/[_-]/g, '.')

/** A variable that begins with the name of a component; `suffix` is the rest of its name, folded. */
export interface ComponentVariable {
  readonly variable: string
  readonly suffix: string
  readonly value: string
}

/** The keys of a component that variables may set, and a layer of settings that they write to. */
export class OverridableKeys {
  readonly #schema: OptionsSchema
  readonly #file: SettingLayer
  readonly #layer: Map<string, Setting>
  readonly #components: ComponentSchemas
  /** By their folded spelling, as the schema or the stage writes them. */
  readonly #keys: ReadonlyMap<string, string>

  constructor(
    schema: OptionsSchema,
    more: readonly string[],
    file: SettingLayer,
    layer: Map<string, Setting>,
    components: ComponentSchemas,
  ) {
    this.#schema = schema
    this.#file = file
    this.#layer = layer
    this.#components = components
    const deprecatedKeys = Object.values(schema.properties).flatMap(option => option.deprecatedNames ?? [])
    const keys = [...deprecatedKeys, ...Object.keys(schema.properties), ...more]
    this.#keys = new Map(keys.map(key => [foldName(key), key]))
  }

  /** Writes what the variables say to the layer, and returns those that name nothing. */
  apply(variables: readonly ComponentVariable[]): readonly ComponentVariable[] {
    let remaining = variables.filter(({ variable, suffix, value }) => {
      const key = this.#keys.get(suffix)
      if (key !== undefined) this.#layer.set(key, { key, value, rawText: value, origin: { kind: 'environment', variable } })
      return key === undefined
    })
    // A variable may add the item of a list that another one changes, so those that name nothing yet are tried again.
    for (let count = -1; remaining.length > 0 && remaining.length !== count; ) {
      count = remaining.length
      remaining = remaining.filter(variable => !this.#applyNested(variable))
    }
    return remaining
  }

  /** Every folded spelling. */
  names(): string[] {
    return [...this.#keys.keys(), ...this.#nested().map(({ name }) => name)]
  }

  #applyNested({ variable, suffix, value }: ComponentVariable): boolean {
    const found = this.#nested(suffix).find(({ name }) => name === suffix)
    if (!found) return false
    const { key, base, nested } = found
    const part = withReadParts(nested.schema, { key, value, rawText: value, origin: { kind: 'environment', variable } })
    this.#layer.set(key, withPart(base, key, nested.path, part))
    return true
  }

  /** The keys within settings; only of those with which `suffix` begins, if it is given. */
  #nested(suffix?: string): readonly NestedName[] {
    return Object.entries(this.#schema.properties).flatMap(([key, option]) => {
      const folded = foldName(key)
      if (suffix !== undefined && !suffix.startsWith(`${folded}.`)) return []
      const setting = this.#settingOf(key)
      const base = setting && withReadParts(option, setting)
      return nestedKeys(option, base, this.#components).map(nested => ({
        name: [folded, ...nested.path.map(step => foldName(String(step)))].join('.'),
        key,
        base,
        nested,
      }))
    })
  }

  #settingOf(key: string): Setting | undefined {
    const names = [key, ...(optionOf(this.#schema, key)?.deprecatedNames ?? [])]
    return [this.#layer, this.#file].flatMap(layer => names.flatMap(name => layer.get(name) ?? []))[0]
  }
}

interface NestedName {
  readonly name: string
  readonly key: string
  /** The setting that the key is in, as it is now. */
  readonly base: Setting | undefined
  readonly nested: NestedKey
}
