// SPDX-License-Identifier: Apache-2.0
import { PLUGIN_KINDS } from '../../core/contract/plugin.js'
import type { CommandKind, CommandOption } from './command.js'

const YES: CommandOption = { flags: '-y, --yes', description: 'ask nothing: what is not given is as by default' }

const createPlugin: CommandKind = {
  name: 'plugin',
  summary: 'a folder with a plugin in TypeScript: its source, a test, a pipeline that uses it',
  arguments: [{ name: '[name]', description: 'what pipeline files and rules will call it' }],
  options: [
    { flags: '--kind <kind>', description: 'what it is', choices: PLUGIN_KINDS },
    { flags: '--dir <folder>', description: 'new folder that it is written to (default: its name)' },
    YES,
  ],
  examples: [
    {
      line: 'sfprocessor create plugin --kind action ticket',
      says: 'begin an action that rules name as ticket, in the folder ticket',
    },
  ],
  run: async (call, world) => (await import('./create/plugin.js')).createPlugin(call, world),
}

export const createCommand: CommandKind = {
  name: 'create',
  summary: 'begin a plugin, a pipeline or a rule; on a terminal, what is not given is asked for',
  arguments: [],
  options: [],
  commands: [createPlugin],
}
