// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Attribute, Source } from '../../contract/source.js'
import { Fault } from '../../errors/fault.js'
import type { Operand } from '../policy.js'
import { jsonPath } from './json-path.js'
import { unquote } from './unquote.js'

export type Read<B extends Batch, V> = (batch: B, row: number) => V

/** An operand with everything decided that does not depend on the record: what it gives, and how it is read. */
export type View<B extends Batch> =
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'text'; readonly read: Read<B, string> }
  | { readonly kind: 'number'; readonly read: Read<B, number> }
  | { readonly kind: 'boolean'; readonly read: Read<B, boolean> }
  | { readonly kind: 'clock'; readonly read: Read<B, bigint>; readonly high: Read<B, number>; readonly low: Read<B, number> }
  | { readonly kind: 'texts'; readonly read: Read<B, readonly string[]> }
  | { readonly kind: 'numbers'; readonly read: Read<B, readonly number[]> }
  /** One element of a list of numbers, undefined where the list is shorter. */
  | { readonly kind: 'element'; readonly read: Read<B, number | undefined> }

export function viewOf<B extends Batch>(operand: Operand, source: Source<B>): View<B> {
  if (operand.kind === 'literal') return { kind: 'constant', text: operand.text }
  const attribute = attributeOf(operand.attribute, source)
  const { path } = operand
  switch (attribute.type) {
    case 'json': {
      if (path === '') return { kind: 'text', read: attribute.read }
      const select = jsonPath(path)
      return { kind: 'text', read: (batch, row) => select(attribute.read(batch, row)) }
    }
    case 'texts': {
      if (path === '') return { kind: 'texts', read: attribute.read }
      const index = indexIn(path)
      return { kind: 'text', read: (batch, row) => attribute.read(batch, row)[index] ?? '' }
    }
    case 'numbers': {
      if (path === '') return { kind: 'numbers', read: attribute.read }
      const index = indexIn(path)
      return { kind: 'element', read: (batch, row) => attribute.read(batch, row)[index] }
    }
    case 'clock':
      return path === '' ? { kind: 'clock', read: attribute.read, high: attribute.high, low: attribute.low } : NOTHING
    case 'text':
      return path === '' ? { kind: 'text', read: attribute.read } : NOTHING
    case 'number':
      return path === '' ? { kind: 'number', read: attribute.read } : NOTHING
    case 'boolean':
      return path === '' ? { kind: 'boolean', read: attribute.read } : NOTHING
    default:
      return attribute satisfies never
  }
}

/** What a path selects in a value that has no parts. */
const NOTHING = { kind: 'constant', text: '' } as const

export function attributeOf<B extends Batch>(name: string, source: Source<B>): Attribute<B> {
  const attribute = source.vocabulary.find(name)
  if (!attribute) throw new Fault('SFP_ENGINE_UNKNOWN_ATTRIBUTE', { name, channel: source.channel })
  return attribute
}

const indexIn = (path: string): number => (/^(0|[1-9][0-9]*)$/.test(path) ? Number(path) : -1)

/** The one text that a view gives, or undefined if it may give several. */
export function textRead<B extends Batch>(view: View<B>): Read<B, string> | undefined {
  switch (view.kind) {
    case 'constant':
      return () => view.text
    case 'text':
      return (batch, row) => unquote(view.read(batch, row))
    case 'number':
    case 'boolean':
    case 'clock':
      return (batch, row) => String(view.read(batch, row))
    case 'element':
      return (batch, row) => String(view.read(batch, row) ?? '')
    case 'texts':
    case 'numbers':
      return undefined
    default:
      return view satisfies never
  }
}

/** All texts that a view gives; an empty list gives one empty text. */
export function textsRead<B extends Batch>(view: View<B>): Read<B, readonly string[]> {
  switch (view.kind) {
    case 'texts':
      return (batch, row) => {
        const texts = view.read(batch, row)
        return texts.length === 0 ? EMPTY : texts.map(unquote)
      }
    case 'numbers':
      return (batch, row) => {
        const numbers = view.read(batch, row)
        return numbers.length === 0 ? EMPTY : numbers.map(String)
      }
    default: {
      const read = textRead(view)
      return (batch, row) => [read?.(batch, row) ?? '']
    }
  }
}

const EMPTY: readonly string[] = ['']
