// SPDX-License-Identifier: Apache-2.0
import type { ItemSchema, OptionSchema, OptionsSchema, PluginKind, ValueSchema } from '../../../core/contract/plugin.js'

/** The components that the items of a list may name. The registry implements it. */
export interface ComponentSchemas {
  find(kind: PluginKind, name: string): { readonly options: OptionsSchema } | undefined
  names(kind: PluginKind): readonly string[]
}

export const NO_COMPONENTS: ComponentSchemas = { find: () => undefined, names: () => [] }

/** An object with known keys: the options of a component, or an option with keys of its own. */
export type ObjectSchema = Pick<ValueSchema, 'required'> & { readonly properties: Readonly<Record<string, OptionSchema>> }

export const hasProperties = (schema: ValueSchema): schema is ValueSchema & ObjectSchema => schema.properties !== undefined

/** Own properties only, not inherited ones such as "constructor". */
export const optionOf = ({ properties }: ObjectSchema, key: string): OptionSchema | undefined =>
  Object.hasOwn(properties, key) ? properties[key] : undefined

/** The schema of an item: the options of the component that it names, with the key that names it, or one schema for all items. */
export type ResolvedItem =
  | { readonly kind: 'value'; readonly schema: ValueSchema }
  | {
      readonly kind: 'component'
      readonly namedBy: PluginKind
      readonly name: unknown
      readonly options: OptionsSchema | undefined
    }

/** `nameOf` reads the value of a key of the item. */
export function resolveItem(items: ItemSchema, nameOf: (key: string) => unknown, components: ComponentSchemas): ResolvedItem {
  if (!('component' in items)) return { kind: 'value', schema: items }
  const name = nameOf(items.component)
  const component = typeof name === 'string' ? components.find(items.component, name) : undefined
  return { kind: 'component', namedBy: items.component, name, options: component?.options }
}
