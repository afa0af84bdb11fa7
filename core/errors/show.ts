// SPDX-License-Identifier: Apache-2.0
import { type Paint, plain } from '../terminal/paint.js'
import { printable } from '../terminal/printable.js'
import { Fault, Faults, type Place } from './fault.js'
import { messageOf } from './reason.js'

/**
 * A fault as the user reads it:
 *
 *     policies/shells.yaml:12:14  SFP_POLICY_UNKNOWN_ATTRIBUTE
 *        12 |   condition: sf.proc.exee endswith /sh
 *           |              ^^^^^^^^^^^^ no attribute is called "sf.proc.exee"; did you mean "sf.proc.exe"?
 */
export const show = (fault: Fault): string => showPainted(fault, plain)

/** The same with marks. Nothing in it but these drives a terminal. */
export function showPainted(fault: Fault, paint: Paint): string {
  const sentence = printable(fault.mend === '' ? fault.message : `${fault.message}; ${fault.mend}`)
  const isWarning = fault.level === 'warning'
  const code = `${isWarning ? 'warning ' : ''}${fault.code}`
  const marked = paint(code, isWarning ? 'warning' : 'bad')
  const place = fault.place
  if (!place) return `${fault.where ? `${paint(printable(fault.where), 'head')}  ` : ''}${marked}: ${sentence}`
  const head = `${paint(printable(`${place.file}:${place.line}:${place.column}`), 'head')}  ${marked}`
  const line = place.text === undefined ? undefined : lineOf(place.text, place.line)
  if (line === undefined) return `${head}: ${sentence}`
  return `${head}\n${snippet(line, place, (text, mark) => paint(text, isWarning && mark === 'bad' ? 'warning' : mark))} ${sentence}`
}

/** Every fault of an error, one after the other; any other error is shown with its message. */
export function showAll(error: unknown): string {
  if (error instanceof Faults) return error.faults.map(show).join('\n')
  if (error instanceof Fault) return show(error)
  return messageOf(error)
}

/** Longest part of a source line that is shown; a 1 MB line must not fill the terminal. */
const SHOWN_WIDTH = 120

function snippet(line: string, place: Place, paint: Paint): string {
  const column = Math.min(place.column, line.length + 1)
  const start = column > SHOWN_WIDTH - 20 ? column - 40 : 0
  const shown = line.slice(start, start + SHOWN_WIDTH).replaceAll('\t', ' ')
  const indent = ' '.repeat(Math.max(0, column - 1 - start))
  const caretLength = Math.max(1, Math.min(place.length ?? 1, start + SHOWN_WIDTH - column + 1))
  const [gutter, below] = [`${String(place.line).padStart(5)} |`, '      |']
  return `${paint(gutter, 'quiet')} ${printable(shown)}\n${paint(below, 'quiet')} ${indent}${paint('^'.repeat(caretLength), 'bad')}`
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
