// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandDefinition } from '../../../core/contract/command.js'
import { EXIT } from '../../exit-codes.js'
import { programRoot } from '../../process/package.js'
import type { ProcessContext } from '../../process/process-context.js'

/** The first argument of a completion request by a script. No other command line begins with it. */
export const COMPLETE_COMMAND = '__complete'

/** Shell → its script, in `resources/completion`. The scripts call the program itself (completion/complete.ts). */
export const COMPLETION_SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', 'sfprocessor.bash'],
  ['zsh', '_sfprocessor'],
  ['fish', 'sfprocessor.fish'],
])

export const completionCommand: CommandDefinition<ProcessContext> = {
  name: 'completion',
  summary: 'print the completion script of a shell: commands, options, values, rules and attributes',
  arguments: [{ name: '<shell>', description: 'shell that runs the script', choices: [...COMPLETION_SCRIPTS.keys()] }],
  options: [],
  examples: [
    {
      line: 'source <(sfprocessor completion bash)',
      description: 'enable completion in this bash session; in ~/.bashrc: in all sessions',
    },
    {
      line: 'sfprocessor completion zsh > ~/.zfunc/_sfprocessor',
      description: 'enable completion in zsh; ~/.zshrc must have: fpath+=(~/.zfunc); autoload -Uz compinit; compinit',
    },
    {
      line: 'sfprocessor completion fish > ~/.config/fish/completions/sfprocessor.fish',
      description: 'enable completion in fish',
    },
  ],
  async run({ arguments: [shell = ''] }, { stdout }) {
    stdout.write(readFileSync(join(programRoot(), 'resources', 'completion', COMPLETION_SCRIPTS.get(shell) ?? ''), 'utf8'))
    return EXIT.ok
  },
}
