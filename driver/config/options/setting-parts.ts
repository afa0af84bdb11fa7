// SPDX-License-Identifier: Apache-2.0
import { isObjectOrList } from '../../../core/contract/objects.js'
import type { Setting } from '../settings.js'

/** The keys and indices of a part of a setting, or of a component's options. */
export type OptionPath = readonly (string | number)[]

/** A setting whose parts have its own origin at any depth, since the whole value has one origin, such as a variable. */
export function settingWithParts(setting: Setting): Setting {
  const { value, origin } = setting
  if (!isObjectOrList(value)) return setting
  const parts = Object.entries(value).map(([key, part]): [string, Setting] => [
    key,
    settingWithParts({ key, value: part, rawText: undefined, origin }),
  ])
  return { ...setting, parts: new Map(parts) }
}

/** The setting with other parts, and with the value that they form. */
export const replaceParts = (setting: Setting, parts: ReadonlyMap<string, Setting>): Setting => ({
  ...setting,
  parts,
  value: Array.isArray(setting.value) ? [...parts.values()].map(({ value }) => value) : valuesOf(parts),
})

export const valuesOf = (parts: ReadonlyMap<string, Setting>): Record<string, unknown> =>
  Object.fromEntries([...parts].map(([key, { value }]) => [key, value]))

/** `base` with `part` at `path`; missing objects and arrays on the way are created. */
export function withPart(base: Setting | undefined, key: string, path: OptionPath, part: Setting): Setting {
  const [step, ...rest] = path
  if (step === undefined) return { ...part, key }
  const container: Setting = base?.parts
    ? base
    : { key, value: typeof step === 'number' ? [] : {}, rawText: undefined, origin: part.origin, parts: new Map() }
  const name = String(step)
  const parts = new Map([...(container.parts ?? []), [name, withPart(container.parts?.get(name), name, rest, part)]])
  return replaceParts(container, parts)
}

/** The part at the end of the path, or the last existing part on the way. */
export function partAt(parts: ReadonlyMap<string, Setting>, path: OptionPath): { part: Setting | undefined; isExact: boolean } {
  let part: Setting | undefined
  let inner: ReadonlyMap<string, Setting> | undefined = parts
  for (const step of path) {
    const next: Setting | undefined = inner?.get(String(step))
    if (!next) return { part, isExact: false }
    part = next
    inner = next.parts
  }
  return { part, isExact: true }
}

/** `steps[0].pattern` */
export const pathText = (path: OptionPath): string =>
  path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
