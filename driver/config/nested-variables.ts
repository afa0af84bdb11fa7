// SPDX-License-Identifier: Apache-2.0
import { isObjectOrList } from '../../core/contract/objects.js'
import type { ItemSchema, ValueSchema } from '../../core/contract/plugin.js'
import { coerce } from './options/coerce.js'
import { type ComponentSchemas, hasProperties, type ObjectSchema, resolveItem } from './options/component-schemas.js'
import { type OptionPath, settingWithParts } from './options/setting-parts.js'
import type { Setting } from './settings.js'

/** A key within a setting that a variable may set, relative to the setting; `schema` is unknown in objects that allow any key. */
export interface NestedKey {
  readonly path: OptionPath
  readonly schema: ValueSchema | undefined
}

/**
 * The keys within a setting: those of its schema; for a list, its items and one more; for an object that allows any key, the
 * present keys. If the items are components, the keys are those of the component that the item names.
 */
export function nestedKeys(
  schema: ValueSchema | undefined,
  setting: Setting | undefined,
  components: ComponentSchemas,
): readonly NestedKey[] {
  const parts = setting?.parts
  if (schema && hasProperties(schema)) return keysOfObject(schema, setting, components)
  const items = schema?.items
  if (schema?.type === 'array' && items) {
    const count = Array.isArray(setting?.value) ? setting.value.length : 0
    return Array.from({ length: count + 1 }, (_, index) => keysOfItem(items, index, parts?.get(String(index)), components)).flat()
  }
  const isList = Array.isArray(setting?.value)
  return [...(parts ?? [])].flatMap(([key, part]) => below(isList ? Number(key) : key, undefined, part, components))
}

/** The setting with JSON text parsed into parts, which other variables may change. */
export function withReadParts(schema: ValueSchema | undefined, setting: Setting): Setting {
  if (setting.parts || !schema) return setting
  const value = coerce(schema, setting)
  return isObjectOrList(value) ? settingWithParts({ ...setting, value }) : setting
}

const keysOfObject = (
  { properties }: ObjectSchema,
  setting: Setting | undefined,
  components: ComponentSchemas,
): readonly NestedKey[] =>
  Object.entries(properties).flatMap(([key, option]) => below(key, option, setting?.parts?.get(key), components))

function keysOfItem(
  items: ItemSchema,
  index: number,
  item: Setting | undefined,
  components: ComponentSchemas,
): readonly NestedKey[] {
  const resolved = resolveItem(items, key => item?.parts?.get(key)?.value, components)
  if (resolved.kind === 'value') return below(index, resolved.schema, item, components)
  const { namedBy, options } = resolved
  const keys: readonly NestedKey[] = options ? keysOfObject(options, item, components) : []
  return [
    { path: [index], schema: { type: 'object' } },
    { path: [index, namedBy], schema: { type: 'string' } },
    ...keys.map(({ path, schema }) => ({ path: [index, ...path], schema })),
  ]
}

/** The key, and the keys within it. */
const below = (
  key: string | number,
  schema: ValueSchema | undefined,
  setting: Setting | undefined,
  components: ComponentSchemas,
): readonly NestedKey[] => [
  { path: [key], schema },
  ...nestedKeys(schema, setting && withReadParts(schema, setting), components).map(nested => ({
    path: [key, ...nested.path],
    schema: nested.schema,
  })),
]
