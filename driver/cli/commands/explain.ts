// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import type { ProcessContext } from '../../process/process-context.js'

export const explainCommand: CommandDefinition<ProcessContext> = {
  name: 'explain',
  summary: 'explain an error code: what happened, causes, how to fix it',
  arguments: [{ name: '[code]', description: 'as it was printed; without one: what codes there are' }],
  options: [{ flags: '--config <file>', description: 'pipeline file whose plugins have codes of their own' }],
  examples: [{ line: 'sfprocessor explain SFP_POLICY_UNKNOWN_ATTRIBUTE', description: 'explain one error' }],
  run: async (invocation, context) => (await import('./explain/explain.js')).explain(invocation, context),
}
