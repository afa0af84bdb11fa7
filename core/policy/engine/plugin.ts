// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin, Components, OptionsSchema, ProcessorPlugin } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { PolicyEngine } from './engine.js'
import type { LoadPolicies } from './load-plan.js'
import { mergeReports } from './merge-reports.js'
import { ENGINE_OPTIONS, engineSettings } from './options.js'

/** The processor `policyengine` for the channel types that have an adapter. `load` reads the rules (core/policy/language). */
export function policyEngine(components: Components, load: LoadPolicies): ProcessorPlugin {
  return {
    kind: 'processor',
    name: 'policyengine',
    contract: 2,
    summary: 'Evaluates rules on each record, after the drop filters. Outputs alerts, or all records with their matches.',
    get options(): OptionsSchema {
      return { ...ENGINE_OPTIONS, properties: { ...ENGINE_OPTIONS.properties, ...optionsOfAll(components.all('action')) } }
    },
    get accepts(): readonly string[] {
      return components.adapters.map(({ channel }) => channel)
    },
    get offers(): readonly string[] {
      return [...new Set(components.adapters.map(({ evaluatedChannel }) => evaluatedChannel))]
    },
    isPartitionable: true,
    // All actions: the actions that the rules name are known only after the rules are read, which is too late.
    subcomponents: ({ policies }) => (policies === undefined ? [] : components.all('action')),
    mergeReports,
    create(options, host) {
      const adapter = components.adapters.find(({ channel }) => channel === host.inputType)
      if (!adapter) throw new Fault('SFP_ENGINE_NO_SOURCE', { channel: host.inputType ?? '' })
      const { outputType: out = adapter.evaluatedChannel } = host
      if (out !== adapter.evaluatedChannel)
        throw new Fault('SFP_ENGINE_OUTPUT', { channel: adapter.channel, evaluated: adapter.evaluatedChannel, out })
      const settings = engineSettings(options, host.directory, fault => host.reportFault(fault, false))
      const makeActions = async () => {
        const { Actions } = await import('./actions/actions.js')
        return new Actions(components.all('action'), options, adapter, host)
      }
      return new PolicyEngine(settings, adapter, load, makeActions, host)
    },
  }
}

const optionsOfAll = (actions: readonly ActionPlugin[]): OptionsSchema['properties'] =>
  Object.assign({}, ...actions.map(({ options }) => options.properties))
