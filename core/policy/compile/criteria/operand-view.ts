// SPDX-License-Identifier: Apache-2.0
import type { AnyValue } from '../../../contract/any-value.js'
import type { Batch } from '../../../contract/batch.js'
import type { Attribute, RecordAdapter } from '../../../contract/record-adapter.js'
import { Fault } from '../../../errors/fault.js'
import type { Operand } from '../../policy.js'
import { withoutBoundingQuotes } from '../../quotes.js'
import { type Epoch, readOnce, type ValueReader } from './epoch.js'
import { jsonPathReader } from './json-path.js'

/**
 * A compiled operand: everything that does not depend on the record is decided, namely its kind and how it is read. Texts have
 * lost their bounding quotes; `raw` still has them.
 */
export type OperandView<B extends Batch> = TypedOperandView<B> | AnyOperandView<B>

/** The record determines the kind of the value. */
export interface AnyOperandView<B extends Batch> {
  readonly kind: 'any'
  readonly read: ValueReader<B, AnyValue | undefined>
}

interface TextView<B extends Batch> {
  readonly kind: 'text'
  readonly read: ValueReader<B, string>
  readonly raw: ValueReader<B, string>
}

export type TypedOperandView<B extends Batch> =
  | { readonly kind: 'constant'; readonly text: string }
  | TextView<B>
  | { readonly kind: 'number'; readonly read: ValueReader<B, number> }
  | { readonly kind: 'boolean'; readonly read: ValueReader<B, boolean> }
  | {
      readonly kind: 'clock'
      readonly read: ValueReader<B, bigint>
      readonly high: ValueReader<B, number>
      readonly low: ValueReader<B, number>
    }
  | { readonly kind: 'texts'; readonly read: ValueReader<B, readonly string[]> }
  | { readonly kind: 'numbers'; readonly read: ValueReader<B, readonly number[]> }
  /** One element of a list of numbers; undefined if the list is shorter. */
  | { readonly kind: 'element'; readonly read: ValueReader<B, number | undefined> }

/** The operand views of a policy. An expensive value is read once per epoch, however many criteria use it. */
export class OperandViews<B extends Batch> {
  readonly #adapter: RecordAdapter<B>
  readonly #epoch: Epoch
  readonly #known = new Map<string, OperandView<B>>()
  #recordType: TextView<B> | undefined

  constructor(adapter: RecordAdapter<B>, epoch: Epoch) {
    this.#adapter = adapter
    this.#epoch = epoch
  }

  of(operand: Operand): OperandView<B> {
    if (operand.kind === 'literal') return { kind: 'constant', text: operand.text }
    const key = `${operand.attribute}[${operand.path}`
    const known = this.#known.get(key)
    if (known) return known
    const attribute = attributeOf(operand.attribute, this.#adapter)
    const view = operand.path === '' ? this.#wholeView(attribute) : this.#partView(attribute, operand.path)
    this.#known.set(key, view)
    return view
  }

  /** The record type as the adapter returns it. */
  ofRecordType(): TextView<B> {
    const adapter = this.#adapter
    const read: ValueReader<B, string> = (batch, row) => adapter.recordType?.(batch, row) ?? ''
    this.#recordType ??= { kind: 'text', read, raw: read }
    return this.#recordType
  }

  #wholeView(attribute: Attribute<B>): OperandView<B> {
    switch (attribute.type) {
      case 'text':
      case 'json':
        return this.#textView(attribute.read)
      case 'number':
        return { kind: 'number', read: attribute.read }
      case 'boolean':
        return { kind: 'boolean', read: attribute.read }
      case 'clock':
        return { kind: 'clock', read: attribute.read, high: attribute.high, low: attribute.low }
      case 'texts':
        return { kind: 'texts', read: readOnce((batch, row) => unquoteAll(attribute.read(batch, row)), NO_TEXTS, this.#epoch) }
      case 'numbers':
        return { kind: 'numbers', read: readOnce(attribute.read, NO_NUMBERS, this.#epoch) }
      case 'any':
        return { kind: 'any', read: readOnce<B, AnyValue | undefined>(attribute.read, undefined, this.#epoch) }
      default:
        return attribute satisfies never
    }
  }

  #partView(attribute: Attribute<B>, path: string): OperandView<B> {
    const index = /^(0|[1-9][0-9]*)$/.test(path) ? Number(path) : -1
    switch (attribute.type) {
      case 'json': {
        const select = jsonPathReader(path)
        return this.#textView((batch, row) => select(attribute.read(batch, row)))
      }
      case 'texts': {
        const list = attribute.indexed ?? attribute.read
        return this.#textView((batch, row) => list(batch, row)[index] ?? '')
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
        return EMPTY_VIEW
      default:
        return attribute satisfies never
    }
  }

  #textView(read: ValueReader<B, string>): OperandView<B> {
    const raw = readOnce(read, '', this.#epoch)
    return { kind: 'text', raw, read: readOnce((batch, row) => withoutBoundingQuotes(raw(batch, row)), '', this.#epoch) }
  }
}

const NO_TEXTS: readonly string[] = []
const NO_NUMBERS: readonly number[] = []

/** Quotes are rare, so the list itself is usually the result. */
const unquoteAll = (texts: readonly string[]): readonly string[] =>
  texts.some(text => withoutBoundingQuotes(text) !== text) ? texts.map(withoutBoundingQuotes) : texts

/** The result of a path in a value that has no parts. */
const EMPTY_VIEW = { kind: 'constant', text: '' } as const

export function attributeOf<B extends Batch>(name: string, adapter: RecordAdapter<B>): Attribute<B> {
  const attribute = adapter.attributes.find(name)
  if (!attribute) throw new Fault('SFP_ENGINE_UNKNOWN_ATTRIBUTE', { name, channel: adapter.channel })
  return attribute
}

/** The single text of a view; undefined if it may have several texts. */
export function textReader<B extends Batch>(view: TypedOperandView<B>): ValueReader<B, string> | undefined {
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

/** All texts of a view. An empty list counts as one empty text. */
export function textsReader<B extends Batch>(view: TypedOperandView<B>): ValueReader<B, readonly string[]> {
  switch (view.kind) {
    case 'texts':
      return (batch, row) => {
        const texts = view.read(batch, row)
        return texts.length === 0 ? EMPTY_TEXTS : texts
      }
    case 'numbers':
      return (batch, row) => {
        const numbers = view.read(batch, row)
        return numbers.length === 0 ? EMPTY_TEXTS : numbers.map(String)
      }
    default: {
      const read = textReader(view)
      return (batch, row) => [read?.(batch, row) ?? '']
    }
  }
}

const EMPTY_TEXTS: readonly string[] = ['']
