// SPDX-License-Identifier: Apache-2.0
import type * as Winston from 'winston'
import { Fault, type SourcePosition } from '../../core/errors/fault.js'
import { formatStyledFault } from '../../core/errors/format-fault.js'
import { printable } from '../../core/terminal/printable.js'
import type { ApplyStyle, StyleName } from '../../core/terminal/style.js'
import type { Level, LogFormat } from './log-levels.js'

/** An entry that winston passes from the log to its formats. */
export interface LogEntry {
  readonly level: Level
  readonly time: Date
  /** Name of a stage; '': the program itself. */
  readonly component: string
  readonly content: string | Fault
}

type Format = Winston.Logform.Format
type FormatFactory = typeof Winston.format

/** `style` is applied to parts of texts; it has no effect on objects. */
export const logFormat = (format: FormatFactory, kind: LogFormat, style: ApplyStyle): Format =>
  kind === 'json' ? jsonFormat(format) : textFormat(format, style)

// --- text ---

const textFormat = (format: FormatFactory, style: ApplyStyle): Format => format.printf(info => textLine(entryOf(info), style))

/** The log passes only entries to winston; winston types them as open objects. */
const entryOf = (info: Winston.Logform.TransformableInfo): LogEntry => info as unknown as LogEntry

/** Further lines of a text are indented, so that they cannot be taken for entries. */
function textLine({ level, time, component, content }: LogEntry, style: ApplyStyle): string {
  const twoDigits = (number: number): string => String(number).padStart(2, '0')
  const date = `${time.getFullYear()}/${twoDigits(time.getMonth() + 1)}/${twoDigits(time.getDate())}`
  const clock = `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}:${twoDigits(time.getSeconds())}`
  const name = `[${level.charAt(0).toUpperCase()}${level.slice(1)}]`
  const componentPrefix = component === '' ? '' : `${printable(component)}: `
  // The text of a fault has no control characters except those of its styles.
  const text =
    content instanceof Fault
      ? formatStyledFault(withoutRedundantLocation(content, component), style)
      : printable(content.replaceAll('\t', ' '))
  return `${style(name, LEVEL_STYLES[level])} ${style(`${date} ${clock}`, 'quiet')} ${componentPrefix}${text.replaceAll('\n', '\n  ')}`
}

/** The fault without its location, if the line contains it already. */
const withoutRedundantLocation = (fault: Fault, component: string): Fault =>
  fault.where === component && !fault.position ? fault.with({ where: undefined }) : fault

const LEVEL_STYLES: Readonly<Record<Level, StyleName>> = {
  perf: 'notice',
  health: 'good',
  error: 'bad',
  warn: 'warning',
  info: 'quiet',
  trace: 'quiet',
}

// --- objects ---

/** A line of the log with `-logformat json`. Every entry has every key; null where there is no value. */
export interface JsonEntry {
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  readonly level: string
  /** Null: the program itself. */
  readonly stage: string | null
  /** Of a fault; see docs/errors.md. */
  readonly code: string | null
  readonly message: string
  /** The parameters of the fault, by the names in its text. */
  readonly details: Readonly<Record<string, string | number>> | null
  /** FILE:LINE:COLUMN, or a short phrase. */
  readonly where: string | null
  readonly hint: string | null
}

const jsonFormat = (format: FormatFactory): Format =>
  format.combine(
    format(info => ({ ...jsonEntry(entryOf(info)) }))(),
    format.json({ deterministic: false }),
    format(info => ({ ...info, [MESSAGE]: withoutControls(String(info[MESSAGE])) }))(),
  )

/** The key under which winston's formats store the finished line. */
const MESSAGE = Symbol.for('message')

export const jsonEntry = ({ level, time, component, content }: LogEntry): JsonEntry => ({
  time: time.toISOString(),
  level,
  stage: component || null,
  ...(typeof content === 'string'
    ? { code: null, message: content, details: null, where: null, hint: null }
    : faultFields(content)),
})

const faultFields = ({ code, message, details, position, where, hint }: Fault): Omit<JsonEntry, 'time' | 'level' | 'stage'> => ({
  code,
  message,
  details,
  where: position ? positionText(position) : (where ?? null),
  hint: hint || null,
})

const positionText = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`

/** A terminal must not interpret characters that an attacker chose; JSON itself escapes only those below the space. */
const withoutControls = (line: string): string =>
  line.replace(CONTROLS, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g
