// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import { InvalidArgumentError, Option } from 'commander'
import {
  ALL_DISABLED,
  type DisabledOptimizations,
  NONE_DISABLED,
  OPTIMIZATIONS,
  type Optimization,
} from '../../core/contract/host.js'
import { nearest } from '../../core/errors/nearest.js'
import { COLOR_CHOICES } from '../../core/terminal/color.js'
import { type EndpointAddress, parseEndpointAddress } from '../config/endpoint-address.js'
import { type RunSettings, SUMMARY_FORMATS } from '../config/run-settings.js'
import { LOG_FORMATS, type LogFormat, THRESHOLDS, type Threshold } from '../process/log-levels.js'
import type { LogFile } from '../process/rotated-file.js'
import { HELP_GROUPS } from './help.js'

/** Values of the options on the command line, by long name. */
export type OptionValues = Readonly<
  Record<string, string | boolean | number | DisabledOptimizations | EndpointAddress | undefined>
>

/** The options of a run, by group, in the order of the help. */
// biome-ignore format: a table
export const pipelineOptions = (): Option[] => [
  ...grouped(HELP_GROUPS.input, [
    new Option('--config <file>', 'pipeline file (default: ./pipeline.json). If it does not exist, the shipped pipeline file is used.'),
    new Option('--driver <name>', 'input driver (default: file). Drivers in the pipeline file replace this default.'),
    new Option('--input <name>', 'deprecated name of -driver').hideHelp(),
    new Option('--workers <number>', 'threads that read traces (default: 1). `auto`: one per CPU core.').argParser(parseWorkers),
  ]),
  ...grouped(HELP_GROUPS.plugins, [
    new Option('--plugdir <dir>', 'directory of plugins of any kind. Default: ../resources/plugins, relative to the program.'),
    new Option('--driverdir <dir>', 'directory of driver plugins. Default: ../resources/drivers, relative to the program.'),
    new Option('--handlerdir <dir>', 'directory of handler plugins. Default: ../resources/handlers, relative to the program.'),
    new Option('--actiondir <dir>', 'directory of action plugins. Default: ../resources/actions, relative to the program.'),
  ]),
  ...grouped(HELP_GROUPS.running, [
    new Option('--test', 'validate the pipeline, run its health checks and exit'),
    new Option('--drain <seconds>', 'time limit to deliver pending records after a signal (default: 30)').argParser(parseDrainSeconds),
    new Option('--admin <address>', 'serve metrics, health checks and a dashboard at [ADDRESS:]PORT or a socket path. Default: off.').argParser(parseAdminAddress),
    new Option('--inside <address>', 'deprecated name of -admin').argParser(parseAdminAddress).hideHelp(),
  ]),
  ...grouped(HELP_GROUPS.output, [
    new Option('--format <name>', 'output format: pretty, json, ecs, otel or one of a plugin. Applies to exporters that write to standard output. Default: the format in the pipeline file, else pretty on a terminal and json otherwise.'),
    new Option('--color <when>', 'colors: auto, always or never (default: auto). `auto`: on a terminal, unless NO_COLOR is set or TERM is dumb.').choices(COLOR_CHOICES),
    new Option('--log <level>', `log level: ${THRESHOLDS.slice(0, -1).join(', ')} or ${THRESHOLDS.at(-1)}. Messages of this level and of higher levels are logged. Default: info.`),
    new Option('--logformat <name>', 'format of log and errors: text or json. Default: text.').choices(LOG_FORMATS),
    new Option('--logfile <file>', 'also write the log to this file. The file is rotated: FILE.1 is the previous one.'),
    new Option('--logsize <megabytes>', 'size at which the log file is rotated (default: 10)').argParser(parseLogSize),
    new Option('--logfiles <number>', 'number of log files to keep, at least 2 (default: 5)').argParser(parseLogFiles),
    new Option('--summary <name>', 'summary at the end: text, json or none. Written to standard error. Default: the format of the log.').choices(SUMMARY_FORMATS),
    new Option('--quiet', 'no progress, no summary, only errors in the log. -log sets another level.'),
  ]),
  ...grouped(HELP_GROUPS.debugging, [
    new Option('--perflog', 'log queue sizes and the most expensive rules every 15 s'),
    new Option('--cpuprofile <file>', 'write a CPU profile. A .cpuprofile file for Chrome DevTools.'),
    new Option('--memprofile <file>', 'write a sampled heap profile. A .heapprofile file for Chrome DevTools.'),
    new Option('--traceprofile <file>', 'write trace events of V8 and Node.js. JSON for Perfetto.'),
    new Option('--disable <names>', `disable optimizations: \`all\`, or some of ${Object.keys(OPTIMIZATIONS).join(', ')}`).argParser(parseDisabledOptimizations),
    new Option('--without <names>', 'deprecated name of -disable').argParser(parseDisabledOptimizations).hideHelp(),
  ]),
  ...grouped(HELP_GROUPS.other, [new Option('--version', 'print versions and exit')]),
]

const grouped = (heading: string, options: readonly Option[]): readonly Option[] =>
  options.map(option => option.helpGroup(heading))

/** Options without a value get their defaults. */
export function runSettings(values: OptionValues, paths: readonly string[] = []): RunSettings {
  const quiet = values.quiet === true
  return {
    config: nonEmptyText(values.config),
    driver: nonEmptyText(values.driver) ?? nonEmptyText(values.input),
    driverDirectory: nonEmptyText(values.driverdir),
    pluginDirectory: nonEmptyText(values.plugdir),
    handlerDirectory: nonEmptyText(values.handlerdir),
    actionDirectory: nonEmptyText(values.actiondir),
    log: thresholdOf(nonEmptyText(values.log)) ?? (quiet ? 'error' : 'info'),
    perflog: values.perflog === true,
    test: values.test === true,
    quiet,
    summary: quiet ? 'none' : (SUMMARY_FORMATS.find(form => form === values.summary) ?? logFormatOf(values)),
    cpuProfile: nonEmptyText(values.cpuprofile),
    memoryProfile: nonEmptyText(values.memprofile),
    traceProfile: nonEmptyText(values.traceprofile),
    disabledOptimizations: [values.disable, values.without].find(value => value instanceof Set) ?? NONE_DISABLED,
    drainSeconds: typeof values.drain === 'number' ? values.drain : 30,
    workers: typeof values.workers === 'number' || values.workers === 'auto' ? values.workers : 1,
    admin: [values.admin, values.inside].find(isEndpointAddress),
    logFormat: logFormatOf(values),
    logFile: logFileOf(values),
    format: nonEmptyText(values.format),
    warnings: [...logLevelWarnings(nonEmptyText(values.log)), ...unusedOptionWarnings(values)],
    paths,
  }
}

const isEndpointAddress = (value: OptionValues[string]): value is EndpointAddress => typeof value === 'object' && 'kind' in value

const logFormatOf = (values: OptionValues): LogFormat => LOG_FORMATS.find(form => form === values.logformat) ?? 'text'

function logFileOf({ logfile, logsize, logfiles }: OptionValues): LogFile | undefined {
  const path = nonEmptyText(logfile)
  if (path === undefined) return undefined
  const megabytes = typeof logsize === 'number' ? logsize : 10
  return { path, maxBytes: megabytes * 1e6, maxFiles: typeof logfiles === 'number' ? logfiles : 5 }
}

function parseLogSize(text: string): number {
  const megabytes = Number(text)
  if (/^\d{1,6}(\.\d{1,3})?$/.test(text) && megabytes > 0) return megabytes
  throw new InvalidArgumentError('it must be a positive number of megabytes')
}

function parseLogFiles(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 2) return Number(text)
  throw new InvalidArgumentError('it must be an integer of at least 2')
}

function parseAdminAddress(text: string): EndpointAddress | undefined {
  const address = parseEndpointAddress(text)
  if (address || text === '') return address
  throw new InvalidArgumentError('use PORT, ADDRESS:PORT, [IPV6]:PORT or a socket path that contains a slash')
}

/** An empty value counts as absent: service files pass options with unset variables. */
export const nonEmptyText = (value: OptionValues[string]): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function parseWorkers(text: string): number | 'auto' {
  if (text === 'auto') return text
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('it must be an integer from 1 to 9999, or auto')
}

function parseDrainSeconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('it must be an integer number of seconds')
}

/** `all`, or names separated by commas. */
function parseDisabledOptimizations(text: string): DisabledOptimizations {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  if (names.includes('all')) return ALL_DISABLED
  const unknown = names.find(name => !isOptimization(name))
  if (unknown === undefined) return new Set(names.filter(isOptimization))
  const close = nearest(unknown, Object.keys(OPTIMIZATIONS))
  throw new InvalidArgumentError(`unknown optimization "${unknown}"${close ? `; did you mean "${close}"?` : ''}`)
}

const isOptimization = (name: string): name is Optimization => Object.hasOwn(OPTIMIZATIONS, name)

/** An unknown word means info, as in earlier releases. */
function thresholdOf(word: string | undefined): Threshold | undefined {
  if (word === undefined) return undefined
  return THRESHOLDS.find(threshold => threshold === word.toLowerCase()) ?? 'info'
}

/** Deprecated names of options, with the current names. */
const DEPRECATED_OPTIONS = { input: 'driver', inside: 'admin', without: 'disable' } as const

/** The current name of an option overrides the deprecated one. */
const unusedOptionWarnings = (values: OptionValues): string[] =>
  Object.entries(DEPRECATED_OPTIONS)
    .filter(([deprecated, current]) => isGiven(values[deprecated]) && isGiven(values[current]))
    .filter(([deprecated, current]) => !isDeepStrictEqual(values[deprecated], values[current]))
    .map(([deprecated, current]) => `-${deprecated} has no effect, since -${current} is given too`)

const isGiven = (value: OptionValues[string]): boolean => value !== undefined && value !== ''

function logLevelWarnings(level: string | undefined): readonly string[] {
  if (level === undefined || THRESHOLDS.some(threshold => threshold === level.toLowerCase())) return []
  const close = nearest(level, THRESHOLDS)
  const known = `known: ${THRESHOLDS.join(', ')}`
  return [`"${level}" is not a level of -log; using info; ${close ? `did you mean "${close}"? K${known.slice(1)}` : known}`]
}
