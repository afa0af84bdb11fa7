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
  input: 'Input:',
  plugins: 'Plugins:',
  running: 'Running:',
  output: 'Output and log:',
  debugging: 'Debugging:',
  other: 'Help:',
} as const

export const HELP_EXAMPLES: readonly CommandExample[] = [
  { line: 'sfprocessor trace.sf', description: 'apply shipped rules to a trace' },
  { line: 'sfprocessor -config my.json -test', description: 'validate pipeline and rules' },
  { line: 'sfprocessor -driver socket /run/sysflow.sock', description: 'receive records from a collector' },
  { line: 'sfprocessor -format json traces/ | jq .tags', description: 'print alerts as JSON' },
]

export const AFTER_HELP = `
Examples:
${examplesText(HELP_EXAMPLES)}
Options have one or two dashes and come before the first path.
Exit status: 0 success, 1 error or lost records, 2 invalid command line,
3 record counts do not add up. Command help: sfprocessor help COMMAND.
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

Three ways to start:

1. Run the demo: it applies the shipped rules to the trace of an attack.

     sfprocessor -config ${shipped('pipelines', 'demo.json')} ${shipped('traces', 'webshell.sf')}

2. Apply the shipped rules to your traces (files or directories).

     sfprocessor PATH...

3. Create a pipeline in the current directory and validate it.

     sfprocessor create pipeline
     sfprocessor -test

All options and commands: sfprocessor -h
`
}

/** Applies styles to the headings of a help text. */
export const styledHelp = (text: string, style: ApplyStyle): string =>
  text.replace(/^(?:Usage:|[A-Z][\w ]*:$|Three ways to start:$)/gm, heading => style(heading, 'head'))
