// SPDX-License-Identifier: Apache-2.0

import type { CommandInvocation } from '../../../../core/contract/command.js'
import { Fault, Faults } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { attributeItems } from './attribute-items.js'
import { adaptersOf, codeItems, componentItems, ruleItems } from './pipeline-items.js'
import { LIST_SUBJECTS, type ListItem, type ListSubject } from './subject.js'

/** Prints the items of one subject, or the named ones. Throws a fault for each unknown name. */
export async function listItems(
  { arguments: [what = '', ...names], options }: CommandInvocation,
  context: ProcessContext,
): Promise<ExitCode> {
  const subject = LIST_SUBJECTS.find(known => known === what)
  if (!subject) throw new TypeError(`${what} is not a valid choice`)
  const all = await itemsOf(subject, options, context)
  const items = names.length === 0 ? all : selectItems(subject, all, names)
  context.stdout.write(options.json === true ? jsonText(items) : plainText(items))
  return EXIT.ok
}

async function itemsOf(
  subject: ListSubject,
  options: CommandInvocation['options'],
  context: ProcessContext,
): Promise<readonly ListItem[]> {
  switch (subject) {
    case 'attributes':
      return attributeItems(await adaptersOf(options, context))
    case 'codes':
      return codeItems(options, context)
    case 'rules':
      return ruleItems(options, context)
    case 'components':
      return componentItems(options, context)
    default:
      return subject satisfies never
  }
}

/** In the order of the names; several components may share a name. */
function selectItems(subject: ListSubject, all: readonly ListItem[], names: readonly string[]): ListItem[] {
  const faults: Fault[] = []
  const found = names.flatMap(name => {
    const items = all.filter(item => item.name === name || item.aliases?.includes(name))
    if (items.length > 0) return items
    const close = nearest(name, all.map(item => item.name)) // biome-ignore format: one thought
    faults.push(new Fault('SFP_LIST_UNKNOWN', { kind: subject.replace(/s$/, ''), name, nearest: close ?? '' }))
    return []
  })
  if (faults.length > 0) throw new Faults(faults)
  return found
}

const jsonText = (items: readonly ListItem[]): string => `${JSON.stringify(items.map(({ details }) => details), null, 2)}\n` // biome-ignore format: one thought

/** Columns separated by two spaces; the last column is not padded. */
function plainText(items: readonly ListItem[]): string {
  const rows = items.map(({ name, columns }) => [name, ...columns])
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows
    .map(
      row =>
        `${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
