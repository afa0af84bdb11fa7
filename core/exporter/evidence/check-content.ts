// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { messageOf } from '../../errors/reason.js'
import type { Span } from './check-chain.js'
import type { Findings } from './finding.js'

/** How much of an export file is as its chain says. */
export interface CheckedContent {
  readonly records: number
  readonly bytes: number
}

/**
 * Reads an export file, plain or compressed (`.gz`), and holds it against its chain, up to the first bytes that do not fit.
 * `size`: bytes that it had before the chain was read, so that what is being written meanwhile is left alone. `isOpen`: its
 * writer has not closed it, and so may have been killed between some records and their line in the chain.
 */
export async function checkContent(
  path: string,
  spans: readonly Span[],
  { size, isOpen }: { readonly size: number | undefined; readonly isOpen: boolean },
  findings: Findings,
): Promise<CheckedContent> {
  const check = new ContentCheck(path, spans, isOpen, findings)
  const length = size === undefined ? Number.POSITIVE_INFINITY : Math.max(size, spans.at(-1)?.to ?? 0)
  try {
    const file = length > 0 ? createReadStream(path, { end: length - 1 }) : Readable.from([])
    const content = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
    file.on('error', (error: Error) => content.destroy(error))
    for await (const chunk of content) if (!check.take(chunk)) break
    check.end()
  } catch (error) {
    findings.broken(path, `it cannot be read: ${messageOf(error)}`, { byte: check.bytes, record: check.records + 1 })
  }
  return check
}

class ContentCheck implements CheckedContent {
  readonly #path: string
  readonly #spans: readonly Span[]
  readonly #isOpen: boolean
  readonly #findings: Findings
  #next = 0
  #hash: Hash = createHash('sha256')
  #at = 0
  #isOver = false
  records = 0
  bytes = 0

  constructor(path: string, spans: readonly Span[], isOpen: boolean, findings: Findings) {
    this.#path = path
    this.#spans = spans
    this.#isOpen = isOpen
    this.#findings = findings
  }

  /** False once nothing more is to be said. */
  take(chunk: Buffer): boolean {
    for (let from = 0; from < chunk.length && !this.#isOver; ) {
      const span = this.#spans[this.#next]
      if (!span) return this.#end()
      const length = Math.min(chunk.length - from, span.to - this.#at)
      this.#hash.update(chunk.subarray(from, from + length))
      this.#at += length
      from += length
      this.#finish(span)
    }
    return !this.#isOver
  }

  end(): void {
    const span = this.#spans[this.#next]
    if (span && !this.#isOver) this.#refuse(`the file ends at byte ${this.#at}; records after this one are missing`)
  }

  /** Bytes behind the last span. */
  #end(): false {
    if (!this.#isOpen) return this.#refuse('these bytes were added: the chain does not know them')
    const what = 'the chain does not know these bytes: its writer was killed, or they were added; the next writer will say so'
    this.#findings.noted(this.#path, what, this.#place(this.bytes))
    this.#isOver = true
    return false
  }

  #finish(span: Span): void {
    if (this.#at < span.to) return
    const content = this.#hash.digest('hex')
    this.#hash = createHash('sha256')
    if (span.content === undefined) this.#findings.broken(this.#path, 'only a part of this page is left', this.#place(span.from))
    else if (content !== span.content) {
      this.#refuse(`${span.records} records, bytes ${span.from} to ${span.to}, are not as they were written`)
      return
    }
    this.#next++
    this.records += span.records
    this.bytes = span.to
  }

  #refuse(what: string): false {
    this.#findings.broken(this.#path, what, this.#place(this.bytes))
    this.#isOver = true
    return false
  }

  #place = (byte: number): { byte: number; record: number } => ({ byte, record: this.records + 1 })
}
