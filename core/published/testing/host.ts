// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import { type Logger, NONE_DISABLED } from '../../contract/host.js'
import type { EncoderHost, Plugin, TransportHost } from '../../contract/plugin.js'
import { recordsIn } from '../../contract/record-view.js'
import type { SampleCatalog } from './sample-catalog.js'

/** A host for one plugin under test; it records log lines, faults and output. */
export interface TestHost extends EncoderHost, TransportHost {
  readonly logged: readonly { readonly level: keyof Logger; readonly text: string }[]
  readonly faults: readonly { readonly fault: Error; readonly lostData: boolean }[]
  /** Text written to `stdout`. */
  readonly printed: string
  /** Calls the `onReload` listeners. */
  reload(): void
}

export interface TestHostOptions {
  /** `records` knows its adapters. */
  readonly plugin?: Plugin
  readonly stage?: string
  /** Where relative paths start; by default the current directory. */
  readonly directory?: string
  readonly inputType?: string | undefined
  readonly outputType?: string | undefined
  readonly format?: string
}

export function testHost(samples: SampleCatalog, options: TestHostOptions = {}): TestHost {
  const { plugin, inputType } = options
  const logged: { level: keyof Logger; text: string }[] = []
  const faults: { fault: Error; lostData: boolean }[] = []
  const chunks: Buffer[] = []
  const listeners = new Set<() => void>()
  const logAt =
    (level: keyof Logger) =>
    (text: string): void => {
      logged.push({ level, text })
    }
  return {
    log: { trace: logAt('trace'), info: logAt('info'), warn: logAt('warn'), error: logAt('error'), health: logAt('health') },
    stage: options.stage ?? plugin?.name ?? 'test',
    directory: options.directory ?? process.cwd(),
    inputType,
    outputType: options.outputType,
    disabledOptimizations: NONE_DISABLED,
    format: options.format ?? 'json',
    version: '0.0.0-test',
    stdout: new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(Buffer.from(chunk))
        done()
      },
    }),
    records(batch, from, to) {
      const adapter = samples.adapterFor(inputType, plugin)
      if (!adapter) throw new Error(`no record adapter for channel type "${inputType}": list one in "adapters" of the plugin`)
      return recordsIn(batch, adapter, from, to)
    },
    onReload(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reportFault: (fault, lostData) => faults.push({ fault, lostData }),
    logged,
    faults,
    get printed() {
      return Buffer.concat(chunks).toString('utf8')
    },
    reload() {
      for (const listener of listeners) listener()
    },
  }
}
