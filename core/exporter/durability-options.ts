// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { Gathering, Transport } from '../contract/exporter.js'
import type { Options, OptionsSchema } from '../contract/plugin.js'
import type { Host } from '../contract/stage.js'
import { DISK } from '../spool/disk-files.js'
import type { Limits } from '../spool/segment.js'
import { FULL_POLICIES, type FullPolicy, SYNC_POLICIES, type SyncPolicy } from '../spool/settings.js'
import { Spool } from '../spool/spool.js'
import { DeadLetterSpool } from './dead-letters.js'
import type { DeliverySettings } from './delivery.js'
import type { Retry } from './pauses.js'
import { number, text } from './read-option.js'
import { SpooledTransport } from './spooled.js'

const MEBIBYTE = 1024 * 1024

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

/** A way to a target, and how it is used. */
export interface Durable {
  readonly transport: Transport
  readonly settings: DeliverySettings
}

/**
 * The way to a target with what the settings put before it: a spool, and a place for what it refuses. `make` gives a new
 * target each time, `wanted` is how much it wants at once.
 */
export function durable(make: () => Transport, wanted: Gathering | undefined, given: Options, retry: Retry, host: Host): Durable {
  const tell = (fault: Error, lostData: boolean): void => host.fault(fault, lostData)
  const [path, deadPath] = [text(given, 'spool.path'), text(given, 'deadletter.path')]
  const syncEvery = number(given, 'spool.sync.every') || 500
  const deadLetters = deadPath === '' ? undefined : new DeadLetterSpool(deadSpool(resolve(host.directory, deadPath)), host.stage)
  if (path === '') return { transport: make(), settings: { retry, deadLetters } }
  const spool = new Spool(
    DISK,
    {
      folder: resolve(host.directory, path),
      bytes: number(given, 'spool.bytes') || 1024 * MEBIBYTE,
      sync: oneOf<SyncPolicy>(SYNC_POLICIES, text(given, 'spool.sync'), 'interval'),
      syncEvery,
      whenFull: oneOf<FullPolicy>(FULL_POLICIES, text(given, 'spool.full'), 'block'),
    },
    tell,
  )
  const drainSeconds = typeof given['spool.drain'] === 'number' ? given['spool.drain'] : 3
  const settings = { retry, drainSeconds, atOnce: readAtOnce(wanted), deadLetters }
  const transport = new SpooledTransport(make, spool, settings, tell, note => host.log.info(note))
  // A disk that is full is emptied one day: what the spool cannot take yet waits.
  return { transport, settings: { retry: { ...retry, seconds: Number.POSITIVE_INFINITY }, deadLetters } }

  function deadSpool(folder: string): Spool {
    const bytes = number(given, 'deadletter.bytes') || 256 * MEBIBYTE
    const segmentBytes = 64 * MEBIBYTE
    return new Spool(DISK, { folder, bytes, segmentBytes, sync: 'always', syncEvery, whenFull: 'drop-oldest' }, tell)
  }
}

/** What is read from a spool for one page of its target. */
export const readAtOnce = (wanted: Gathering | undefined): Limits => ({
  records: wanted?.records ?? 1024,
  // A page that was gathered exceeds its bound by a few records; it is read as the page that it was.
  bytes: Math.ceil((wanted?.bytes ?? 256 * 1024) * 1.05),
})

const oneOf = <T extends string>(words: readonly T[], word: string, otherwise: T): T =>
  words.find(known => known === word) ?? otherwise
