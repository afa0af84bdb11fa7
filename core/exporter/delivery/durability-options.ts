// SPDX-License-Identifier: Apache-2.0
import type { OptionsSchema } from '../../contract/plugin.js'
import { FULL_POLICIES, SYNC_POLICIES } from '../../spool/spool-settings.js'

export const MEBIBYTE = 1024 * 1024

// biome-ignore format: a table
export const DURABILITY_OPTIONS: OptionsSchema['properties'] = {
  'spool.path': { type: 'string', description: 'Folder in which records wait for their target, through its absence and restarts of the program; one for each exporter. Without it there is no spool.' },
  'spool.bytes': { type: 'integer', minimum: MEBIBYTE, description: 'What the spool may take on the disk.', default: 1024 * MEBIBYTE },
  'spool.sync': { type: 'string', enum: SYNC_POLICIES, description: 'When records are forced onto the disk: always, before they count as safe; at an interval; or never, when the system likes. Each outlives an end of the program, only the first any end of the machine.', default: 'interval' },
  'spool.sync.every': { type: 'integer', minimum: 1, maximum: 60_000, description: 'The interval in milliseconds; also how often it is kept how far the spool was delivered.', default: 500 },
  'spool.full': { type: 'string', enum: FULL_POLICIES, description: 'What a full spool does: block lets the pipeline wait, drop-oldest gives up the oldest records, counted and told.', default: 'block' },
  'spool.drain': { type: 'integer', minimum: 0, maximum: 3600, description: 'For how many seconds the end of a run waits for the spool to empty; what is left waits for the next run. Less than what -drain says: a run that is stopped by a signal is aborted then.', default: 3 },
  'deadletter.path': { type: 'string', description: 'Folder for records that the target refuses, each with its reason; one for each exporter. Without it they are counted and dropped.' },
  'deadletter.bytes': { type: 'integer', minimum: MEBIBYTE, description: 'What dead letters may take on the disk; then the oldest are given up.', default: 256 * MEBIBYTE },
}

export const DURABILITY_EXAMPLE = {
  export: 'file',
  'file.path': 'alerts.json',
  'spool.path': '/var/lib/sfprocessor/spool/alerts',
  'spool.sync': 'always',
  'deadletter.path': '/var/lib/sfprocessor/dead/alerts',
}
