// SPDX-License-Identifier: Apache-2.0
import type { CommandExample, CommandKind } from '../driver/cli/commands/command.js'
import { COMMANDS } from '../driver/cli/commands/table.js'
import { EXIT } from '../driver/exit-codes.js'
import { EXAMPLES } from '../driver/cli/help.js'
import { options as commandLine } from '../driver/cli/options.js'
import { grouped } from './grouped.js'
import { capital, code, GENERATED, table } from './table.js'

/** Where the pages of commands lie: nothing else may lie there. */
export const COMMAND_PAGES = 'docs/commands'

export type Command = ReturnType<typeof commandLine>

/** One page for each command, those of its own in sections of it, and the page of a run, which lists them. */
export function commandPages(): Map<string, string> {
  const program = commandLine()
  const pages = program.commands.map((command): [string, string] => [
    `${COMMAND_PAGES}/${command.name()}.md`,
    commandPage(command),
  ])
  return new Map([['docs/command-line.md', commandLinePage(program)], ...pages])
}

function commandLinePage(program: Command): string {
  const groups = [...grouped(visibleOptions(program), option => option.helpGroupHeading ?? '')]
  const sections = groups.map(([heading, options]) => `### ${heading.replace(/:$/, '')}\n\n${optionTable(options)}\n`)
  const rows = program.commands.map(command => [
    `[${code(command.name())}](commands/${command.name()}.md)`,
    capital(command.description()),
  ])
  return `${GENERATED}
# Command line

${program.description()}

\`\`\`text synopsis
sfprocessor ${program.usage().replace(/\n +/g, '\n')}
\`\`\`

Options have one dash or two, \`-config FILE\` or \`-config=FILE\`, and stand before the first path. The exit status is explained in
[exit-codes.md](exit-codes.md), pipeline files in [pipeline.md](pipeline.md), variables of the environment in
[environment.md](environment.md). \`sfprocessor help COMMAND\` prints what these pages say, and [shells complete](completion.md) all of it.

## Examples

${examplesText(EXAMPLES)}
## Options

${sections.join('\n')}
## Commands

${table(['command', 'what it does'], rows)}
`
}

function commandPage(command: Command): string {
  return `${GENERATED}
# sfprocessor ${command.name()}
${commandBody(command, kindOf(command))}
## Exit status

${table(
  ['status', 'when'],
  Object.values(EXIT).flatMap(status => exitRow(status, command)),
)}

All of them: [exit-codes.md](../exit-codes.md). All commands: [command-line.md](../command-line.md).
`
}

function commandBody(command: Command, kind: CommandKind | undefined): string {
  const examples = kind?.examples ?? OTHER_EXAMPLES[command.name()]
  const inner = command.commands.map(
    child =>
      `\n## ${pathOf(child)}\n${commandBody(
        child,
        kind?.commands?.find(({ name }) => name === child.name()),
      )}`,
  )
  return `
${capital(command.description())}.

\`\`\`text synopsis
sfprocessor ${synopsisOf(command)}
\`\`\`

${argumentsText(command)}${takesRunOptions(command) ? 'Takes the options [of a run](../command-line.md#options), and:\n\n' : ''}${optionTable(visibleOptions(command))}
${examples ? `\n${command.parent?.parent ? '###' : '##'} Examples\n\n${examplesText(examples)}` : ''}${inner.join('')}`
}

/** Of the commands that are no part of the table. */
const OTHER_EXAMPLES: Readonly<Record<string, readonly CommandExample[]>> = {
  config: [
    { line: 'sfprocessor config -config pipeline.json', says: 'print each setting with the place that it comes from' },
    { line: 'sfprocessor config -config pipeline.json -json', says: 'the same for programs' },
  ],
  simulate: [{ line: 'sfprocessor simulate attack.yaml -o attack.sf', says: 'write the trace of a scenario' }],
}

const kindOf = (command: Command): CommandKind | undefined => COMMANDS.find(({ name }) => name === command.name())

/** `spool ls` */
export const pathOf = (command: Command): string =>
  command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()

export function synopsisOf(command: Command): string {
  const words = command.registeredArguments.map(one =>
    one.required ? `<${one.name()}${dots(one)}>` : `[${one.name()}${dots(one)}]`,
  )
  const inner = command.commands.length > 0 ? ['COMMAND ...'] : []
  return [pathOf(command), '[options]', ...words, ...inner].join(' ')
}

const dots = ({ variadic }: { readonly variadic: boolean }): string => (variadic ? '...' : '')

function argumentsText(command: Command): string {
  const rows = command.registeredArguments
    .filter(({ description }) => description !== '')
    .map(one => [
      code(one.required ? `<${one.name()}${dots(one)}>` : `[${one.name()}${dots(one)}]`),
      withChoices(one.description, one.argChoices),
    ])
  return rows.length === 0 ? '' : `${table(['argument', 'meaning'], rows)}\n\n`
}

type Option = Command['options'][number]

/** With the option that asks for help, which every command has. */
export const visibleOptions = (command: Command): Option[] => command.options.filter(({ hidden }) => !hidden)

/** `config` takes the options of a run, and hides them in its help. */
const takesRunOptions = (command: Command): boolean => command.options.some(({ hidden }) => hidden) && command.parent !== null

function optionTable(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices, mandatory }) => [
    code(withOneDash(flags)),
    `${withChoices(description, argChoices)}${mandatory ? ' Required.' : ''}`,
  ])
  return table(['option', 'meaning'], [...rows, [code('-h, -help'), 'show this help']])
}

export const withOneDash = (flags: string): string => flags.replace(/(^|\s)--/g, '$1-')

const withChoices = (text: string, choices: readonly string[] | undefined): string =>
  choices && !choices.every(choice => text.includes(choice))
    ? `${text.replace(/\.?$/, '.')} One of ${choices.map(code).join(', ')}.`
    : text

const examplesText = (examples: readonly CommandExample[]): string =>
  examples.map(({ line, says }) => `${capital(says)}:\n\n\`\`\`sh shown\n${line}\n\`\`\`\n`).join('\n')

/** No command looks for records that went missing but a run. */
function exitRow(status: number, command: Command): string[][] {
  const { status: own } = kindOf(command) ?? {}
  switch (status) {
    case EXIT.ok:
      return [[String(status), own?.ok ?? 'it has done what it was asked for']]
    case EXIT.failed:
      return [[String(status), own?.failed ?? 'it could not: a fault says why']]
    case EXIT.usage:
      return [[String(status), 'the command line is wrong']]
    default:
      return []
  }
}
