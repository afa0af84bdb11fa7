// SPDX-License-Identifier: Apache-2.0
import { Ledger } from '../contract/ledger.js'
import type { Driver } from '../contract/stage.js'

/** A driver that loads its module and packages when it is opened. The loaded driver uses the ledger that `load` receives. */
export function deferredDriver(load: (ledger: Ledger) => Promise<Driver>): Driver {
  const ledger = new Ledger()
  let loaded: Driver | undefined
  return {
    ledger,
    async open() {
      loaded = await load(ledger)
      await loaded.open?.()
    },
    async run(output, stop, abort) {
      if (!loaded) throw new Error('a driver runs before it is opened')
      await loaded.run(output, stop, abort)
    },
    async close() {
      await loaded?.close?.()
    },
    check: async () => loaded?.check?.(),
    report: () => loaded?.report?.() ?? {},
    progress: () => loaded?.progress?.() ?? { done: 0, total: 0 },
  }
}
