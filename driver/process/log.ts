// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import type * as Winston from 'winston'
import type { Logger } from '../../core/contract/host.js'
import { Fault, Faults } from '../../core/errors/fault.js'
import { messageOf } from '../../core/errors/reason.js'
import { type ApplyStyle, unstyled } from '../../core/terminal/style.js'
import { type LogEntry, logFormat } from './log-formats.js'
import { type Level, type LogFormat, SEVERITIES, type Threshold } from './log-levels.js'
import { type LogFile, RotatedFile } from './rotated-file.js'

/**
 * Diagnostics of the whole program, to one stream and optionally to a file. Lines look like
 * `[Info] 2026/11/21 01:02:03 exporter: text`, in local time, or are objects (log-formats.ts). A run uses one winston logger,
 * which is loaded for the first line that is shown.
 */
export class Log {
  readonly #threshold: Threshold
  readonly #stream: Writable
  readonly #format: LogFormat
  readonly #style: ApplyStyle
  readonly #now: () => Date
  readonly #file: RotatedFile | undefined
  #winston: Winston.Logger | undefined

  /** `style` is applied to parts of texts on the stream. Throws SFP_LOG_FILE if the file cannot be written. */
  constructor(
    threshold: Threshold,
    stream: Writable,
    format: LogFormat = 'text',
    style: ApplyStyle = unstyled,
    now: () => Date = () => new Date(),
    file?: LogFile,
  ) {
    this.#threshold = threshold
    this.#stream = stream
    this.#format = format
    this.#style = style
    this.#now = now
    this.#file = file && openFile(file)
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

  /** Logs every fault of an error as an entry, at its level. */
  logFault(component: string, error: unknown): void {
    for (const one of error instanceof Faults ? error.faults : [error]) {
      const level = one instanceof Fault && one.level === 'warning' ? 'warn' : 'error'
      this.#write(level, component, one instanceof Fault ? one : messageOf(one))
    }
  }

  /** Lines of -perflog are above all thresholds but quiet. */
  perf(text: string): void {
    this.#write('perf', '', text)
  }

  /** Resolves when everything has been written. */
  async close(): Promise<void> {
    const winston = this.#winston
    this.#winston = undefined
    if (winston) {
      const finished = once(winston, 'finish')
      winston.end()
      await finished
    }
    this.#file?.destroy()
  }

  #write(level: Level, component: string, content: string | Fault): void {
    if (this.#threshold === 'quiet' || SEVERITIES[level] > SEVERITIES[this.#threshold]) return
    this.#winston ??= this.#createWinston(this.#threshold)
    const entry: LogEntry = { level, time: this.#now(), component, content }
    this.#winston.log({ ...entry, message: '' })
  }

  #createWinston(level: Exclude<Threshold, 'quiet'>): Winston.Logger {
    const { createLogger, format, transports }: typeof Winston = createRequire(import.meta.url)('winston')
    const logger = createLogger({
      level,
      levels: { ...SEVERITIES },
      // Each transport has its own format.
      format: format(info => info)(),
      transports: new transports.Stream({
        stream: this.#stream,
        eol: '\n',
        format: logFormat(format, this.#format, this.#style),
      }),
    })
    const file = this.#file
    if (file) {
      const transport = new transports.Stream({ stream: file, eol: '\n', format: logFormat(format, this.#format, unstyled) })
      logger.add(transport)
      file.on('error', error => {
        // A full disk does not end a run: the log is also on the stream.
        logger.remove(transport)
        this.#write('error', '', fileFault(file.path, error, 'warning'))
      })
    }
    return logger
  }
}

function openFile(settings: LogFile): RotatedFile {
  try {
    return new RotatedFile(settings)
  } catch (error) {
    throw fileFault(settings.path, error, 'error')
  }
}

const fileFault = (file: string, cause: unknown, level: 'error' | 'warning'): Fault =>
  new Fault('SFP_LOG_FILE', { file, reason: messageOf(cause) }, { level, cause })
