// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT } from '../../exit-codes.js'
import { packageRoot } from '../../process/package.js'
import type { CommandKind } from './command.js'

/** The word behind the program's name with which a completion script asks. No command line begins with it otherwise. */
export const ASK = '__complete'

/** Shell → its script, in `resources/completion`. The scripts ask the program itself (completion/complete.ts). */
export const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', 'sfprocessor.bash'],
  ['zsh', '_sfprocessor'],
  ['fish', 'sfprocessor.fish'],
])

export const completionCommand: CommandKind = {
  name: 'completion',
  summary: 'print the script with which a shell completes commands, options, values, rules and attributes',
  arguments: [{ name: '<shell>', description: 'the shell that is to run it', choices: [...SCRIPTS.keys()] }],
  options: [],
  examples: [
    { line: 'source <(sfprocessor completion bash)', says: 'complete in this session of bash; in ~/.bashrc: in every one' },
    {
      line: 'sfprocessor completion zsh > ~/.zfunc/_sfprocessor',
      says: 'complete in zsh, where ~/.zshrc has: fpath+=(~/.zfunc); autoload -Uz compinit; compinit',
    },
    { line: 'sfprocessor completion fish > ~/.config/fish/completions/sfprocessor.fish', says: 'complete in fish' },
  ],
  async run({ arguments: [shell = ''] }, { stdout }) {
    stdout.write(readFileSync(join(packageRoot(), 'resources', 'completion', SCRIPTS.get(shell) ?? ''), 'utf8'))
    return EXIT.ok
  },
}
