// SPDX-License-Identifier: Apache-2.0
import type { Delivered, Page, Transport } from '../../contract/exporter.js'

/** A transport whose module, and the packages behind it, are loaded when it is opened. */
export function deferred(name: string, load: () => Promise<Transport>): Transport {
  let loaded: Transport | undefined
  const used = (): Transport => {
    if (!loaded) throw new Error(`transport ${name} is used before it was opened`)
    return loaded
  }
  return {
    name,
    async open() {
      loaded = await load()
      await loaded.open()
    },
    begin: () => used().begin?.(),
    send: (page: Page, abort: AbortSignal): Promise<Delivered | undefined> => used().send(page, abort),
    async finish(abort: AbortSignal) {
      await loaded?.finish?.(abort)
    },
    async close() {
      await loaded?.close()
    },
    check: async () => used().check?.(),
    report: () => loaded?.report?.() ?? {},
  }
}
