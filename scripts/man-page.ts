// SPDX-License-Identifier: Apache-2.0

import type { CommandExample } from '../core/contract/command.js'
import { commandLineProgram as commandLine } from '../driver/cli/command-line-options.js'
import { COMMANDS } from '../driver/cli/commands/table.js'
import { HELP_EXAMPLES } from '../driver/cli/help.js'
import { EXIT_HELP } from '../driver/exit-codes.js'
import { type Command, pathOf, synopsisOf, visibleOptions } from './command-pages.js'
import { DOCUMENTED_FILES, type DocumentedName, ENVIRONMENT_VARIABLES, VARIABLE_PATTERNS } from './environment.js'
import { groupBy } from './group-by.js'
import { capitalize } from './markdown.js'

export const MAN_PAGE = 'docs/man/sfprocessor.1'

/** The manual page, in the macros of mdoc(7). */
export function manPage(): string {
  const program = commandLine()
  return `.\\" Made by "make docs" from the source; edit there.
.\\" SPDX-License-Identifier: Apache-2.0
.Dd $Mdocdate$
.Dt SFPROCESSOR 1
.Os sfprocessor
.Sh NAME
.Nm sfprocessor
.Nd edge analytics for system telemetry
.Sh SYNOPSIS
.Nm
.Op Ar options
.Ar path ...
.Nm
.Ar command
.Op Ar options
.Op Ar argument ...
.Sh DESCRIPTION
${prose(program.description())}
${prose(DESCRIPTION)}
.Pp
Options have one dash or two,
.Fl config Ar file
or
.Fl config Ns = Ns Ar file ,
and stand before the first path.
${[...groupBy(visibleOptions(program), option => option.helpGroupHeading ?? '')].map(([heading, options]) => `.Ss ${inline(heading.replace(/:$/, ''))}\n${optionList(options)}`).join('')}.Sh COMMANDS
.Nm
.Cm help Ar command
prints what stands here of a command.
${program.commands.map(commandText).join('')}.Sh ENVIRONMENT
${nameList(ENVIRONMENT_VARIABLES, 'Ev')}.Pp
Settings can be overridden one by one:
${nameList(VARIABLE_PATTERNS, 'Ev')}.Sh FILES
${nameList(DOCUMENTED_FILES, 'Pa')}.Sh EXIT STATUS
.Bl -tag -width 3n
${[...EXIT_HELP.matchAll(/^ {2}(\d+) {2}(.+)$/gm)].map(([, status, when]) => `.It ${status}\n${prose(capitalize(when ?? ''))}.\n`).join('')}.El
.Sh EXAMPLES
${HELP_EXAMPLES.map(exampleText)
  .join('')
  .replace(/^\.Pp\n/, '')}.Sh SEE ALSO
The reference of all components, attributes and error codes is in the folder
.Pa docs
of the source;
.Nm
.Cm list
prints it.
`
}

const DESCRIPTION =
  'A pipeline file describes the stages and how they are linked. Without one, the shipped pipeline evaluates the shipped rules ' +
  'and writes alerts to standard output. Everything else goes to standard error.'

function commandText(command: Command): string {
  const kind = COMMANDS.find(({ name }) => name === command.name() && command.parent?.parent === null)
  const heading = command.parent?.parent ? '' : `.Ss sfprocessor ${inline(pathOf(command))}\n`
  const paragraph = command.parent?.parent ? `.Pp\n` : ''
  return `${heading}${paragraph}.Nm
${inline(synopsisOf(command))}
.Pp
${prose(`${capitalize(command.description())}.`)}
${argumentList(command)}${optionList(visibleOptions(command))}${command.commands.map(commandText).join('')}${(kind?.examples ?? []).map(exampleText).join('')}`
}

function argumentList(command: Command): string {
  const rows = command.registeredArguments.filter(({ description }) => description !== '')
  if (rows.length === 0) return ''
  const items = rows.map(
    argument => `.It Ar ${inline(argument.name())}\n${sentence(argument.description, argument.argChoices)}\n`,
  )
  return `.Bl -tag -width Ds\n${items.join('')}.El\n`
}

function optionList(options: Command['options']): string {
  if (options.length === 0) return ''
  const items = options.map(option => {
    const [, value] = /[<[](.*)[>\]]/.exec(option.flags) ?? []
    const names = [option.short, option.long]
      .filter(name => name !== undefined)
      .map(name => `Fl ${inline(name.replace(/^--?/, ''))}`)
    return `.It ${names.join(' , ')}${value === undefined ? '' : ` Ar ${inline(value)}`}\n${sentence(option.description, option.argChoices)}\n`
  })
  return `.Bl -tag -width Ds\n${items.join('')}.El\n`
}

const nameList = (names: readonly DocumentedName[], macro: string): string =>
  `.Bl -tag -width Ds\n${names.map(({ name, description }) => `.It ${macro} ${inline(name)}\n${prose(description)}\n`).join('')}.El\n`

const exampleText = ({ line, description }: CommandExample): string =>
  `.Pp\n${prose(`${capitalize(description)}:`)}\n.Dl ${inline(line)}\n`

function sentence(description: string, choices: readonly string[] | undefined): string {
  const words = choices && !choices.every(choice => description.includes(choice)) ? ` One of ${choices.join(', ')}.` : ''
  return prose(`${description.replace(/\.?$/, '.')}${words}`)
}

/** Escapes macros in a text: each sentence begins a line, and no line is longer than a terminal is wide. */
function prose(text: string): string {
  return text
    .replaceAll('`', '')
    .replace(/(?<=[A-Za-z)]\.) (?=[A-Z])/g, '\n')
    .split('\n')
    .flatMap(sentence => wrapLines(sentence.trim()))
    .map(line => escaped(line))
    .join('\n')
}

/** Like {@link prose}, for texts that must stay on one line: names, examples. */
const inline = (text: string): string => escaped(text.replaceAll('`', ''))

const escaped = (line: string): string => line.replaceAll('\\', '\\e').replaceAll('"', '\\(dq').replace(/^[.']/, '\\&$&')

/** Lines of words; no line begins with a word that looks like a macro's argument. */
function wrapLines(sentence: string): string[] {
  const lines: string[] = []
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < MAX_COLUMNS) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

const MAX_COLUMNS = 76
