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
    new Option('--config <file>', 'pipeline file (default: ./pipeline.json). Without that one, the one that is shipped.'),
    new Option('--driver <name>', 'what brings records in (default: file). Or those that the pipeline file names.'),
    new Option('--input <name>', 'deprecated name of -driver').hideHelp(),
    new Option('--workers <number>', 'threads that read traces (default: 1). `auto`: one for each core.').argParser(parseWorkers),
  ]),
  ...grouped(HELP_GROUPS.plugins, [
    new Option('--plugdir <folder>', 'folder of plugins of any kind. Default: ../resources/plugins beside the program.'),
    new Option('--driverdir <folder>', 'folder of driver plugins. Default: ../resources/drivers beside the program.'),
    new Option('--handlerdir <folder>', 'folder of handler plugins. Default: ../resources/handlers beside the program.'),
    new Option('--actiondir <folder>', 'folder of action plugins. Default: ../resources/actions beside the program.'),
  ]),
  ...grouped(HELP_GROUPS.running, [
    new Option('--test', 'load the pipeline, check the health of its parts, exit'),
    new Option('--drain <seconds>', 'to deliver what was read, after a signal (default: 30)').argParser(parseDrainSeconds),
    new Option('--admin <address>', 'serve metrics, health and a live page at [ADDRESS:]PORT or a socket path. Default: off.').argParser(parseAdminAddress),
    new Option('--inside <address>', 'deprecated name of -admin').argParser(parseAdminAddress).hideHelp(),
  ]),
  ...grouped(HELP_GROUPS.output, [
    new Option('--format <word>', 'pretty, json, ecs, otel or that of a plugin. It counts for exporters to standard output. Default: as the pipeline file says; where it says nothing, pretty on a terminal and json elsewhere.'),
    new Option('--color <when>', 'auto, always or never (default: auto). `auto`: on a terminal, unless NO_COLOR or TERM=dumb say otherwise.').choices(COLOR_CHOICES),
    new Option('--log <level>', `${THRESHOLDS.slice(0, -1).join(', ')} or ${THRESHOLDS.at(-1)}. Its own and all higher levels are shown. Default: info.`),
    new Option('--logformat <form>', 'log and faults as text or json. Default: text.').choices(LOG_FORMATS),
    new Option('--logfile <file>', 'the log goes to this file too. It is rotated: FILE.1 is the one before.'),
    new Option('--logsize <megabytes>', 'size at which a new log file is begun (default: 10)').argParser(parseLogSize),
    new Option('--logfiles <number>', 'log files that are kept, at least 2 (default: 5)').argParser(parseLogFiles),
    new Option('--summary <form>', 'summary at the end as text, json or none. On standard error. Default: as the log.').choices(SUMMARY_FORMATS),
    new Option('--quiet', 'no progress, no summary, only errors in the log. Unless -log is given.'),
  ]),
  ...grouped(HELP_GROUPS.debugging, [
    new Option('--perflog', 'every 15 s log queues and the most expensive rules'),
    new Option('--cpuprofile <file>', 'write a CPU profile. A .cpuprofile, for Chrome DevTools.'),
    new Option('--memprofile <file>', 'write a sampled heap profile. A .heapprofile, for Chrome DevTools.'),
    new Option('--traceprofile <file>', 'write trace events of V8 and Node. JSON, for Perfetto.'),
    new Option('--disable <names>', `disable optimizations: \`all\`, or some of ${Object.keys(OPTIMIZATIONS).join(', ')}.`).argParser(parseDisabledOptimizations),
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
  throw new InvalidArgumentError('it must be a number of megabytes above 0')
}

function parseLogFiles(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 2) return Number(text)
  throw new InvalidArgumentError('it must be a whole number from 2 on')
}

function parseAdminAddress(text: string): EndpointAddress | undefined {
  const address = parseEndpointAddress(text)
  if (address || text === '') return address
  throw new InvalidArgumentError('write PORT, ADDRESS:PORT, [IPV6]:PORT or the path of a socket with a slash in it')
}

/** An empty value counts as absent: service files pass options with unset variables. */
export const nonEmptyText = (value: OptionValues[string]): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function parseWorkers(text: string): number | 'auto' {
  if (text === 'auto') return text
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('it must be a whole number from 1 to 9999, or auto')
}

function parseDrainSeconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('it must be a whole number of seconds')
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
  return [
    `"${level}" is no level of -log, so it is taken as info; ${close ? `did you mean "${close}"? K${known.slice(1)}` : known}`,
  ]
}
