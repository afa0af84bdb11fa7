// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition, CommandExample } from '../core/contract/command.js'
import { commandLineProgram as commandLine } from '../driver/cli/command-line-options.js'
import { COMMANDS } from '../driver/cli/commands/table.js'
import { HELP_EXAMPLES } from '../driver/cli/help.js'
import { EXIT } from '../driver/exit-codes.js'
import { groupBy } from './group-by.js'
import { capitalize, code, GENERATED, markdownTable } from './markdown.js'

/** The folder of the command pages; it contains nothing else. */
export const COMMAND_PAGES = 'docs/commands'

export type Command = ReturnType<typeof commandLine>

/** One page for each command, with sections for its subcommands, and the page of a run, which lists the commands. */
export function commandPages(): Map<string, string> {
  const program = commandLine()
  const pages = program.commands.map((command): [string, string] => [
    `${COMMAND_PAGES}/${command.name()}.md`,
    commandPage(command),
  ])
  return new Map([['docs/command-line.md', commandLinePage(program)], ...pages])
}

function commandLinePage(program: Command): string {
  const groups = [...groupBy(visibleOptions(program), option => option.helpGroupHeading ?? '')]
  const sections = groups.map(([heading, options]) => `### ${heading.replace(/:$/, '')}\n\n${optionTable(options)}\n`)
  const rows = program.commands.map(command => [
    `[${code(command.name())}](commands/${command.name()}.md)`,
    capitalize(command.description()),
  ])
  return `${GENERATED}
# Command line

${program.description()}

<!-- test: synopsis -->
\`\`\`text
sfprocessor ${program.usage().replace(/\n +/g, '\n')}
\`\`\`

Options have one or two dashes: \`-config FILE\` or \`-config=FILE\`. They come before the first path. Exit status:
[exit-codes.md](exit-codes.md). Pipeline files: [pipeline.md](pipeline.md). Environment variables:
[environment.md](environment.md). \`sfprocessor help COMMAND\` prints the help of a command. Shells can [complete](completion.md) commands and options.

## Examples

${examplesText(HELP_EXAMPLES)}
## Options

${sections.join('\n')}
## Commands

${markdownTable(['command', 'what it does'], rows)}
`
}

function commandPage(command: Command): string {
  return `${GENERATED}
# sfprocessor ${command.name()}
${commandBody(command, kindOf(command))}
## Exit status

${markdownTable(
  ['status', 'when'],
  Object.values(EXIT).flatMap(status => exitRow(status, command)),
)}

All of them: [exit-codes.md](../exit-codes.md). All commands: [command-line.md](../command-line.md).
`
}

function commandBody(command: Command, kind: CommandDefinition | undefined): string {
  const examples = kind?.examples ?? OTHER_EXAMPLES[command.name()]
  const subcommands = command.commands.map(
    child =>
      `\n## ${pathOf(child)}\n${commandBody(
        child,
        kind?.commands?.find(({ name }) => name === child.name()),
      )}`,
  )
  return `
${capitalize(command.description())}.

<!-- test: synopsis -->
\`\`\`text
sfprocessor ${synopsisOf(command)}
\`\`\`

${argumentsText(command)}${takesRunOptions(command) ? 'Takes the options [of a run](../command-line.md#options), and:\n\n' : ''}${optionTable(visibleOptions(command))}
${examples ? `\n${command.parent?.parent ? '###' : '##'} Examples\n\n${examplesText(examples)}` : ''}${subcommands.join('')}`
}

/** Examples of the commands that are not in the table. */
const OTHER_EXAMPLES: Readonly<Record<string, readonly CommandExample[]>> = {
  config: [
    { line: 'sfprocessor config -config pipeline.json', description: 'print each setting with its origin' },
    { line: 'sfprocessor config -config pipeline.json -json', description: 'print the same as JSON' },
  ],
}

const kindOf = (command: Command): CommandDefinition | undefined => COMMANDS.find(({ name }) => name === command.name())

/** `spool ls` */
export const pathOf = (command: Command): string =>
  command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()

export function synopsisOf(command: Command): string {
  const words = command.registeredArguments.map(argument =>
    argument.required ? `<${argument.name()}${ellipsisFor(argument)}>` : `[${argument.name()}${ellipsisFor(argument)}]`,
  )
  const subcommands = command.commands.length > 0 ? ['COMMAND ...'] : []
  return [pathOf(command), '[options]', ...words, ...subcommands].join(' ')
}

const ellipsisFor = ({ variadic }: { readonly variadic: boolean }): string => (variadic ? '...' : '')

function argumentsText(command: Command): string {
  const rows = command.registeredArguments
    .filter(({ description }) => description !== '')
    .map(argument => [
      code(argument.required ? `<${argument.name()}${ellipsisFor(argument)}>` : `[${argument.name()}${ellipsisFor(argument)}]`),
      withChoices(argument.description, argument.argChoices),
    ])
  return rows.length === 0 ? '' : `${markdownTable(['argument', 'meaning'], rows)}\n\n`
}

type Option = Command['options'][number]

/** Including the help option, which every command has. */
export const visibleOptions = (command: Command): Option[] => command.options.filter(({ hidden }) => !hidden)

/** `config` accepts the options of a run, and hides them in its help. */
const takesRunOptions = (command: Command): boolean => command.options.some(({ hidden }) => hidden) && command.parent !== null

function optionTable(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices, mandatory }) => [
    code(withOneDash(flags)),
    `${withChoices(description, argChoices)}${mandatory ? ' Required.' : ''}`,
  ])
  return markdownTable(['option', 'meaning'], [...rows, [code('-h, -help'), 'show this help']])
}

export const withOneDash = (flags: string): string => flags.replace(/(^|\s)--/g, '$1-')

const withChoices = (text: string, choices: readonly string[] | undefined): string =>
  choices && !choices.every(choice => text.includes(choice))
    ? `${text.replace(/\.?$/, '.')} One of ${choices.map(code).join(', ')}.`
    : text

const examplesText = (examples: readonly CommandExample[]): string =>
  examples
    .map(({ line, description }) => `${capitalize(description)}:\n\n<!-- test: shown -->\n\`\`\`sh\n${line}\n\`\`\`\n`)
    .join('\n')

/** Only a run checks record counts, so commands do not have that status. */
function exitRow(status: number, command: Command): string[][] {
  const { status: ownStatus } = kindOf(command) ?? {}
  switch (status) {
    case EXIT.ok:
      return [[String(status), ownStatus?.ok ?? 'success']]
    case EXIT.failed:
      return [[String(status), ownStatus?.failed ?? 'an error occurred']]
    case EXIT.usage:
      return [[String(status), 'the command line is invalid']]
    default:
      return []
  }
}
