// SPDX-License-Identifier: Apache-2.0
import { Fault, Faults, type Place } from './fault.js'
import { messageOf } from './reason.js'

/**
 * A fault as the user reads it:
 *
 *     policies/shells.yaml:12:14  SFP_POLICY_UNKNOWN_ATTRIBUTE
 *        12 |   condition: sf.proc.exee endswith /sh
 *           |              ^^^^^^^^^^^^ no attribute is called "sf.proc.exee"; did you mean "sf.proc.exe"?
 */
export function show(fault: Fault): string {
  return printable(text(fault))
}

/** What comes from outside must not drive the terminal: characters that would are shown as a sign of their own. */
const printable = (shown: string): string => shown.replace(CONTROLS, '\uFFFD')
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\0-\x09\x0B-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069]/g

function text(fault: Fault): string {
  const sentence = fault.mend === '' ? fault.message : `${fault.message}; ${fault.mend}`
  const level = fault.level === 'warning' ? 'warning ' : ''
  const place = fault.place
  if (!place) return `${fault.where ? `${fault.where}  ` : ''}${level}${fault.code}: ${sentence}`
  const head = `${place.file}:${place.line}:${place.column}  ${level}${fault.code}`
  const line = place.text === undefined ? undefined : lineOf(place.text, place.line)
  if (line === undefined) return `${head}: ${sentence}`
  return `${head}\n${snippet(line, place)} ${sentence}`
}

/** Every fault of an error, one after the other; any other error is shown with its message. */
export function showAll(error: unknown): string {
  if (error instanceof Faults) return error.faults.map(show).join('\n')
  if (error instanceof Fault) return show(error)
  return messageOf(error)
}

/** Longest part of a source line that is shown; a 1 MB line must not fill the terminal. */
const SHOWN_WIDTH = 120

function snippet(line: string, place: Place): string {
  const column = Math.min(place.column, line.length + 1)
  const start = column > SHOWN_WIDTH - 20 ? column - 40 : 0
  const shown = line.slice(start, start + SHOWN_WIDTH).replaceAll('\t', ' ')
  const gutter = String(place.line).padStart(5)
  const caretLength = Math.max(1, Math.min(place.length ?? 1, start + SHOWN_WIDTH - column + 1))
  return `${gutter} | ${shown}\n      | ${' '.repeat(Math.max(0, column - 1 - start))}${'^'.repeat(caretLength)}`
}

function lineOf(text: string, number: number): string | undefined {
  let start = 0
  for (let line = 1; line < number; line++) {
    const end = text.indexOf('\n', start)
    if (end < 0) return undefined
    start = end + 1
  }
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '')
}
