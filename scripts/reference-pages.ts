// SPDX-License-Identifier: Apache-2.0
import type { ErrorCatalogue } from '../core/contract/error-catalogue.js'
import { TYPE_LABELS } from '../driver/cli/commands/list/attribute-items.js'
import { EXIT, EXIT_HELP } from '../driver/exit-codes.js'
import { ATTRIBUTES } from '../plugins/sysflow/attributes/attributes.js'
import { DEPRECATED_NAMES, UNSUPPORTED_ATTRIBUTES } from '../plugins/sysflow/attributes/rows/foreign-names.js'
import { code, GENERATED, markdownTable } from './markdown.js'

/** The reference pages under docs/, generated from the tables that the program itself uses. */

export function attributesPage(): string {
  const rows = ATTRIBUTES.map(({ name, aliases, type, recordTypes, description }) => [
    code(name),
    aliases.map(code).join(', '),
    TYPE_LABELS[type],
    recordTypes.join(' '),
    description,
  ])
  const renamedRows = [...DEPRECATED_NAMES].map(([old, name]) => [code(old), code(name)])
  const reasons = new Map<string, string[]>()
  for (const [name, reason] of UNSUPPORTED_ATTRIBUTES) reasons.set(reason, [...(reasons.get(reason) ?? []), code(name)])
  return `${GENERATED}
# Attributes

Attributes for rules. \`string\` and \`JSON\` values compare as strings. A comparison with \`string[]\` or \`number[]\` is true if one
element matches. \`timestamp\` values are exact nanoseconds. \`exists\` is false if the value is 0, false or empty.
An index selects an element of a list (\`proc.aname[1]\`). A path selects a part of JSON (\`sf.ke.message[items.0.name]\`).

${markdownTable(['name', 'also', 'type', 'record types', 'meaning'], rows)}

## Deprecated names

Existing rule files use these names. They are accepted with a warning.

${markdownTable(['name in the rule', 'attribute'], renamedRows)}

## Unsupported Falco fields

A comparison with one of these fields has no result. A rule that needs the field is loaded as inactive and logged by name.
A rule that can match without the field stays active.

${[...reasons].map(([reason, names]) => `- ${reason}: ${names.join(', ')}`).join('\n')}
`
}

export function errorsPage(errors: ErrorCatalogue): string {
  const rows = Object.entries(errors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { what, hint }]) => [code(name), what, hint])
  return `${GENERATED}
# Error codes

Every error message has one of these codes. Words in braces are placeholders. \`sfprocessor explain CODE\` also lists causes.

${markdownTable(['code', 'what happened', 'how to fix it'], rows)}
`
}

export function exitCodesPage(): string {
  const meanings = new Map([...EXIT_HELP.matchAll(/^ {2}(\d+) {2}(.+)$/gm)].map(match => [Number(match[1]), match[2] ?? '']))
  const rows = Object.entries(EXIT).map(([name, status]) => [String(status), name, meanings.get(status) ?? ''])
  return `${GENERATED}
# Exit status

${markdownTable(['status', 'name', 'when'], rows)}

Warnings do not change the status. If several apply, the highest is returned. Every error has a code: [errors.md](errors.md).
`
}
