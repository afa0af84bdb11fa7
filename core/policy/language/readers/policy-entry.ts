// SPDX-License-Identifier: Apache-2.0

import type { SourceSpan } from '../../../errors/source-text.js'
import type { MappedText } from '../mapped-text.js'

/** An entry of a file as both front ends return it: keys and values in the order of the text, not interpreted. */
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

/** A text and its position. */
export interface LocatedText {
  readonly text: string
  /** The text was in quotes, so it is never the name of something else. */
  readonly quoted: boolean
  readonly span: SourceSpan
}

export interface EntryText extends LocatedText {
  readonly kind: 'text'
  /** The text from which a condition is parsed. Line breaks are preserved, because a comment ends at the end of its line. */
  readonly mappedText: () => MappedText
}

/** The result of a front end that cannot read a file, with the offset that it reached. */
export interface ReadFailure {
  readonly offset: number
  readonly report: () => void
  /** The first reason, in a few words. */
  readonly reason: string
  /** The file has the format of this front end but is invalid, so no other front end should be tried. */
  readonly isFinal?: true
}

export type ReadResult = { readonly entries: readonly PolicyEntry[] } | { readonly failure: ReadFailure }
