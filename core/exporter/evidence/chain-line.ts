// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import { isObject } from '../../contract/objects.js'

/**
 * One line of a chain file: a JSON object of one level in ASCII, so that each line has exactly one form.
 *
 * `previous` is the hash of the line before it, across files too (64 zeros in the first line of the chain); `hash` is the SHA-256
 * of the text before `,"hash"`. With a key, every line but `page` lines has a `signature`: Ed25519 over the text before
 * `,"signature"`, which contains `previous`, so the signature covers everything before it.
 */
export type ChainLine = ChainLineContent & {
  /** Counts from 1 and continues across files. */
  readonly sequence: number
  /** Number of the file in the chain, from 1; rotation begins the next file. */
  readonly file: number
  /** Milliseconds since 1970. */
  readonly time: number
  /** Bytes of the export file that the chain covers up to this line. */
  readonly to: number
  readonly previous: string
  readonly signature: string | undefined
  readonly hash: string
}

export type ChainLineContent =
  /** A chain file begins. `every`: seconds after which a signature is due. `key`: SHA-256 of the public key. */
  | { readonly kind: 'begin'; readonly every: number; readonly key: string | undefined }
  /** Another writer continues the chain. */
  | { readonly kind: 'opened'; readonly every: number; readonly key: string | undefined }
  /** Records were appended: bytes `from` to `to` of the export file, whose SHA-256 is `content`. */
  | { readonly kind: 'page'; readonly from: number; readonly records: number; readonly content: string }
  /** Like `page`, for bytes that the writer found in the file: their origin is unknown. */
  | { readonly kind: 'found'; readonly from: number; readonly records: number; readonly content: string }
  /** The export file is `missing` bytes shorter than the chain says. */
  | { readonly kind: 'lost'; readonly missing: number }
  | { readonly kind: 'checkpoint' }
  /** The export file is renamed to `name` by rotation. */
  | { readonly kind: 'aside'; readonly name: string }
  /** Files up to this one were deleted according to the settings of rotation. */
  | { readonly kind: 'deleted'; readonly upTo: number }
  | { readonly kind: 'closed' }

export type ChainLineStart = Pick<ChainLine, 'sequence' | 'file' | 'time' | 'to' | 'previous'>

export const NO_HASH = '0'.repeat(64)
/** A longer line does not belong to a chain. */
export const MAX_CHAIN_LINE_LENGTH = 4096

/** The text of a line without its line feed, and the line. `sign` returns the signature in hexadecimal digits. */
export function formatChainLine(
  start: ChainLineStart,
  lineContent: ChainLineContent,
  sign: ((text: string) => string) | undefined,
): { readonly text: string; readonly line: ChainLine } {
  const { sequence, file, time, to, previous } = start
  const unsigned = escapeNonAscii(JSON.stringify({ sequence, file, time, to, ...lineContent, previous })).slice(0, -1)
  const signature = lineContent.kind === 'page' ? undefined : sign?.(unsigned)
  const signed = signature === undefined ? unsigned : `${unsigned},"signature":"${signature}"`
  const hash = sha256(signed)
  return { text: `${signed},"hash":"${hash}"}`, line: { ...lineContent, ...start, signature, hash } }
}

/** The line and the text that its signature covers; undefined if the text is not an unchanged line of a chain. */
export function parseChainLine(text: string): { readonly line: ChainLine; readonly signed: string } | undefined {
  const [, body, hash] = /^(.*),"hash":"([0-9a-f]{64})"\}$/.exec(text) ?? []
  if (text.length > MAX_CHAIN_LINE_LENGTH || body === undefined || hash === undefined || sha256(body) !== hash) return undefined
  const [, signed, signature] = /^(.*),"signature":"([0-9a-f]{128})"$/.exec(body) ?? []
  const value = parseCanonicalJson(text)
  if (value === undefined || !isChainLine(value)) return undefined
  return { line: { ...value, signature, hash }, signed: signed ?? body }
}

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Escapes other characters: a chain is ASCII, so any other byte in it is damage, whatever it would decode to. */
const escapeNonAscii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Parses JSON only in the one form that this module writes. */
function parseCanonicalJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && escapeNonAscii(JSON.stringify(value)) === text ? value : undefined
  } catch {
    return undefined
  }
}

function isChainLine(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & ChainLine {
  const { sequence, file, time, to, previous } = value
  return [sequence, file, time, to].every(isCount) && isHash(previous) && hasValidContent(value)
}

function hasValidContent(value: Readonly<Record<string, unknown>>): boolean {
  switch (value.kind) {
    case 'begin':
    case 'opened':
      return isCount(value.every) && (value.key === undefined || isHash(value.key))
    case 'page':
    case 'found':
      return isCount(value.from) && isCount(value.records) && isHash(value.content)
    case 'lost':
      return isCount(value.missing)
    case 'aside':
      return typeof value.name === 'string'
    case 'deleted':
      return isCount(value.upTo)
    case 'checkpoint':
    case 'closed':
      return true
    default:
      return false
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
