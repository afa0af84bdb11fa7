// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { ProcessorPlugin } from '../../contract/plugin.js'
import type { Source } from '../../contract/source.js'
import { Fault } from '../../errors/fault.js'
import { PolicyEngine } from './engine.js'
import type { LoadPolicies } from './load-plan.js'
import { mergeReports } from './merge-reports.js'
import { ENGINE_OPTIONS, engineSettings } from './options.js'

/** The processor `policyengine` for the channel types that `sources` read. `load` reads the rules (core/policy/language). */
export function policyEngine(sources: readonly Source<never>[], load: LoadPolicies): ProcessorPlugin {
  return {
    kind: 'processor',
    name: 'policyengine',
    contract: 1,
    summary: 'Judges records by rules: drop filters first, then every rule; passes on alerts, or all records with their alerts.',
    options: ENGINE_OPTIONS,
    accepts: sources.map(({ channel }) => channel),
    offers: [...new Set(sources.map(({ judged }) => judged))],
    perTrace: true,
    mergeReports,
    create(options, host) {
      const source = sources.find(({ channel }) => channel === host.inputType)
      if (!source) throw new Fault('SFP_ENGINE_NO_SOURCE', { channel: host.inputType ?? '' })
      const { outputType: out = source.judged } = host
      if (out !== source.judged) throw new Fault('SFP_ENGINE_OUTPUT', { channel: source.channel, judged: source.judged, out })
      const settings = engineSettings(options, host.directory, fault => host.fault(fault, false))
      // The pipeline lets only channels of the source's type begin here.
      return new PolicyEngine(settings, source as Source<Batch>, load, host)
    },
  }
}
