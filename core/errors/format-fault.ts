// SPDX-License-Identifier: Apache-2.0

import { printable } from '../terminal/printable.js'
import { type ApplyStyle, unstyled } from '../terminal/style.js'
import { Fault, Faults, type SourcePosition } from './fault.js'
import { messageOf } from './reason.js'

/**
 * Formats a fault for the user:
 *
 *     policies/shells.yaml:12:14  SFP_POLICY_UNKNOWN_ATTRIBUTE
 *        12 |   condition: proc.exee endswith /sh
 *           |              ^^^^^^^^^ unknown attribute "proc.exee"; did you mean "proc.exe"?
 */
export const formatFault = (fault: Fault): string => formatStyledFault(fault, unstyled)

/** Formats a fault with styles. Apart from these the text contains no terminal control sequences. */
export function formatStyledFault(fault: Fault, style: ApplyStyle): string {
  const sentence = printable(fault.hint === '' ? fault.message : `${fault.message}; ${fault.hint}`)
  const isWarning = fault.level === 'warning'
  const code = `${isWarning ? 'warning ' : ''}${fault.code}`
  const styledCode = style(code, isWarning ? 'warning' : 'bad')
  const position = fault.position
  if (!position) return `${fault.where ? `${style(printable(fault.where), 'head')}  ` : ''}${styledCode}: ${sentence}`
  const prefix = `${style(printable(`${position.file}:${position.line}:${position.column}`), 'head')}  ${styledCode}`
  const line = position.text === undefined ? undefined : lineOf(position.text, position.line)
  if (line === undefined) return `${prefix}: ${sentence}`
  return `${prefix}\n${snippet(line, position, (text, styleName) => style(text, isWarning && styleName === 'bad' ? 'warning' : styleName))} ${sentence}`
}

/** Every fault of an error, one after the other; any other error is shown with its message. */
export function formatFaults(error: unknown): string {
  if (error instanceof Faults) return error.faults.map(formatFault).join('\n')
  if (error instanceof Fault) return formatFault(error)
  return messageOf(error)
}

/** Longest part of a source line that is shown; a 1 MB line must not fill the terminal. */
const MAX_LINE_WIDTH = 120

function snippet(line: string, position: SourcePosition, style: ApplyStyle): string {
  const column = Math.min(position.column, line.length + 1)
  const start = column > MAX_LINE_WIDTH - 20 ? column - 40 : 0
  const shown = line.slice(start, start + MAX_LINE_WIDTH).replaceAll('\t', ' ')
  const indent = ' '.repeat(Math.max(0, column - 1 - start))
  const caretLength = Math.max(1, Math.min(position.length ?? 1, start + MAX_LINE_WIDTH - column + 1))
  const [gutter, below] = [`${String(position.line).padStart(5)} |`, '      |']
  return `${style(gutter, 'quiet')} ${printable(shown)}\n${style(below, 'quiet')} ${indent}${style('^'.repeat(caretLength), 'bad')}`
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
