// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Encoder } from '../../contract/exporter.js'

/** An encoder whose module is loaded when the exporter is opened, since most pipelines do not use it. */
export function deferredEncoder<B extends Batch>(format: string, load: () => Promise<Encoder<B>>): Encoder<B> {
  let loaded: Encoder<B> | undefined
  return {
    format,
    async open() {
      loaded = await load()
      await loaded.open?.()
    },
    encode(batch, from, to, into) {
      if (!loaded) throw new Error(`encoder ${format} is used before it is opened`)
      loaded.encode(batch, from, to, into)
    },
    async close() {
      await loaded?.close?.()
    },
  }
}
