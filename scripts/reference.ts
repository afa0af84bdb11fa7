// SPDX-License-Identifier: Apache-2.0
import { commandLineProgram as commandLine } from '../driver/cli/command-line-options.js'
import { EXIT } from '../driver/exit-codes.js'
import type { Registry } from '../driver/loader/registry.js'
import { ATTRIBUTES } from '../plugins/sysflow/attributes/attributes.js'
import { COMMAND_PAGES, type Command, pathOf, visibleOptions, withOneDash } from './command-pages.js'
import { COMPONENTS, componentPath, documentedOptions, ownOptionKeys, subcomponentsOf } from './component-pages.js'
import { ENVIRONMENT_VARIABLES } from './environment.js'
import { MAN_PAGE } from './man-page.js'

/** Page → the names that it must document. Each name is the first cell of a table row. */
export type Reference = ReadonlyMap<string, readonly string[]>

/** All names that a user may write, from the tables that the program uses. */
export function reference(registry: Registry): Map<string, readonly string[]> {
  const program = commandLine()
  const keys = new Map<string, string[]>()
  for (const plugin of registry.plugins) {
    const subcomponents = plugin.kind === 'processor' ? subcomponentsOf(plugin.name, registry) : []
    const path = componentPath(plugin)
    const own = ownOptionKeys(plugin.options.properties, subcomponents)
    const options = Object.entries(plugin.options.properties).filter(([key]) => own.includes(key))
    const documented = documentedOptions(Object.fromEntries(options)).map(({ key }) => key)
    keys.set(path, [...new Set([...(keys.get(path) ?? []), ...documented])])
  }
  return new Map<string, readonly string[]>([
    ...keys,
    [`${COMPONENTS}/README.md`, [...new Set(registry.plugins.map(plugin => componentPath(plugin).slice(COMPONENTS.length + 1)))]],
    ['docs/attributes.md', ATTRIBUTES.map(({ name }) => name)],
    ['docs/errors.md', Object.keys(registry.errors)],
    ['docs/exit-codes.md', Object.values(EXIT).map(String)],
    ['docs/environment.md', ENVIRONMENT_VARIABLES.map(({ name }) => name)],
    [
      'docs/command-line.md',
      [...visibleOptions(program).map(flagsOf), HELP, ...program.commands.map(command => `commands/${command.name()}.md`)],
    ],
    ...program.commands.map((command): [string, string[]] => [
      `${COMMAND_PAGES}/${command.name()}.md`,
      [...namesOf(command), ...STATUSES],
    ]),
    [MAN_PAGE, manNames(program)],
  ])
}

const HELP = '-h, -help'

/** Exit statuses of a command, which counts no records. */
const STATUSES = [EXIT.ok, EXIT.failed, EXIT.usage].map(String)

const flagsOf = ({ flags }: Command['options'][number]): string => withOneDash(flags)

/** Its options and arguments, and those of its subcommands. */
const namesOf = (command: Command): string[] => [
  ...new Set([
    ...command.registeredArguments
      .filter(({ description }) => description !== '')
      .map(one => `${one.required ? '<' : '['}${one.name()}${one.variadic ? '...' : ''}${one.required ? '>' : ']'}`),
    ...visibleOptions(command).map(flagsOf),
    HELP,
    ...command.commands.flatMap(namesOf),
  ]),
]

/** Items of the lists in the manual page, in the form of its macros, and its command headings. */
const manNames = (program: Command): string[] => [
  ...new Set([
    ...everyCommand(program).flatMap(command => visibleOptions(command).flatMap(({ long }) => `Fl ${long?.slice(2)}`)),
    ...everyCommand(program)
      .slice(1)
      .map(command => `Nm ${pathOf(command)}`),
    ...ENVIRONMENT_VARIABLES.map(({ name }) => `Ev ${name}`),
  ]),
]

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)]

/**
 * Differences between pages and program: names without a page or row, and pages or rows of names that no longer exist. `pages`:
 * those that {@link reference} names, and all pages in the folders of generated pages.
 */
export function documentationGaps(wanted: Reference, pages: ReadonlyMap<string, string>): string[] {
  const missing = [...wanted].flatMap(([path, names]) => {
    const text = pages.get(path)
    if (text === undefined) return [`${path}: there is no such page`]
    const documented = documentedIn(path, text)
    return [
      ...names.filter(name => !documented.has(name)).map(name => `${path}: ${name} is not documented`),
      ...[...documented].filter(name => !names.includes(name)).map(name => `${path}: ${name} is gone`),
    ]
  })
  const obsolete = [...pages.keys()].filter(path => !wanted.has(path)).map(path => `${path}: what it documents is gone`)
  return [...missing, ...obsolete]
}

/** The first cells in the rows of a page's tables; for a link, its target. */
function documentedIn(path: string, text: string): Set<string> {
  if (path === MAN_PAGE) return documentedInManual(text)
  const currentPart = path === 'docs/attributes.md' ? (text.split('\n## ')[0] ?? '') : text
  const namedPart =
    path === 'docs/environment.md' ? (currentPart.split('\nThese variables override single settings')[0] ?? '') : currentPart
  return new Set(
    [...namedPart.matchAll(/^\| (?:`([^`]+)`|\[`[^`]+`\]\(([^)]+)\)|(\d+)) \|/gm)].map(
      match => match[1] ?? match[2] ?? match[3] ?? '',
    ),
  )
}

const documentedInManual = (text: string): Set<string> =>
  new Set([
    ...[...text.matchAll(/^\.It Fl .*?(?:, Fl )?([a-z]{2,})(?: Ar .*)?$/gm)].map(match => `Fl ${match[1]}`),
    ...[...text.matchAll(/^\.Nm\n([a-z]+(?: [a-z]+)?) \[/gm)].map(match => `Nm ${match[1]}`),
    ...[...(text.split('\nSettings can')[0] ?? '').matchAll(/^\.It Ev (\S+)$/gm)].map(match => `Ev ${match[1]}`),
  ])
