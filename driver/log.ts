// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import type * as Winston from 'winston'
import type { Logger } from '../core/contract/logger.js'

/** What `-log` takes: a threshold shows its own and all higher levels. */
export const THRESHOLDS = ['trace', 'info', 'warn', 'error', 'health', 'quiet'] as const
export type Threshold = (typeof THRESHOLDS)[number]

/**
 * Diagnostics of the whole program, to one stream. Lines look like `[Info] 2026/11/21 01:02:03 exporter: text`, in local
 * time. Nothing is loaded before the first line that is shown.
 */
export class Log {
  readonly #threshold: Threshold
  readonly #stream: Writable
  readonly #now: () => Date
  #winston: Winston.Logger | undefined

  constructor(threshold: Threshold, stream: Writable, now: () => Date = () => new Date()) {
    this.#threshold = threshold
    this.#stream = stream
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

  #write(level: Level, component: string, text: string): void {
    if (this.#threshold === 'quiet' || SEVERITIES[level] > SEVERITIES[this.#threshold]) return
    this.#winston ??= open(this.#stream)
    this.#winston.log(level, lineOf(level, this.#now(), component, text))
  }
}

type Level = Exclude<Threshold, 'quiet'> | 'perf'

/** As winston counts: the lower, the more important. */
const SEVERITIES: Readonly<Record<Level, number>> = { perf: 0, health: 1, error: 2, warn: 3, info: 4, trace: 5 }

/** Loaded late: it takes longer than a small trace. */
function open(stream: Writable): Winston.Logger {
  const winston: typeof Winston = createRequire(import.meta.url)('winston')
  return winston.createLogger({
    level: 'trace',
    levels: { ...SEVERITIES },
    format: winston.format.printf(info => String(info.message)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  })
}

function lineOf(level: Level, time: Date, component: string, text: string): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const date = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  const name = level.charAt(0).toUpperCase() + level.slice(1)
  return `[${name}] ${date} ${clock} ${component === '' ? '' : `${component}: `}${oneEntry(text)}`
}

/** Texts may quote what an attacker chose: no control characters, and a further line cannot pass for an entry of its own. */
function oneEntry(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be replaced
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd').replaceAll('\n', '\n  ')
}
