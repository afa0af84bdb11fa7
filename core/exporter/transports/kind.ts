// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream'
import type { Delivered, Page, Transport } from '../../contract/exporter.js'
import type { OptionSchema, Options } from '../../contract/plugin.js'
import type { Host } from '../../contract/stage.js'
import type { Fault } from '../../errors/fault.js'
import type { KeyName } from '../encoders/record-keys.js'
import type { FormatName } from '../options.js'

/** One word that `export` may have, and what stands behind it. What it needs is loaded when it is used. */
export interface TransportKind {
  readonly name: string
  /** What it does, as half a sentence for the reference page. */
  readonly summary: string
  /** The keys that are its own, each beginning with its name and a point. */
  readonly options: Readonly<Record<string, OptionSchema>>
  /** Settings of an exporter that uses it, for the reference page. */
  readonly example?: Options
  /** What it can carry; every format, if it says nothing. */
  readonly formats?: readonly FormatName[]
  /** Its target keeps documents under ids: each record comes with its id before it (core/exporter/encoders/identified.ts). */
  readonly isIdentified?: true
  /** What its messages are keyed by: each record then comes with its key before it (core/exporter/encoders/keyed.ts). */
  keyName?(options: Options): KeyName | undefined
  /** How much it wants at once, where that is not what `buffer` says. */
  gathers?(options: Options): Gathering
  /** What the options allow and should not; told once, however often a transport is made of them. */
  warnings?(options: Options): readonly Fault[]
  /** Throws a fault if the options cannot work together. Opens nothing yet. */
  create(options: Options, surroundings: TransportSurroundings): Transport
}

/** Bounds of the pages that a transport is sent; whichever is reached first. What is left out is as for every transport. */
export interface Gathering {
  readonly records?: number
  readonly bytes?: number
  /** That the oldest record waits. */
  readonly milliseconds?: number
}

/** What a transport gets from the program that it runs in. */
export interface TransportSurroundings {
  readonly host: Host
  /** The process's standard output. */
  readonly terminal: Writable
  readonly format: FormatName
  /** Version of the product. */
  readonly version: string
}

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
    send: (page: Page, abort: AbortSignal): Promise<Delivered | undefined> => used().send(page, abort),
    async close() {
      await loaded?.close()
    },
    check: async () => used().check?.(),
    report: () => loaded?.report?.() ?? {},
  }
}
