// SPDX-License-Identifier: Apache-2.0
import type { ActionPlugin, Components, OptionsSchema, ProcessorPlugin } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'
import { PolicyEngine } from './engine.js'
import type { LoadPolicies } from './load-plan.js'
import { mergeReports } from './merge-reports.js'
import { ENGINE_OPTIONS, engineSettings } from './options.js'

/** The processor `policyengine` for the channel types that a source is known for. `load` reads the rules (core/policy/language). */
export function policyEngine(components: Components, load: LoadPolicies): ProcessorPlugin {
  return {
    kind: 'processor',
    name: 'policyengine',
    contract: 1,
    summary: 'Judges records by rules: drop filters first, then every rule; passes on alerts, or all records with their alerts.',
    get options(): OptionsSchema {
      return { ...ENGINE_OPTIONS, properties: { ...ENGINE_OPTIONS.properties, ...optionsOfAll(components.all('action')) } }
    },
    get accepts(): readonly string[] {
      return components.sources.map(({ channel }) => channel)
    },
    get offers(): readonly string[] {
      return [...new Set(components.sources.map(({ judged }) => judged))]
    },
    perTrace: true,
    // Which of them the rules name is known when these are read, which is too late.
    parts: ({ policies }) => (policies === undefined ? [] : components.all('action')),
    mergeReports,
    create(options, host) {
      const source = components.sources.find(({ channel }) => channel === host.inputType)
      if (!source) throw new Fault('SFP_ENGINE_NO_SOURCE', { channel: host.inputType ?? '' })
      const { outputType: out = source.judged } = host
      if (out !== source.judged) throw new Fault('SFP_ENGINE_OUTPUT', { channel: source.channel, judged: source.judged, out })
      const settings = engineSettings(options, host.directory, fault => host.fault(fault, false))
      const makeActions = async () => {
        const { Actions } = await import('./actions/actions.js')
        return new Actions(components.all('action'), options, source, host)
      }
      return new PolicyEngine(settings, source, load, makeActions, host)
    },
  }
}

const optionsOfAll = (actions: readonly ActionPlugin[]): OptionsSchema['properties'] =>
  Object.assign({}, ...actions.map(({ options }) => options.properties))
