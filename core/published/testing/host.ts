// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import type { Logger } from '../../contract/logger.js'
import { WITHOUT_NOTHING } from '../../contract/optimisation.js'
import type { EncoderHost, Plugin, TransportHost } from '../../contract/plugin.js'
import { recordsIn } from '../../contract/record-view.js'
import { sourceOf } from './sources.js'

/** A host for one plugin under test: it keeps what it is told. */
export interface TestHost extends EncoderHost, TransportHost {
  readonly logged: readonly { readonly level: keyof Logger; readonly text: string }[]
  readonly faults: readonly { readonly fault: Error; readonly lostData: boolean }[]
  /** What was written to `terminal`. */
  readonly printed: string
  /** Asks whoever listens on `onReload` to read files again. */
  reload(): void
}

export interface Surroundings {
  /** The sources that come with it are known to `records`. */
  readonly plugin?: Plugin
  readonly stage?: string
  /** Where relative paths start; by default the current directory. */
  readonly directory?: string
  readonly inputType?: string | undefined
  readonly outputType?: string | undefined
  readonly format?: string
}

export function testHost(surroundings: Surroundings = {}): TestHost {
  const { plugin, inputType } = surroundings
  const logged: { level: keyof Logger; text: string }[] = []
  const faults: { fault: Error; lostData: boolean }[] = []
  const pieces: Buffer[] = []
  const listeners = new Set<() => void>()
  const say =
    (level: keyof Logger) =>
    (text: string): void => {
      logged.push({ level, text })
    }
  return {
    log: { trace: say('trace'), info: say('info'), warn: say('warn'), error: say('error'), health: say('health') },
    stage: surroundings.stage ?? plugin?.name ?? 'test',
    directory: surroundings.directory ?? process.cwd(),
    inputType,
    outputType: surroundings.outputType,
    without: WITHOUT_NOTHING,
    format: surroundings.format ?? 'json',
    version: '0.0.0-test',
    terminal: new Writable({
      write(chunk: Buffer, _encoding, done) {
        pieces.push(Buffer.from(chunk))
        done()
      },
    }),
    records(batch, from, to) {
      const source = sourceOf(inputType, plugin)
      if (!source) throw new Error(`no source is known for channel type "${inputType}": name it under "sources" of the plugin`)
      return recordsIn(batch, source, from, to)
    },
    onReload(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    fault: (fault, lostData) => faults.push({ fault, lostData }),
    logged,
    faults,
    get printed() {
      return Buffer.concat(pieces).toString('utf8')
    },
    reload() {
      for (const listener of listeners) listener()
    },
  }
}
