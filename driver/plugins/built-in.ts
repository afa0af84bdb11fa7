// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Transport } from '../../core/contract/exporter.js'
import type { Plugin, ProcessorPlugin } from '../../core/contract/plugin.js'
import { addedReports } from '../../core/contract/report.js'
import { Fault } from '../../core/errors/fault.js'
import { exporterPlugin } from '../../core/exporter/plugin.js'
import { OTEL_SOURCE } from '../../core/otel/source.js'
import type { LoadPolicies } from '../../core/policy/engine/load-plan.js'
import { policyEngine } from '../../core/policy/engine/plugin.js'
import { Flattener } from '../../core/record/flattener.js'
import { BATCH_ROWS } from '../../core/record/record-batch.js'
import { SYSFLOW_SOURCE } from '../../core/record/source.js'
import { SysFlowReader } from '../../core/sysflow/reader.js'
import { fileDriver } from '../sources/file.js'
import { otelFileDriver, otelKafkaDriver } from '../sources/otel/plugins.js'
import { socketDriver } from '../sources/socket/socket.js'

/** What built-in components need from the program. */
export interface Surroundings {
  readonly stdout: Writable
  readonly version: string
  /** Where the program keeps what it need not make twice; undefined: nowhere. */
  readonly cacheFolder?: string | undefined
  /** Where the pages of an exporter go instead of to its target, by the name of its stage. */
  readonly divert?: ((stage: string) => Transport) | undefined
}

export const builtInPlugins = (surroundings: Surroundings): readonly Plugin[] => [
  fileDriver,
  socketDriver,
  otelFileDriver,
  otelKafkaDriver,
  sysflowReader,
  policyEngine([SYSFLOW_SOURCE, OTEL_SOURCE], policyLoader(surroundings)),
  exporterPlugin({ terminal: surroundings.stdout, version: surroundings.version, divert: surroundings.divert }),
]

/** The language, with its parser, is loaded when there are rules to read: that takes longer than judging a small trace. */
const policyLoader =
  ({ version, cacheFolder }: Surroundings): LoadPolicies =>
  async (paths, vocabulary, recordTypes, { log, without }) => {
    const { loadKept, PolicyCache } = await import('../../core/policy/language/kept/load-kept.js')
    const isCached = cacheFolder !== undefined && !without.has('policy-cache')
    const cache = isCached ? new PolicyCache(join(cacheFolder, 'policies'), version, log) : undefined
    return loadKept(paths, vocabulary, recordTypes, cache)
  }

const sysflowReader: ProcessorPlugin = {
  kind: 'processor',
  name: 'sysflowreader',
  contract: 1,
  summary: 'Decodes SysFlow records, files the entities and hands the events to a handler.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      handler: { type: 'string', enum: ['flattener'], description: 'What is made of the events.', default: 'flattener' },
      batch: {
        type: 'integer',
        minimum: 1,
        maximum: 65536,
        description: 'Records that are passed on at once, at most. It changes memory and speed, never what comes out.',
        default: BATCH_ROWS,
      },
      'filter.enabled': {
        type: 'string',
        enum: ['off', 'false', '0', 'on', 'true', '1'],
        description: 'Drops records seen shortly before. Only off is part of this release.',
        default: 'off',
      },
      'filter.maxage': { type: 'integer', minimum: 0, description: 'For how many seconds; has no effect yet.' },
      handlerlibpath: { type: 'string', description: 'Folder of handler plugins; has no effect yet.' },
    },
    examples: [{ handler: 'flattener' }],
  },
  accepts: ['sysflowchan'],
  offers: ['flattenerchan'],
  perTrace: true,
  /** The tables are those of the last trace. */
  mergeReports: reports => ({ ...addedReports(reports), entities: reports.at(-1)?.entities }),
  create(options, host) {
    // Passing on what its user wants suppressed would be no less wrong than suppressing what nobody asked for.
    if (['on', 'true', '1'].includes(String(options['filter.enabled'])))
      throw new Fault('SFP_PIPELINE_NO_LIMITER', {}, { where: host.stage })
    const rows = typeof options.batch === 'number' ? options.batch : BATCH_ROWS
    return new SysFlowReader(new Flattener(rows, host.without), host)
  },
}
