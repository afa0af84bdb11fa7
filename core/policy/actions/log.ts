// SPDX-License-Identifier: Apache-2.0
import type { Action, ActionContext } from '../../contract/action.js'
import type { Batch } from '../../contract/batch.js'
import type { Host, Logger } from '../../contract/host.js'
import type { ActionPlugin, Components, Options } from '../../contract/plugin.js'
import type { RecordAdapter } from '../../contract/record-adapter.js'
import type { RecordView } from '../../contract/record-view.js'
import { Fault } from '../../errors/fault.js'
import { nearest } from '../../errors/nearest.js'
import { pluginError } from '../../errors/plugin-error.js'

/** The action `log`, for records of the known channel types. */
export const logAction = (components: Components): ActionPlugin => ({
  kind: 'action',
  name: 'log',
  contract: 2,
  summary: 'writes a line to the log of the program: log, or with a level log:warn, log:error, log:trace',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      'log.attributes': {
        type: 'array',
        items: { type: 'string' },
        description: 'Attributes in a log line of the action "log". Default: a short description of the record.',
      },
      'log.perminute': {
        type: 'integer',
        minimum: 1,
        default: DEFAULT_LINES_PER_MINUTE,
        description: 'Maximum number of lines per minute of the action "log". The log shows the number of omitted lines.',
      },
    },
    examples: [{ 'log.attributes': ['proc.exe', 'proc.args'], 'log.perminute': 600 }],
  },
  isPartitionable: true,
  create: (options, host) => new LogAction(shownAttributes(options, components, host), linesPerMinute(options), host.log),
})

/** Logs one line per match, up to a limit per minute. */
export class LogAction implements Action {
  readonly #attributes: readonly string[]
  readonly #limit: number
  readonly #log: Logger
  readonly #now: () => number
  #minute = -1
  #written = 0
  #omitted = 0
  #omittedInTotal = 0

  /** `now`: milliseconds of a monotonic clock. */
  constructor(attributes: readonly string[], limit: number, log: Logger, now: () => number = () => performance.now()) {
    this.#attributes = attributes
    this.#limit = limit
    this.#log = log
    this.#now = now
  }

  check(argument: string): void {
    if (argument === '' || isLevel(argument)) return
    const suggestion = nearest(argument, LEVELS)
    const suggestionText = suggestion === undefined ? '' : `did you mean ${suggestion}? `
    throw pluginError(`"${argument}" is not a level`, { hint: `${suggestionText}There are ${LEVELS.join(', ')}` })
  }

  run({ record, rule, argument }: ActionContext): void {
    this.#beginMinute()
    if (this.#written === this.#limit) {
      if (this.#omitted++ === 0)
        this.#log.warn(`action log: more than ${this.#limit} lines per minute; further lines are counted`)
      this.#omittedInTotal++
      return
    }
    this.#written++
    this.#log[isLevel(argument) ? argument : 'info'](`${rule.name} (${rule.priority})${this.#attributesText(record)}`)
  }

  async close(): Promise<void> {
    this.#reportOmitted()
  }

  report(): Readonly<Record<string, unknown>> {
    return this.#omittedInTotal > 0 ? { leftOut: this.#omittedInTotal } : {}
  }

  #beginMinute(): void {
    const minute = Math.floor(this.#now() / 60_000)
    if (minute === this.#minute) return
    this.#reportOmitted()
    this.#minute = minute
    this.#written = 0
  }

  #reportOmitted(): void {
    if (this.#omitted > 0) this.#log.warn(`action log: ${this.#omitted} lines were omitted`)
    this.#omitted = 0
  }

  #attributesText(record: RecordView): string {
    return this.#attributes.map(name => attributeText(name, record)).join('')
  }
}

const LEVELS = ['info', 'warn', 'error', 'trace'] as const
const DEFAULT_LINES_PER_MINUTE = 60
const MAX_VALUE_LENGTH = 200

/** Without an argument the level is info. */
const isLevel = (argument: string): argument is (typeof LEVELS)[number] => LEVELS.some(level => level === argument)

/** Empty if the attribute has no value. */
function attributeText(name: string, record: RecordView): string {
  const text = record.text(name)
  if (text === '' || text === '0' || text === 'false') return ''
  const shortened = text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text
  return ` ${name}=${/[\s"]/.test(shortened) ? JSON.stringify(shortened) : shortened}`
}

function shownAttributes(options: Options, components: Components, host: Host): readonly string[] {
  const adapter = components.adapter(host.inputType)
  const names = options['log.attributes']
  if (!Array.isArray(names)) return adapter?.summaryFields ?? []
  return names.map(name => assertKnownAttribute(String(name), adapter))
}

function assertKnownAttribute(name: string, adapter: RecordAdapter<Batch> | undefined): string {
  if (adapter && !adapter.attributes.find(name))
    throw new Fault('SFP_ENGINE_UNKNOWN_ATTRIBUTE', { name, channel: adapter.channel }, { where: 'log.attributes' })
  return name
}

const linesPerMinute = (options: Options): number => {
  const limit = options['log.perminute']
  return typeof limit === 'number' ? limit : DEFAULT_LINES_PER_MINUTE
}
