// SPDX-License-Identifier: Apache-2.0
import type { SourcePosition } from './fault.js'

/** The text of one file; converts offsets to positions. */
export class SourceText {
  readonly file: string
  readonly text: string
  #lineStarts: readonly number[] | undefined

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  /** Offset of the start of the line that contains `offset`. */
  lineStart(offset: number): number {
    return this.#starts()[this.#lineOf(offset)] ?? 0
  }

  position(start: number, end: number): SourcePosition {
    const line = this.#lineOf(start)
    const lineStart = this.#starts()[line] ?? 0
    const lineEnd = this.#starts()[line + 1] ?? this.text.length + 1
    const length = Math.max(1, Math.min(end, lineEnd - 1) - start)
    return { file: this.file, line: line + 1, column: start - lineStart + 1, length, text: this.text }
  }

  #lineOf(offset: number): number {
    const starts = this.#starts()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  #starts(): readonly number[] {
    if (this.#lineStarts) return this.#lineStarts
    const starts = [0]
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#lineStarts = starts
    return starts
  }
}

/** A range of a text, from `start` (inclusive) to `end` (exclusive). */
export interface SourceSpan {
  readonly source: SourceText
  readonly start: number
  readonly end: number
}

export const sourcePositionOf = (span: SourceSpan): SourcePosition => span.source.position(span.start, span.end)
