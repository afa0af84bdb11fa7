// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { Options, OptionsSchema } from '../../contract/plugin.js'
import { Fault } from '../../errors/fault.js'

/** The validated options of a policy engine. */
export interface EngineSettings {
  /** All records are sent, not only those that match a rule. */
  readonly passesAllRecords: boolean
  /** File or directory; undefined: no rules, every record is sent without evaluation. */
  readonly policies: string | undefined
  /** Changed policies are reloaded while records flow. */
  readonly isMonitored: boolean
  /** Milliseconds between two checks for changes, in case the file system does not report them. */
  readonly monitorInterval: number
}

/** `directory`: base of relative paths. */
export function engineSettings(options: Options, directory: string, warn: (fault: Fault) => void): EngineSettings {
  const mode = options.mode ?? 'alert'
  const isBypass = mode === 'bypass'
  if (isBypass) warn(new Fault('SFP_ENGINE_OLD_MODE', { mode: 'bypass' }, { level: 'warning' }))
  if (options.language === 'sigma') throw new Fault('SFP_ENGINE_NO_SIGMA')
  const path = options.policies
  const policies = typeof path === 'string' && path !== '' && !isBypass ? resolve(directory, path) : undefined
  if (mode === 'alert' && policies === undefined) throw new Fault('SFP_ENGINE_NO_POLICIES')
  const seconds = options['monitor.interval']
  return {
    passesAllRecords: mode !== 'alert',
    policies,
    isMonitored: options.monitor === 'local' && policies !== undefined,
    monitorInterval: (typeof seconds === 'number' ? seconds : 30) * 1000,
  }
}

// biome-ignore format: a table
export const ENGINE_OPTIONS: OptionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    policies: { type: 'string', path: true, description: 'Policy file, or a directory that is searched in depth for .yaml and .yml files. Mode alert needs it; without it mode enrich passes every record on unjudged.' },
    mode: { type: 'string', enum: ['alert', 'enrich', 'bypass'], default: 'alert', deprecatedValues: { filter: 'enrich' }, description: 'alert passes on the records that match a rule; enrich passes on all records, with the rules that they match. Drop filters apply in both. bypass is the old name of enrich without policies.' },
    language: { type: 'string', enum: ['falco', 'sigma'], default: 'falco', description: 'Language of the policies. Sigma cannot be read yet.' },
    monitor: { type: 'string', enum: ['none', 'local'], default: 'none', description: 'local: policies that change are loaded again while records flow, as soon as nothing has changed for 0.3 s; if the new ones are faulty, the old ones stay in force. With none they are looked at again when the process gets the signal SIGHUP.' },
    'monitor.interval': { type: 'number', minimum: 1, maximum: 86400, default: 30, description: 'Seconds after which a change is noticed at the latest, where the file system does not tell of it, as on network mounts; most do, and then it takes less than a second.' },
    concurrency: { type: 'integer', minimum: 1, default: 5, description: 'Has no effect: records are judged in the order in which they come.' },
    actiondir: { type: 'string', description: 'Folder of action plugins, as seen from the pipeline file. -actiondir and SFPROCESSOR_ACTIONDIR beat it.' },
    config: { type: 'string', path: true, description: 'Field mapping of the Sigma language, which cannot be read yet.' },
    'bench.rulesetsize': { type: 'integer', minimum: 0, description: 'Has no effect; accepted for old pipelines.' },
    'bench.ruleindex': { type: 'integer', minimum: 0, description: 'Has no effect; accepted for old pipelines.' },
  },
  examples: [
    { policies: 'policies/attack', mode: 'alert' },
    { policies: 'rules', mode: 'enrich', monitor: 'local', 'monitor.interval': 10 },
  ],
}
