// SPDX-License-Identifier: Apache-2.0

import { join, relative, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import type { CommandInvocation } from '../../../../core/contract/command.js'
import { PLUGIN_KINDS, type PluginKind } from '../../../../core/contract/plugin.js'
import { EXIT, type ExitCode } from '../../../exit-codes.js'
import { builtInRegistry } from '../../../loader/built-in.js'
import { isPluginName } from '../../../loader/plugin-name.js'
import type { Registry } from '../../../loader/registry.js'
import { programRoot } from '../../../process/package.js'
import type { ProcessContext } from '../../../process/process-context.js'
import { refuseNonEmpty, writeFolder } from './new-folder.js'
import { QuestionPrompter, type Terminal, terminalOf } from './questions.js'
import { scaffold } from './scaffold.js'

/** Writes the folder of a new plugin and prints the next steps. Throws a fault if it fails; no file is left behind then. */
export async function createPlugin(
  { arguments: [givenName], options }: CommandInvocation,
  context: ProcessContext,
  terminal: Terminal | undefined = terminalOf(context, options.yes === true),
): Promise<ExitCode> {
  const questions = new QuestionPrompter(terminal)
  try {
    const given = typeof options.kind === 'string' ? options.kind : undefined
    const kind = (await questions.answer({ label: 'kind', flag: '--kind', choices: PLUGIN_KINDS }, given)) as PluginKind
    const builtIn = await builtInRegistry({ stdout: new PassThrough(), version: '' })
    const name = await questions.answer(
      { label: `name of the ${kind}`, flag: 'NAME', validate: answer => nameError(kind, answer, builtIn) },
      givenName,
    )
    const folderError = (answer: string): string | undefined => {
      try {
        refuseNonEmpty(resolve(context.directory, answer), '--dir')
        return undefined
      } catch {
        return 'it already exists and is not empty'
      }
    }
    const dir = await questions.answer(
      { label: 'folder', flag: '--dir', default: name, ...(terminal && { validate: folderError }) },
      typeof options.dir === 'string' ? options.dir : undefined,
    )
    const folder = resolve(context.directory, dir)
    writeFolder(folder, scaffold(kind, name, folder), '--dir')
    context.stdout.write(nextSteps(kind, name, folder, context.directory))
    return EXIT.ok
  } finally {
    questions.close()
  }
}

function nameError(kind: PluginKind, name: string, builtIn: Registry): string | undefined {
  if (!isPluginName(name)) return 'a name is a letter followed by at most 63 letters, digits, - and _'
  return builtIn.find(kind, name) ? `a built-in ${kind} has this name` : undefined
}

function nextSteps(kind: PluginKind, name: string, folder: string, directory: string): string {
  const shown = relative(directory, folder) || '.'
  const trace = kind === 'driver' ? '' : ` ${relative(folder, join(programRoot(), 'resources', 'traces', 'webshell.sf'))}`
  return [
    `Created the ${kind} ${name} in ${shown}. Next steps:`,
    `  cd ${shown} && npm install && npm test`,
    `  npx sfprocessor -config pipeline.json${trace}`,
    '  edit src/index.ts; README.md explains it',
    '',
  ].join('\n')
}
