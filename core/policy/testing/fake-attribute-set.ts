// SPDX-License-Identifier: Apache-2.0
import type { AttributeType } from '../../contract/record-adapter.js'

/** Names without values, for code that only checks and resolves a policy. */
export interface FakeAttributeSet {
  find(name: string): { readonly name: string; readonly type: AttributeType } | undefined
  readonly names: readonly string[]
  unsupportedReason(name: string): string | undefined
  currentName(name: string): string | undefined
}

export interface FakeNames {
  /** Attributes by type; `alias=name` defines an alias of a listed attribute. */
  readonly attributes: Partial<Record<AttributeType, string>>
  readonly unsupported?: Readonly<Record<string, string>>
  readonly renamed?: Readonly<Record<string, string>>
}

export function fakeAttributeSet({ attributes, unsupported = {}, renamed = {} }: FakeNames): FakeAttributeSet {
  const found = new Map<string, { readonly name: string; readonly type: AttributeType }>()
  for (const [type, words] of Object.entries(attributes) as [AttributeType, string][])
    for (const word of words.split(/\s+/).filter(word => word !== '')) {
      const [name = '', canonical = name] = word.split('=')
      found.set(name, { name: canonical, type })
    }
  return {
    find: name => found.get(name),
    names: [...found.keys()],
    unsupportedReason: name => (Object.hasOwn(unsupported, name) ? unsupported[name] : undefined),
    currentName: name => (Object.hasOwn(renamed, name) ? renamed[name] : undefined),
  }
}
