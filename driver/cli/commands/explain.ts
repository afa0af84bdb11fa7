// SPDX-License-Identifier: Apache-2.0

import type { CommandDefinition } from '../../../core/contract/command.js'
import type { ProcessContext } from '../../process/process-context.js'

export const explainCommand: CommandDefinition<ProcessContext> = {
  name: 'explain',
  summary: 'explain an error code: what happened, causes, how to fix it',
  arguments: [{ name: '[code]', description: 'error code, as printed; without it, the command lists the areas of codes' }],
  options: [{ flags: '--config <file>', description: 'pipeline file; the codes of its plugins are included' }],
  examples: [{ line: 'sfprocessor explain SFP_POLICY_UNKNOWN_ATTRIBUTE', description: 'explain one error' }],
  run: async (invocation, context) => (await import('./explain/explain.js')).explain(invocation, context),
}
