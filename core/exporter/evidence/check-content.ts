// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { messageOf } from '../../errors/reason.js'
import type { ContentSpan } from './check-chain.js'
import type { EvidenceFindings } from './evidence-findings.js'

/** How much of an export file matches its chain. */
export interface CheckedContent {
  readonly records: number
  readonly bytes: number
}

/**
 * Reads an export file, plain or compressed (`.gz`), and compares it with its chain, up to the first bytes that do not match.
 * `size`: size of the file before the chain was read; bytes that are written later are ignored. `isOpen`: the writer has not
 * closed the chain, so it may have been killed after it wrote records and before it wrote their line in the chain.
 */
export async function checkContent(
  path: string,
  spans: readonly ContentSpan[],
  { size, isOpen }: { readonly size: number | undefined; readonly isOpen: boolean },
  findings: EvidenceFindings,
): Promise<CheckedContent> {
  const check = new ContentCheck(path, spans, isOpen, findings)
  const length = size === undefined ? Number.POSITIVE_INFINITY : Math.max(size, spans.at(-1)?.to ?? 0)
  try {
    const file = length > 0 ? createReadStream(path, { end: length - 1 }) : Readable.from([])
    const content = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
    file.on('error', (error: Error) => content.destroy(error))
    for await (const chunk of content) if (!check.addBytes(chunk)) break
    check.end()
  } catch (error) {
    findings.addError(path, `cannot read it: ${messageOf(error)}`, { byte: check.bytes, record: check.records + 1 })
  }
  return check
}

class ContentCheck implements CheckedContent {
  readonly #path: string
  readonly #spans: readonly ContentSpan[]
  readonly #isOpen: boolean
  readonly #findings: EvidenceFindings
  #nextSpan = 0
  #hash: Hash = createHash('sha256')
  #offset = 0
  #isFinished = false
  records = 0
  bytes = 0

  constructor(path: string, spans: readonly ContentSpan[], isOpen: boolean, findings: EvidenceFindings) {
    this.#path = path
    this.#spans = spans
    this.#isOpen = isOpen
    this.#findings = findings
  }

  /** Returns false once the check is finished. */
  addBytes(chunk: Buffer): boolean {
    for (let from = 0; from < chunk.length && !this.#isFinished; ) {
      const span = this.#spans[this.#nextSpan]
      if (!span) return this.#reportExtraBytes()
      const length = Math.min(chunk.length - from, span.to - this.#offset)
      this.#hash.update(chunk.subarray(from, from + length))
      this.#offset += length
      from += length
      this.#finishSpan(span)
    }
    return !this.#isFinished
  }

  end(): void {
    const span = this.#spans[this.#nextSpan]
    if (span && !this.#isFinished) this.#fail(`the file ends at byte ${this.#offset}; records after this one are missing`)
  }

  /** Reports bytes after the last span. */
  #reportExtraBytes(): false {
    if (!this.#isOpen) return this.#fail('these bytes were added: they are not in the chain')
    const what = 'these bytes are not in the chain: the writer was killed, or they were added; the next writer records this'
    this.#findings.addNote(this.#path, what, this.#positionOf(this.bytes))
    this.#isFinished = true
    return false
  }

  #finishSpan(span: ContentSpan): void {
    if (this.#offset < span.to) return
    const content = this.#hash.digest('hex')
    this.#hash = createHash('sha256')
    if (span.content === undefined) this.#findings.addError(this.#path, 'this chunk is incomplete', this.#positionOf(span.from))
    else if (content !== span.content) {
      this.#fail(`${span.records} records, bytes ${span.from} to ${span.to}, were changed`)
      return
    }
    this.#nextSpan++
    this.records += span.records
    this.bytes = span.to
  }

  #fail(what: string): false {
    this.#findings.addError(this.#path, what, this.#positionOf(this.bytes))
    this.#isFinished = true
    return false
  }

  #positionOf = (byte: number): { byte: number; record: number } => ({ byte, record: this.records + 1 })
}
