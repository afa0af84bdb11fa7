// SPDX-License-Identifier: Apache-2.0
import type { Batch } from '../../contract/batch.js'
import type { RuleMatches } from '../../contract/evaluated-batch.js'
import type { Ledger } from '../../contract/ledger.js'
import type { DriverPlugin, Options, ProcessorPlugin } from '../../contract/plugin.js'
import type { Report } from '../../contract/report.js'
import { type Driver, NEVER_ABORTED, type Sender, type Stage } from '../../contract/stage.js'
import { batchesOf, batchStream, type TestRecords } from './batches.js'
import { type TestHost, testHost } from './host.js'
import { settingsOf } from './settings.js'
import { type SentRecord, Sink } from './sink.js'

/** How a component is made and what it is given. */
export interface TestSetup {
  readonly options?: Options
  /** Where relative paths start; by default the current directory. */
  readonly directory?: string
  readonly records?: TestRecords
}

/** What came of a whole life: made, opened, run to its end, closed. */
export interface TestRunResult {
  /** What it sent, as plain objects: every attribute by name, or what a `ListBatch` held. */
  readonly sent: readonly SentRecord[]
  /** Of each record sent. */
  readonly matches: readonly (RuleMatches | null)[]
  readonly ledger: Ledger
  readonly report: Report
  readonly host: TestHost
}

/** Runs a processor over records of the first type that it accepts. */
export async function runProcessor(
  plugin: ProcessorPlugin,
  setup: TestSetup & {
    readonly inputType?: string
    /** Batches for channel types that are not built in, instead of `given`. */
    readonly input?: Iterable<Batch>
  } = {},
): Promise<TestRunResult> {
  const options = settingsOf(plugin, setup.options)
  const inputType = setup.inputType ?? plugin.accepts[0] ?? ''
  const outputType = (plugin.offersWith?.(options) ?? plugin.offers)[0]
  const host = testHost({ plugin, inputType, outputType, ...directoryOf(setup) })
  const input = setup.input ?? (await batchesOf(inputType, setup.records))
  const sink = new Sink(outputType, plugin)
  return runToEnd(plugin.create(options, host), host, sink, stage => stage.run(batchStream(input), sink, NEVER_ABORTED))
}

/** Runs a driver to the end of its input, or until it has sent `stopAfter` records and is stopped. */
export async function runDriver(
  plugin: DriverPlugin,
  setup: Omit<TestSetup, 'given'> & { readonly paths?: readonly string[]; readonly stopAfter?: number } = {},
): Promise<TestRunResult> {
  const outputType = plugin.offers[0]
  const host = testHost({ plugin, outputType, ...directoryOf(setup) })
  const sink = new Sink(outputType, plugin)
  const stop = new AbortController()
  const { stopAfter = Number.POSITIVE_INFINITY } = setup
  sink.onBatch = () => {
    if (sink.records.length >= stopAfter) stop.abort()
  }
  const driver = plugin.create(settingsOf(plugin, setup.options), setup.paths ?? [], host)
  return runToEnd(driver, host, sink, running => running.run(sink, stop.signal, NEVER_ABORTED))
}

async function runToEnd<C extends Stage | Driver>(
  component: C,
  host: TestHost,
  sink: Sink & Sender<Batch>,
  run: (component: C) => Promise<void>,
): Promise<TestRunResult> {
  try {
    await component.open?.()
    await run(component)
    sink.close()
    const { ledger } = component
    return { sent: sink.records, matches: sink.matches, ledger, report: component.report?.() ?? {}, host }
  } finally {
    await component.close?.()
  }
}

export const directoryOf = ({ directory }: { readonly directory?: string }): { readonly directory?: string } =>
  directory === undefined ? {} : { directory }
