// SPDX-License-Identifier: Apache-2.0
import type { CommandKind } from './command.js'

export const explainCommand: CommandKind = {
  name: 'explain',
  summary: 'explain an error code: what happened, what leads to it, how to mend it',
  arguments: [{ name: '[code]', description: 'as it was printed; without one: what codes there are' }],
  options: [],
  examples: [{ line: 'sfprocessor explain SFP_POLICY_UNKNOWN_ATTRIBUTE', says: 'explain one error' }],
  run: async (call, world) => (await import('./explain/explain.js')).explain(call, world),
}
