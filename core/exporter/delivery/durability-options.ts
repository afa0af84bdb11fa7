// SPDX-License-Identifier: Apache-2.0
import type { OptionsSchema } from '../../contract/plugin.js'
import { FULL_POLICIES, SYNC_POLICIES } from '../../spool/spool-settings.js'

export const MEBIBYTE = 1024 * 1024

// biome-ignore format: a table
export const DURABILITY_OPTIONS: OptionsSchema['properties'] = {
  'spool.path': { type: 'string', description: 'Directory of the spool. Records wait there while the target is unavailable and across restarts. Each exporter needs its own directory. Without it there is no spool.' },
  'spool.bytes': { type: 'integer', minimum: MEBIBYTE, description: 'Maximum size of the spool on disk.', default: 1024 * MEBIBYTE },
  'spool.sync': { type: 'string', enum: SYNC_POLICIES, description: 'When records are synced to disk. always: before they count as safe; interval: periodically; never: when the operating system decides. All values survive a crash of the program. Only always survives a crash of the machine.', default: 'interval' },
  'spool.sync.every': { type: 'integer', minimum: 1, maximum: 60_000, description: 'Sync interval in milliseconds. The delivery position is saved at the same interval.', default: 500 },
  'spool.full': { type: 'string', enum: FULL_POLICIES, description: 'Behavior of a full spool. block: the pipeline waits; drop-oldest: the oldest records are dropped, counted and logged.', default: 'block' },
  'spool.drain': { type: 'integer', minimum: 0, maximum: 3600, description: 'Seconds to wait at the end of a run until the spool is empty. Remaining records wait for the next run. Use a smaller value than -drain, because a signal stops the run after that time.', default: 3 },
  'deadletter.path': { type: 'string', description: 'Directory for records that the target refuses, with their reasons. Each exporter needs its own directory. Without it, refused records are counted and dropped.' },
  'deadletter.bytes': { type: 'integer', minimum: MEBIBYTE, description: 'Maximum size of dead letters on disk. Above it, the oldest are deleted.', default: 256 * MEBIBYTE },
}

export const DURABILITY_EXAMPLE = {
  export: 'file',
  'file.path': 'alerts.json',
  'spool.path': '/var/lib/sfprocessor/spool/alerts',
  'spool.sync': 'always',
  'deadletter.path': '/var/lib/sfprocessor/dead/alerts',
}
