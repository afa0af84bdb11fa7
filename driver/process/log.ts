// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import type * as Winston from 'winston'
import type { Logger } from '../../core/contract/host.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { formatStyledFault } from '../../core/errors/format-fault.js'
import { messageOf } from '../../core/errors/reason.js'
import { printable } from '../../core/terminal/printable.js'
import { type ApplyStyle, type StyleName, unstyled } from '../../core/terminal/style.js'
import { jsonEntry } from './json-entry.js'

/** What `-log` takes: a threshold shows its own and all higher levels. */
export const THRESHOLDS = ['trace', 'info', 'warn', 'error', 'health', 'quiet'] as const
export type Threshold = (typeof THRESHOLDS)[number]

/** What `-logformat` takes. */
export const LOG_FORMATS = ['text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/**
 * Diagnostics of the whole program, to one stream. Lines look like `[Info] 2026/11/21 01:02:03 exporter: text`, in local
 * time, or are objects (json-entry.ts). Nothing is loaded before the first line that is shown.
 */
export class Log {
  readonly #threshold: Threshold
  readonly #stream: Writable
  readonly #format: LogFormat
  readonly #style: ApplyStyle
  readonly #now: () => Date
  #winston: Winston.Logger | undefined

  /** `paint`: how its lines are marked; it has no say in objects. */
  constructor(
    threshold: Threshold,
    stream: Writable,
    format: LogFormat = 'text',
    style: ApplyStyle = unstyled,
    now: () => Date = () => new Date(),
  ) {
    this.#threshold = threshold
    this.#stream = stream
    this.#format = format
    this.#style = style
    this.#now = now
  }

  /** The logger of one stage or of the program itself (''). */
  of(component: string): Logger {
    return {
      trace: text => this.#write('trace', component, text),
      info: text => this.#write('info', component, text),
      warn: text => this.#write('warn', component, text),
      error: text => this.#write('error', component, text),
      health: text => this.#write('health', component, text),
    }
  }

  /** Every fault of an error as an entry; one that is a warning is shown as such. */
  logFault(component: string, error: unknown): void {
    for (const one of error instanceof Faults ? error.faults : [error]) {
      const level = one instanceof Fault && one.level === 'warning' ? 'warn' : 'error'
      this.#write(level, component, one instanceof Fault ? one : messageOf(one))
    }
  }

  /** Lines asked for by -perflog are above all thresholds but quiet. */
  perf(text: string): void {
    this.#write('perf', '', text)
  }

  /** Resolves when everything has been written. */
  async close(): Promise<void> {
    const winston = this.#winston
    this.#winston = undefined
    if (!winston) return
    const finished = once(winston, 'finish')
    winston.end()
    await finished
  }

  #write(level: Level, component: string, content: string | Fault): void {
    if (this.#threshold === 'quiet' || SEVERITIES[level] > SEVERITIES[this.#threshold]) return
    this.#winston ??= createWinston(this.#stream)
    this.#winston.log(level, this.#line(level, component, content))
  }

  #line(level: Level, component: string, content: string | Fault): string {
    const time = this.#now()
    if (this.#format === 'json') return jsonEntry(level, time, component, content)
    // What is shown of a fault drives no terminal: its marks are the only ones, and they stay.
    return formatLine(
      level,
      time,
      component,
      content instanceof Fault
        ? formatStyledFault(withoutRedundantLocation(content, component), this.#style)
        : printable(content.replaceAll('\t', ' ')),
      this.#style,
    )
  }
}

type Level = Exclude<Threshold, 'quiet'> | 'perf'

/** As winston counts: the lower, the more important. */
const SEVERITIES: Readonly<Record<Level, number>> = { perf: 0, health: 1, error: 2, warn: 3, info: 4, trace: 5 }

/** Loaded late: it takes longer than a small trace. */
function createWinston(stream: Writable): Winston.Logger {
  const winston: typeof Winston = createRequire(import.meta.url)('winston')
  return winston.createLogger({
    level: 'trace',
    levels: { ...SEVERITIES },
    format: winston.format.printf(info => String(info.message)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  })
}

/** A further line of a text cannot pass for an entry of its own. */
function formatLine(level: Level, time: Date, component: string, text: string, style: ApplyStyle): string {
  const twoDigits = (number: number): string => String(number).padStart(2, '0')
  const date = `${time.getFullYear()}/${twoDigits(time.getMonth() + 1)}/${twoDigits(time.getDate())}`
  const clock = `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}:${twoDigits(time.getSeconds())}`
  const name = `[${level.charAt(0).toUpperCase()}${level.slice(1)}]`
  const componentPrefix = component === '' ? '' : `${printable(component)}: `
  return `${style(name, LEVEL_STYLES[level])} ${style(`${date} ${clock}`, 'quiet')} ${componentPrefix}${text.replaceAll('\n', '\n  ')}`
}

/** The fault without where it is, if the line says that already. */
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
