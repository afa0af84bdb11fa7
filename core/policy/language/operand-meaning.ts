// SPDX-License-Identifier: Apache-2.0
import type { AttributeType } from '../../contract/record-adapter.js'
import type { Atom } from './ast.js'

/** The part of an attribute set that the language needs; every `AttributeSet` has it. */
export interface AttributeLookup {
  find(name: string): { readonly name: string; readonly type: AttributeType } | undefined
  readonly isOpen?: true
  readonly names: readonly string[]
  unsupportedReason(name: string): string | undefined
  currentName(name: string): string | undefined
}

/** The meaning of an atom on the left of an operator, or on the right of a binary operator. */
export type OperandMeaning =
  | {
      readonly kind: 'attribute'
      readonly attribute: string
      readonly type: AttributeType
      readonly path: string
      /** The name is a deprecated or misspelt one. */
      readonly isCorrected: boolean
    }
  | { readonly kind: 'unavailable'; readonly name: string; readonly reason: string }
  /** A word that has the form of a name but is not one: a text on the right side, an error on the left. */
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'literal'; readonly text: string }

export function leftMeaningOf({ text, quoted }: Atom, attributes: AttributeLookup): OperandMeaning {
  if (quoted) return { kind: 'literal', text }
  const bracket = text.endsWith(']') ? text.indexOf('[') : -1
  const base = bracket < 0 ? text : text.slice(0, bracket).replace(/:$/, '')
  const path = bracket < 0 ? '' : text.slice(bracket + 1, -1)
  const known = attributeMeaning(base, path, false, attributes)
  if (known) return known
  const reason = attributes.unsupportedReason(text) ?? attributes.unsupportedReason(base)
  if (reason !== undefined) return { kind: 'unavailable', name: text, reason }
  const whole = attributes.currentName(text)
  const corrected = whole === undefined ? attributes.currentName(base) : whole
  const meant =
    corrected === undefined ? undefined : attributeMeaning(corrected, whole === undefined ? path : '', true, attributes)
  if (meant) return meant
  return /^[A-Za-z_][\w.*-]*(:?\[.*\])?$/.test(text) ? { kind: 'unknown', name: text } : { kind: 'literal', text }
}

function attributeMeaning(
  name: string,
  path: string,
  isCorrected: boolean,
  attributes: AttributeLookup,
): OperandMeaning | undefined {
  const found = attributes.find(name)
  return found && { kind: 'attribute', attribute: found.name, type: found.type, path, isCorrected }
}

/**
 * On the right side a plain word is usually a text, so only a dotted name can be an unavailable or corrected one: `proc.name =
 * container` means the word. In an open attribute set every word would be a name, so no word on the right is one.
 */
export function rightMeaningOf(atom: Atom, attributes: AttributeLookup): OperandMeaning {
  if (attributes.isOpen) return { kind: 'literal', text: atom.text }
  const meaning = leftMeaningOf(atom, attributes)
  const isPlainWord = !atom.text.includes('.')
  if (meaning.kind === 'unavailable' && isPlainWord) return { kind: 'literal', text: atom.text }
  if (meaning.kind === 'attribute' && meaning.isCorrected && isPlainWord) return { kind: 'literal', text: atom.text }
  return meaning
}

/** Types as they appear in messages. */
export const TYPE_NAMES: Readonly<Record<AttributeType, string>> = {
  text: 'a string',
  json: 'a JSON string',
  number: 'a number',
  boolean: 'a boolean',
  clock: 'a timestamp',
  texts: 'a list of strings',
  numbers: 'a list of numbers',
  any: 'of any type',
}
