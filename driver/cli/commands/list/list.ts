// SPDX-License-Identifier: Apache-2.0
import { CATALOGUE } from '../../../../core/errors/catalogue.js'
import { Fault, Faults } from '../../../../core/errors/fault.js'
import { nearest } from '../../../../core/errors/nearest.js'
import { ATTRIBUTES, VOCABULARY } from '../../../../plugins/sysflow/attributes/attributes.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import type { World } from '../../../pipeline/prepare.js'
import type { Call } from '../command.js'
import { componentItems, ruleItems } from './of-pipeline.js'
import { type Item, SUBJECTS, type Subject } from './subject.js'

/** Prints what there is of one sort, or those of it that are named. Throws a fault for each name that nothing has. */
export async function list({ arguments: [what = '', ...names], options }: Call, world: World): Promise<ExitCode> {
  const subject = SUBJECTS.find(known => known === what)
  if (!subject) throw new TypeError(`${what} is no choice of the command line`)
  const all = await itemsOf(subject, options, world)
  const items = names.length === 0 ? all : chosen(subject, all, names)
  world.stdout.write(options.json === true ? jsonText(items) : plainText(items))
  return EXIT.ok
}

async function itemsOf(subject: Subject, options: Call['options'], world: World): Promise<readonly Item[]> {
  switch (subject) {
    case 'attributes':
      return ATTRIBUTES.map(({ name, aliases, type, types, description }) => ({
        name,
        columns: [type, description],
        facts: { name, aliases, type, types, description },
      }))
    case 'codes':
      return Object.entries(CATALOGUE).map(([name, { what, mend }]) => ({ name, columns: [what], facts: { name, what, mend } }))
    case 'rules':
      return ruleItems(options, world)
    case 'components':
      return componentItems(options, world)
    default:
      return subject satisfies never
  }
}

/** In the order in which they are asked for; several components may share a name. */
function chosen(subject: Subject, all: readonly Item[], names: readonly string[]): Item[] {
  const faults: Fault[] = []
  const found = names.flatMap(name => {
    const meant = subject === 'attributes' ? (VOCABULARY.find(name)?.name ?? name) : name
    const items = all.filter(item => item.name === meant)
    if (items.length > 0) return items
    const close = nearest(name, all.map(item => item.name)) // biome-ignore format: one thought
    faults.push(new Fault('SFP_LIST_UNKNOWN', { kind: subject.replace(/s$/, ''), name, nearest: close ?? '' }))
    return []
  })
  if (faults.length > 0) throw new Faults(faults)
  return found
}

const jsonText = (items: readonly Item[]): string => `${JSON.stringify(items.map(({ facts }) => facts), null, 2)}\n` // biome-ignore format: one thought

/** Columns with two blanks between them, the last as long as it is. */
function plainText(items: readonly Item[]): string {
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
