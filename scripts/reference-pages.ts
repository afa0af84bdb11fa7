// SPDX-License-Identifier: Apache-2.0
import type { OptionSchema, OptionsSchema } from '../core/contract/plugin.js'
import { CATALOGUE } from '../core/errors/catalogue.js'
import { FORMER_NAMES, UNAVAILABLE } from '../core/record/attributes/foreign.js'
import { ATTRIBUTES } from '../core/record/attributes.js'

/** The reference pages under docs/, made from the tables that the program itself runs on. */

const GENERATED = '<!-- Made by `make docs` from the source; edit there. -->\n'

export function attributesPage(): string {
  const rows = ATTRIBUTES.map(
    ({ name, aliases, type, types, description }) =>
      `| \`${name}\` | ${aliases.map(alias => `\`${alias}\``).join(', ')} | ${type} | ${types.join(' ')} | ${cell(description)} |`,
  )
  const former = [...FORMER_NAMES].map(([old, name]) => `| \`${old}\` | \`${name}\` |`)
  const reasons = new Map<string, string[]>()
  for (const [name, reason] of UNAVAILABLE) reasons.set(reason, [...(reasons.get(reason) ?? []), `\`${name}\``])
  return `${GENERATED}
# Attributes

Names that a rule may use. \`text\` and \`json\` compare as text, \`texts\` and \`numbers\` element by element (any element may
match), \`clock\` is a count of nanoseconds, exact to the last digit. \`exists\` is true unless the value is 0, false or empty.
A number in brackets selects from a list (\`proc.aname[1]\`), a path selects inside JSON (\`sf.ke.message[items.0.name]\`).

| name | also | type | says something about | meaning |
|---|---|---|---|---|
${rows.join('\n')}

## Old and misspelt names

Found in rule files in circulation; read as the attribute that is meant, with a warning.

| in the rule | read as |
|---|---|
${former.join('\n')}

## Fields of Falco that SysFlow cannot answer

A comparison with one of these is neither true nor false: a rule that needs it is loaded as inactive and reported by name,
a rule that can fire without it stays active.

${[...reasons].map(([reason, names]) => `- ${reason}: ${names.join(', ')}`).join('\n')}
`
}

export function errorsPage(): string {
  const rows = Object.entries(CATALOGUE)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { what, mend }]) => `| \`${code}\` | ${cell(what)} | ${cell(mend)} |`)
  return `${GENERATED}
# Error codes

Every message carries one of these codes. Words in braces stand for details of the case.

| code | what happened | how to mend it |
|---|---|---|
${rows.join('\n')}
`
}

export interface Component {
  readonly kind: string
  readonly name: string
  readonly summary: string
  readonly options: OptionsSchema
}

export function componentPage({ kind, name, summary, options }: Component): string {
  const rows = Object.entries(options.properties).map(
    ([key, option]) =>
      `| \`${key}\` | ${typeOf(option)} | ${option.default === undefined ? '' : `\`${JSON.stringify(option.default)}\``} | ${cell(option.description)}${formerly(option)} |`,
  )
  const examples = (options.examples ?? []).map(example => `\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n`)
  return `${GENERATED}
# ${kind} \`${name}\`

${summary}

| key | value | default | meaning |
|---|---|---|---|
${rows.join('\n')}
${options.required?.length ? `\nRequired: ${options.required.map(key => `\`${key}\``).join(', ')}.\n` : ''}${examples.length ? `\n## Examples\n${examples.join('')}` : ''}`
}

const typeOf = (option: OptionSchema): string => (option.enum ? option.enum.map(value => `\`${value}\``).join(', ') : option.type)
const formerly = (option: OptionSchema): string =>
  option.formerly ? ` Formerly ${option.formerly.map(key => `\`${key}\``).join(', ')}.` : ''
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
