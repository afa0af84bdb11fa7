// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../../contract/any-value.js'
import type { Batch } from '../../../contract/batch.js'
import type { Attribute, Source } from '../../../contract/source.js'
import { Fault } from '../../../errors/fault.js'
import { withoutBoundingQuotes } from '../../bounding-quotes.js'
import type { Operand } from '../../policy.js'
import { jsonPath } from './json-path.js'
import type { Look } from './once.js'

export type Read<B extends Batch, V> = (batch: B, row: number) => V

/**
 * An operand with everything decided that does not depend on the record: what it gives, and how it is read. Texts have lost
 * their bounding quotes; `raw` still has them.
 */
export type View<B extends Batch> = TypedView<B> | AnyView<B>

/** Of whatever kind the record has it. */
export interface AnyView<B extends Batch> {
  readonly kind: 'any'
  readonly read: Read<B, AnyValue | undefined>
}

export type TypedView<B extends Batch> =
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'text'; readonly read: Read<B, string>; readonly raw: Read<B, string> }
  | { readonly kind: 'number'; readonly read: Read<B, number> }
  | { readonly kind: 'boolean'; readonly read: Read<B, boolean> }
  | { readonly kind: 'clock'; readonly read: Read<B, bigint>; readonly high: Read<B, number>; readonly low: Read<B, number> }
  | { readonly kind: 'texts'; readonly read: Read<B, readonly string[]> }
  | { readonly kind: 'numbers'; readonly read: Read<B, readonly number[]> }
  /** One element of a list of numbers, undefined where the list is shorter. */
  | { readonly kind: 'element'; readonly read: Read<B, number | undefined> }

/** The views of a policy. What takes work to read is read once in a look, however many criteria ask for it. */
export class Views<B extends Batch> {
  readonly #source: Source<B>
  readonly #look: Look
  readonly #known = new Map<string, View<B>>()

  constructor(source: Source<B>, look: Look) {
    this.#source = source
    this.#look = look
  }

  of(operand: Operand): View<B> {
    if (operand.kind === 'literal') return { kind: 'constant', text: operand.text }
    const key = `${operand.attribute}[${operand.path}`
    const known = this.#known.get(key)
    if (known) return known
    const attribute = attributeOf(operand.attribute, this.#source)
    const view = operand.path === '' ? this.#whole(attribute) : this.#part(attribute, operand.path)
    this.#known.set(key, view)
    return view
  }

  #whole(attribute: Attribute<B>): View<B> {
    switch (attribute.type) {
      case 'text':
      case 'json':
        return this.#text(attribute.read)
      case 'number':
        return { kind: 'number', read: attribute.read }
      case 'boolean':
        return { kind: 'boolean', read: attribute.read }
      case 'clock':
        return { kind: 'clock', read: attribute.read, high: attribute.high, low: attribute.low }
      case 'texts':
        return { kind: 'texts', read: readOnce((batch, row) => unquoteAll(attribute.read(batch, row)), NO_TEXTS, this.#look) }
      case 'numbers':
        return { kind: 'numbers', read: readOnce(attribute.read, NO_NUMBERS, this.#look) }
      case 'any':
        return { kind: 'any', read: readOnce<B, AnyValue | undefined>(attribute.read, undefined, this.#look) }
      default:
        return attribute satisfies never
    }
  }

  #part(attribute: Attribute<B>, path: string): View<B> {
    const index = /^(0|[1-9][0-9]*)$/.test(path) ? Number(path) : -1
    switch (attribute.type) {
      case 'json': {
        const select = jsonPath(path)
        return this.#text((batch, row) => select(attribute.read(batch, row)))
      }
      case 'texts': {
        const list = attribute.indexed ?? attribute.read
        return this.#text((batch, row) => list(batch, row)[index] ?? '')
      }
      case 'numbers': {
        const list = attribute.indexed ?? attribute.read
        return { kind: 'element', read: (batch, row) => list(batch, row)[index] }
      }
      case 'text':
      case 'number':
      case 'boolean':
      case 'clock':
      case 'any':
        return NOTHING
      default:
        return attribute satisfies never
    }
  }

  #text(read: Read<B, string>): View<B> {
    const raw = readOnce(read, '', this.#look)
    return { kind: 'text', raw, read: readOnce((batch, row) => withoutBoundingQuotes(raw(batch, row)), '', this.#look) }
  }
}

function readOnce<B extends Batch, V>(read: Read<B, V>, before: V, look: Look): Read<B, V> {
  let lookedAt = -1
  let value = before
  return (batch, row) => {
    if (lookedAt !== look.number) {
      value = read(batch, row)
      lookedAt = look.number
    }
    return value
  }
}

const NO_TEXTS: readonly string[] = []
const NO_NUMBERS: readonly number[] = []

/** Quotes are rare, so the list itself is mostly the answer. */
const unquoteAll = (texts: readonly string[]): readonly string[] =>
  texts.some(text => withoutBoundingQuotes(text) !== text) ? texts.map(withoutBoundingQuotes) : texts

/** What a path selects in a value that has no parts. */
const NOTHING = { kind: 'constant', text: '' } as const

export function attributeOf<B extends Batch>(name: string, source: Source<B>): Attribute<B> {
  const attribute = source.vocabulary.find(name)
  if (!attribute) throw new Fault('SFP_ENGINE_UNKNOWN_ATTRIBUTE', { name, channel: source.channel })
  return attribute
}

/** The one text that a view gives, or undefined if it may give several. */
export function textRead<B extends Batch>(view: TypedView<B>): Read<B, string> | undefined {
  switch (view.kind) {
    case 'constant':
      return () => view.text
    case 'text':
      return view.read
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
export function textsRead<B extends Batch>(view: TypedView<B>): Read<B, readonly string[]> {
  switch (view.kind) {
    case 'texts':
      return (batch, row) => {
        const texts = view.read(batch, row)
        return texts.length === 0 ? EMPTY : texts
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
