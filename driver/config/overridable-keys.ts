// SPDX-License-Identifier: Apache-2.0
import type { OptionsSchema } from '../../core/contract/plugin.js'
import { type NestedKey, nestedKeys, withReadParts } from './nested-variables.js'
import { type ComponentSchemas, optionOf } from './options/component-schemas.js'
import { withPart } from './options/setting-parts.js'
import type { Setting, SettingLayer } from './settings.js'

/** Letter case is ignored in names of variables, and `_` stands for `.` and `-`. */
export const foldName = (text: string): string => text.toLowerCase().replace(/[_-]/g, '.')

/** A variable that begins with the name of a component; `suffix` is the rest of its name, folded. */
export interface ComponentVariable {
  readonly variable: string
  readonly suffix: string
  readonly value: string
}

/** The keys of a component that variables may set, and the layer of settings for their values. */
export class OverridableKeys {
  readonly #schema: OptionsSchema
  readonly #file: SettingLayer
  readonly #layer: Map<string, Setting>
  readonly #components: ComponentSchemas
  /** By folded name: the name in the schema or the stage. */
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

  /** Writes the values of the variables to the layer, and returns the variables that match no key. */
  apply(variables: readonly ComponentVariable[]): readonly ComponentVariable[] {
    let remaining = variables.filter(({ variable, suffix, value }) => {
      const key = this.#keys.get(suffix)
      if (key !== undefined) this.#layer.set(key, { key, value, rawText: value, origin: { kind: 'environment', variable } })
      return key === undefined
    })
    // A variable may add the list item that another one changes, so unmatched variables are tried again.
    for (let count = -1; remaining.length > 0 && remaining.length !== count; ) {
      count = remaining.length
      remaining = remaining.filter(variable => !this.#applyNested(variable))
    }
    return remaining
  }

  /** All folded names. */
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

  /** The keys within settings; if `suffix` is given, only those with which `suffix` begins. */
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
  /** The current setting that contains the key. */
  readonly base: Setting | undefined
  readonly nested: NestedKey
}
