// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import type { ProcessContext } from '../../process/process-context.js'
import { LIST_SUBJECTS } from './list/subject.js'

export const listCommand: CommandDefinition<ProcessContext> = {
  name: 'list',
  summary: 'list what there is: attributes, rules, components, error codes',
  arguments: [
    { name: '<what>', description: 'what is listed', choices: LIST_SUBJECTS },
    { name: '[name...]', description: 'only these' },
  ],
  options: [
    { flags: '--json', description: 'as one JSON array, with all that is known of each' },
    {
      flags: '--config <file>',
      description: 'pipeline file whose rules or plugins are meant (default: for rules as for a run, for components none)',
    },
    { flags: '--policies <path>', description: 'rule file or folder, instead of those that the pipeline file names' },
  ],
  examples: [
    { line: 'sfprocessor list attributes sf.proc.exe fd.name', description: 'tell what two attributes mean' },
    { line: 'sfprocessor list rules -policies policies/attack', description: 'tell the rules of a folder, each with its place' },
    { line: 'sfprocessor list components -json', description: 'tell everything that a pipeline file may name, for a program' },
  ],
  run: async (invocation, context) => (await import('./list/list.js')).listItems(invocation, context),
}
