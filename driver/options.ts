// SPDX-License-Identifier: Apache-2.0
import { Argument, Command, CommanderError, type Help, InvalidArgumentError, Option } from 'commander'
import { OPTIMISATIONS, type Optimisation, WITHOUT_ALL, WITHOUT_NOTHING, type Without } from '../core/contract/optimisation.js'
import type { Screen } from '../core/contract/plugin.js'
import { nearest } from '../core/errors/nearest.js'
import { COLOUR_CHOICES, type ColourChoice } from './colour.js'
import type { Call, CommandKind } from './commands/command.js'
import { COMMANDS } from './commands/table.js'
import { AFTER_HELP, examplesText, GROUP, WIDTH } from './help.js'
import { type Place, placeOf } from './inside/place.js'
import { LOG_FORMATS, type LogFormat, THRESHOLDS, type Threshold } from './log.js'
import { optionMeant } from './misuse.js'

export const SUMMARIES = ['text', 'json', 'none'] as const

/** How to run a pipeline; also what `config` needs to know. */
export interface RunSettings {
  /** `-config`; without it `pipeline.json` here, else the one that is shipped. */
  readonly config: string | undefined
  readonly driver: string | undefined
  readonly driverDirectory: string | undefined
  readonly pluginDirectory: string | undefined
  readonly handlerDirectory: string | undefined
  readonly actionDirectory: string | undefined
  readonly log: Threshold
  readonly perflog: boolean
  readonly test: boolean
  readonly quiet: boolean
  readonly summary: (typeof SUMMARIES)[number]
  readonly cpuProfile: string | undefined
  readonly memoryProfile: string | undefined
  readonly traceProfile: string | undefined
  /** Optimisations that are switched off. */
  readonly without: Without
  /** Threads that read traces. */
  readonly workers: number | 'auto'
  /** Seconds that draining may take after a signal. */
  readonly drain: number
  /** Where the endpoint is to listen; beats the pipeline file and the environment. */
  readonly inside: Place | undefined
  readonly logFormat: LogFormat
  /** Form of what goes to standard output, whatever the pipeline file says. */
  readonly format: string | undefined
  /** What standard output is; absent: something that nobody looks at. */
  readonly screen?: Screen
  /** What is odd about the options and changes nothing. */
  readonly remarks: readonly string[]
  readonly paths: readonly string[]
}

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly settings: RunSettings }
  | { readonly kind: 'config'; readonly settings: RunSettings; readonly json: boolean }
  | { readonly kind: 'simulate'; readonly scenario: string; readonly output: string; readonly variant: string | undefined }
  | { readonly kind: 'command'; readonly command: CommandKind; readonly call: Call }
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'misuse'; readonly text: string }

/** Reads the arguments behind the program's name. Options have one dash or two, `-x value` or `-x=value`. */
export const readArguments = (args: readonly string[]): Request => readCommandLine(args).request

/** The same with what `-color` says, whether or not the rest makes sense. */
export function readCommandLine(args: readonly string[]): { readonly request: Request; readonly colour: ColourChoice } {
  let request: Request | undefined
  const { program, output } = commandLine(found => {
    request = found
  })
  try {
    program.parse(doubleDashes(args[0] === 'help' ? helpAsOption(args.slice(1), program) : args, program), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    request =
      error.exitCode === 0
        ? { kind: 'help', text: output.out }
        : { kind: 'misuse', text: `${misuseText(error, output.err, program)}See sfprocessor -h\n` }
  }
  const { color } = program.opts<Values>()
  return {
    request: request ?? { kind: 'help', text: program.helpInformation() },
    colour: COLOUR_CHOICES.find(choice => choice === color) ?? 'auto',
  }
}

/** The commands and their options as data, for the reference page. */
export const options = (): Command => commandLine(() => {}).program

/** `help spool ls` → `spool ls -h`; what is no command stands alone, and is told of. */
function helpAsOption(words: readonly string[], program: Command): readonly string[] {
  let command: Command | undefined = program
  for (const word of words) command = command?.commands.find(inner => inner.name() === word)
  return command ? [...words, '--help'] : words
}

/** What commander says, and what was probably meant. */
function misuseText({ code, message }: CommanderError, text: string, program: Command): string {
  if (code === 'commander.unknownOption') {
    const known = program.options.filter(({ hidden }) => !hidden).map(({ long }) => long?.slice(2) ?? '')
    const [, given = ''] = /unknown option '(.*)'/s.exec(message) ?? []
    const meant = optionMeant(given, known)
    return meant?.startsWith('here') || !text.includes('(Did you mean') ? withMeaning(text, meant) : text
  }
  const [, given, choices] = /argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s.exec(message) ?? []
  const close = given === undefined ? undefined : nearest(given, choices?.split(', ') ?? [])
  return close === undefined ? text : withMeaning(text, `Did you mean ${close}?`)
}

const withMeaning = (text: string, meant: string | undefined): string =>
  meant === undefined ? text : `${text.replace(/\n\(Did you mean .*\n$/s, '\n')}(${meant})\n`

type Values = Readonly<Record<string, string | boolean | number | Without | Place | undefined>>

function commandLine(found: (request: Request) => void): { program: Command; output: { out: string; err: string } } {
  const output = { out: '', err: '' }
  const program = new Command('sfprocessor')
    .usage('[options] PATH...\n       sfprocessor COMMAND ...')
    .description('Reads SysFlow traces from PATH (files or folders), judges their records, writes alerts or records.')
    .argument('[path...]')
    .exitOverride()
    .configureOutput({
      writeOut: text => {
        output.out += text
      },
      writeErr: text => {
        output.err += text
      },
    })
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(GROUP.other))
    .helpCommand(false)
    .configureHelp(HELP)
    .enablePositionalOptions()
    .passThroughOptions()
    .addHelpText('after', AFTER_HELP)
    .action((paths: string[], values: Values) => {
      found(values.version === true ? { kind: 'version' } : { kind: 'run', settings: settingsOf(values, paths) })
    })
  for (const option of pipelineOptions()) program.addOption(option)
  const config = program.command('config').description('print the effective configuration and where each value comes from')
  for (const option of pipelineOptions()) config.addOption(option.hideHelp())
  config
    .option('--json', 'print JSON')
    .helpOption('-h, --help', 'show this help')
    .argument('[path...]')
    .action((paths: string[], values: Values, command: Command) => {
      found({ kind: 'config', settings: settingsOf({ ...command.parent?.opts(), ...values }, paths), json: values.json === true })
    })
  program
    .command('simulate')
    .description('write the trace of a scenario')
    .argument('<scenario>', 'YAML file')
    .requiredOption('-o, --output <trace>', 'file to write, - for standard output')
    .option('--variant <name>', 'variant of the scenario')
    .helpOption('-h, --help', 'show this help')
    .action((scenario: string, values: Values) => {
      found({ kind: 'simulate', scenario, output: String(values.output), variant: textOf(values.variant) })
    })
  for (const kind of COMMANDS) addCommand(program, kind, found)
  return { program, output }
}

function addCommand(parent: Command, kind: CommandKind, found: (request: Request) => void): void {
  const command = parent
    .command(kind.name)
    .description(kind.summary)
    .summary(shortly(kind.summary))
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
  if (kind.examples) command.addHelpText('after', `\nExamples:\n${examplesText(kind.examples)}`)
  for (const { name, description, choices } of kind.arguments) {
    const argument = new Argument(name, description)
    command.addArgument(choices ? argument.choices(choices) : argument)
  }
  for (const { flags, description, choices, isRequired } of kind.options) {
    const option = new Option(flags, description).makeOptionMandatory(isRequired === true)
    command.addOption(choices ? option.choices(choices) : option)
  }
  for (const inner of kind.commands ?? []) addCommand(command, inner, found)
  if (kind.run)
    command.action(() => {
      found({ kind: 'command', command: kind, call: { arguments: command.args, options: command.opts<Call['options']>() } })
    })
}

/** Up to where a summary tells of conditions: the list of commands is to fit on a screen. */
const shortly = (summary: string): string => summary.replace(/ ?[;(].*$/s, '')

/** One dash, as the documents write options. Of a description the first sentence; the reference page has them all. */
const HELP: Partial<Help> = {
  helpWidth: WIDTH,
  optionTerm: ({ flags }) => flags.replace(/(^|\s)--/g, '$1-'),
  optionDescription: ({ description }) => description.replace(/\. .*$/s, ''),
  subcommandTerm: command =>
    [command.name(), ...command.registeredArguments.map(one => (one.required ? `<${one.name()}>` : `[${one.name()}]`))].join(' '),
}

/** The options of a run, group by group as the help shows them. */
// biome-ignore format: a table
const pipelineOptions = (): Option[] => [
  ...grouped(GROUP.input, [
    new Option('--config <file>', 'pipeline file (default: ./pipeline.json). Without that one, the one that is shipped.'),
    new Option('--driver <name>', 'what brings records in (default: file). Or those that the pipeline file names.'),
    new Option('--input <name>', 'old name of -driver').hideHelp(),
    new Option('--workers <number>', 'threads that read traces (default: 1). `auto`: one for each core.').argParser(workersOf),
  ]),
  ...grouped(GROUP.plugins, [
    new Option('--plugdir <folder>', 'folder of plugins of any kind. Default: ../resources/plugins beside the program.'),
    new Option('--driverdir <folder>', 'folder of driver plugins. Default: ../resources/drivers beside the program.'),
    new Option('--handlerdir <folder>', 'folder of handler plugins. Default: ../resources/handlers beside the program.'),
    new Option('--actiondir <folder>', 'folder of action plugins. Default: ../resources/actions beside the program.'),
  ]),
  ...grouped(GROUP.running, [
    new Option('--test', 'load the pipeline, check the health of its parts, exit'),
    new Option('--drain <seconds>', 'to deliver what was read, after a signal (default: 30)').argParser(drainOf),
    new Option('--inside <place>', 'metrics, health, a live page at [ADDRESS:]PORT or socket. Default: off.').argParser(insideOf),
  ]),
  ...grouped(GROUP.output, [
    new Option('--format <word>', 'pretty, json, ecs, otel or that of a plugin. It counts for exporters to standard output. Default: as the pipeline file says; where it says nothing, pretty on a terminal and json elsewhere.'),
    new Option('--color <when>', 'auto, always or never (default: auto). `auto`: on a terminal, unless NO_COLOR or TERM=dumb say otherwise.').choices(COLOUR_CHOICES),
    new Option('--log <level>', `${THRESHOLDS.slice(0, -1).join(', ')} or ${THRESHOLDS.at(-1)}. Its own and all higher levels are shown. Default: info.`),
    new Option('--logformat <form>', 'log and faults as text or json. Default: text.').choices(LOG_FORMATS),
    new Option('--summary <form>', 'summary at the end as text, json or none. On standard error. Default: as the log.').choices(SUMMARIES),
    new Option('--quiet', 'no progress, no summary, only errors in the log. Unless -log is given.'),
  ]),
  ...grouped(GROUP.debugging, [
    new Option('--perflog', 'every 15 s log queues and the most expensive rules'),
    new Option('--cpuprofile <file>', 'write a CPU profile. A .cpuprofile, for Chrome DevTools.'),
    new Option('--memprofile <file>', 'write a sampled heap profile. A .heapprofile, for Chrome DevTools.'),
    new Option('--traceprofile <file>', 'write trace events of V8 and Node. JSON, for Perfetto.'),
    new Option('--without <names>', `switch optimisations off. \`all\`, or some of ${Object.keys(OPTIMISATIONS).join(', ')}.`).argParser(withoutOf),
  ]),
  ...grouped(GROUP.other, [new Option('--version', 'print versions and exit')]),
]

const grouped = (heading: string, options: readonly Option[]): readonly Option[] =>
  options.map(option => option.helpGroup(heading))

function settingsOf(values: Values, paths: readonly string[]): RunSettings {
  const quiet = values.quiet === true
  return {
    config: textOf(values.config),
    driver: textOf(values.driver) ?? textOf(values.input),
    driverDirectory: textOf(values.driverdir),
    pluginDirectory: textOf(values.plugdir),
    handlerDirectory: textOf(values.handlerdir),
    actionDirectory: textOf(values.actiondir),
    log: thresholdOf(textOf(values.log)) ?? (quiet ? 'error' : 'info'),
    perflog: values.perflog === true,
    test: values.test === true,
    quiet,
    summary: quiet ? 'none' : (SUMMARIES.find(form => form === values.summary) ?? logFormatOf(values)),
    cpuProfile: textOf(values.cpuprofile),
    memoryProfile: textOf(values.memprofile),
    traceProfile: textOf(values.traceprofile),
    without: values.without instanceof Set ? values.without : WITHOUT_NOTHING,
    drain: typeof values.drain === 'number' ? values.drain : 30,
    workers: typeof values.workers === 'number' || values.workers === 'auto' ? values.workers : 1,
    inside: isPlace(values.inside) ? values.inside : undefined,
    logFormat: logFormatOf(values),
    format: textOf(values.format),
    remarks: remarksOn(textOf(values.log)),
    paths,
  }
}

const isPlace = (value: Values[string]): value is Place => typeof value === 'object' && 'kind' in value

const logFormatOf = (values: Values): LogFormat => LOG_FORMATS.find(form => form === values.logformat) ?? 'text'

function insideOf(text: string): Place | undefined {
  const place = placeOf(text)
  if (place || text === '') return place
  throw new InvalidArgumentError('write PORT, ADDRESS:PORT, [IPV6]:PORT or the path of a socket with a slash in it')
}

/** An empty value is as good as none: service files pass options with unset variables. */
const textOf = (value: Values[string]): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function workersOf(text: string): number | 'auto' {
  if (text === 'auto') return text
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('it must be a whole number from 1 to 9999, or auto')
}

function drainOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('it must be a whole number of seconds')
}

/** `all`, or names with commas between them. */
function withoutOf(text: string): Without {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  if (names.includes('all')) return WITHOUT_ALL
  const wrong = names.find(name => !isOptimisation(name))
  if (wrong === undefined) return new Set(names.filter(isOptimisation))
  const close = nearest(wrong, Object.keys(OPTIMISATIONS))
  throw new InvalidArgumentError(`there is no optimisation "${wrong}"${close ? `; did you mean "${close}"?` : ''}`)
}

const isOptimisation = (name: string): name is Optimisation => Object.hasOwn(OPTIMISATIONS, name)

/** An unknown word means info, as ever. */
function thresholdOf(word: string | undefined): Threshold | undefined {
  if (word === undefined) return undefined
  return THRESHOLDS.find(threshold => threshold === word.toLowerCase()) ?? 'info'
}

function remarksOn(level: string | undefined): readonly string[] {
  if (level === undefined || THRESHOLDS.some(threshold => threshold === level.toLowerCase())) return []
  const close = nearest(level, THRESHOLDS)
  const known = `known: ${THRESHOLDS.join(', ')}`
  return [
    `"${level}" is no level of -log, so it is taken as info; ${close ? `did you mean "${close}"? K${known.slice(1)}` : known}`,
  ]
}

/** `-config x` → `--config=x`, `-test=false` → nothing; up to the first path, but those of a command anywhere. */
function doubleDashes(args: readonly string[], program: Command): string[] {
  const rewritten: string[] = []
  let command = program
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    const next = args[index + 1]
    const [, name, value] = /^--?([a-z]{2,}|[a-z](?==))(?:=(.*))?$/s.exec(arg) ?? []
    if (name === undefined) {
      rewritten.push(arg)
      if (arg.startsWith('-') && arg !== '-' && arg !== '--') continue
      const inner = command.commands.find(candidate => candidate.name() === arg)
      if (!inner && (command === program || arg === '--')) return [...rewritten, ...args.slice(index + 1)]
      command = inner ?? command
      continue
    }
    const option = command.options.find(candidate => candidate.long === `--${name}`)
    if (!option?.isBoolean() && option && value === undefined && next !== undefined) {
      rewritten.push(`--${name}=${next}`)
      index++
    } else if (option?.isBoolean() && value !== undefined && BOOLEANS.has(value.toLowerCase())) {
      if (BOOLEANS.get(value.toLowerCase())) rewritten.push(`--${name}`)
    } else rewritten.push(value === undefined ? `--${name}` : `--${name}=${value}`)
  }
  return rewritten
}

const BOOLEANS = new Map([['true', true], ['1', true], ['t', true], ['false', false], ['0', false], ['f', false]]) // biome-ignore format: a table
