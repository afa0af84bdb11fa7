// SPDX-License-Identifier: Apache-2.0
import type { Chunk, DeliveryResult, Transport } from '../../contract/exporter.js'

/** A transport whose module, and the packages that it needs, are loaded when it is opened. */
export function deferredTransport(name: string, load: () => Promise<Transport>): Transport {
  let loaded: Transport | undefined
  const loadedTransport = (): Transport => {
    if (!loaded) throw new Error(`transport ${name} is used before it is opened`)
    return loaded
  }
  return {
    name,
    async open() {
      loaded = await load()
      await loaded.open()
    },
    begin: () => loadedTransport().begin?.(),
    send: (chunk: Chunk, abort: AbortSignal): Promise<DeliveryResult | undefined> => loadedTransport().send(chunk, abort),
    async finish(abort: AbortSignal) {
      await loaded?.finish?.(abort)
    },
    async close() {
      await loaded?.close()
    },
    check: async () => loadedTransport().check?.(),
    report: () => loaded?.report?.() ?? {},
  }
}
