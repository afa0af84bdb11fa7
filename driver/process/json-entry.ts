// SPDX-License-Identifier: Apache-2.0
import type { Fault, Place } from '../../core/errors/fault.js'

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
  readonly mend: string | null
}

/** One entry as one line of JSON, without its end. */
export function jsonEntry(level: string, time: Date, stage: string, what: string | Fault): string {
  const entry: JsonEntry = {
    time: time.toISOString(),
    level,
    stage: stage || null,
    ...(typeof what === 'string' ? { code: null, message: what, details: null, where: null, mend: null } : factsOf(what)),
  }
  // Terminals must not obey what an attacker chose; JSON itself escapes only what is below a blank.
  return JSON.stringify(entry).replace(CONTROLS, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const factsOf = ({ code, message, details, place, where, mend }: Fault): Omit<JsonEntry, 'time' | 'level' | 'stage'> => ({
  code,
  message,
  details,
  where: place ? placeText(place) : (where ?? null),
  mend: mend || null,
})

const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g
