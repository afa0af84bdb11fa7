// SPDX-License-Identifier: Apache-2.0
import type { Fault, SourcePosition } from '../../core/errors/fault.js'

/** A line of the log with `-logformat json`. Every entry has every key; null: there is nothing to say. */
export interface JsonEntry {
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  readonly level: string
  /** Null: the program itself. */
  readonly stage: string | null
  /** Of a fault; see docs/errors.md. */
  readonly code: string | null
  readonly message: string
  /** What the fault is about, by the names in its text. */
  readonly details: Readonly<Record<string, string | number>> | null
  /** FILE:LINE:COLUMN, or a short phrase. */
  readonly where: string | null
  readonly hint: string | null
}

/** One entry as one line of JSON, without its end. */
export function jsonEntry(level: string, time: Date, stage: string, content: string | Fault): string {
  const entry: JsonEntry = {
    time: time.toISOString(),
    level,
    stage: stage || null,
    ...(typeof content === 'string'
      ? { code: null, message: content, details: null, where: null, hint: null }
      : faultFields(content)),
  }
  // Terminals must not obey what an attacker chose; JSON itself escapes only what is below a blank.
  return JSON.stringify(entry).replace(CONTROLS, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const faultFields = ({ code, message, details, position, where, hint }: Fault): Omit<JsonEntry, 'time' | 'level' | 'stage'> => ({
  code,
  message,
  details,
  where: position ? positionText(position) : (where ?? null),
  hint: hint || null,
})

const positionText = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`

const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g
