// SPDX-License-Identifier: Apache-2.0

import { join, relative } from 'node:path'
import type { CommandExample } from '../../core/contract/command.js'
import type { ApplyStyle } from '../../core/terminal/style.js'
import { programRoot } from '../process/package.js'

/** Texts that the help adds to the tables of options and commands. */

/** In columns. */
export const HELP_WIDTH = 80

/** Headings of the help, in its order. */
export const HELP_GROUPS = {
  input: 'What to read:',
  plugins: 'Plugins:',
  running: 'Running:',
  output: 'What it prints:',
  debugging: 'Debugging:',
  other: 'Help:',
} as const

export const HELP_EXAMPLES: readonly CommandExample[] = [
  { line: 'sfprocessor trace.sf', description: 'judge a trace with shipped rules' },
  { line: 'sfprocessor -config my.json -test', description: 'check a pipeline and its rules' },
  { line: 'sfprocessor -driver socket /run/sysflow.sock', description: 'take records from a collector' },
  { line: 'sfprocessor -format json traces/ | jq .tags', description: 'alerts as JSON, for programs' },
]

export const AFTER_HELP = `
Examples:
${examplesText(HELP_EXAMPLES)}
Options have one dash or two, and stand before the first path.
Exit status: 0 done, 1 a fault or lost records, 2 a wrong command line,
3 records that are missing uncounted. More: sfprocessor help COMMAND.
`

export function examplesText(examples: readonly CommandExample[]): string {
  const width = Math.max(...examples.map(({ line }) => line.length))
  const isTable = examples.every(({ description }) => width + description.length + 4 <= HELP_WIDTH)
  return examples
    .map(({ line, description }) => (isTable ? `  ${line.padEnd(width)}  ${description}\n` : `  ${line}\n      ${description}\n`))
    .join('')
}

/** For a call of the program without input. */
export function gettingStartedText(directory: string): string {
  const shipped = (...path: readonly string[]): string => {
    const absolutePath = join(programRoot(), 'resources', ...path)
    const relativePath = relative(directory, absolutePath)
    return relativePath.startsWith('..') ? absolutePath : relativePath
  }
  return `Usage: sfprocessor [options] PATH...
       sfprocessor COMMAND ...

Three ways to begin:

1. See it work: the trace of a break-in that is shipped, and what the rules say of it.

     sfprocessor -config ${shipped('pipelines', 'demo.json')} ${shipped('traces', 'webshell.sf')}

2. Judge traces of your own, files or folders of them, with the shipped rules.

     sfprocessor PATH...

3. Make a pipeline of your own, in this folder, and check it.

     sfprocessor create pipeline
     sfprocessor -test

All options and commands: sfprocessor -h
`
}

/** Applies styles to the headings of a help text. */
export const styledHelp = (text: string, style: ApplyStyle): string =>
  text.replace(/^(?:Usage:|[A-Z][\w ]*:$|Three ways to begin:$)/gm, heading => style(heading, 'head'))
