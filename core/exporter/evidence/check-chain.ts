// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs'
import { isDue } from './chain.js'
import type { Findings } from './finding.js'
import type { Checker } from './keys.js'
import { type Line, LONGEST_LINE, readLine } from './line.js'

/** Bytes of an export file, in the order in which they lie there, without gaps. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly records: number
  /** SHA-256; undefined where it cannot be known any more, since the rest of the page is lost. */
  readonly content: string | undefined
}

/** What the chain of one file says. */
export interface CheckedChain {
  readonly path: string
  readonly first: Line
  readonly last: Line
  readonly spans: readonly Span[]
  /** Files up to this one are said to have been deleted. */
  readonly deletedUpTo: number
  /** Records that no signature vouches for, at the end. */
  readonly unsigned: number
  /** Signatures that were checked. */
  readonly signatures: number
}

/** Reads a chain file and checks each line against the one before; up to the first that does not hold. */
export async function checkChain(
  path: string,
  checker: Checker | undefined,
  findings: Findings,
): Promise<CheckedChain | undefined> {
  const state = new ChainState(path, checker, findings)
  let byte = 0
  let number = 0
  for await (const { text, isWhole, length } of linesOf(path)) {
    number++
    const at = { byte, record: number }
    if (!isWhole) {
      findings.noted(path, 'the last line is cut short: the writer was killed, or the end was removed', at)
      break
    }
    const read = readLine(text)
    if (!read) findings.broken(path, 'this line is not as it was written', at)
    if (!read || !state.take(read.line, read.signed, at)) break
    byte += length
  }
  return state.outcome()
}

class ChainState {
  readonly #path: string
  readonly #checker: Checker | undefined
  readonly #findings: Findings
  readonly #spans: Span[] = []
  #first: Line | undefined
  #last: Line | undefined
  #origin: { readonly key: string | undefined; readonly every: number } = { key: undefined, every: 0 }
  #lastSigned = 0
  #isDue = false
  #deletedUpTo = 0
  #unsigned = 0
  #signatures = 0

  constructor(path: string, checker: Checker | undefined, findings: Findings) {
    this.#path = path
    this.#checker = checker
    this.#findings = findings
  }

  /** False if nothing after this line can be relied upon. */
  take(line: Line, signed: string, at: { readonly byte: number; readonly record: number }): boolean {
    const objection = this.#objection(line) ?? this.#signatureObjection(line, signed)
    if (objection !== undefined) {
      this.#findings.broken(this.#path, objection, at)
      return false
    }
    this.#note(line, at)
    this.#apply(line)
    this.#first ??= line
    this.#last = line
    return true
  }

  outcome(): CheckedChain | undefined {
    if (!this.#first || !this.#last) return undefined
    return {
      path: this.#path,
      first: this.#first,
      last: this.#last,
      spans: this.#spans,
      deletedUpTo: this.#deletedUpTo,
      unsigned: this.#origin.key === undefined ? 0 : this.#unsigned,
      signatures: this.#signatures,
    }
  }

  #objection(line: Line): string | undefined {
    const last = this.#last
    if (!last) return line.kind === 'begin' && line.to === 0 ? undefined : 'lines before this one are missing'
    if (line.kind === 'begin') return 'another chain begins here'
    if (line.sequence !== last.sequence + 1) return `line ${line.sequence} follows line ${last.sequence}`
    if (line.previous !== last.hash) return 'it does not belong to the line before it'
    if (line.file !== last.file) return 'it belongs to another file'
    if (line.kind === 'page' || line.kind === 'found') {
      if (line.from !== last.to || line.to < line.from)
        return `it tells of bytes from ${line.from}, where ${last.to} were expected`
    } else if (line.to !== last.to - (line.kind === 'lost' ? line.missing : 0))
      return 'it counts other bytes than the line before it'
    return undefined
  }

  #signatureObjection(line: Line, signed: string): string | undefined {
    if (line.kind === 'begin' || line.kind === 'opened') this.#origin = line
    const { key } = this.#origin
    const isMissing = this.#isDue && line.kind === 'page'
    if (isMissing) return 'a checkpoint is missing before it'
    if (line.kind === 'page') return undefined
    if (key === undefined) return this.#checker ? 'it is not signed' : undefined
    if (line.signature === undefined) return 'it is not signed'
    if (!this.#checker) return undefined
    if (!this.#checker.has(key)) return `it is signed with another key (${key})`
    this.#signatures++
    return this.#checker.isGood(key, signed, line.signature) ? undefined : 'its signature is wrong'
  }

  #note(line: Line, at: { readonly byte: number; readonly record: number }): void {
    const last = this.#last
    if (line.kind === 'opened' && last && last.kind !== 'closed')
      this.#findings.noted(this.#path, 'the writer before this line was killed', at)
    if (line.kind === 'found') {
      const what = `${line.records} records were found by a new writer, bytes ${line.from} to ${line.to}: nobody vouches for them`
      this.#findings.noted(this.#path, what, at)
    }
    if (line.kind === 'lost')
      this.#findings.broken(
        this.#path,
        `the writer found ${line.missing} bytes of the export file gone, from byte ${line.to}`,
        at,
      )
  }

  #apply(line: Line): void {
    switch (line.kind) {
      case 'page':
      case 'found':
        this.#spans.push(line)
        break
      case 'lost':
        this.#cut(line.to)
        break
      case 'deleted':
        this.#deletedUpTo = line.upTo
        break
      default:
        break
    }
    if (line.kind === 'page') {
      this.#unsigned += line.records
      this.#isDue = this.#origin.key !== undefined && isDue(line.time, this.#lastSigned, this.#origin.every)
    } else {
      this.#unsigned = 0
      this.#lastSigned = line.time
      this.#isDue = false
    }
  }

  #cut(to: number): void {
    while ((this.#spans.at(-1)?.from ?? -1) >= to) this.#spans.pop()
    const last = this.#spans.at(-1)
    if (last && last.to > to) this.#spans[this.#spans.length - 1] = { ...last, to, content: undefined }
  }
}

interface ChainText {
  readonly text: string
  /** Whether a line feed follows. */
  readonly isWhole: boolean
  /** In bytes, with the line feed. */
  readonly length: number
}

/** Lines of a file; of one that is too long for a chain, a piece. */
async function* linesOf(path: string): AsyncGenerator<ChainText> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    const bytes = Buffer.concat([rest, chunk])
    let from = 0
    for (let to = bytes.indexOf(0x0a); to >= 0; to = bytes.indexOf(0x0a, from)) {
      yield { text: bytes.toString('latin1', from, to), isWhole: true, length: to + 1 - from }
      from = to + 1
    }
    rest = bytes.subarray(from)
    if (rest.length > LONGEST_LINE) break
  }
  if (rest.length > 0) yield { text: rest.toString('latin1'), isWhole: rest.length > LONGEST_LINE, length: rest.length }
}
