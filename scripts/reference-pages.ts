// SPDX-License-Identifier: Apache-2.0
import type { OptionSchema, Plugin } from '../core/contract/plugin.js'
import { CATALOGUE } from '../core/errors/catalogue.js'
import { FORMER_NAMES, UNAVAILABLE } from '../core/record/attributes/foreign.js'
import { ATTRIBUTES } from '../core/record/attributes.js'
import { EXIT, EXIT_HELP } from '../driver/exit-codes.js'
import { options as commandOptions } from '../driver/options.js'
import { GENERATED, table } from './table.js'

/** The reference pages under docs/, made from the tables that the program itself runs on. */

export function attributesPage(): string {
  const rows = ATTRIBUTES.map(({ name, aliases, type, types, description }) => [
    code(name),
    aliases.map(code).join(', '),
    type,
    types.join(' '),
    description,
  ])
  const former = [...FORMER_NAMES].map(([old, name]) => [code(old), code(name)])
  const reasons = new Map<string, string[]>()
  for (const [name, reason] of UNAVAILABLE) reasons.set(reason, [...(reasons.get(reason) ?? []), code(name)])
  return `${GENERATED}
# Attributes

Names that a rule may use. \`text\` and \`json\` compare as text, \`texts\` and \`numbers\` element by element (any element may
match), \`clock\` is a count of nanoseconds, exact to the last digit. \`exists\` is true unless the value is 0, false or empty.
A number in brackets selects from a list (\`proc.aname[1]\`), a path selects inside JSON (\`sf.ke.message[items.0.name]\`).

${table(['name', 'also', 'type', 'says something about', 'meaning'], rows)}

## Old and misspelt names

Found in rule files in circulation; read as the attribute that is meant, with a warning.

${table(['in the rule', 'read as'], former)}

## Fields of Falco that SysFlow cannot answer

A comparison with one of these is neither true nor false: a rule that needs it is loaded as inactive and reported by name,
a rule that can fire without it stays active.

${[...reasons].map(([reason, names]) => `- ${reason}: ${names.join(', ')}`).join('\n')}
`
}

export function errorsPage(): string {
  const rows = Object.entries(CATALOGUE)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { what, mend }]) => [code(name), what, mend])
  return `${GENERATED}
# Error codes

Every message carries one of these codes. Words in braces stand for details of the case.

${table(['code', 'what happened', 'how to mend it'], rows)}
`
}

export function componentPage(plugin: Plugin): string {
  const { kind, name, summary, options } = plugin
  const rows = Object.entries(options.properties).map(([key, option]) => [
    code(key),
    typeOf(option),
    option.default === undefined ? '' : code(JSON.stringify(option.default)),
    `${option.description}${formerly(option)}`,
  ])
  const examples = (options.examples ?? []).map(example => `\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n`)
  return `${GENERATED}
# ${kind} \`${name}\`

${capital(summary)}

${channelsOf(plugin)}

${rows.length === 0 ? 'It has no settings of its own.' : table(['key', 'value', 'default', 'meaning'], rows)}
${options.required?.length ? `\nRequired: ${options.required.map(key => `\`${key}\``).join(', ')}.\n` : ''}${examples.length ? `\n## Examples\n${examples.join('')}` : ''}`
}

export function exitCodesPage(): string {
  const meanings = new Map([...EXIT_HELP.matchAll(/^ {2}(\d+) {2}(.+)$/gm)].map(match => [Number(match[1]), match[2] ?? '']))
  const rows = Object.entries(EXIT).map(([name, status]) => [String(status), name, meanings.get(status) ?? ''])
  return `${GENERATED}
# Exit status

${table(['status', 'name', 'when'], rows)}

Warnings do not change the status. Where several apply, the highest is given. Every fault has a code: [errors.md](errors.md).
`
}

type Command = ReturnType<typeof commandOptions>

export function commandLinePage(): string {
  const program = commandOptions()
  return `${GENERATED}
# Command line

${program.description()}

\`\`\`
sfprocessor ${program.usage().replace(/\n +/g, '\n')}
\`\`\`

Options have one dash or two, \`-config FILE\` or \`-config=FILE\`, and stand before the first path. The exit status is explained in
[exit-codes.md](exit-codes.md), pipeline files and the environment in [pipeline.md](pipeline.md).

${optionTable(program)}
${program.commands.map(commandSection).join('')}`
}

function commandSection(command: Command): string {
  const note = command.options.some(option => option.hidden) ? 'Takes the options above, and:\n\n' : ''
  return `
## sfprocessor ${command.name()}

${capital(command.description())}. Usage: \`sfprocessor ${command.name()} ${command.usage()}\`

${note}${optionTable(command)}
`
}

function optionTable({ options }: Command): string {
  const rows = options
    .filter(option => !option.hidden)
    .map(({ flags, description, argChoices }) => {
      const choices = argChoices ? ` One of ${argChoices.map(choice => `\`${choice}\``).join(', ')}.` : ''
      return [code(flags.replace(/(^|\s)--/g, '$1-')), `${description}${choices}`]
    })
  return table(['option', 'meaning'], rows)
}

const code = (text: string): string => `\`${text}\``
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
function channelsOf(plugin: Plugin): string {
  const list = (types: readonly string[]): string => types.map(code).join(' or ')
  const input = 'accepts' in plugin ? `Reads channels of type ${list(plugin.accepts)}.` : ''
  if (!('offers' in plugin)) return input
  const output =
    plugin.offers.length > 0 ? `Writes channels of type ${list(plugin.offers)}.` : 'Is a last stage: it writes no channel.'
  return `${input} ${output}`.trim()
}

const typeOf = (option: OptionSchema): string => (option.enum ? option.enum.map(value => `\`${value}\``).join(', ') : option.type)
const formerly = (option: OptionSchema): string =>
  option.formerly ? ` Formerly ${option.formerly.map(key => `\`${key}\``).join(', ')}.` : ''
