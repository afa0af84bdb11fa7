// SPDX-License-Identifier: Apache-2.0
import type { Gathering, Transport } from '../contract/exporter.js'
import type { Options } from '../contract/plugin.js'
import type { Host } from '../contract/stage.js'
import type { Limits } from '../spool/segment.js'
import type { DeadLetters, DeliverySettings } from './delivery.js'
import type { Retry } from './pauses.js'
import { text } from './read-option.js'
import { deferred } from './transports/deferred.js'

/** A way to a target, and how it is used. */
export interface Durable {
  readonly transport: Transport
  readonly settings: DeliverySettings
}

/**
 * The way to a target with what the settings put before it: a spool, and a place for what it refuses. `make` gives a new
 * target each time, `wanted` is how much it wants at once. Most exporters have neither, so what it takes is loaded for those
 * that do, when they are opened.
 */
export function durable(make: () => Transport, wanted: Gathering | undefined, given: Options, retry: Retry, host: Host): Durable {
  // What is wrong with the settings of the target is told before anything is opened.
  const target = make()
  const [isSpooled, hasDeadLetters] = ['spool.path', 'deadletter.path'].map(key => text(given, key) !== '')
  const deadLetters = hasDeadLetters ? deferredDeadLetters(given, host) : undefined
  if (!isSpooled) return { transport: target, settings: { retry, deadLetters } }
  const settings = { retry, atOnce: readAtOnce(wanted), deadLetters }
  const transport = deferred(target.name, async () => (await import('./kept.js')).spooledTransport(make, given, settings, host))
  // A disk that is full is emptied one day: what the spool cannot take yet waits.
  return { transport, settings: { retry: { ...retry, seconds: Number.POSITIVE_INFINITY }, deadLetters } }
}

function deferredDeadLetters(given: Options, host: Host): DeadLetters {
  let loaded: DeadLetters | undefined
  return {
    async open() {
      loaded = (await import('./kept.js')).deadLetterSpool(given, host)
      await loaded.open?.()
    },
    put(page, refusals) {
      if (!loaded) throw new Error('dead letters are kept before their folder was opened')
      return loaded.put(page, refusals)
    },
    async close() {
      await loaded?.close()
    },
  }
}

/** What is read from a spool for one page of its target. */
export const readAtOnce = (wanted: Gathering | undefined): Limits => ({
  records: wanted?.records ?? 1024,
  // A page that was gathered exceeds its bound by a few records; it is read as the page that it was.
  bytes: Math.ceil((wanted?.bytes ?? 256 * 1024) * 1.05),
})
