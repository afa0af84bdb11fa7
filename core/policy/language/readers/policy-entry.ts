// SPDX-License-Identifier: Apache-2.0

import type { SourceSpan } from '../../../errors/source-text.js'
import type { MappedText } from '../mapped-text.js'

/** An entry of a file as both doors give it: keys and values in the order of the text, not yet understood. */
export interface PolicyEntry {
  readonly fields: readonly EntryField[]
}

export interface EntryField {
  readonly key: string
  readonly keySpan: SourceSpan
  readonly value: EntryFieldValue
}

export type EntryFieldValue =
  | EntryText
  | { readonly kind: 'list'; readonly items: readonly EntryText[]; readonly span: SourceSpan }
  | { readonly kind: 'nothing'; readonly span: SourceSpan }
  | { readonly kind: 'mapping'; readonly span: SourceSpan }

/** A text and where it stands. */
export interface LocatedText {
  readonly text: string
  /** It stood in quotes, so it is never the name of something else. */
  readonly quoted: boolean
  readonly span: SourceSpan
}

export interface EntryText extends LocatedText {
  readonly kind: 'text'
  /** The text as a condition is read from it: line breaks kept, so that a comment ends where its line does. */
  readonly mappedText: () => MappedText
}

/** What a door says that cannot read a file, and how far into the file it came. */
export interface ReadFailure {
  readonly offset: number
  readonly report: () => void
  /** The first reason, in a few words. */
  readonly reason: string
  /** The file is of this door's form, only wrong: no other door should try. */
  readonly isFinal?: true
}

export type ReadResult = { readonly entries: readonly PolicyEntry[] } | { readonly failure: ReadFailure }
