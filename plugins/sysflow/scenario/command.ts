// SPDX-License-Identifier: Apache-2.0
import type { CommandDefinition } from '../../../core/contract/command.js'

export const simulateCommand: CommandDefinition = {
  name: 'simulate',
  summary: 'write the trace of a scenario',
  arguments: [{ name: '<scenario>', description: 'scenario file (YAML)' }],
  options: [
    { flags: '-o, --output <trace>', description: 'output file, - for standard output', isRequired: true },
    { flags: '--variant <name>', description: 'variant of the scenario' },
  ],
  examples: [{ line: 'sfprocessor simulate attack.yaml -o attack.sf', description: 'write the trace of a scenario' }],
  async run({ arguments: [scenario = ''], options: { output, variant } }, { stderr }) {
    const { runSimulate } = await import('./simulate-command.js')
    // Scripts pass options with unset variables, so an empty name means no variant.
    const records = runSimulate(scenario, String(output), typeof variant === 'string' && variant !== '' ? variant : undefined)
    stderr.write(`${records} records\n`)
    return 0
  },
}
