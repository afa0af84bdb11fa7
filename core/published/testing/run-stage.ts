// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { Sender } from '../../contract/channel.js'
import type { Ledger } from '../../contract/ledger.js'
import type { DriverPlugin, Options, ProcessorPlugin } from '../../contract/plugin.js'
import type { Report } from '../../contract/report.js'
import type { Driver, Stage } from '../../contract/stage.js'
import type { Verdict } from '../../contract/verdict.js'
import { batchesOf, each, type Given } from './batches.js'
import { type TestHost, testHost } from './host.js'
import { settingsOf } from './settings.js'
import { type SentRecord, Sink } from './sink.js'

/** How a component is made and what it is given. */
export interface Trial {
  readonly options?: Options
  /** Where relative paths start; by default the current directory. */
  readonly directory?: string
  readonly given?: Given
}

/** What came of a whole life: made, opened, run to its end, closed. */
export interface Outcome {
  /** What it sent, as plain objects: every attribute by name, or what a `ListBatch` held. */
  readonly sent: readonly SentRecord[]
  /** Of each record sent. */
  readonly verdicts: readonly (Verdict | null)[]
  readonly ledger: Ledger
  readonly report: Report
  readonly host: TestHost
}

/** Runs a processor over records of the first type that it accepts. */
export async function runProcessor(
  plugin: ProcessorPlugin,
  trial: Trial & {
    readonly inputType?: string
    /** Batches for channel types that are not built in, instead of `given`. */
    readonly input?: Iterable<Batch>
  } = {},
): Promise<Outcome> {
  const options = settingsOf(plugin, trial.options)
  const inputType = trial.inputType ?? plugin.accepts[0] ?? ''
  const outputType = (plugin.offersWith?.(options) ?? plugin.offers)[0]
  const host = testHost({ plugin, inputType, outputType, ...directoryOf(trial) })
  const input = trial.input ?? (await batchesOf(inputType, trial.given))
  const sink = new Sink(outputType, plugin)
  return live(plugin.create(options, host), host, sink, stage => stage.run(each(input), sink, NEVER))
}

/** Runs a driver to the end of its input, or until it has sent `stopAfter` records and is stopped. */
export async function runDriver(
  plugin: DriverPlugin,
  trial: Omit<Trial, 'given'> & { readonly paths?: readonly string[]; readonly stopAfter?: number } = {},
): Promise<Outcome> {
  const outputType = plugin.offers[0]
  const host = testHost({ plugin, outputType, ...directoryOf(trial) })
  const sink = new Sink(outputType, plugin)
  const stop = new AbortController()
  const { stopAfter = Number.POSITIVE_INFINITY } = trial
  sink.onBatch = () => {
    if (sink.records.length >= stopAfter) stop.abort()
  }
  const driver = plugin.create(settingsOf(plugin, trial.options), trial.paths ?? [], host)
  return live(driver, host, sink, running => running.run(sink, stop.signal, NEVER))
}

async function live<C extends Stage | Driver>(
  component: C,
  host: TestHost,
  sink: Sink & Sender<Batch>,
  run: (component: C) => Promise<void>,
): Promise<Outcome> {
  try {
    await component.open?.()
    await run(component)
    sink.close()
    const { ledger } = component
    return { sent: sink.records, verdicts: sink.verdicts, ledger, report: component.report?.() ?? {}, host }
  } finally {
    await component.close?.()
  }
}

export const directoryOf = ({ directory }: { readonly directory?: string }): { readonly directory?: string } =>
  directory === undefined ? {} : { directory }

export const NEVER = new AbortController().signal
