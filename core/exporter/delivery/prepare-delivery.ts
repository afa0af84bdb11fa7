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

/** A transport, and the settings for delivery through it. */
export interface PreparedDelivery {
  readonly transport: Transport
  readonly settings: DeliverySettings
}

/** A target, and how records are sent to it. */
export interface DeliveryTarget {
  /** Returns a new transport with each call. */
  readonly create: () => Transport
  /** The chunk sizes that the target asks for. */
  readonly batchPolicy: BatchPolicy | undefined
  readonly prefixes: RecordPrefixes
}

/**
 * Prepares the delivery to a target, with a spool and a dead-letter folder where the settings ask for them. Most exporters have
 * neither, so the modules for both are loaded only when an exporter that has them is opened.
 */
export function prepareDelivery(
  { create: createTransport, batchPolicy, prefixes }: DeliveryTarget,
  rawOptions: Options,
  retry: RetrySettings,
  host: Host,
): PreparedDelivery {
  // Reports errors in the settings of the target before anything is opened.
  const transportOfTarget = createTransport()
  const [isSpooled, hasDeadLetters] = ['spool.path', 'deadletter.path'].map(key => readText(rawOptions, key) !== '')
  const deadLetters = hasDeadLetters ? deferredDeadLetterSink(rawOptions, host) : undefined
  if (!isSpooled) return { transport: transportOfTarget, settings: { retry, deadLetters } }
  const settings = { retry, readLimits: readLimitsOf(batchPolicy), prefixes, deadLetters }
  const transport = deferredTransport(transportOfTarget.name, async () =>
    (await import('./create-spools.js')).createSpooledTransport(createTransport, rawOptions, settings, host),
  )
  // A full disk is temporary: records that the spool cannot store yet wait without a time limit.
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
      if (!loaded) throw new Error('dead letters are written before their directory was opened')
      return loaded.put(chunk, refusals)
    },
    async close() {
      await loaded?.close()
    },
  }
}

/** Limits of one read from a spool: one chunk of its target. */
export const readLimitsOf = (batchPolicy: BatchPolicy | undefined): ReadLimits => ({
  records: batchPolicy?.records ?? 1024,
  // A batched chunk exceeds its limit by a few records; the limit here lets the spool read it back as one chunk.
  bytes: Math.ceil((batchPolicy?.bytes ?? 256 * 1024) * 1.05),
})
