// SPDX-License-Identifier: Apache-2.0
import type { Family } from '../../core/contract/family.js'
import { replayCommand } from './replay/replay-command.js'
import { simulateCommand } from './scenario/command.js'
import { scenarioTemplate } from './scenario/rule-test-template.js'

/** SysFlow: traces and live sockets, flattened records, scenarios. */
export const sysflow: Family = {
  name: 'sysflow',
  plugins: async ({ components }) => (await import('./plugins.js')).sysflowPlugins(components),
  adapters: async () => [(await import('./attributes/sysflow-adapter.js')).SYSFLOW_ADAPTER],
  errors: async () => (await import('./errors.js')).SYSFLOW_ERRORS,
  commands: [simulateCommand, replayCommand],
  schemas: [{ kind: 'scenario', schema: async () => (await import('./scenario/scenario-schema.js')).scenarioSchema() }],
  ruleTests: [scenarioTemplate],
}
