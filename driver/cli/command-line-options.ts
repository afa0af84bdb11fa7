// SPDX-License-Identifier: Apache-2.0

import { Argument, Command, CommanderError, type Help, Option } from 'commander'
import type { CommandDefinition, CommandInvocation } from '../../core/contract/command.js'
import { nearest } from '../../core/errors/nearest.js'
import { COLOR_CHOICES, type ColorChoice } from '../../core/terminal/color.js'
import type { RunSettings } from '../config/run-settings.js'
import type { ProcessContext } from '../process/process-context.js'
import { COMMANDS } from './commands/table.js'
import { AFTER_HELP, examplesText, HELP_GROUPS, HELP_WIDTH } from './help.js'
import { type OptionValues, pipelineOptions, runSettings } from './run-options.js'
import { suggestOption } from './usage-hints.js'

/** What the command line requests. */
export type CommandLineRequest =
  | { readonly kind: 'run'; readonly settings: RunSettings }
  | { readonly kind: 'config'; readonly settings: RunSettings; readonly json: boolean }
  | { readonly kind: 'command'; readonly command: CommandDefinition<ProcessContext>; readonly invocation: CommandInvocation }
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'misuse'; readonly text: string }

/** Reads the arguments after the program name. Options have one dash or two, `-x value` or `-x=value`. */
export const readArguments = (args: readonly string[]): CommandLineRequest => readCommandLine(args).request

/** Like `readArguments`, with the value of `-color`, which is read even if the rest is invalid. */
export function readCommandLine(args: readonly string[]): { readonly request: CommandLineRequest; readonly color: ColorChoice } {
  let request: CommandLineRequest | undefined
  const { program, output } = buildProgram(onRequest => {
    request = onRequest
  })
  const rewritten = normalizeDashes(args[0] === 'help' ? helpAsOption(args.slice(1), program) : args, program)
  try {
    program.parse(rewritten, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    request =
      error.exitCode === 0
        ? { kind: 'help', text: output.out }
        : { kind: 'misuse', text: usageErrorText(error, output.err, findCommand(rewritten, program)) }
  }
  const { color } = program.opts<OptionValues>()
  return {
    request: request ?? { kind: 'help', text: program.helpInformation() },
    color: COLOR_CHOICES.find(choice => choice === color) ?? 'auto',
  }
}

/** The commands and their options as data, for the reference page. */
export const commandLineProgram = (): Command => buildProgram(() => {}).program

/** `help spool ls` → `spool ls -h`; an unknown command remains alone and causes a usage error. */
function helpAsOption(words: readonly string[], program: Command): readonly string[] {
  let command: Command | undefined = program
  for (const word of words) command = command?.commands.find(subcommand => subcommand.name() === word)
  return command ? [...words, '--help'] : words
}

/** The command that the arguments name, as deep as its words are known; the program itself if there is none. */
function findCommand(args: readonly string[], program: Command): Command {
  let command = program
  for (const word of args) {
    const subcommand = command.commands.find(candidate => candidate.name() === word)
    if (!subcommand && !word.startsWith('-')) return command
    command = subcommand ?? command
  }
  return command
}

/** The error text of commander and a suggestion. */
const usageErrorText = (error: CommanderError, text: string, command: Command): string =>
  `${withSuggestion(text, suggestionFor(error, text, command))}See ${[...parentNames(command), command.name(), '-h'].join(' ')}\n`

const parentNames = ({ parent }: Command): string[] => (parent ? [...parentNames(parent), parent.name()] : [])

/** Undefined if there is nothing to add to the text of commander. */
function suggestionFor({ code, message }: CommanderError, text: string, command: Command): string | undefined {
  if (code === 'commander.unknownOption') {
    // Options of other programs resemble those of a run; commander itself suggests the options of other commands.
    if (command.parent !== null && command.name() !== 'config') return undefined
    const known = command.options.flatMap(({ long }) => (long && long !== '--input' ? [long.slice(2)] : []))
    const [, given = ''] = /unknown option '(.*)'/s.exec(message) ?? []
    const suggestion = suggestOption(given, known)
    return suggestion?.startsWith('hint') || !text.includes('(Did you mean') ? suggestion : undefined
  }
  const [, given, choices] = /argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s.exec(message) ?? []
  const nearestChoice = given === undefined ? undefined : nearest(given, choices?.split(', ') ?? [])
  return nearestChoice && `Did you mean ${nearestChoice}?`
}

const withSuggestion = (text: string, suggestion: string | undefined): string =>
  suggestion === undefined ? text : `${text.replace(/\n\(Did you mean .*\n$/s, '\n')}(${suggestion})\n`

function buildProgram(onRequest: (request: CommandLineRequest) => void): {
  program: Command
  output: { out: string; err: string }
} {
  const output = { out: '', err: '' }
  const program = new Command('sfprocessor')
    .usage('[options] PATH...\n       sfprocessor COMMAND ...')
    .description(
      'Reads SysFlow traces from PATH (files or directories), evaluates rules on each event, and writes alerts or records.',
    )
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
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(HELP_GROUPS.other))
    .helpCommand(false)
    .configureHelp(HELP)
    .enablePositionalOptions()
    .passThroughOptions()
    .addHelpText('after', AFTER_HELP)
    .action((paths: string[], values: OptionValues) => {
      onRequest(values.version === true ? { kind: 'version' } : { kind: 'run', settings: runSettings(values, paths) })
    })
  for (const option of pipelineOptions()) program.addOption(option)
  const config = program.command('config').description('print the effective configuration and where each value comes from')
  for (const option of pipelineOptions()) config.addOption(option.hideHelp())
  config
    .option('--json', 'print JSON')
    .helpOption('-h, --help', 'show this help')
    .argument('[path...]')
    .action((paths: string[], values: OptionValues, command: Command) => {
      onRequest({
        kind: 'config',
        settings: runSettings({ ...command.parent?.opts(), ...values }, paths),
        json: values.json === true,
      })
    })
  for (const definition of COMMANDS) addCommand(program, definition, onRequest)
  return { program, output }
}

function addCommand(
  parent: Command,
  definition: CommandDefinition<ProcessContext>,
  onRequest: (request: CommandLineRequest) => void,
): void {
  const command = parent
    .command(definition.name)
    .description(definition.summary)
    .summary(shortSummary(definition.summary))
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
  if (definition.examples) command.addHelpText('after', `\nExamples:\n${examplesText(definition.examples)}`)
  for (const { name, description, choices } of definition.arguments) {
    const argument = new Argument(name, description)
    command.addArgument(choices ? argument.choices(choices) : argument)
  }
  for (const { flags, description, choices, isRequired } of definition.options) {
    const option = new Option(flags, description).makeOptionMandatory(isRequired === true)
    command.addOption(choices ? option.choices(choices) : option)
  }
  for (const subcommand of definition.commands ?? []) addCommand(command, subcommand, onRequest)
  if (definition.run)
    command.action(() => {
      onRequest({
        kind: 'command',
        command: definition,
        invocation: { arguments: command.args, options: command.opts<CommandInvocation['options']>() },
      })
    })
}

/** The summary up to its first clause or parenthesis, so that the list of commands fits on a screen. */
const shortSummary = (summary: string): string => summary.replace(/ ?[;:(].*$/s, '')

/** One dash, as the documents write options. Only the first sentence of a description; the reference page has the full text. */
const HELP: Partial<Help> = {
  helpWidth: HELP_WIDTH,
  optionTerm: ({ flags }) => flags.replace(/(^|\s)--/g, '$1-'),
  optionDescription: ({ description }) => description.replace(/\. .*$/s, ''),
  subcommandTerm: command =>
    [command.name(), ...command.registeredArguments.map(one => (one.required ? `<${one.name()}>` : `[${one.name()}]`))].join(' '),
}

/** `-config x` → `--config=x`, `-test=false` → nothing; up to the first path, but anywhere for options of a command. */
function normalizeDashes(args: readonly string[], program: Command): string[] {
  const rewritten: string[] = []
  let command = program
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    const next = args[index + 1]
    const [, name, value] = /^--?([a-z]{2,}|[a-z](?==))(?:=(.*))?$/s.exec(arg) ?? []
    if (name === undefined) {
      rewritten.push(arg)
      if (arg.startsWith('-') && arg !== '-' && arg !== '--') continue
      const subcommand = command.commands.find(candidate => candidate.name() === arg)
      if (!subcommand && (command === program || arg === '--')) return [...rewritten, ...args.slice(index + 1)]
      command = subcommand ?? command
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
