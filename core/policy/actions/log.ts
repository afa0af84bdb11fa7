// SPDX-License-Identifier: Apache-2.0
import type { Action, Hit } from '../../contract/action.js'
import type { Batch } from '../../contract/batch.js'
import type { Logger } from '../../contract/logger.js'
import type { ActionPlugin, Components, Options } from '../../contract/plugin.js'
import type { RecordView } from '../../contract/record-view.js'
import type { Source } from '../../contract/source.js'
import type { Host } from '../../contract/stage.js'
import { Fault } from '../../errors/fault.js'
import { nearest } from '../../errors/nearest.js'
import { complaint } from '../../errors/plugin-fault.js'

/** The action `log`, for records of the known sources. */
export const logAction = (components: Components): ActionPlugin => ({
  kind: 'action',
  name: 'log',
  contract: 1,
  summary: "writes a line to the program's own log: log, or with a level log:warn, log:error, log:trace",
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'log.attributes': {
        type: 'array',
        items: { type: 'string' },
        description:
          'Attributes that a line of the action "log" shows; without it, those that tell in short what a record is about.',
      },
      'log.perminute': {
        type: 'integer',
        minimum: 1,
        default: PER_MINUTE,
        description: 'Lines that the action "log" writes in a minute at most; how many were left out is told.',
      },
    },
    examples: [{ 'log.attributes': ['sf.proc.exe', 'sf.proc.args'], 'log.perminute': 600 }],
  },
  perTrace: true,
  create: (options, host) => new LogAction(attributesFor(options, components, host), perMinute(options), host.log),
})

/** One line a hit, and no more of them in a minute than may be. */
export class LogAction implements Action {
  readonly #attributes: readonly string[]
  readonly #most: number
  readonly #log: Logger
  readonly #now: () => number
  #minute = -1
  #written = 0
  #leftOut = 0
  #leftOutInAll = 0

  /** `now`: milliseconds on a clock that is never set. */
  constructor(attributes: readonly string[], most: number, log: Logger, now: () => number = () => performance.now()) {
    this.#attributes = attributes
    this.#most = most
    this.#log = log
    this.#now = now
  }

  check(argument: string): void {
    if (argument === '' || isLevel(argument)) return
    const suggestion = nearest(argument, LEVELS)
    const meant = suggestion === undefined ? '' : `did you mean ${suggestion}? `
    throw complaint(`"${argument}" is no level`, { mend: `${meant}There are ${LEVELS.join(', ')}` })
  }

  run({ record, rule, argument }: Hit): void {
    this.#beginMinute()
    if (this.#written === this.#most) {
      if (this.#leftOut++ === 0)
        this.#log.warn(`action log: more than ${this.#most} lines in a minute, the rest of it is counted`)
      this.#leftOutInAll++
      return
    }
    this.#written++
    this.#log[isLevel(argument) ? argument : 'info'](`${rule.name} (${rule.priority})${this.#told(record)}`)
  }

  async close(): Promise<void> {
    this.#tellLeftOut()
  }

  report(): Readonly<Record<string, unknown>> {
    return this.#leftOutInAll > 0 ? { leftOut: this.#leftOutInAll } : {}
  }

  #beginMinute(): void {
    const minute = Math.floor(this.#now() / 60_000)
    if (minute === this.#minute) return
    this.#tellLeftOut()
    this.#minute = minute
    this.#written = 0
  }

  #tellLeftOut(): void {
    if (this.#leftOut > 0) this.#log.warn(`action log: ${this.#leftOut} lines were left out`)
    this.#leftOut = 0
  }

  #told(record: RecordView): string {
    return this.#attributes.map(name => memberText(name, record)).join('')
  }
}

const LEVELS = ['info', 'warn', 'error', 'trace'] as const
const PER_MINUTE = 60
const LONGEST_VALUE = 200

/** Without an argument a line has the level info. */
const isLevel = (argument: string): argument is (typeof LEVELS)[number] => LEVELS.some(level => level === argument)

/** Nothing for what says nothing. */
function memberText(name: string, record: RecordView): string {
  const text = record.text(name)
  if (text === '' || text === '0' || text === 'false') return ''
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
  return ` ${name}=${/[\s"]/.test(short) ? JSON.stringify(short) : short}`
}

function attributesFor(options: Options, components: Components, host: Host): readonly string[] {
  const source = components.source(host.inputType)
  const names = options['log.attributes']
  if (!Array.isArray(names)) return source?.gist ?? []
  return names.map(name => known(String(name), source))
}

function known(name: string, source: Source<Batch> | undefined): string {
  if (source && !source.vocabulary.find(name))
    throw new Fault('SFP_ENGINE_UNKNOWN_ATTRIBUTE', { name, channel: source.channel }, { where: 'log.attributes' })
  return name
}

const perMinute = (options: Options): number => {
  const most = options['log.perminute']
  return typeof most === 'number' ? most : PER_MINUTE
}
