// SPDX-License-Identifier: Apache-2.0
import type { Passage } from '../passage.js'
import type { Span } from '../source.js'

/** An entry of a file as both doors give it: keys and values in the order of the text, not yet understood. */
export interface Entry {
  readonly fields: readonly Field[]
}

export interface Field {
  readonly key: string
  readonly keySpan: Span
  readonly value: FieldValue
}

export type FieldValue =
  | EntryText
  | { readonly kind: 'list'; readonly items: readonly EntryText[]; readonly span: Span }
  | { readonly kind: 'nothing'; readonly span: Span }
  | { readonly kind: 'mapping'; readonly span: Span }

/** A text and where it stands. */
export interface PlacedText {
  readonly text: string
  /** It stood in quotes, so it is never the name of something else. */
  readonly quoted: boolean
  readonly span: Span
}

export interface EntryText extends PlacedText {
  readonly kind: 'text'
  /** The text as a condition is read from it: line breaks kept, so that a comment ends where its line does. */
  readonly passage: () => Passage
}

/** What a door says that cannot read a file, and how far into the file it came. */
export interface Refusal {
  readonly reach: number
  readonly report: () => void
  /** The first reason, in a few words. */
  readonly reason: string
  /** The file is of this door's form, only wrong: no other door should try. */
  readonly final?: true
}

export type Reading = { readonly entries: readonly Entry[] } | { readonly refusal: Refusal }
