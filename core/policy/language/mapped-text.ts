// SPDX-License-Identifier: Apache-2.0
import type { SourceSpan, SourceText } from '../../errors/source-text.js'

/** A text that maps each of its characters to a position in a file, although escapes and folding have moved them. */
export interface MappedText {
  readonly text: string
  /** The span in the file of the characters `start` (inclusive) to `end` (exclusive). */
  span(start: number, end: number): SourceSpan
}

/** A part of a file without changes. */
export function mappedSlice(source: SourceText, start: number, end: number): MappedText {
  return {
    text: source.text.slice(start, end),
    span: (from, to) => ({ source, start: start + from, end: start + to }),
  }
}

/**
 * A text derived from a file: `offsets[i]` is the offset of character i, and `offsets[text.length]` is the offset after the last
 * one.
 */
export function mappedTextOf(source: SourceText, text: string, offsets: readonly number[]): MappedText {
  const at = (index: number): number => offsets[Math.min(index, text.length)] ?? 0
  return {
    text,
    span: (from, to) => ({ source, start: at(from), end: to > from ? at(to - 1) + 1 : at(from) }),
  }
}

/** Two texts with a line break between them, as `append` joins them. They may be in different files. */
export function joinMappedTexts(first: MappedText, second: MappedText): MappedText {
  const split = first.text.length + 1
  return {
    text: `${first.text}\n${second.text}`,
    span: (from, to) => (from < split ? first.span(from, Math.min(to, split - 1)) : second.span(from - split, to - split)),
  }
}
