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
    policies: { type: 'string', path: true, description: 'Policy file, or a directory with .yaml and .yml files in all its subdirectories. Required in mode alert. Without it, mode enrich outputs all records without evaluation.' },
    mode: { type: 'string', enum: ['alert', 'enrich', 'bypass'], default: 'alert', deprecatedValues: { filter: 'enrich' }, description: 'alert: output only records that match a rule. enrich: output all records, with their matches. Drop filters apply in both modes. bypass is the deprecated name of enrich without policies.' },
    language: { type: 'string', enum: ['falco', 'sigma'], default: 'falco', description: 'Language of the policies. Sigma is not supported.' },
    monitor: { type: 'string', enum: ['none', 'local'], default: 'none', description: 'local: reload changed policies at run time, 0.3 s after the last change. If the new policies have errors, the previous policies stay active. none: reload only after the signal SIGHUP.' },
    'monitor.interval': { type: 'number', minimum: 1, maximum: 86400, default: 30, description: 'Interval in seconds of the check for changes on file systems without change notification, such as network mounts. Other file systems report a change in less than a second.' },
    concurrency: { type: 'integer', minimum: 1, default: 5, description: 'Has no effect: records are evaluated in order.' },
    actiondir: { type: 'string', description: 'Directory of action plugins, relative to the pipeline file. -actiondir and SFPROCESSOR_ACTIONDIR override it.' },
    config: { type: 'string', path: true, description: 'Field mapping of the Sigma language, which is not supported.' },
    'bench.rulesetsize': { type: 'integer', minimum: 0, description: 'Has no effect; accepted for old pipelines.' },
    'bench.ruleindex': { type: 'integer', minimum: 0, description: 'Has no effect; accepted for old pipelines.' },
  },
  examples: [
    { policies: 'policies/attack', mode: 'alert' },
    { policies: 'rules', mode: 'enrich', monitor: 'local', 'monitor.interval': 10 },
  ],
}
