// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path'
import type { Transport } from '../../contract/exporter.js'
import type { Host } from '../../contract/host.js'
import type { Options } from '../../contract/plugin.js'
import { DISK_FILES } from '../../spool/disk-files.js'
import { Spool } from '../../spool/spool.js'
import { FULL_POLICIES, type FullPolicy, SYNC_POLICIES, type SyncPolicy } from '../../spool/spool-settings.js'
import { readNumber, readText } from '../read-options.js'
import { DeadLetterSpool } from './dead-letter-spool.js'
import { MEBIBYTE } from './durability-options.js'
import { SpooledTransport, type SpooledTransportSettings } from './spooled-transport.js'

/** The spool that the settings place before a target. `createTransport` returns a new transport for the target with each call. */
export function createSpooledTransport(
  createTransport: () => Transport,
  rawOptions: Options,
  settings: Omit<SpooledTransportSettings, 'drainSeconds'>,
  host: Host,
): SpooledTransport {
  const reportFault = (fault: Error, lostData: boolean): void => host.reportFault(fault, lostData)
  const spool = new Spool(
    DISK_FILES,
    {
      folder: resolve(host.directory, readText(rawOptions, 'spool.path')),
      bytes: readNumber(rawOptions, 'spool.bytes') || 1024 * MEBIBYTE,
      sync: oneOf<SyncPolicy>(SYNC_POLICIES, readText(rawOptions, 'spool.sync'), 'interval'),
      syncEvery: syncIntervalOf(rawOptions),
      whenFull: oneOf<FullPolicy>(FULL_POLICIES, readText(rawOptions, 'spool.full'), 'block'),
    },
    reportFault,
  )
  const drainSeconds = typeof rawOptions['spool.drain'] === 'number' ? rawOptions['spool.drain'] : 3
  return new SpooledTransport(createTransport, spool, { ...settings, drainSeconds }, reportFault, message =>
    host.log.info(message),
  )
}

export function createDeadLetterSpool(rawOptions: Options, host: Host): DeadLetterSpool {
  const settings = {
    folder: resolve(host.directory, readText(rawOptions, 'deadletter.path')),
    bytes: readNumber(rawOptions, 'deadletter.bytes') || 256 * MEBIBYTE,
    segmentBytes: 64 * MEBIBYTE,
    sync: 'always',
    syncEvery: syncIntervalOf(rawOptions),
    whenFull: 'drop-oldest',
  } as const
  return new DeadLetterSpool(new Spool(DISK_FILES, settings, (fault, lostData) => host.reportFault(fault, lostData)), host.stage)
}

const syncIntervalOf = (rawOptions: Options): number => readNumber(rawOptions, 'spool.sync.every') || 500

const oneOf = <T extends string>(choices: readonly T[], choice: string, fallback: T): T =>
  choices.find(candidate => candidate === choice) ?? fallback
