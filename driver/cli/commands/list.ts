// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import type { ProcessContext } from '../../process/process-context.js'
import { LIST_SUBJECTS } from './list/subject.js'

export const listCommand: CommandDefinition<ProcessContext> = {
  name: 'list',
  summary: 'list attributes, rules, components or error codes',
  arguments: [
    { name: '<what>', description: 'what to list', choices: LIST_SUBJECTS },
    { name: '[name...]', description: 'names to list (default: all)' },
  ],
  options: [
    { flags: '--json', description: 'print a JSON array with all details' },
    {
      flags: '--config <file>',
      description: 'pipeline file of the rules or plugins (default for rules: as for a run; for components: none)',
    },
    { flags: '--policies <path>', description: 'rule file or directory, instead of those in the pipeline file' },
  ],
  examples: [
    { line: 'sfprocessor list attributes sf.proc.exe fd.name', description: 'describe two attributes' },
    { line: 'sfprocessor list rules -policies policies/attack', description: 'list the rules of a directory with file and line' },
    { line: 'sfprocessor list components -json', description: 'list all components as JSON' },
  ],
  run: async (invocation, context) => (await import('./list/list.js')).listItems(invocation, context),
}
