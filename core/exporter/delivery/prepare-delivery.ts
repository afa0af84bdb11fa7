// SPDX-License-Identifier: Apache-2.0

import type { BatchPolicy, Transport } from '../../contract/exporter.js'
import type { Host } from '../../contract/host.js'
import type { Options } from '../../contract/plugin.js'
import type { RecordPrefixes } from '../../spool/record-prefixes.js'
import type { ReadLimits } from '../../spool/segment.js'
import { readText } from '../read-options.js'
import { deferredTransport } from '../transports/deferred-transport.js'
import type { DeadLetterSink, DeliverySettings } from './delivery.js'
import type { RetrySettings } from './retry-backoff.js'

/** A way to a target, and how it is used. */
export interface PreparedDelivery {
  readonly transport: Transport
  readonly settings: DeliverySettings
}

/** A target, and how records are sent to it. */
export interface DeliveryTarget {
  /** A new transport each time. */
  readonly create: () => Transport
  /** How much it wants at once. */
  readonly batchPolicy: BatchPolicy | undefined
  readonly prefixes: RecordPrefixes
}

/**
 * The way to a target with what the settings put before it: a spool, and a place for what it refuses. Most exporters have
 * neither, so what it takes is loaded for those that do, when they are opened.
 */
export function prepareDelivery(
  { create: createTransport, batchPolicy, prefixes }: DeliveryTarget,
  rawOptions: Options,
  retry: RetrySettings,
  host: Host,
): PreparedDelivery {
  // What is wrong with the settings of the target is told before anything is opened.
  const transportOfTarget = createTransport()
  const [isSpooled, hasDeadLetters] = ['spool.path', 'deadletter.path'].map(key => readText(rawOptions, key) !== '')
  const deadLetters = hasDeadLetters ? deferredDeadLetterSink(rawOptions, host) : undefined
  if (!isSpooled) return { transport: transportOfTarget, settings: { retry, deadLetters } }
  const settings = { retry, readLimits: readLimitsOf(batchPolicy), prefixes, deadLetters }
  const transport = deferredTransport(transportOfTarget.name, async () =>
    (await import('./create-spools.js')).createSpooledTransport(createTransport, rawOptions, settings, host),
  )
  // A disk that is full is emptied one day: what the spool cannot take yet waits.
  return { transport, settings: { retry: { ...retry, seconds: Number.POSITIVE_INFINITY }, deadLetters } }
}

function deferredDeadLetterSink(rawOptions: Options, host: Host): DeadLetterSink {
  let loaded: DeadLetterSink | undefined
  return {
    async open() {
      loaded = (await import('./create-spools.js')).createDeadLetterSpool(rawOptions, host)
      await loaded.open?.()
    },
    put(chunk, refusals) {
      if (!loaded) throw new Error('dead letters are kept before their folder was opened')
      return loaded.put(chunk, refusals)
    },
    async close() {
      await loaded?.close()
    },
  }
}

/** What is read from a spool for one page of its target. */
export const readLimitsOf = (batchPolicy: BatchPolicy | undefined): ReadLimits => ({
  records: batchPolicy?.records ?? 1024,
  // A page that was gathered exceeds its bound by a few records; it is read as the page that it was.
  bytes: Math.ceil((batchPolicy?.bytes ?? 256 * 1024) * 1.05),
})
