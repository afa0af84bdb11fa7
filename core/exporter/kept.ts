// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { Transport } from '../contract/exporter.js'
import type { Options } from '../contract/plugin.js'
import type { Host } from '../contract/stage.js'
import { DISK } from '../spool/disk-files.js'
import { FULL_POLICIES, type FullPolicy, SYNC_POLICIES, type SyncPolicy } from '../spool/settings.js'
import { Spool } from '../spool/spool.js'
import { DeadLetterSpool } from './dead-letters.js'
import { MEBIBYTE } from './durability-options.js'
import { number, text } from './read-option.js'
import { type SpooledSettings, SpooledTransport } from './spooled.js'

/** What the settings keep on the disk for a target. `make` gives a new target each time. */
export function spooledTransport(
  make: () => Transport,
  given: Options,
  settings: Omit<SpooledSettings, 'drainSeconds'>,
  host: Host,
): SpooledTransport {
  const tell = (fault: Error, lostData: boolean): void => host.fault(fault, lostData)
  const spool = new Spool(
    DISK,
    {
      folder: resolve(host.directory, text(given, 'spool.path')),
      bytes: number(given, 'spool.bytes') || 1024 * MEBIBYTE,
      sync: oneOf<SyncPolicy>(SYNC_POLICIES, text(given, 'spool.sync'), 'interval'),
      syncEvery: syncEvery(given),
      whenFull: oneOf<FullPolicy>(FULL_POLICIES, text(given, 'spool.full'), 'block'),
    },
    tell,
  )
  const drainSeconds = typeof given['spool.drain'] === 'number' ? given['spool.drain'] : 3
  return new SpooledTransport(make, spool, { ...settings, drainSeconds }, tell, note => host.log.info(note))
}

export function deadLetterSpool(given: Options, host: Host): DeadLetterSpool {
  const settings = {
    folder: resolve(host.directory, text(given, 'deadletter.path')),
    bytes: number(given, 'deadletter.bytes') || 256 * MEBIBYTE,
    segmentBytes: 64 * MEBIBYTE,
    sync: 'always',
    syncEvery: syncEvery(given),
    whenFull: 'drop-oldest',
  } as const
  return new DeadLetterSpool(new Spool(DISK, settings, (fault, lostData) => host.fault(fault, lostData)), host.stage)
}

const syncEvery = (given: Options): number => number(given, 'spool.sync.every') || 500

const oneOf = <T extends string>(words: readonly T[], word: string, otherwise: T): T =>
  words.find(known => known === word) ?? otherwise
