// SPDX-License-Identifier: Apache-2.0
import type { CommandKind } from './command.js'
import { SUBJECTS } from './list/subject.js'

export const listCommand: CommandKind = {
  name: 'list',
  summary: 'list what there is: attributes, rules, components, error codes',
  arguments: [
    { name: '<what>', description: 'what is listed', choices: SUBJECTS },
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
    { line: 'sfprocessor list attributes sf.proc.exe fd.name', says: 'tell what two attributes mean' },
    { line: 'sfprocessor list rules -policies policies/attack', says: 'tell the rules of a folder, each with its place' },
    { line: 'sfprocessor list components -json', says: 'tell everything that a pipeline file may name, for a program' },
  ],
  run: async (call, world) => (await import('./list/list.js')).list(call, world),
}
