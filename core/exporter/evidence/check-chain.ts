// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs'
import { type ChainLine, MAX_CHAIN_LINE_LENGTH, parseChainLine } from './chain-line.js'
import { isSignatureDue } from './evidence-chain.js'
import type { EvidenceFindings } from './evidence-findings.js'
import type { SignatureVerifier } from './signing-keys.js'

/** Ranges of bytes of an export file, in file order and without gaps. */
export interface ContentSpan {
  readonly from: number
  readonly to: number
  readonly records: number
  /** SHA-256; undefined where it cannot be computed any more because the rest of the chunk is lost. */
  readonly content: string | undefined
}

/** The content of the chain of one file. */
export interface CheckedChain {
  readonly path: string
  readonly first: ChainLine
  readonly last: ChainLine
  readonly spans: readonly ContentSpan[]
  /** The chain says that files up to this one were deleted. */
  readonly deletedUpTo: number
  /** Number of records at the end that no signature covers. */
  readonly unsignedRecords: number
  /** Number of signatures that were verified. */
  readonly signatures: number
}

/** Reads a chain file and checks each line against the one before, up to the first invalid line. */
export async function checkChain(
  path: string,
  verifier: SignatureVerifier | undefined,
  findings: EvidenceFindings,
): Promise<CheckedChain | undefined> {
  const state = new ChainCheck(path, verifier, findings)
  let byte = 0
  let number = 0
  for await (const { text, isComplete, length } of readChainLines(path)) {
    number++
    const at = { byte, record: number }
    if (!isComplete) {
      findings.addNote(path, 'the last line is incomplete: the writer was killed, or the end was removed', at)
      break
    }
    const read = parseChainLine(text)
    if (!read) findings.addError(path, 'this line was changed', at)
    if (!read || !state.addLine(read.line, read.signed, at)) break
    byte += length
  }
  return state.result()
}

class ChainCheck {
  readonly #path: string
  readonly #verifier: SignatureVerifier | undefined
  readonly #findings: EvidenceFindings
  readonly #spans: ContentSpan[] = []
  #first: ChainLine | undefined
  #last: ChainLine | undefined
  #signing: { readonly key: string | undefined; readonly every: number } = { key: undefined, every: 0 }
  #lastSignedAt = 0
  #isSignatureDue = false
  #deletedUpTo = 0
  #unsignedRecords = 0
  #signatures = 0

  constructor(path: string, verifier: SignatureVerifier | undefined, findings: EvidenceFindings) {
    this.#path = path
    this.#verifier = verifier
    this.#findings = findings
  }

  /** Returns false if the lines after this one cannot be trusted. */
  addLine(line: ChainLine, signed: string, at: { readonly byte: number; readonly record: number }): boolean {
    const problem = this.#sequenceProblem(line) ?? this.#signatureProblem(line, signed)
    if (problem !== undefined) {
      this.#findings.addError(this.#path, problem, at)
      return false
    }
    this.#addNotes(line, at)
    this.#apply(line)
    this.#first ??= line
    this.#last = line
    return true
  }

  result(): CheckedChain | undefined {
    if (!this.#first || !this.#last) return undefined
    return {
      path: this.#path,
      first: this.#first,
      last: this.#last,
      spans: this.#spans,
      deletedUpTo: this.#deletedUpTo,
      unsignedRecords: this.#signing.key === undefined ? 0 : this.#unsignedRecords,
      signatures: this.#signatures,
    }
  }

  #sequenceProblem(line: ChainLine): string | undefined {
    const last = this.#last
    if (!last) return line.kind === 'begin' && line.to === 0 ? undefined : 'lines before this one are missing'
    if (line.kind === 'begin') return 'another chain starts here'
    if (line.sequence !== last.sequence + 1) return `line ${line.sequence} follows line ${last.sequence}`
    if (line.previous !== last.hash) return 'it does not match the previous line'
    if (line.file !== last.file) return 'it belongs to another file'
    if (line.kind === 'page' || line.kind === 'found') {
      if (line.from !== last.to || line.to < line.from) return `it covers bytes from ${line.from}, where ${last.to} were expected`
    } else if (line.to !== last.to - (line.kind === 'lost' ? line.missing : 0))
      return 'its byte range does not match the previous line'
    return undefined
  }

  #signatureProblem(line: ChainLine, signed: string): string | undefined {
    if (line.kind === 'begin' || line.kind === 'opened') this.#signing = line
    const { key } = this.#signing
    const isMissing = this.#isSignatureDue && line.kind === 'page'
    if (isMissing) return 'the checkpoint before it is missing'
    if (line.kind === 'page') return undefined
    if (key === undefined) return this.#verifier ? 'it is not signed' : undefined
    if (line.signature === undefined) return 'it is not signed'
    if (!this.#verifier) return undefined
    if (!this.#verifier.hasKey(key)) return `it is signed with another key (${key})`
    this.#signatures++
    return this.#verifier.isValid(key, signed, line.signature) ? undefined : 'its signature is invalid'
  }

  #addNotes(line: ChainLine, at: { readonly byte: number; readonly record: number }): void {
    const last = this.#last
    if (line.kind === 'opened' && last && last.kind !== 'closed')
      this.#findings.addNote(this.#path, 'the writer before this line was killed', at)
    if (line.kind === 'found') {
      const what = `${line.records} records without signature were found by a new writer, bytes ${line.from} to ${line.to}: no signature covers them`
      this.#findings.addNote(this.#path, what, at)
    }
    if (line.kind === 'lost')
      this.#findings.addError(
        this.#path,
        `the writer found ${line.missing} bytes of the export file missing, from byte ${line.to}`,
        at,
      )
  }

  #apply(line: ChainLine): void {
    switch (line.kind) {
      case 'page':
      case 'found':
        this.#spans.push(line)
        break
      case 'lost':
        this.#truncateSpans(line.to)
        break
      case 'deleted':
        this.#deletedUpTo = line.upTo
        break
      default:
        break
    }
    if (line.kind === 'page') {
      this.#unsignedRecords += line.records
      this.#isSignatureDue = this.#signing.key !== undefined && isSignatureDue(line.time, this.#lastSignedAt, this.#signing.every)
    } else {
      this.#unsignedRecords = 0
      this.#lastSignedAt = line.time
      this.#isSignatureDue = false
    }
  }

  #truncateSpans(to: number): void {
    while ((this.#spans.at(-1)?.from ?? -1) >= to) this.#spans.pop()
    const last = this.#spans.at(-1)
    if (last && last.to > to) this.#spans[this.#spans.length - 1] = { ...last, to, content: undefined }
  }
}

interface ChainFileLine {
  readonly text: string
  /** Whether a line feed follows. */
  readonly isComplete: boolean
  /** In bytes, including the line feed. */
  readonly length: number
}

/** The lines of a file; of a line that is too long for a chain, only a part. */
async function* readChainLines(path: string): AsyncGenerator<ChainFileLine> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    const bytes = Buffer.concat([rest, chunk])
    let from = 0
    for (let to = bytes.indexOf(0x0a); to >= 0; to = bytes.indexOf(0x0a, from)) {
      yield { text: bytes.toString('latin1', from, to), isComplete: true, length: to + 1 - from }
      from = to + 1
    }
    rest = bytes.subarray(from)
    if (rest.length > MAX_CHAIN_LINE_LENGTH) break
  }
  if (rest.length > 0)
    yield { text: rest.toString('latin1'), isComplete: rest.length > MAX_CHAIN_LINE_LENGTH, length: rest.length }
}
